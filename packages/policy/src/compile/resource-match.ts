/** Resource patterns held against the request's resource. */
import { type Answer, no, undecided, yes } from './answer.ts';
import type { RequestFrame } from './request-frame.ts';
import { patternKinds, type ResourceTemplate } from './resource-pattern.ts';
import { resolves, spells, writeTokens } from './template.ts';
import { matchesBytes, matchesTokens } from './wildcard-tokens.ts';

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
    return template === undefined
      ? undecided
      : matchTemplate(template, head >> 4 !== 0, negated, frame);
  }
  if (frame.unnamed) return head >> 4 === 0 ? no : yes;
  frame.readResource();
  if (kind === patternKinds.fields) return matchFields(memory, at, frame);
  return matchText(memory, at, kind === patternKinds.exact, frame);
}

/** Text whose only wildcard is one `*` at its end. */
function matchText(memory: PatternMemory, at: number, exact: boolean, frame: RequestFrame): Answer {
  const { words, bytes } = memory;
  const { units } = frame;
  const length = words[at + 2] ?? 0;
  if (exact ? frame.length !== length : frame.length < length) return no;
  const sixth = words[at + 3] ?? 0;
  const start = (at + 4) * 4;
  frame.steps -= 1 + (length >> 4);
  // From the end: resources of one kind differ there first.
  let index = length - 1;
  for (; index >= sixth; index--) if (bytes[start + index] !== units[index]) return no;
  for (; index >= 0; index--) {
    if (bytes[start + index] !== units[index]) return foldedHead(bytes, start, index, frame);
  }
  return yes;
}

/** Unverified: whether AWS minds the case of the first five fields (rule M4). */
function foldedHead(bytes: Uint8Array, start: number, from: number, frame: RequestFrame): Answer {
  const { units } = frame;
  for (let index = from; index >= 0; index--) {
    const byte = bytes[start + index] ?? 0;
    const unit = units[index] ?? 0;
    if (byte === unit) continue;
    const lower = byte | 32;
    if (lower !== (unit | 32) || lower < 97 || lower > 122 || unit > 127) return no;
  }
  return undecided;
}

/** The six fields separately, wildcards in each (rule M3). */
function matchFields(memory: PatternMemory, at: number, frame: RequestFrame): Answer {
  if (frame.colonCount < 5) return no;
  const { words, bytes } = memory;
  const { colons } = frame;
  const text = (at + 8) * 4;
  let answer: Answer = yes;
  let patternStart = text;
  let start = 0;
  frame.steps -= 6;
  for (let field = 0; field < 6; field++) {
    const patternEnd = text + (words[at + 2 + field] ?? 0);
    const end = field < 5 ? (colons[field] ?? 0) : frame.length;
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
  if (!resolves(sixth, frame)) return negated ? undecided : no;
  if (fixed === undefined) return no;
  if (frame.unnamed) return unnamedMatches && spells(sixth, '*', frame) ? yes : no;
  frame.readResource();
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
  const count = writeTokens(sixth, frame);
  return matchesTokens(frame.tokens, count, text, start, text.length, false, frame) ? answer : no;
}
