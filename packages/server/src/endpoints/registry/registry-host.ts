/** Which requests are the registry's: by their Host, else by their path and the way they sign. */
import type { HttpRequest } from '../../protocol/http.ts';
import { registryOfHost } from '../../services/ecr/registry-address.ts';
import { bucketOfHost } from '../../services/s3/addressing.ts';

const port = /:\d{1,5}$/;
const signing = /^AWS(?:4-|\s)/i;

/**
 * Every request to `<account>.dkr.ecr.<region>.amazonaws.com` (or another ending) is the registry's.
 * On other hosts `/v2/` is too, unless the request is S3's: then it is signed for AWS (Signature
 * Version 4 or 2, in the header or the query), or bears a header of AWS's clients, or comes to a
 * host of S3 (`/v2/…` may be an object's key there) or of another AWS service. No path-style bucket
 * is lost: names have three characters at least, and S3 itself says so of `v2`.
 */
export function isRegistryRequest(
  request: HttpRequest,
  bucketSuffixes: readonly string[],
): boolean {
  const host = hostName(request);
  if (registryOfHost(host) !== undefined) return true;
  const { rawPath } = request;
  if (rawPath !== '/v2' && !rawPath.startsWith('/v2/')) return false;
  if (/\.amazonaws\.com(?:\.cn)?$/.test(host) || host === 's3.localhost') return false;
  return bucketOfHost(host, bucketSuffixes) === undefined && !isForAws(request);
}

/** The Host without its port. */
export function hostName({ header }: HttpRequest): string {
  return (header('host') ?? '').replace(port, '');
}

function isForAws({ header, headers, query }: HttpRequest): boolean {
  const authorization = header('authorization');
  if (authorization !== undefined) return signing.test(authorization);
  return (
    headers.some(([name]) => name.startsWith('x-amz-') || name.startsWith('amz-sdk-')) ||
    query.some(({ name }) => name === 'AWSAccessKeyId' || name.startsWith('X-Amz-'))
  );
}
