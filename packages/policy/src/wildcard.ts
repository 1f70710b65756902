/** Wildcard patterns: `*` for any run of characters, `?` for one, matched without RegExp. */
import type { StepBudget } from './step-budget.ts';

/** A stretch of a pattern. In a literal piece `*` and `?` are ordinary characters. */
export interface Piece {
  readonly text: string;
  readonly literal: boolean;
}

const anyRun = -1;
const anyOne = -2;

/** The text that a pattern's pieces spell, wildcards as they are written. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('');
}

function tokens(pieces: readonly Piece[]): number[] {
  const result: number[] = [];
  for (const { text, literal } of pieces) {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (literal || (code !== 42 && code !== 63)) result.push(code);
      else if (code === 63) result.push(anyOne);
      else if (result.at(-1) !== anyRun) result.push(anyRun);
    }
  }
  return result;
}

/**
 * Whether the pattern matches the whole text. False when the budget runs out meanwhile: the caller
 * must look at `budget.exhausted` before it trusts any answer.
 *
 * `?` takes one UTF-16 code unit. Unverified: AWS does not say what it counts beyond U+00FF.
 */
export function matchesWildcard(
  pieces: readonly Piece[],
  text: string,
  budget: StepBudget,
): boolean {
  const pattern = tokens(pieces);
  if (!budget.spend(pattern.length)) return false;
  let at = 0;
  let position = 0;
  let runAt = -1;
  let runEnd = 0;
  while (position < text.length) {
    if (!budget.spend()) return false;
    const token = pattern[at];
    if (token === anyRun) {
      runAt = at++;
      runEnd = position;
    } else if (token === anyOne || token === text.charCodeAt(position)) {
      at++;
      position++;
    } else if (runAt >= 0) {
      // Only the last run ever needs to grow: an earlier one can give nothing that this one cannot.
      at = runAt + 1;
      position = ++runEnd;
    } else {
      return false;
    }
  }
  while (pattern[at] === anyRun) at++;
  return at === pattern.length;
}
