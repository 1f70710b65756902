/** Authorization ids: what IAM's refusals carry, and how they stand for our decision ids. */

/** 128 bits are 25 digits of base 36: the form of AWS's own ids. */
const digits = 25;
const authorizationId = /^[0-9a-z]{25}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The authorization id of a decision id (a UUID). */
export function authorizationIdOf(decisionId: string): string {
  if (!uuid.test(decisionId)) throw new Error('a decision id is no UUID');
  return BigInt(`0x${decisionId.replaceAll('-', '')}`)
    .toString(36)
    .padStart(digits, '0');
}

/** The decision id of an authorization id; undefined when it cannot be one of ours. */
export function decisionIdOf(id: string): string | undefined {
  if (!authorizationId.test(id)) return undefined;
  let bits = 0n;
  for (const digit of id) bits = bits * 36n + BigInt(Number.parseInt(digit, 36));
  const hex = bits.toString(16).padStart(32, '0');
  if (hex.length !== 32) return undefined;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * What AWS appends to a refusal that it has recorded. So far most operations of IAM, no other
 * service: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html
 */
export function authorizationIdText(id: string, region: string): string {
  const console = `https://${region}.console.aws.amazon.com/iam/home?region=${region}`;
  return (
    `. Go to ${console}#/authorization-details/${id} for complete details, or call the ` +
    `GetRequestAuthorizationDetails API with the following authorization id: ${id}`
  );
}
