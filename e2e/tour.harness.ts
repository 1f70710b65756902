/** `sekisho tour` and its refusals, against a server of its own, with the AWS CLI in PATH. */
import { describe, expect, test } from 'vitest';
import { cleanEnvironment, commandArguments, findAwsClis, root, runClient } from './harness.ts';

const milliseconds = 20 * 60_000;

/** What the printed text must hold besides, of the steps and of the refusals. */
export interface TourTexts {
  readonly steps?: string | RegExp;
  readonly refusals: string;
  readonly refusalsLanguage: 'en' | 'ja';
}

/** Declares the two tests of an article's tour: its steps in one language, its refusals in the other. */
export function testTour(article: string, texts: TourTexts): void {
  const [cli] = findAwsClis();
  const play = (...args: readonly string[]) =>
    runClient(process.execPath, [...commandArguments, 'tour', article, '--own', ...args], {
      env: cleanEnvironment(),
      folder: root,
      milliseconds,
    });

  describe.skipIf(cli?.path !== 'aws')(`sekisho tour ${article}`, { timeout: milliseconds }, () => {
    test('every step comes out', () => {
      const language = texts.refusalsLanguage === 'en' ? 'ja' : 'en';
      const { code, stdout, stderr } = play('--lang', language);
      expect(stderr).toBe('');
      expect(stdout).not.toContain('✗');
      expect(stdout).toMatch(texts.steps ?? /✓/);
      expect(code).toBe(0);
    });

    test('every refusal comes out, and is explained', () => {
      const { code, stdout } = play('--broken', '--lang', texts.refusalsLanguage);
      expect(stdout).toContain(texts.refusals);
      expect(stdout).not.toMatch(/✗ \d{3}-/);
      expect(code).toBe(0);
    });
  });
}
