/** `sekisho tour 004` and its refusals, against a server of its own, with the AWS CLI in PATH. */
import { describe, expect, test } from 'vitest';
import { cleanEnvironment, commandArguments, findAwsClis, root, runClient } from './harness.ts';

const [cli] = findAwsClis();

describe.skipIf(cli?.path !== 'aws')('sekisho tour 004', () => {
  const tour = (...args: readonly string[]) =>
    runClient(process.execPath, [...commandArguments, 'tour', '004', '--own', ...args], {
      env: cleanEnvironment(),
      folder: root,
      milliseconds: 600_000,
    });

  test('every step of the article comes out', () => {
    const { code, stdout, stderr } = tour('--lang', 'ja');
    expect(stderr).toBe('');
    expect(stdout).not.toContain('✗');
    expect(code).toBe(0);
  }, 600_000);

  test('every refusal comes out, and the conditions that fail are named', () => {
    const { code, stdout } = tour('--broken', '--lang', 'en');
    expect(stdout).not.toContain('✗');
    expect(stdout).toContain('Condition StringEquals aws:sourceVpce does not match');
    expect(code).toBe(0);
  }, 600_000);
});
