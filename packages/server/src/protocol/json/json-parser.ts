/** A strict JSON parser (RFC 8259): no duplicate keys, no lone surrogates, bounded depth. */
import { depthMax, type Tree, Unreadable } from '../tree/tree.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses bytes. Throws Unreadable only. */
export function parseJson(bytes: Uint8Array): Tree {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new Unreadable('The body is not UTF-8.');
  }
  return new Parser(text).document();
}

const blank = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const plainText = /[^"\\\u0000-\u001f]*/y;
const hexadecimal = /^[0-9A-Fa-f]{4}$/;
const loneSurrogate = /\p{Surrogate}/u;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class Parser {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): Tree {
    const tree = this.value();
    this.skipBlanks();
    if (this.at !== this.text.length) throw this.fault();
    return tree;
  }

  private fault(): Unreadable {
    return new Unreadable(`Unexpected character at position ${this.at}.`);
  }

  private skipBlanks(): void {
    blank.lastIndex = this.at;
    blank.exec(this.text);
    this.at = blank.lastIndex;
  }

  private value(): Tree {
    this.skipBlanks();
    switch (this.text[this.at]) {
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.list());
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private nested(read: () => Tree): Tree {
    if (++this.depth > depthMax) throw new Unreadable('The document is nested too deeply.');
    this.at++;
    const tree = read();
    this.depth--;
    return tree;
  }

  private object(): Tree {
    const object = new Map<string, Tree>();
    this.skipBlanks();
    if (this.take('}')) return object;
    for (;;) {
      this.skipBlanks();
      if (this.text[this.at] !== '"') throw this.fault();
      const key = this.string();
      if (object.has(key)) throw new Unreadable(`Duplicate key at position ${this.at}.`);
      this.skipBlanks();
      if (!this.take(':')) throw this.fault();
      object.set(key, this.value());
      this.skipBlanks();
      if (this.take('}')) return object;
      if (!this.take(',')) throw this.fault();
    }
  }

  private list(): Tree {
    const list: Tree[] = [];
    this.skipBlanks();
    if (this.take(']')) return list;
    for (;;) {
      list.push(this.value());
      this.skipBlanks();
      if (this.take(']')) return list;
      if (!this.take(',')) throw this.fault();
    }
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private word(word: string, value: Tree): Tree {
    if (!this.text.startsWith(word, this.at)) throw this.fault();
    this.at += word.length;
    return value;
  }

  private number(): number {
    number.lastIndex = this.at;
    const match = number.exec(this.text)?.[0];
    if (match === undefined || match.length > 400) throw this.fault();
    this.at += match.length;
    const value = Number(match);
    if (!Number.isFinite(value)) throw this.fault();
    return value;
  }

  private string(): string {
    let value = '';
    this.at++;
    for (;;) {
      plainText.lastIndex = this.at;
      plainText.exec(this.text);
      value += this.text.slice(this.at, plainText.lastIndex);
      this.at = plainText.lastIndex;
      if (this.take('"')) break;
      if (!this.take('\\')) throw this.fault();
      value += this.escape();
    }
    if (loneSurrogate.test(value)) throw new Unreadable('A string holds half a character.');
    return value;
  }

  private escape(): string {
    const character = this.text[this.at] ?? '';
    this.at++;
    if (character !== 'u') {
      const escaped = escapes.get(character);
      if (escaped === undefined) throw this.fault();
      return escaped;
    }
    const code = this.text.slice(this.at, this.at + 4);
    if (!hexadecimal.test(code)) throw this.fault();
    this.at += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }
}
