/** The local issuer's RSA key: made at first use, kept sealed in the data folder. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Platform } from '../../platform/platform.ts';
import type { Sealer } from '../../services/service.ts';

const keyFile = 'oidc-issuer-key';
const sealedFor = 'oidc-issuer/signing-key';

/** Signs tokens, and shows its public half. */
export class SigningKey {
  readonly #key: KeyObject;
  readonly keyId: string;
  /** The public key as a JWK that names its use and its algorithm. */
  readonly jwk: Readonly<Record<'kty' | 'alg' | 'use' | 'kid' | 'n' | 'e', string>>;

  constructor(key: KeyObject) {
    this.#key = key;
    const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
    // RFC 7638: the members that make the key, in this order.
    const members = JSON.stringify({ e, kty: 'RSA', n });
    this.keyId = createHash('sha256').update(members).digest('base64url');
    this.jwk = { kty: 'RSA', alg: 'RS256', use: 'sig', kid: this.keyId, n, e };
  }

  /** A JWS in compact form. */
  signToken(claims: object): string {
    const header = { typ: 'JWT', alg: 'RS256', kid: this.keyId };
    const encode = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${encode(header)}.${encode(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#key).toString('base64url')}`;
  }
}

/** Reads or makes the key (mode 0600). One that does not open is an error, never replaced. */
export async function loadSigningKey(
  { disk }: Pick<Platform, 'disk'>,
  sealer: Sealer,
): Promise<SigningKey> {
  const stored = await disk.read(keyFile);
  if (stored !== undefined) {
    const pem = sealer.open(Buffer.from(stored).toString('latin1').trim(), sealedFor);
    if (pem === undefined) {
      throw new Error(`${disk.root}/${keyFile} does not open under this folder's master key`);
    }
    return new SigningKey(createPrivateKey(pem));
  }
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await disk.writeAtomically(keyFile, `${sealer.seal(pem, sealedFor)}\n`);
  return new SigningKey(privateKey);
}
