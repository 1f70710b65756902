/** `sekisho tour 001` and its refusals, against a server of its own, with the AWS CLI in PATH. */
import { describe, expect, test } from 'vitest';
import { cleanEnvironment, commandArguments, findAwsClis, root, runClient } from './harness.ts';

const [cli] = findAwsClis();
const minutes = 20 * 60_000;

describe.skipIf(cli?.path !== 'aws')('sekisho tour 001', () => {
  const tour = (...args: readonly string[]) =>
    runClient(process.execPath, [...commandArguments, 'tour', '001', '--own', ...args], {
      env: cleanEnvironment(),
      folder: root,
      milliseconds: minutes,
    });

  test(
    'every step comes out, by Terraform or without',
    () => {
      const { code, stdout, stderr } = tour('--lang', 'en');
      expect(stderr).toBe('');
      expect(stdout).not.toContain('✗');
      expect(stdout).toMatch(/terraform -chdir=corrected apply|aws iam create-instance-profile/);
      expect(code).toBe(0);
    },
    minutes,
  );

  test(
    'every refusal comes out, and is explained, in Japanese',
    () => {
      const { code, stdout } = tour('--broken', '--lang', 'ja');
      expect(stdout).not.toContain('✗');
      expect(stdout).toContain('アイデンティティベースのポリシー');
      expect(code).toBe(0);
    },
    minutes,
  );
});
