/** Short forms of how a step must come out. */
import type { Expectation } from './step.ts';

/** It succeeds. */
export const anything: Expectation = { kind: 'success', output: { kind: 'anything' } };

/** It succeeds and prints nothing. */
export const nothing: Expectation = { kind: 'success', output: { kind: 'nothing' } };

/** It prints JSON with at least these properties; lists have as many elements. */
export const json = (includes: unknown): Expectation => ({
  kind: 'success',
  output: { kind: 'json', includes },
});

/** It prints this. */
export const text = (includes: string): Expectation => ({
  kind: 'success',
  output: { kind: 'text', includes },
});
