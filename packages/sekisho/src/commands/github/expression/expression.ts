/** Expressions as trees, and the error of one that GitHub would not accept either. */
import type { Value } from './value.ts';

/** A parsed expression. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly key: Expression }
  /** `.*` and `[*]`: every item. */
  | { readonly kind: 'every'; readonly of: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'both' | 'either'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'comparison';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    };

/** The operators that compare. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** Not an expression, or one that cannot be evaluated here; the message names it. */
export class ExpressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExpressionError';
  }
}

/** Every part of the expression, itself included. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression;
  switch (expression.kind) {
    case 'literal':
    case 'context':
      return;
    case 'index':
      yield* partsOf(expression.of);
      yield* partsOf(expression.key);
      return;
    case 'every':
    case 'not':
      yield* partsOf(expression.of);
      return;
    case 'call':
      for (const argument of expression.args) yield* partsOf(argument);
      return;
    default:
      yield* partsOf(expression.left);
      yield* partsOf(expression.right);
  }
}
