/** Tests that what is committed is what the programs generate. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('npm run generate -- --check finds nothing stale', () => {
  const program = fileURLToPath(new URL('main.ts', import.meta.url));
  const output = execFileSync(process.execPath, [program, '--check'], { encoding: 'utf8' });
  expect(output).toBe('');
});
