/** The ARN of a new secret: its name and six random characters. */
import type { DemandContext } from '../service.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const suffixLength = 6;

export function newSecretArn(
  name: string,
  { partition, region, account, runtime }: DemandContext,
): string {
  let suffix = '';
  while (suffix.length < suffixLength) {
    for (const byte of runtime.platform.random.bytes(16)) {
      // Bytes beyond the last whole multiple would favour the first letters.
      if (byte < 256 - (256 % letters.length) && suffix.length < suffixLength) {
        suffix += letters.charAt(byte % letters.length);
      }
    }
  }
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-${suffix}`;
}
