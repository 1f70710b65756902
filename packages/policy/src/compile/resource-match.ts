/** Resource patterns held against the request's resource. */
import { type Answer, no, undecided, yes } from './answer.ts';
import type { RequestFrame } from './request-frame.ts';
import { patternKinds, type ResourceTemplate, sixthKinds } from './resource-pattern.ts';
import { differsAtStart, resolves, spells, writeTokens } from './template.ts';
import { matchesBytes, matchesTokens } from './wildcard-tokens.ts';
import { leadingBits } from './word-store.ts';

/** Where patterns are read from: a program's words and the same memory as bytes. */
export interface PatternMemory {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
}

/**
 * The answer of one pattern. In a program the bits from 4 on say whether it matches a call without
 * a resource.
 */
export function matchPattern(
  memory: PatternMemory,
  at: number,
  negated: boolean,
  templates: readonly ResourceTemplate[],
  frame: RequestFrame,
): Answer {
  const { words } = memory;
  const head = words[at] ?? 0;
  const kind = head & 15;
  if (kind === patternKinds.template) {
    const template = templates[words[at + 2] ?? 0];
    if (template === undefined) return undecided;
    return matchTemplate(template, head >> 4 !== 0, negated, frame);
  }
  if (frame.unnamed) return head >> 4 === 0 ? no : yes;
  frame.readResource();
  if (kind === patternKinds.sequence) return matchSequence(memory, at, frame);
  if (kind === patternKinds.fields) return matchFields(memory, at, frame);
  return matchText(memory, at, kind === patternKinds.exact, frame);
}

/** Text whose only wildcard is one `*` at its end. */
function matchText(memory: PatternMemory, at: number, exact: boolean, frame: RequestFrame): Answer {
  const { words } = memory;
  const length = words[at + 2] ?? 0;
  if (exact ? frame.length !== length : frame.length < length) return no;
  frame.steps -= 1 + (length >> 4);
  // No character of the pattern is beyond U+00FF; those of the resource may match its `*`.
  if (frame.wide) return compareHead(memory, at, length, frame);
  const requestWords = frame.words;
  const pattern = at + 4;
  const request = frame.base;
  let index = length >> 2;
  const rest = length & 3;
  if (rest !== 0) {
    const differing = (words[pattern + index] ?? 0) ^ (requestWords[request + index] ?? 0);
    if ((differing & (leadingBits[rest] ?? -1)) !== 0)
      return compareHead(memory, at, length, frame);
  }
  // From the end: resources of one kind differ there first.
  for (index--; index >= 0; index--) {
    if (words[pattern + index] !== requestWords[request + index]) {
      return compareHead(memory, at, index * 4 + 4, frame);
    }
  }
  return yes;
}

/**
 * Compares the first `count` characters one by one. Unverified: whether AWS minds the case of the
 * first five fields (rule M4).
 */
function compareHead(
  memory: PatternMemory,
  at: number,
  count: number,
  frame: RequestFrame,
): Answer {
  const { words, bytes } = memory;
  const { units } = frame;
  const sixth = words[at + 3] ?? 0;
  const pattern = (at + 4) * 4;
  const request = frame.base * 4;
  let answer: Answer = yes;
  for (let index = count - 1; index >= 0; index--) {
    const byte = bytes[pattern + index] ?? 0;
    const unit = units[request + index] ?? 0;
    if (byte === unit) continue;
    if (index >= sixth) return no;
    if (!differsInCaseOnly(byte, unit)) return no;
    answer = undecided;
  }
  return answer;
}

const star = 42;
const questionMark = 63;
const colon = 58;

/** Fields that are a lone `*` are passed over; everything else stands where it must. */
function matchSequence({ words, bytes }: PatternMemory, at: number, frame: RequestFrame): Answer {
  const { units } = frame;
  const text = (at + 5) * 4;
  const textEnd = text + (words[at + 2] ?? 0);
  const sixth = text + (words[at + 3] ?? 0);
  const unitEnd = frame.base * 4 + frame.length;
  let unit = frame.base * 4;
  let answer: Answer = yes;
  frame.steps -= 1 + (frame.length >> 4);
  for (let index = text; index < sixth; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === star) {
      while (unit < unitEnd && units[unit] !== colon) unit++;
      continue;
    }
    if (unit >= unitEnd) return no;
    const code = units[unit++] ?? 0;
    if (byte === code || (byte === questionMark && code !== colon)) continue;
    if (!differsInCaseOnly(byte, code)) return no;
    answer = undecided;
  }
  const kind = words[at + 4] ?? 0;
  if (kind === sixthKinds.wildcards) {
    return matchesBytes(bytes, sixth, textEnd, unit, unitEnd, false, frame) ? answer : no;
  }
  const length = textEnd - sixth;
  if (kind === sixthKinds.literal ? unitEnd - unit !== length : unitEnd - unit < length) return no;
  for (let index = sixth; index < textEnd; index++, unit++) {
    const byte = bytes[index];
    if (byte !== units[unit] && byte !== questionMark) return no;
  }
  return answer;
}

function differsInCaseOnly(byte: number, unit: number): boolean {
  const lower = byte | 32;
  return lower === (unit | 32) && lower >= 97 && lower <= 122 && unit < 128;
}

/** The six fields separately, wildcards in each (rule M3). */
function matchFields(memory: PatternMemory, at: number, frame: RequestFrame): Answer {
  frame.findColons();
  if (frame.colonCount < 5) return no;
  const { words, bytes } = memory;
  const { colons } = frame;
  const text = (at + 8) * 4;
  const request = frame.base * 4;
  let answer: Answer = yes;
  let patternStart = text;
  let start = request;
  frame.steps -= 6;
  for (let field = 0; field < 6; field++) {
    const patternEnd = text + (words[at + 2 + field] ?? 0);
    const end = request + (field < 5 ? (colons[field] ?? 0) : frame.length);
    const isAnything = patternEnd === patternStart + 1 && bytes[patternStart] === 42;
    if (!isAnything && !matchesBytes(bytes, patternStart, patternEnd, start, end, false, frame)) {
      if (field === 5) return no;
      if (!matchesBytes(bytes, patternStart, patternEnd, start, end, true, frame)) return no;
      answer = undecided;
    }
    patternStart = patternEnd;
    start = end + 1;
  }
  return answer;
}

/** A variable without a value matches nothing; under NotResource that is left open (rule V4). */
function matchTemplate(
  { fixed, sixth }: ResourceTemplate,
  unnamedMatches: boolean,
  negated: boolean,
  frame: RequestFrame,
): Answer {
  if (negated && !resolves(sixth, frame)) return undecided;
  if (fixed === undefined) return no;
  if (frame.unnamed) return unnamedMatches && spells(sixth, '*', frame) ? yes : no;
  frame.findColons();
  if (frame.colonCount < 5) return no;
  const text = frame.request.resource;
  let answer: Answer = yes;
  let start = 0;
  for (let field = 0; field < 5; field++) {
    const tokens = fixed[field] ?? new Int32Array(0);
    const end = frame.colons[field] ?? 0;
    if (!matchesTokens(tokens, tokens.length, text, start, end, false, frame)) {
      if (!matchesTokens(tokens, tokens.length, text, start, end, true, frame)) return no;
      answer = undecided;
    }
    start = end + 1;
  }
  if (differsAtStart(sixth, text, start)) return no;
  const count = writeTokens(sixth, frame);
  if (count < 0) return no;
  return matchesTokens(frame.tokens, count, text, start, text.length, false, frame) ? answer : no;
}
