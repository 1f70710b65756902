/** Bucket addressing: which bucket a Host header names (virtual-hosted style), if any. */

const labelPattern = /^[a-z0-9](?:[a-z0-9.-]{1,61}[a-z0-9])$/;
const awsPattern =
  /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?$/;

/**
 * The bucket that the host names: `bucket.s3.localhost` with the suffix `s3.localhost`, or
 * `bucket.s3.<region>.amazonaws.com`. undefined: path style. Suffixes carry no port and no
 * leading dot; a Host that is a suffix itself, an IP address, or foreign is path style.
 */
export function bucketOfHost(host: string, suffixes: readonly string[]): string | undefined {
  const name = withoutPort(host);
  const matching = suffixes
    .filter((suffix) => name.endsWith(`.${suffix}`))
    .sort((left, right) => right.length - left.length);
  const longest = matching[0];
  // The longest suffix counts: `a.s3.localhost` is the bucket `a`, never `a.s3`.
  if (longest !== undefined) return bucketLabel(name.slice(0, -longest.length - 1));
  if (suffixes.includes(name)) return undefined;
  return bucketLabel(awsPattern.exec(name)?.[1]);
}

function bucketLabel(label: string | undefined): string | undefined {
  return label !== undefined && labelPattern.test(label) ? label : undefined;
}

function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon > 0 && /^\d{1,5}$/.test(host.slice(colon + 1)) ? host.slice(0, colon) : host;
}
