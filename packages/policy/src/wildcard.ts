/** Wildcard patterns: `*` for any run of characters, `?` for one, matched without RegExp. */
import type { Steps } from './step-budget.ts';

/** A stretch of a pattern. In a literal piece `*` and `?` are ordinary characters. */
export interface Piece {
  readonly text: string;
  readonly literal: boolean;
}

/** Tokens: `*` and `?`. Every other token is a UTF-16 code unit. */
export const anyRun = -1;
export const anyOne = -2;

/** A pattern read once: its characters, and the two tokens for wildcards. */
export type Pattern = readonly number[];

/** The text that a pattern's pieces spell, wildcards as they are written. */
export function textOf(pieces: readonly Piece[]): string {
  const [first] = pieces;
  if (first === undefined) return '';
  return pieces.length === 1 ? first.text : pieces.map((piece) => piece.text).join('');
}

function readPattern(pieces: readonly Piece[]): Pattern {
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

/** Several patterns read; fewer when the budget runs out meanwhile. */
export function readPatterns(
  operands: readonly (readonly Piece[])[],
  budget: Steps,
): readonly Pattern[] {
  const patterns: Pattern[] = [];
  for (const pieces of operands) {
    let length = 0;
    for (const { text } of pieces) length += text.length;
    if (!budget.spend(20 + 4 * length)) break;
    patterns.push(readPattern(pieces));
  }
  return patterns;
}

/**
 * Whether the pattern matches the whole text. False when the budget runs out meanwhile: the caller
 * must look at `budget.exhausted` before it trusts any answer.
 *
 * `?` takes one UTF-16 code unit. Unverified: AWS does not say what it counts beyond U+00FF.
 */
export function matchesWildcard(pieces: readonly Piece[], text: string, budget: Steps): boolean {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) {
    if (only.literal) return budget.spend(2 + text.length / 16) && only.text === text;
    return matchesWithin(only.text, 0, only.text.length, text, 0, text.length, budget);
  }
  let length = 0;
  for (const piece of pieces) length += piece.text.length;
  if (!budget.spend(10 + 2 * length)) return false;
  return matchesPattern(readPattern(pieces), text, budget);
}

/** The same for a part of a pattern as written and a part of a text. */
export function matchesWithin(
  pattern: string,
  from: number,
  to: number,
  text: string,
  start: number,
  end: number,
  budget: Steps,
): boolean {
  // Enough for all but patterns that are made to be slow; those are read first.
  const workMax = 64 + 2 * (to - from + end - start);
  let work = 0;
  let at = from;
  let position = start;
  let last = to;
  let stop = end;
  let runAt = -1;
  let runEnd = start;
  while (position < stop) {
    if (++work > workMax) {
      const piece = { text: pattern.slice(from, to), literal: false };
      if (!budget.spend(workMax)) return false;
      return matchesPattern(readPattern([piece]), text.slice(start, end), budget);
    }
    const code = at < last ? pattern.charCodeAt(at) : -1;
    if (code === 42) {
      if (runAt < 0) {
        const tail = tailLength(pattern, to, text, position, end);
        if (tail < 0) break;
        last -= tail;
        stop -= tail;
      }
      runAt = ++at;
      runEnd = position;
      if (at === last) break;
    } else if (code === 63 || code === text.charCodeAt(position)) {
      at++;
      position++;
    } else if (runAt >= 0) {
      // Only the last run ever needs to grow: an earlier one can give nothing that this one cannot.
      at = runAt;
      position = ++runEnd;
    } else {
      break;
    }
  }
  if (!budget.spend(work + to - last)) return false;
  while (at < last && pattern.charCodeAt(at) === 42) at++;
  return at === last && (runAt === last || position === stop);
}

/** How much behind the last run matches the text's end, its only place; -1 where not all does. */
function tailLength(pattern: string, to: number, text: string, start: number, end: number): number {
  for (let tail = 0; ; tail++) {
    const code = pattern.charCodeAt(to - 1 - tail);
    if (code === 42) return tail;
    const position = end - 1 - tail;
    if (position < start) return -1;
    if (code !== 63 && code !== text.charCodeAt(position)) return -1;
  }
}

/** The same for a pattern that has been read. */
export function matchesPattern(pattern: Pattern, text: string, budget: Steps): boolean {
  const firstRun = pattern.indexOf(anyRun);
  if (firstRun < 0) {
    return pattern.length === text.length && standsAt(pattern, 0, text.length, text, 0, budget);
  }
  const lastRun = pattern.lastIndexOf(anyRun);
  const tail = pattern.length - lastRun - 1;
  if (firstRun + tail > text.length) return false;
  // What stands before the first run and behind the last one has one place only.
  if (!standsAt(pattern, 0, firstRun, text, 0, budget)) return false;
  if (!standsAt(pattern, lastRun + 1, tail, text, text.length - tail, budget)) return false;
  let position = firstRun;
  for (let run = firstRun; run < lastRun; ) {
    const next = pattern.indexOf(anyRun, run + 1);
    const segment = pattern.slice(run + 1, next);
    // The leftmost place leaves most to the segments that follow.
    const at = find(segment, text, position, text.length - tail, budget);
    if (at < 0) return false;
    position = at + segment.length;
    run = next;
  }
  return true;
}

/** Whether `count` tokens from `start` on match the characters from `position` on. */
function standsAt(
  pattern: Pattern,
  start: number,
  count: number,
  text: string,
  position: number,
  budget: Steps,
): boolean {
  for (let index = 0; index < count; index++) {
    const token = pattern[start + index];
    if (token === anyOne || token === text.charCodeAt(position + index)) continue;
    budget.spend(index);
    return false;
  }
  return budget.spend(count);
}

/** Where the segment first matches between two positions of the text; -1 where it does not. */
function find(segment: Pattern, text: string, from: number, to: number, budget: Steps): number {
  const last = to - segment.length;
  if (last < from) return -1;
  if (segment.length > 4 && !segment.includes(anyOne)) {
    return findLiteral(segment, text, from, to, budget);
  }
  for (let position = from; position <= last; position++) {
    if (!budget.spend(2)) return -1;
    if (standsAt(segment, 0, segment.length, text, position, budget)) return position;
  }
  return -1;
}

/** Knuth, Morris and Pratt: no character of the text is looked at again from its beginning. */
function findLiteral(
  segment: Pattern,
  text: string,
  from: number,
  to: number,
  budget: Steps,
): number {
  budget.spend(4 * segment.length);
  const borders = bordersOf(segment);
  let matched = 0;
  for (let position = from; position < to; position++) {
    const code = text.charCodeAt(position);
    while (matched > 0 && segment[matched] !== code) matched = borders[matched - 1] ?? 0;
    if (segment[matched] === code) matched++;
    if (matched < segment.length) continue;
    budget.spend(2 * (position - from));
    return position + 1 - segment.length;
  }
  budget.spend(2 * (to - from));
  return -1;
}

/** For each prefix the length of its longest end that is a beginning too. */
function bordersOf(segment: Pattern): readonly number[] {
  const borders = [0];
  let length = 0;
  for (let index = 1; index < segment.length; index++) {
    while (length > 0 && segment[index] !== segment[length]) length = borders[length - 1] ?? 0;
    if (segment[index] === segment[length]) length++;
    borders.push(length);
  }
  return borders;
}
