/** S3's checksums in requests and answers: names, defaults, and the members that carry them. */
import {
  type ChecksumAlgorithm,
  checksumAlgorithms,
} from '../../authentication/payload/checksum/checksum.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import type { Checksum } from './entities.ts';
import { headerNotImplemented, invalidRequest } from './errors.ts';

/** What S3 computes when the client names nothing. */
export const defaultChecksumAlgorithm: ChecksumAlgorithm = 'CRC64NVME';

/** Algorithms that S3 has since 2026 and that are not computed here. */
const unservedHeaders = ['sha512', 'md5', 'xxhash64', 'xxhash3', 'xxhash128'].map(
  (name) => `x-amz-checksum-${name}`,
);

/** The algorithm by its name in a request; throws AWS's refusal for others. */
export function toChecksumAlgorithm(name: string): ChecksumAlgorithm {
  const known = checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (known !== undefined) return known;
  throw invalidRequest(
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: ' +
      `[${checksumAlgorithms.join(', ')}]`,
  );
}

/** Refuses checksums that could not be verified: ignoring one would pretend that it was. */
export function refuseUnservedChecksums(http: HttpRequest): void {
  for (const header of unservedHeaders) {
    if (http.header(header) !== undefined) throw headerNotImplemented(header);
    if (http.header('x-amz-trailer')?.includes(header)) throw headerNotImplemented(header);
  }
}

type ChecksumMembers = { readonly [name in `Checksum${ChecksumAlgorithm}`]?: string };

/** A value under its member's name: `{ ChecksumCRC32: value }`. */
export function checksumMember(algorithm: ChecksumAlgorithm, value: string): ChecksumMembers {
  return { [`Checksum${algorithm}`]: value };
}

/** The members of an answer about a whole object. */
export function checksumOutput(
  checksum: Checksum | undefined,
): ChecksumMembers & { readonly ChecksumType?: string } {
  if (checksum === undefined) return {};
  return { ...checksumMember(checksum.algorithm, checksum.value), ChecksumType: checksum.type };
}

/** The value that a request gives in a member for that algorithm. */
export function memberOf(
  input: { readonly [name in `Checksum${ChecksumAlgorithm}`]?: string | undefined },
  algorithm: ChecksumAlgorithm,
): string | undefined {
  return input[`Checksum${algorithm}`];
}

/** The algorithms that a request gives a value for. */
export function givenAlgorithms(
  input: { readonly [name in `Checksum${ChecksumAlgorithm}`]?: string | undefined },
): readonly ChecksumAlgorithm[] {
  return checksumAlgorithms.filter((algorithm) => memberOf(input, algorithm) !== undefined);
}
