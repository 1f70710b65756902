/** Patterns of service models (Java's dialect) as compiled constants. Never built from user text. */
import assert from 'node:assert';

const compiled = new Map<string, RegExp | undefined>();

/**
 * Whether the whole text matches. A text with characters outside the BMP matches no pattern, as on
 * AWS. The pattern is the model's; one that does not compile is a programmer error (a test holds
 * every pattern of the catalogue to compile).
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const expression = compilePattern(pattern);
  assert(expression !== undefined, `the pattern ${pattern} does not compile`);
  return expression.test(text) && !beyondBmp.test(text);
}

const beyondBmp = /[\u{10000}-\u{10ffff}]/u;

/** Compiles once; undefined when it cannot be said in JavaScript. */
export function compilePattern(pattern: string): RegExp | undefined {
  if (!compiled.has(pattern)) compiled.set(pattern, tryCompile(pattern));
  return compiled.get(pattern);
}

/** POSIX classes of Java, which JavaScript lacks (`ASCII` and `Alphabetic` it has). */
const posixClasses: ReadonlyMap<string, string> = new Map([
  ['\\p{IsAlphabetic}', '\\p{Alphabetic}'],
  ['\\p{Alpha}', 'A-Za-z'],
  ['\\p{Alnum}', 'A-Za-z0-9'],
  ['\\p{Digit}', '0-9'],
  ['\\p{Graph}', '!-~'],
  ['\\p{Print}', ' -~'],
  ['\\p{Punct}', '!-\\/:-@\\[-`\\{-~'],
  ['\\p{Space}', '\\s'],
]);

const token = /\\p\{[A-Za-z]+\}|\\.|[[\]]|[^\\[\]]+/gs;

/** Inside brackets a class is its ranges, outside it has brackets of its own. */
function translateClasses(pattern: string): string {
  let inBrackets = false;
  return pattern.replaceAll(token, (part) => {
    if (part === '[' || part === ']') inBrackets = part === '[';
    const ranges = posixClasses.get(part);
    if (ranges === undefined) return part;
    return inBrackets ? ranges : `[${ranges}]`;
  });
}

/** With the `u` flag only these may be escaped; Java lets anything be. */
const idleEscape = /\\([^\w\s^$\\.*+?()[\]{}|/-])/gu;

function tryCompile(pattern: string): RegExp | undefined {
  const folded = pattern.startsWith('(?i)');
  const plain = pattern.slice(folded ? 4 : 0);
  const translated = translateClasses(plain).replaceAll(idleEscape, '$1').replaceAll('\\_', '_');
  for (const [source, flags] of [
    [translated, folded ? 'iu' : 'u'],
    [pattern, pattern.includes('\\p{') ? 'u' : ''],
  ] as const) {
    try {
      return new RegExp(`^(?:${source})$`, flags);
    } catch {
      // The next form is tried.
    }
  }
  return undefined;
}
