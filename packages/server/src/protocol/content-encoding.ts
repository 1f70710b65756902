/** Request compression (Smithy's `requestCompression`): bodies that clients send gzipped. */
import { gunzipSync } from 'node:zlib';
import { ServiceError } from './service-error.ts';

/** A small body must not become a large one: as much as a plain body may have. */
const bytesMax = 10_000_000;

/** The body as it was before gzip. Throws ServiceError 413 or SerializationException. */
export function decompressBody(body: Uint8Array, contentEncoding: string | undefined): Uint8Array {
  if (contentEncoding === undefined || !/(?:^|, ?)gzip$/.test(contentEncoding)) return body;
  try {
    return gunzipSync(body, { maxOutputLength: bytesMax });
  } catch (error) {
    if (error instanceof RangeError) throw new ServiceError('', 'the body is too large', 413);
    throw new ServiceError('SerializationException', 'The body is not gzip.', 400);
  }
}
