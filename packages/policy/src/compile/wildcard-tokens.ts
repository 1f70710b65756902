/** Wildcard patterns as numbers: characters, and two tokens for `*` and `?`. */
import type { RequestFrame } from './request-frame.ts';

export const anyRun = -1;
export const anyOne = -2;

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
  let at = 0;
  let position = start;
  let runAt = -1;
  let runEnd = 0;
  let { steps } = frame;
  while (position < end) {
    if (--steps < 0) break;
    const token = at < count ? (tokens[at] ?? 0) : 0x110000;
    const code = text.charCodeAt(position);
    if (token === anyRun) {
      runAt = ++at;
      runEnd = position;
      if (at === count) break;
    } else if (token === anyOne || token === code || (folded && fold(token) === fold(code))) {
      at++;
      position++;
    } else if (runAt >= 0) {
      at = runAt;
      position = ++runEnd;
    } else {
      frame.steps = steps;
      return false;
    }
  }
  frame.steps = steps;
  if (steps < 0) return false;
  while (at < count && tokens[at] === anyRun) at++;
  return at === count;
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
  let at = patternStart;
  let position = start;
  let runAt = -1;
  let runEnd = 0;
  let { steps } = frame;
  while (position < end) {
    if (--steps < 0) break;
    const byte = at < patternEnd ? (bytes[at] ?? 0) : 0x110000;
    const code = units[position] ?? 0;
    if (byte === 42) {
      runAt = ++at;
      runEnd = position;
      if (at === patternEnd) break;
    } else if (byte === 63 || byte === code || (folded && fold(byte) === fold(code))) {
      at++;
      position++;
    } else if (runAt >= 0) {
      at = runAt;
      position = ++runEnd;
    } else {
      frame.steps = steps;
      return false;
    }
  }
  frame.steps = steps;
  if (steps < 0) return false;
  while (at < patternEnd && bytes[at] === 42) at++;
  return at === patternEnd;
}
