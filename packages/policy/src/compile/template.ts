/** Values with policy variables, prepared: what stands for each variable is looked up by number. */
import type { TemplatePart } from '../variable.ts';
import { anyRun, type Piece } from '../wildcard.ts';
import type { ConditionKeys } from './condition-keys.ts';
import type { RequestFrame } from './request-frame.ts';
import { tokensOf } from './wildcard-tokens.ts';

interface PreparedPart {
  /** The text as written or escaped; undefined for a variable. */
  readonly text: string | undefined;
  /** For text in which wildcards are wildcards. */
  readonly tokens: Int32Array | undefined;
  readonly key: number;
  readonly defaultValue: string | undefined;
}

/** A value with at least one variable, escape or malformed variable. */
export interface Template {
  readonly parts: readonly PreparedPart[];
  /** Never has a value. */
  readonly malformed: boolean;
}

export function prepareTemplate(parts: readonly TemplatePart[], keys: ConditionKeys): Template {
  const prepared = parts.map((part): PreparedPart => {
    if (part.kind === 'variable') {
      const { key, defaultValue } = part;
      return { text: undefined, tokens: undefined, key: keys.intern(key), defaultValue };
    }
    const tokens = part.kind === 'text' ? tokensOf(part.text) : undefined;
    return { text: part.text, tokens, key: -1, defaultValue: undefined };
  });
  return { parts: prepared, malformed: parts.some(({ kind }) => kind === 'malformed') };
}

/** Whether every variable has a value. */
export function resolves(template: Template, frame: RequestFrame): boolean {
  if (template.malformed) return false;
  frame.steps -= 4 * template.parts.length;
  for (const part of template.parts) {
    if (part.text !== undefined) continue;
    if (frame.variable(part.key, part.defaultValue) === undefined) return false;
  }
  return true;
}

/** Whether the text parts from what stands before the first wildcard and the first variable. */
export function differsAtStart({ parts }: Template, text: string, start: number): boolean {
  const tokens = parts[0]?.tokens;
  if (tokens === undefined) return false;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? anyRun;
    if (token < 0) return false;
    if (token !== text.charCodeAt(start + index)) return true;
  }
  return false;
}

/** Whether the template, resolved, spells exactly this text. */
export function spells(template: Template, text: string, frame: RequestFrame): boolean {
  if (template.malformed) return false;
  let position = 0;
  for (const part of template.parts) {
    const spelled = part.text ?? frame.variable(part.key, part.defaultValue);
    frame.steps -= 10;
    if (spelled === undefined || !text.startsWith(spelled, position)) return false;
    position += spelled.length;
  }
  return position === text.length;
}

/** Writes the resolved pattern to `frame.tokens`; the count of tokens, -1 where it has no value. */
export function writeTokens(template: Template, frame: RequestFrame): number {
  if (template.malformed) return -1;
  let count = 0;
  for (const part of template.parts) {
    if (part.tokens !== undefined) {
      const tokens = frame.reserveTokens(count + part.tokens.length);
      tokens.set(part.tokens, count);
      count += part.tokens.length;
      continue;
    }
    const literal = part.text ?? frame.variable(part.key, part.defaultValue);
    if (literal === undefined) return -1;
    const tokens = frame.reserveTokens(count + literal.length);
    for (let index = 0; index < literal.length; index++) {
      tokens[count++] = literal.charCodeAt(index);
    }
  }
  frame.steps -= count >> 1;
  return count;
}

/** The pieces that the plain operators take; undefined where a variable has no value. */
export function piecesOf(template: Template, frame: RequestFrame): Piece[] | undefined {
  if (template.malformed) return undefined;
  const pieces: Piece[] = [];
  for (const part of template.parts) {
    const text = part.text ?? frame.variable(part.key, part.defaultValue);
    if (text === undefined) return undefined;
    pieces.push({ text, literal: part.tokens === undefined });
  }
  return pieces;
}
