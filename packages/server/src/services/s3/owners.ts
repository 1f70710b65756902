/** Canonical user ids: how S3 names accounts in its answers and grants. */
import { createHash } from 'node:crypto';

/** 64 hexadecimal digits, the same for an account on every server and at every start. */
export function canonicalUserId(account: string): string {
  return createHash('sha256').update(`canonical user ${account}`).digest('hex');
}
