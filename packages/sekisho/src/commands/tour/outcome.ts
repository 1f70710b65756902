/** Whether a step came out as expected: pure comparisons of what a client printed. */
import { type Expectation, type Facts, fill } from './step.ts';

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What was expected and did not come; undefined when all came. */
export type Disappointment =
  | { readonly kind: 'failed' }
  | { readonly kind: 'not refused' }
  | { readonly kind: 'differs'; readonly expected: string };

/** Compares. `<names>` in the expectation are filled in first. */
export function disappointment(
  expectation: Expectation,
  outcome: Outcome,
  facts: Facts,
): Disappointment | undefined {
  if (expectation.kind === 'refusal') {
    if (expectation.told !== true && outcome.code === 0) return { kind: 'not refused' };
    if (expectation.told === true && outcome.code !== 0) return { kind: 'failed' };
    const said = `${outcome.stdout}${outcome.stderr}`;
    const unsaid = expectation.words
      .map((part) => filled(part, facts))
      .find((w) => !said.includes(w));
    return unsaid === undefined ? undefined : { kind: 'differs', expected: unsaid };
  }
  if (outcome.code !== 0) return { kind: 'failed' };
  const { output } = expectation;
  switch (output.kind) {
    case 'anything':
      return undefined;
    case 'nothing':
      return outcome.stdout.trim() === '' ? undefined : { kind: 'differs', expected: '' };
    case 'text': {
      const expected = filled(output.includes, facts);
      return outcome.stdout.includes(expected) ? undefined : { kind: 'differs', expected };
    }
    case 'json': {
      const expected = filled(JSON.stringify(output.includes), facts);
      const same = includes(JSON.parse(expected), readJson(outcome.stdout));
      return same ? undefined : { kind: 'differs', expected };
    }
  }
}

function filled(text: string, facts: Facts): string {
  const result = fill(text, facts);
  return 'text' in result ? result.text : text;
}

/** What a client printed, when it is JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every property of `expected` is in `actual`; lists have the same length. */
export function includes(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, actual);
  if (typeof actual !== 'object' || actual === null) return false;
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => includes(item, actual[index]))
    );
  }
  return Object.entries(expected).every(([name, value]) =>
    includes(value, Reflect.get(actual, name)),
  );
}

/** The text at a place in JSON; undefined when there is none. */
export function textAt(value: unknown, path: readonly (string | number)[]): string | undefined {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return typeof current === 'string' ? current : undefined;
}
