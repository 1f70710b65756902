/** What the files on article 001 share: its examples, keys, and statements. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateAccessKeyCommand, type IAMClient } from '@aws-sdk/client-iam';
import { root } from './harness.ts';

export const account = '123456789012';

/** A file of examples/001, its placeholders filled in. */
export function exampleText(name: string): string {
  const text = readFileSync(join(root, 'examples', '001', name), 'utf8');
  return text.replaceAll('<ACCOUNT_ID>', account);
}

/** A new access key of a user. */
export async function accessKeyOf(
  iam: IAMClient,
  UserName: string,
): Promise<{ readonly id: string; readonly secret: string }> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' };
}

/** A statement. */
export const allowing = (Action: string | readonly string[], Resource = '*'): object => ({
  Effect: 'Allow',
  Action,
  Resource,
});
