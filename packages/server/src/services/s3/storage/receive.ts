/** Receiving a body: streamed to a new file while its checksums are computed and compared. */
import type { ChecksumAlgorithm } from '../../../authentication/payload/checksum/checksum.ts';
import {
  readDeclaredChecksum,
  verifyChecksums,
} from '../../../authentication/payload/checksum/verify-checksums.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { refuseUnservedChecksums, toChecksumAlgorithm } from '../checksums.ts';
import { limits } from '../limits.ts';
import { storageOf } from './s3-storage.ts';

/** A body that is stored and verified, but that nothing names yet. */
export interface Received {
  readonly file: string;
  readonly size: number;
  /** Lower-case hexadecimal: the ETag of a simple object. */
  readonly md5: string;
  /** What the client named, else the default. */
  readonly algorithm: ChecksumAlgorithm;
  readonly checksum: string;
  /** The checksum of the default algorithm, where it was asked for too. */
  readonly defaultChecksum: string;
}

/**
 * Stores the request's body. Throws when it is too long, forged or not what its checksums say;
 * then no file remains. `computesDefault`: the default algorithm too when the client names another.
 */
export async function receiveBody(
  context: OperationContext,
  input: { readonly ChecksumAlgorithm?: string | undefined },
  defaultAlgorithm: ChecksumAlgorithm,
  computesDefault = false,
): Promise<Received> {
  const { http, payload, runtime } = context;
  refuseUnservedChecksums(http);
  if (payload.length === undefined) {
    throw new ServiceError(
      'MissingContentLength',
      'You must provide the Content-Length HTTP header.',
      411,
    );
  }
  if (payload.length > limits.putBytesMax) {
    throw new ServiceError(
      'EntityTooLarge',
      'Your proposed upload exceeds the maximum allowed size',
      400,
      [
        ['ProposedSize', String(payload.length)],
        ['MaxSizeAllowed', String(limits.putBytesMax)],
      ],
    );
  }
  const declared = readDeclaredChecksum(http);
  const named = input.ChecksumAlgorithm;
  const algorithm =
    declared.algorithm ?? (named === undefined ? defaultAlgorithm : toChecksumAlgorithm(named));
  const verified = verifyChecksums(payload, declared, [
    'MD5',
    algorithm,
    ...(computesDefault ? [defaultAlgorithm] : []),
  ]);
  const { file, size } = await storageOf(runtime).files.write(verified.payload.stream);
  return {
    file,
    size,
    md5: Buffer.from(verified.computed.get('MD5') ?? '', 'base64').toString('hex'),
    algorithm,
    checksum: verified.computed.get(algorithm) ?? '',
    defaultChecksum: verified.computed.get(defaultAlgorithm) ?? '',
  };
}
