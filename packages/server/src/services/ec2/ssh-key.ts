/**
 * SSH keys: made, read and fingerprinted as EC2 does.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html
 */
import { createHash, createPublicKey, generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyPairRecord } from './entities.ts';

/** What is kept of a key: never its private half. */
export type PublicHalf = Pick<KeyPairRecord, 'type' | 'fingerprint' | 'publicKey'>;

/** A new key with its private half, which is shown once. */
export interface NewKey extends PublicHalf {
  /** PKCS #1 for RSA, OpenSSH's own form for Ed25519. */
  readonly privateKey: string;
}

const generate = promisify(generateKeyPair);

/** Makes an RSA key of 2048 bits. Node's own generator: key generation takes no injected bytes. */
export async function newRsaKey(): Promise<NewKey> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 });
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  return {
    type: 'rsa',
    fingerprint: colons(createHash('sha1').update(der).digest('hex')),
    publicKey: opensshText('ssh-rsa', rsaBlob(publicKey.export({ format: 'jwk' }))),
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
}

export async function newEd25519Key(): Promise<NewKey> {
  const { publicKey, privateKey } = await generate('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const point = Buffer.from(x, 'base64url');
  const blob = Buffer.concat([field('ssh-ed25519'), field(point)]);
  return {
    type: 'ed25519',
    fingerprint: opensshFingerprint(blob),
    publicKey: opensshText('ssh-ed25519', blob),
    privateKey: opensshPrivateKey(blob, point, Buffer.from(d, 'base64url')),
  };
}

const opensshPattern = /^(ssh-rsa|ssh-ed25519) ([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?[\r\n]*$/;

/** Reads `ssh-rsa AAAA… comment`; undefined when it is no such key. */
export function readPublicKey(text: string): PublicHalf | undefined {
  const [, name, encoded = ''] = opensshPattern.exec(text) ?? [];
  if (name === undefined) return undefined;
  const blob = Buffer.from(encoded, 'base64');
  if (blob.toString('base64') !== encoded) return undefined;
  const fields = readFields(blob);
  if (fields?.[0]?.toString('latin1') !== name) return undefined;
  const publicKey = text.trim();
  if (name === 'ssh-ed25519') {
    if (fields.length !== 2 || fields[1]?.length !== 32) return undefined;
    return { type: 'ed25519', fingerprint: opensshFingerprint(blob), publicKey };
  }
  const [, exponent, modulus] = fields;
  if (fields.length !== 3 || exponent === undefined || modulus === undefined) return undefined;
  const fingerprint = importedFingerprint(exponent, modulus);
  return fingerprint === undefined ? undefined : { type: 'rsa', fingerprint, publicKey };
}

/** MD5 of the public key in DER: what EC2 shows of imported RSA keys. */
function importedFingerprint(exponent: Buffer, modulus: Buffer): string | undefined {
  try {
    const key = createPublicKey({
      key: { kty: 'RSA', e: unsigned(exponent), n: unsigned(modulus) },
      format: 'jwk',
    });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < 1024 || bits > 4096) return undefined;
    const der = key.export({ type: 'spki', format: 'der' });
    return colons(createHash('md5').update(der).digest('hex'));
  } catch {
    return undefined;
  }
}

/** A multiple precision integer without the zero byte that keeps it positive. */
function unsigned(bytes: Buffer): string {
  return (bytes[0] === 0 ? bytes.subarray(1) : bytes).toString('base64url');
}

function rsaBlob({ e = '', n = '' }: JsonWebKey): Buffer {
  return Buffer.concat([field('ssh-rsa'), field(positive(e)), field(positive(n))]);
}

function positive(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) >= 128 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

function opensshText(name: string, blob: Buffer): string {
  return `${name} ${blob.toString('base64')}`;
}

function opensshFingerprint(blob: Buffer): string {
  return createHash('sha256').update(blob).digest('base64');
}

/** The unencrypted `openssh-key-v1` container (OpenSSH's PROTOCOL.key). */
function opensshPrivateKey(publicBlob: Buffer, point: Buffer, seed: Buffer): string {
  // Two equal numbers that show a right passphrase; without one any number will do.
  const check = createHash('sha256').update(seed).digest().subarray(0, 4);
  const secret = Buffer.concat([
    check,
    check,
    field('ssh-ed25519'),
    field(point),
    field(Buffer.concat([seed, point])),
    field(''),
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (secret.length % 8)) % 8));
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    field('none'),
    field('none'),
    field(''),
    Buffer.of(0, 0, 0, 1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  const frame = (word: string) => `-----${word} OPENSSH PRIVATE KEY-----`;
  return `${[frame('BEGIN'), ...lines, frame('END')].join('\n')}\n`;
}

/** A length in four bytes, then the content. */
function field(content: string | Buffer): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function readFields(blob: Buffer): readonly Buffer[] | undefined {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function colons(hex: string): string {
  return hex.match(/../g)?.join(':') ?? '';
}
