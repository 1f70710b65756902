/** Unique identifiers of IAM entities and access keys, with the account encoded as on AWS. */
import type { Random } from './platform.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Prefixes whose identifiers are 20 characters long; all others have 21. */
const shortPrefixes: ReadonlySet<string> = new Set(['AKIA', 'ASIA', 'ABIA', 'APKA']);

const accountShape = /^\d{12}$/;
const idShape = /^[A-Z]{4}[A-Z2-7]{9,28}$/;

/**
 * A new identifier: `AROA…`, `AIDA…`, `AKIA…`. The eight characters after the prefix and the top
 * bit of the ninth hold the account number under a leading one bit; the rest is random.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
 */
export function createUniqueId(prefix: string, account: string, random: Random): string {
  if (!accountShape.test(account)) throw new Error('an account id has twelve digits');
  const length = shortPrefixes.has(prefix) ? 20 : 21;
  const number = BigInt(account);
  const encoded = (1n << 39n) | (number >> 1n);
  let id = prefix;
  for (let shift = 35n; shift >= 0n; shift -= 5n) {
    id += alphabet.charAt(Number((encoded >> shift) & 31n));
  }
  const bytes = random.bytes(length - id.length);
  const parity = Number(number & 1n) << 4;
  id += alphabet.charAt(parity | ((bytes[0] ?? 0) & 15));
  for (const byte of bytes.subarray(1)) id += alphabet.charAt(byte & 31);
  return id;
}

/**
 * The account that an access key id (or any unique id) encodes, as GetAccessKeyInfo reads it;
 * undefined when the id does not have that form.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
export function accountOfAccessKey(id: string): string | undefined {
  if (!idShape.test(id)) return undefined;
  let encoded = 0n;
  for (const character of id.slice(4, 12)) {
    encoded = (encoded << 5n) | BigInt(alphabet.indexOf(character));
  }
  // Ids of before 2019 lack the leading bit and hold no account.
  if (encoded >> 39n === 0n) return undefined;
  const parity = BigInt(alphabet.indexOf(id.charAt(12)) >> 4);
  const account = ((encoded & ((1n << 39n) - 1n)) << 1n) | parity;
  return account > 999_999_999_999n ? undefined : account.toString().padStart(12, '0');
}

/** A new secret access key: 40 characters of `[A-Za-z0-9+/]`. */
export function createSecretAccessKey(random: Random): string {
  return Buffer.from(random.bytes(30)).toString('base64');
}
