/** Filter patterns over JSON messages: `{ ($.level = "error") && ($.code >= 500) }`. */
import { invalidParameter } from '../errors.ts';

const depthMax = 20;
const tokenForm =
  /\s*(?:(&&|\|\||[()]|!=|>=|<=|[=<>])|(\$(?:\.[A-Za-z_][\w-]*|\[\d{1,4}\]|\['[^']*'\])+)|"((?:[^"\\]|\\.)*)"|([\w.*+-]+))/y;

type Token =
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string };

type Test = (value: unknown) => boolean;

/** Throws InvalidParameterException. */
export function parseJsonPattern(pattern: string): (message: string) => boolean {
  const inner = /^\{([\s\S]*)\}$/.exec(pattern)?.[1];
  if (inner === undefined) throw invalidPattern();
  const parser = new Parser(tokensOf(inner));
  const test = parser.either(0);
  parser.end();
  return (message) => {
    let value: unknown;
    try {
      value = JSON.parse(message);
    } catch {
      return false;
    }
    return typeof value === 'object' && value !== null && test(value);
  };
}

function invalidPattern(): Error {
  return invalidParameter('Invalid filter pattern');
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  tokenForm.lastIndex = 0;
  while (tokenForm.lastIndex < source.length) {
    const match = tokenForm.exec(source);
    if (match === null) throw invalidPattern();
    const [, mark, field, quoted, word] = match;
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else if (field !== undefined) tokens.push({ kind: 'field', path: pathOf(field) });
    else if (quoted !== undefined) {
      tokens.push({ kind: 'text', text: quoted.replaceAll(/\\(.)/g, '$1') });
    } else tokens.push({ kind: 'word', text: word ?? '' });
  }
  return tokens;
}

function pathOf(field: string): readonly string[] {
  return [...field.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^']*)'\]/g)].map(
    ([, name, index, quoted]) => name ?? index ?? quoted ?? '',
  );
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw invalidPattern();
  }

  either(depth: number): Test {
    const tests = [this.#both(depth)];
    while (this.#takeMark('||')) tests.push(this.#both(depth));
    return (value) => tests.some((test) => test(value));
  }

  #both(depth: number): Test {
    const tests = [this.#single(depth)];
    while (this.#takeMark('&&')) tests.push(this.#single(depth));
    return (value) => tests.every((test) => test(value));
  }

  #single(depth: number): Test {
    if (depth > depthMax) throw invalidPattern();
    if (this.#takeMark('(')) {
      const test = this.either(depth + 1);
      if (!this.#takeMark(')')) throw invalidPattern();
      return test;
    }
    const field = this.#take();
    if (field?.kind !== 'field') throw invalidPattern();
    return this.#comparison(field.path);
  }

  #comparison(path: readonly string[]): Test {
    const operator = this.#take();
    if (operator?.kind === 'word') return this.#words(path, operator.text);
    const operand = this.#take();
    if (operator?.kind !== 'mark' || (operand?.kind !== 'text' && operand?.kind !== 'word')) {
      throw invalidPattern();
    }
    if (operator.text === '=' || operator.text === '!=') {
      const isEqual = equality(operand.text, operand.kind === 'word');
      const wanted = operator.text === '=';
      return (value) => {
        const found = read(value, path);
        return found !== undefined && isEqual(found) === wanted;
      };
    }
    return numeric(path, operator.text, operand.text);
  }

  /** `IS NULL`, `IS TRUE`, `IS FALSE`, `NOT EXISTS`. */
  #words(path: readonly string[], first: string): Test {
    const second = this.#take();
    const words = second?.kind === 'word' ? `${first} ${second.text}` : first;
    switch (words) {
      case 'IS NULL':
        return (value) => read(value, path) === null;
      case 'IS TRUE':
        return (value) => read(value, path) === true;
      case 'IS FALSE':
        return (value) => read(value, path) === false;
      case 'NOT EXISTS':
        return (value) => read(value, path) === undefined;
      default:
        throw invalidPattern();
    }
  }

  #take(): Token | undefined {
    const token = this.#tokens[this.#next];
    this.#next += 1;
    return token;
  }

  #takeMark(text: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'mark' || token.text !== text) return false;
    this.#next += 1;
    return true;
  }
}

function read(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) {
      return undefined;
    }
    found = Reflect.get(found, name);
  }
  return found;
}

/** Numbers are equal as numbers, texts as texts in which `*` stands for any characters. */
function equality(operand: string, isWord: boolean): Test {
  const number = isWord && operand !== '' ? Number(operand) : Number.NaN;
  const parts = operand.split('*');
  return (value) => {
    if (typeof value === 'number') return value === number;
    return typeof value === 'string' && matchesParts(value, parts);
  };
}

function matchesParts(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function numeric(path: readonly string[], operator: string, operand: string): Test {
  const limit = Number(operand);
  if (Number.isNaN(limit)) throw invalidPattern();
  const holds = (value: number): boolean => {
    if (operator === '>') return value > limit;
    if (operator === '>=') return value >= limit;
    return operator === '<' ? value < limit : value <= limit;
  };
  if (!['>', '>=', '<', '<='].includes(operator)) throw invalidPattern();
  return (value) => {
    const found = read(value, path);
    return typeof found === 'number' && holds(found);
  };
}
