/** Passwords of users: kept as sealed scrypt hashes, compared in constant time. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../platform/platform.ts';

const saltBytes = 16;
const hashBytes = 32;
/** 32 MiB and some 60 milliseconds for each guess. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

interface Sealer {
  seal(plaintext: string, associated: string): string;
  open(sealed: string, associated: string): string | undefined;
}

/** The password as it is stored; `associated` names what it belongs to. */
export async function sealPassword(
  password: string,
  associated: string,
  { sealer, random }: { readonly sealer: Sealer; readonly random: Random },
): Promise<string> {
  const salt = random.bytes(saltBytes);
  const hash = await hashOf(password, salt);
  return sealer.seal(Buffer.concat([salt, hash]).toString('base64'), associated);
}

/** Whether it is the sealed password. What does not open is nobody's password. */
export async function isPassword(
  password: string,
  sealed: string,
  associated: string,
  sealer: Sealer,
): Promise<boolean> {
  const opened = sealer.open(sealed, associated);
  const bytes = Buffer.from(opened ?? '', 'base64');
  if (bytes.length !== saltBytes + hashBytes) return false;
  const hash = await hashOf(password, bytes.subarray(0, saltBytes));
  return timingSafeEqual(hash, bytes.subarray(saltBytes));
}

function hashOf(password: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashBytes, cost, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}
