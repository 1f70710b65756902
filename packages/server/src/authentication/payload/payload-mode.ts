/** The ways a request may declare its payload (`x-amz-content-sha256`), in one table. */

/** A declared payload. */
export interface PayloadMode {
  /** A SHA-256 of the whole body; undefined for the named modes. */
  readonly hash?: string;
  /** The body comes in aws-chunked framing. */
  readonly isChunked: boolean;
  /** Each chunk carries a signature. */
  readonly isSigned: boolean;
  /** Trailing headers follow the last chunk. */
  readonly hasTrailer: boolean;
}

function mode(isChunked: boolean, isSigned: boolean, hasTrailer: boolean): PayloadMode {
  return { isChunked, isSigned, hasTrailer };
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * The ECDSA modes belong to SigV4A, which is not supported: they are unknown here.
 */
const modes: ReadonlyMap<string, PayloadMode> = new Map([
  ['UNSIGNED-PAYLOAD', mode(false, false, false)],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', mode(true, true, false)],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', mode(true, true, true)],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', mode(true, false, true)],
]);

const hashShape = /^[0-9a-f]{64}$/;

/** The mode that a value declares; undefined for every other value. */
export function parsePayloadMode(value: string): PayloadMode | undefined {
  const named = modes.get(value);
  if (named !== undefined) return named;
  if (!hashShape.test(value)) return undefined;
  return { hash: value, isChunked: false, isSigned: false, hasTrailer: false };
}
