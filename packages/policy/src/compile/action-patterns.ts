/** Patterns of Action and NotAction: ranges of catalogued actions, or tokens. */
import { foldCase, isPrintableAscii } from '../ascii.ts';
import type { ActionNames } from './action-names.ts';
import { type Answer, no, undecided, yes } from './answer.ts';
import type { RequestFrame } from './request-frame.ts';
import { matchesTokens, tokensOf } from './wildcard-tokens.ts';

interface ActionPattern {
  /** Catalogued actions that match, as a range; `from` is -1 where only the tokens tell. */
  readonly from: number;
  readonly to: number;
  readonly tokens: Int32Array;
  /** Unverified: AWS documents wildcards only behind the colon (rule M1). */
  readonly whenMatched: Answer;
}

/**
 * Distinct patterns, each expanded once. A pattern with a wildcard before its end is not expanded
 * over the catalogue: a hostile document could hold thousands. It is matched when a program is
 * made, under the budget of the decision, and the program remembers.
 */
export class ActionPatterns {
  readonly #names: ActionNames;
  readonly #numbers = new Map<string, number>();
  readonly #patterns: ActionPattern[] = [];

  constructor(names: ActionNames) {
    this.#names = names;
  }

  /** Where a value matches every action or none, that; else the pattern's number. */
  intern(value: string): 'everything' | 'nothing' | number {
    if (value === '*') return 'everything';
    const colon = value.indexOf(':');
    if (colon < 0 || !isPrintableAscii(value) || value.slice(colon + 1).trim() === '') {
      return 'nothing';
    }
    const name = foldCase(value);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#patterns.length;
    this.#patterns.push(this.#expand(name, colon));
    this.#numbers.set(name, number);
    return number;
  }

  #expand(name: string, colon: number): ActionPattern {
    const tokens = tokensOf(name);
    const whenMatched = /[*?]/.test(name.slice(0, colon)) ? undecided : yes;
    const wildcard = name.search(/[*?]/);
    const text = wildcard < 0 ? name : name.slice(0, wildcard);
    const rest = name.slice(text.length);
    if (rest !== '' && rest !== '*') return { from: -1, to: -1, tokens, whenMatched };
    const from = this.#names.lowerBound(text);
    const isThere = from < this.#names.catalogued && this.#names.name(from) === text;
    const to = rest === '*' ? this.#names.lowerBound(`${text}\x7f`) : from + (isThere ? 1 : 0);
    return { from, to, tokens, whenMatched };
  }

  match(number: number, action: number, frame: RequestFrame): Answer {
    const pattern = this.#patterns[number];
    if (pattern === undefined) return undecided;
    frame.steps -= 1;
    if (pattern.from >= 0 && action < this.#names.catalogued) {
      return action >= pattern.from && action < pattern.to ? pattern.whenMatched : no;
    }
    const { tokens, whenMatched } = pattern;
    const name = this.#names.name(action) ?? '';
    return matchesTokens(tokens, tokens.length, name, 0, name.length, false, frame)
      ? whenMatched
      : no;
  }
}
