/** Reads an expression: `github.ref == 'refs/heads/main' && !cancelled()`. */
import { type Comparison, type Expression, ExpressionError } from './expression.ts';
import type { Value } from './value.ts';

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign';
  readonly text: string;
}

/** One token at a time; the alternatives are told apart by their first characters. */
const tokenForm =
  /\s*(?:'((?:[^']|'')*)'|([+-]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))(?![\w])|([A-Za-z_][\w-]*)|(&&|\|\||[!=<>]=|[!<>()[\].,*]))/y;

const depthMax = 50;

/** Throws ExpressionError. */
export function parseExpression(text: string): Expression {
  return new Parser(text, tokensOf(text)).parse();
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  tokenForm.lastIndex = 0;
  let position = 0;
  while (position < end) {
    tokenForm.lastIndex = position;
    const [, string, number, name, sign] = tokenForm.exec(text) ?? [];
    if (tokenForm.lastIndex === 0) {
      const rest = text.slice(position, position + 20).trim();
      throw new ExpressionError(`Unexpected symbol: '${rest}' in expression: ${text.trim()}`);
    }
    position = tokenForm.lastIndex;
    if (string !== undefined) tokens.push({ kind: 'text', text: string.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}

const literals: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
]);

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  parse(): Expression {
    const expression = this.#either();
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return expression;
  }

  #either(): Expression {
    this.#depth += 1;
    if (this.#depth > depthMax) throw new ExpressionError('Exceeded max expression depth 50');
    let left = this.#both();
    while (this.#take('||')) left = { kind: 'either', left, right: this.#both() };
    this.#depth -= 1;
    return left;
  }

  #both(): Expression {
    let left = this.#equality();
    while (this.#take('&&')) left = { kind: 'both', left, right: this.#equality() };
    return left;
  }

  #equality(): Expression {
    return this.#compared(['==', '!='], () => this.#order());
  }

  #order(): Expression {
    return this.#compared(['<=', '>=', '<', '>'], () => this.#unary());
  }

  #compared(operators: readonly Comparison[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = operators.find((each) => this.#take(each));
      if (operator === undefined) return left;
      left = { kind: 'comparison', operator, left, right: operand() };
    }
  }

  #unary(): Expression {
    let negations = 0;
    while (this.#take('!')) negations += 1;
    let expression = this.#postfix();
    for (; negations > 0; negations -= 1) expression = { kind: 'not', of: expression };
    return expression;
  }

  #postfix(): Expression {
    let expression = this.#primary();
    for (;;) {
      if (this.#take('.')) {
        expression = this.#take('*')
          ? { kind: 'every', of: expression }
          : { kind: 'index', of: expression, key: { kind: 'literal', value: this.#name() } };
      } else if (this.#take('[')) {
        expression = this.#take('*')
          ? { kind: 'every', of: expression }
          : { kind: 'index', of: expression, key: this.#either() };
        this.#expect(']');
      } else return expression;
    }
  }

  #primary(): Expression {
    if (this.#take('(')) {
      const inner = this.#either();
      this.#expect(')');
      return inner;
    }
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'sign') throw this.#unexpected();
    this.#at += 1;
    if (token.kind === 'text') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (this.#take('(')) return { kind: 'call', name: token.text, args: this.#arguments() };
    const literal = literals.get(token.text);
    if (literal !== undefined) return { kind: 'literal', value: literal };
    return { kind: 'context', name: token.text };
  }

  #arguments(): readonly Expression[] {
    const args: Expression[] = [];
    if (this.#take(')')) return args;
    do args.push(this.#either());
    while (this.#take(','));
    this.#expect(')');
    return args;
  }

  #name(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'name') throw this.#unexpected();
    this.#at += 1;
    return token.text;
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw this.#unexpected();
  }

  #unexpected(): ExpressionError {
    const token = this.#tokens[this.#at];
    const what = token === undefined ? 'end of expression' : `symbol: '${token.text}'`;
    return new ExpressionError(`Unexpected ${what} in expression: ${this.#text.trim()}`);
  }
}
