/** SSH public keys: OpenSSH's one-line form (RFC 4253) and PEM, RSA only. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { ServiceError } from '../../protocol/service-error.ts';

const oneLine = /^ssh-rsa +([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?$/;
const pem =
  /^-----BEGIN (?:RSA )?PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END (?:RSA )?PUBLIC KEY-----$/;
const algorithm = 'ssh-rsa';
const modulusBitsMin = 2048;

export type SshKeyEncoding = 'SSH' | 'PEM';

/**
 * The key in OpenSSH's binary form, base64: the same however it was written. Throws
 * UnrecognizedPublicKeyEncoding, and InvalidPublicKey for keys that are too short.
 */
export function readSshPublicKey(body: string): string {
  const key = parse(body.trim());
  if (key === undefined) {
    const message = 'Invalid public key uploaded.';
    throw new ServiceError('UnrecognizedPublicKeyEncoding', message, 400);
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < modulusBitsMin) {
    throw new ServiceError('InvalidPublicKey', 'Invalid body for public key', 400);
  }
  return toBlob(key).toString('base64');
}

export function encodingOf(body: string): SshKeyEncoding {
  return body.trimStart().startsWith('-') ? 'PEM' : 'SSH';
}

/** The key in the other form than that in which it was uploaded. */
export function writeSshPublicKey(blob: string, encoding: SshKeyEncoding): string {
  if (encoding === 'SSH') return `${algorithm} ${blob}`;
  const key = fromBlob(Buffer.from(blob, 'base64'));
  return String(key?.export({ type: 'spki', format: 'pem' }) ?? '').trim();
}

/** MD5 in hexadecimal pairs with colons, as `ssh-keygen -l -E md5` prints it. */
export function sshFingerprint(blob: string): string {
  const digest = createHash('md5').update(Buffer.from(blob, 'base64')).digest('hex');
  return (digest.match(/../g) ?? []).join(':');
}

function parse(text: string): KeyObject | undefined {
  const [, blob] = oneLine.exec(text) ?? [];
  if (blob !== undefined) return fromBlob(Buffer.from(blob, 'base64'));
  if (!pem.test(text)) return undefined;
  try {
    const key = createPublicKey(text);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Three length-prefixed strings: the algorithm, the exponent and the modulus. */
function fromBlob(blob: Buffer): KeyObject | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + 4 <= blob.length && parts.length < 3) {
    const end = at + 4 + blob.readUInt32BE(at);
    parts.push(blob.subarray(at + 4, end));
    at = end;
  }
  const [name, e, n] = parts;
  if (at !== blob.length || name?.toString('latin1') !== algorithm) return undefined;
  if (e === undefined || n === undefined || e.length > 8) return undefined;
  const jwk = { kty: 'RSA', e: unsigned(e), n: unsigned(n) };
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function unsigned(integer: Buffer): string {
  return integer.subarray(integer.findIndex((byte) => byte !== 0)).toString('base64url');
}

function toBlob(key: KeyObject): Buffer {
  const { e = '', n = '' } = key.export({ format: 'jwk' });
  const integers = [e, n].map((text) => signed(Buffer.from(text, 'base64url')));
  return Buffer.concat([Buffer.from(algorithm), ...integers].flatMap(withLength));
}

/** A leading zero keeps an integer positive. */
function signed(integer: Buffer): Buffer {
  return (integer[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), integer]) : integer;
}

function withLength(part: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return [length, part];
}
