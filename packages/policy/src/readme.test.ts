/** The examples of the README are run, and print what their comments say. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const library = new URL('./index.ts', import.meta.url).href;
const examples = [...readme.matchAll(/^## (.+?)$[\s\S]*?^```ts\n([\s\S]*?)^```$/gm)].map(
  ([, title = '', code = '']) => ({ title, code }),
);

/** What the comments behind, or on the line after, each console.log promise. */
function promised(code: string): readonly string[] {
  return [...code.matchAll(/^console\.log\(.*\);(?:\n\/\/| \/\/) (.*)$/gm)].map(
    ([, text = '']) => text,
  );
}

test('has examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(4);
});

test.each(examples)('the example of "$title" prints what it says', ({ code }) => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-readme-'));
  try {
    const file = join(folder, 'example.ts');
    writeFileSync(file, code.replaceAll("'@sekisho/policy'", JSON.stringify(library)));
    const printed = execFileSync(process.execPath, [file], { encoding: 'utf8', stdio: 'pipe' });
    const lines = promised(code);
    expect(lines.length).toBeGreaterThan(0);
    expect(
      printed
        .trimEnd()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(lines.map((line) => line.trim()));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
