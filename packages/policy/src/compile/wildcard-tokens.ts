/** Wildcard patterns as numbers: characters, and two tokens for `*` and `?`. */
import { foldCase } from '../ascii.ts';
import { anyOne, anyRun, matchesPattern } from '../wildcard.ts';
import type { RequestFrame } from './request-frame.ts';

/** The tokens of a text in which `*` and `?` are wildcards. */
export function tokensOf(text: string): Int32Array {
  const tokens: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 63) tokens.push(anyOne);
    else if (code !== 42) tokens.push(code);
    else if (tokens.at(-1) !== anyRun) tokens.push(anyRun);
  }
  return Int32Array.from(tokens);
}

function fold(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

/** Enough for all but patterns that are made to be slow: those are left to `matchesPattern`. */
function workMaxOf(patternLength: number, textLength: number): number {
  return 64 + 2 * (patternLength + textLength);
}

function isSame(token: number, code: number, folded: boolean): boolean {
  return token === code || (folded && fold(token) === fold(code));
}

/** Whether the first `count` tokens match `text` from `start` to `end`; `folded`: without case. */
export function matchesTokens(
  tokens: Int32Array,
  count: number,
  text: string,
  start: number,
  end: number,
  folded: boolean,
  frame: RequestFrame,
): boolean {
  const workMax = workMaxOf(count, end - start);
  let work = 0;
  let last = count;
  let stop = end;
  let at = 0;
  let position = start;
  let runAt = -1;
  let runEnd = 0;
  while (position < stop) {
    if (++work > workMax) {
      const slow = Array.from(tokens.subarray(0, count));
      return matchesSlowly(slow, text.slice(start, end), folded, frame);
    }
    const token = at < last ? (tokens[at] ?? 0) : 0x110000;
    if (token === anyRun) {
      if (runAt < 0) {
        // What stands behind the last run has one place only.
        const tail = tailOfTokens(tokens, last, text, position, stop, folded);
        if (tail < 0) break;
        last -= tail;
        stop -= tail;
      }
      runAt = ++at;
      runEnd = position;
      if (at === last) break;
    } else if (token === anyOne || isSame(token, text.charCodeAt(position), folded)) {
      at++;
      position++;
    } else if (runAt >= 0) {
      at = runAt;
      position = ++runEnd;
    } else {
      break;
    }
  }
  frame.steps -= 4 + ((work + count - last) >> 1);
  while (at < last && tokens[at] === anyRun) at++;
  return at === last && (runAt === last || position === stop);
}

/** How many tokens behind the last run match the text's end; -1 where not all do. */
function tailOfTokens(
  tokens: Int32Array,
  count: number,
  text: string,
  start: number,
  end: number,
  folded: boolean,
): number {
  for (let tail = 0; ; tail++) {
    const token = tokens[count - 1 - tail] ?? anyRun;
    if (token === anyRun) return tail;
    const position = end - 1 - tail;
    if (position < start) return -1;
    if (token !== anyOne && !isSame(token, text.charCodeAt(position), folded)) return -1;
  }
}

/** The same for a pattern in packed bytes, against the resource's characters. */
export function matchesBytes(
  bytes: Uint8Array,
  patternStart: number,
  patternEnd: number,
  start: number,
  end: number,
  folded: boolean,
  frame: RequestFrame,
): boolean {
  const { units } = frame;
  const workMax = workMaxOf(patternEnd - patternStart, end - start);
  let work = 0;
  let last = patternEnd;
  let stop = end;
  let at = patternStart;
  let position = start;
  let runAt = -1;
  let runEnd = 0;
  while (position < stop) {
    if (++work > workMax) {
      const slow = Array.from(bytes.subarray(patternStart, patternEnd), tokenOf);
      return matchesSlowly(slow, textOf(units.subarray(start, end)), folded, frame);
    }
    const byte = at < last ? (bytes[at] ?? 0) : 0x110000;
    if (byte === star) {
      if (runAt < 0) {
        const tail = tailOfBytes(bytes, last, units, position, stop, folded);
        if (tail < 0) break;
        last -= tail;
        stop -= tail;
      }
      runAt = ++at;
      runEnd = position;
      if (at === last) break;
    } else if (byte === questionMark || isSame(byte, units[position] ?? 0, folded)) {
      at++;
      position++;
    } else if (runAt >= 0) {
      at = runAt;
      position = ++runEnd;
    } else {
      break;
    }
  }
  frame.steps -= 4 + ((work + patternEnd - last) >> 1);
  while (at < last && bytes[at] === star) at++;
  return at === last && (runAt === last || position === stop);
}

function tailOfBytes(
  bytes: Uint8Array,
  patternEnd: number,
  units: Uint8Array | Uint16Array,
  start: number,
  end: number,
  folded: boolean,
): number {
  for (let tail = 0; ; tail++) {
    const byte = bytes[patternEnd - 1 - tail] ?? star;
    if (byte === star) return tail;
    const position = end - 1 - tail;
    if (position < start) return -1;
    if (byte !== questionMark && !isSame(byte, units[position] ?? 0, folded)) return -1;
  }
}

const star = 42;
const questionMark = 63;

function tokenOf(byte: number): number {
  if (byte === star) return anyRun;
  return byte === questionMark ? anyOne : byte;
}

function textOf(units: Uint8Array | Uint16Array): string {
  let text = '';
  for (const unit of units) text += String.fromCharCode(unit);
  return text;
}

function matchesSlowly(
  tokens: number[],
  text: string,
  folded: boolean,
  frame: RequestFrame,
): boolean {
  frame.steps -= tokens.length;
  if (frame.isExhausted) return false;
  return folded
    ? matchesPattern(tokens.map(fold), foldCase(text), frame)
    : matchesPattern(tokens, text, frame);
}
