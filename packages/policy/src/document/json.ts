/** Strict JSON (RFC 8259) with the position of every value: the reader of policies and tokens. */
import type { Span } from './policy-document.ts';

/** A JSON value and where it stands in the text. */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonBoolean | JsonNull;

/** Members in the order of the text. */
export interface JsonObject {
  readonly kind: 'object';
  readonly span: Span;
  readonly members: ReadonlyMap<string, JsonMember>;
}

export interface JsonMember {
  readonly keySpan: Span;
  readonly value: JsonNode;
}

export interface JsonArray {
  readonly kind: 'array';
  readonly span: Span;
  readonly items: readonly JsonNode[];
}

/** The span includes the quotes. */
export interface JsonString {
  readonly kind: 'string';
  readonly span: Span;
  readonly value: string;
}

/** The number as written: no digit is lost to floating point. */
export interface JsonNumber {
  readonly kind: 'number';
  readonly span: Span;
  readonly text: string;
}

export interface JsonBoolean {
  readonly kind: 'boolean';
  readonly span: Span;
  readonly value: boolean;
}

export interface JsonNull {
  readonly kind: 'null';
  readonly span: Span;
}

/** What is wrong with a text, and where. */
export interface SyntaxProblem {
  readonly message: string;
  readonly span: Span;
}

export interface JsonOptions {
  /** `reject` (default) or `last`: the last of equal keys counts, as AWS reads tokens. */
  readonly duplicateKeys?: 'reject' | 'last';
  /** Levels of nesting; default 64. */
  readonly depthMax?: number;
}

export const jsonDepthMax = 64;

/** Reads one JSON text. Byte order marks, lone surrogates and equal keys are errors. */
export function parseJson(
  text: string,
  options: JsonOptions = {},
): { readonly value: JsonNode } | { readonly error: SyntaxProblem } {
  try {
    return { value: new JsonReader(text, options).read() };
  } catch (failure) {
    if (failure instanceof JsonFailure) return { error: failure.problem };
    throw failure;
  }
}

class JsonFailure extends Error {
  readonly problem: SyntaxProblem;
  constructor(problem: SyntaxProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const numberSyntax = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const hexadecimal = /^[0-9a-fA-F]{4}$/;
const simpleEscapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class JsonReader {
  readonly #text: string;
  readonly #lastWins: boolean;
  readonly #depthMax: number;
  #at = 0;

  constructor(text: string, options: JsonOptions) {
    this.#text = text;
    this.#lastWins = options.duplicateKeys === 'last';
    this.#depthMax = options.depthMax ?? jsonDepthMax;
  }

  read(): JsonNode {
    this.#skipSpace();
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('text after the end of the JSON value');
    return value;
  }

  #value(depth: number): JsonNode {
    const start = this.#at;
    switch (this.#text[start]) {
      case '{':
        return this.#object(depth + 1);
      case '[':
        return this.#array(depth + 1);
      case '"':
        return { kind: 'string', value: this.#string(), span: { start, end: this.#at } };
      case 't':
        return { kind: 'boolean', value: true, span: this.#word('true') };
      case 'f':
        return { kind: 'boolean', value: false, span: this.#word('false') };
      case 'n':
        return { kind: 'null', span: this.#word('null') };
      case undefined:
        return this.#fail('the text ends where a value is expected');
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    const start = this.#open(depth);
    const members = new Map<string, JsonMember>();
    if (this.#take('}')) return { kind: 'object', members, span: { start, end: this.#at } };
    for (;;) {
      const keyStart = this.#at;
      if (this.#text[keyStart] !== '"') this.#fail('expected a key in double quotes');
      const key = this.#string();
      const keySpan = { start: keyStart, end: this.#at };
      if (members.has(key) && !this.#lastWins) this.#fail('the key is given twice', keySpan);
      this.#skipSpace();
      if (!this.#take(':')) this.#fail('expected a colon after the key');
      members.set(key, { keySpan, value: this.#value(depth) });
      this.#skipSpace();
      if (this.#take('}')) return { kind: 'object', members, span: { start, end: this.#at } };
      if (!this.#take(',')) this.#fail('expected a comma or a closing brace');
    }
  }

  #array(depth: number): JsonArray {
    const start = this.#open(depth);
    const items: JsonNode[] = [];
    if (this.#take(']')) return { kind: 'array', items, span: { start, end: this.#at } };
    for (;;) {
      items.push(this.#value(depth));
      this.#skipSpace();
      if (this.#take(']')) return { kind: 'array', items, span: { start, end: this.#at } };
      if (!this.#take(',')) this.#fail('expected a comma or a closing bracket');
    }
  }

  #open(depth: number): number {
    if (depth > this.#depthMax) this.#fail(`nested deeper than ${this.#depthMax} levels`);
    const start = this.#at;
    this.#at += 1;
    this.#skipSpace();
    return start;
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    let value = '';
    let from = this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(code)) this.#fail('the string is not closed', { start, end: this.#at });
      if (code < 0x20) this.#fail('a control character in a string');
      if (code === 0x22) {
        value += this.#text.slice(from, this.#at);
        this.#at += 1;
        if (!value.isWellFormed()) this.#fail('a lone surrogate', { start, end: this.#at });
        return value;
      }
      if (code === 0x5c) {
        value += this.#text.slice(from, this.#at) + this.#escape();
        from = this.#at;
      } else this.#at += 1;
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const simple = simpleEscapes.get(letter);
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    const digits = this.#text.slice(this.#at + 2, this.#at + 6);
    if (letter !== 'u' || !hexadecimal.test(digits)) this.#fail('an unknown escape in a string');
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): JsonNumber {
    const start = this.#at;
    numberSyntax.lastIndex = start;
    const text = numberSyntax.exec(this.#text)?.[0];
    if (text === undefined) return this.#fail('expected a value');
    this.#at += text.length;
    return { kind: 'number', text, span: { start, end: this.#at } };
  }

  #word(word: string): Span {
    const start = this.#at;
    if (!this.#text.startsWith(word, start)) this.#fail('expected a value');
    this.#at += word.length;
    return { start, end: this.#at };
  }

  /** Separators also take the space after them, so that the next value starts right there. */
  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    if (character === ',' || character === ':') this.#skipSpace();
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #fail(message: string, span: Span = { start: this.#at, end: this.#at + 1 }): never {
    const end = Math.min(span.end, this.#text.length);
    throw new JsonFailure({ message, span: { start: Math.min(span.start, end), end } });
  }
}
