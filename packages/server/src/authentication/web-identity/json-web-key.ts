/** Public keys of an issuer (JWK, RFC 7517) and the signatures that they verify (RFC 7518). */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type JsonNode, parseJson } from '@sekisho/policy';
import { decodeBase64url } from './base64url.ts';
import { type Claims, stringOf } from './jwt.ts';

/** A key that may verify. `algorithm` when the issuer binds the key to one. */
export interface VerificationKey {
  readonly keyId: string;
  readonly type: 'RSA' | 'EC';
  /** EC only: `P-256`. */
  readonly curve?: string;
  readonly algorithm?: string;
  readonly key: KeyObject;
}

/** Keys of one id that are tried at most. */
const triesMax = 16;

interface Algorithm {
  readonly hash: string;
  readonly type: 'RSA' | 'EC';
  readonly curve?: string;
  readonly signatureBytes?: number;
}

/** What AWS lists; `none` and everything with a shared secret is not there. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ['RS256', { hash: 'sha256', type: 'RSA' }],
  ['RS384', { hash: 'sha384', type: 'RSA' }],
  ['RS512', { hash: 'sha512', type: 'RSA' }],
  ['ES256', { hash: 'sha256', type: 'EC', curve: 'P-256', signatureBytes: 64 }],
  ['ES384', { hash: 'sha384', type: 'EC', curve: 'P-384', signatureBytes: 96 }],
  ['ES512', { hash: 'sha512', type: 'EC', curve: 'P-521', signatureBytes: 132 }],
]);

/** Whether one of the keys with that id verifies the signature, under its own kind of algorithm. */
export function verifies(
  keys: readonly VerificationKey[],
  token: {
    readonly algorithm: string;
    readonly keyId: string;
    readonly signed: string;
    readonly signature: Uint8Array;
  },
): boolean {
  const algorithm = algorithms.get(token.algorithm);
  if (algorithm === undefined) return false;
  const { type, curve, hash, signatureBytes } = algorithm;
  if (signatureBytes !== undefined && token.signature.length !== signatureBytes) return false;
  const data = Buffer.from(token.signed, 'latin1');
  return keys
    .filter(
      (key) =>
        key.keyId === token.keyId &&
        key.type === type &&
        key.curve === curve &&
        (key.algorithm === undefined || key.algorithm === token.algorithm),
    )
    .slice(0, triesMax)
    .some(({ key }) => {
      const how =
        type === 'RSA'
          ? { key, padding: constants.RSA_PKCS1_PADDING }
          : { key, dsaEncoding: 'ieee-p1363' as const };
      return verify(hash, data, how, token.signature);
    });
}

/** The keys of a JWKS document; undefined when it is none. Keys that cannot verify are left out. */
export function readKeySet(text: string): readonly VerificationKey[] | undefined {
  const json = parseJson(text);
  if ('error' in json || json.value.kind !== 'object') return undefined;
  const keys = json.value.members.get('keys')?.value;
  if (keys?.kind !== 'array') return undefined;
  return keys.items.flatMap((item) => {
    const key = readKey(item);
    return key === undefined ? [] : [key];
  });
}

function readKey(node: JsonNode): VerificationKey | undefined {
  if (node.kind !== 'object') return undefined;
  const members = node.members;
  const keyId = stringOf(members, 'kid');
  if (keyId === undefined || keyId === '') return undefined;
  if ((stringOf(members, 'use') ?? 'sig') !== 'sig') return undefined;
  const algorithm = stringOf(members, 'alg');
  const bound = { keyId, ...(algorithm === undefined ? {} : { algorithm }) };
  switch (stringOf(members, 'kty')) {
    case 'RSA': {
      const key = importKey(members, 'RSA', ['n', 'e']);
      const bits = key?.asymmetricKeyDetails?.modulusLength ?? 0;
      if (key === undefined || bits < 2048 || bits > 8192) return undefined;
      return { ...bound, type: 'RSA', key };
    }
    case 'EC': {
      const curve = stringOf(members, 'crv');
      const key = importKey(members, 'EC', ['x', 'y']);
      if (key === undefined || curve === undefined) return undefined;
      return { ...bound, type: 'EC', curve, key };
    }
    default:
      return undefined;
  }
}

function importKey(
  members: Claims,
  kty: 'RSA' | 'EC',
  names: readonly string[],
): KeyObject | undefined {
  const parts = names.map((name) => [name, stringOf(members, name) ?? ''] as const);
  if (parts.some(([, value]) => value === '' || decodeBase64url(value) === undefined)) {
    return undefined;
  }
  const curve = kty === 'EC' ? { crv: stringOf(members, 'crv') ?? '' } : {};
  try {
    return createPublicKey({ key: { kty, ...curve, ...Object.fromEntries(parts) }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
