/** Evaluates expressions over the contexts of a job. */
import { type Expression, ExpressionError, partsOf } from './expression.ts';
import { functions, type JobStatus } from './functions.ts';
import {
  areEqual,
  compare,
  isArray,
  isObject,
  isTruthy,
  memberOf,
  toNumber,
  toText,
  type Value,
} from './value.ts';

/** What an expression can see. */
export interface Scope {
  readonly contexts: ReadonlyMap<string, Value>;
  readonly status: JobStatus;
}

/** Every context that GitHub has in a job. */
export const contextNames: ReadonlySet<string> = new Set([
  'github',
  'env',
  'vars',
  'job',
  'jobs',
  'steps',
  'runner',
  'secrets',
  'strategy',
  'matrix',
  'needs',
  'inputs',
]);

/** Items found by `.*`: what is asked of them is asked of each. */
class Every {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** Throws ExpressionError. */
export function evaluate(expression: Expression, scope: Scope): Value {
  const value = visit(expression, scope);
  return value instanceof Every ? value.items : value;
}

/** Names and functions that do not exist here, before anything runs. Throws ExpressionError. */
export function checkNames(expression: Expression): void {
  for (const part of partsOf(expression)) {
    if (part.kind === 'context' && !contextNames.has(part.name.toLowerCase())) {
      throw new ExpressionError(`Unrecognized named-value: '${part.name}'`);
    }
    if (part.kind !== 'call') continue;
    if (part.name.toLowerCase() === 'hashfiles') {
      throw new ExpressionError('The function hashFiles is not supported');
    }
    const known = functions.get(part.name.toLowerCase());
    if (known === undefined) throw new ExpressionError(`Unrecognized function: '${part.name}'`);
    const { length } = part.args;
    if (length < known.argumentsMin) {
      throw new ExpressionError(`Too few parameters supplied: '${part.name}'`);
    }
    if (length > known.argumentsMax) {
      throw new ExpressionError(`Too many parameters supplied: '${part.name}'`);
    }
  }
}

/** Whether it asks how the job stands. */
export function asksStatus(expression: Expression): boolean {
  for (const part of partsOf(expression)) {
    if (part.kind === 'call' && functions.get(part.name.toLowerCase())?.isStatus) return true;
  }
  return false;
}

function visit(expression: Expression, scope: Scope): Value | Every {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'context':
      return memberOf(scope.contexts, expression.name);
    case 'index':
      return indexed(visit(expression.of, scope), evaluate(expression.key, scope));
    case 'every':
      return every(visit(expression.of, scope));
    case 'not':
      return !isTruthy(evaluate(expression.of, scope));
    case 'both': {
      const left = evaluate(expression.left, scope);
      return isTruthy(left) ? evaluate(expression.right, scope) : left;
    }
    case 'either': {
      const left = evaluate(expression.left, scope);
      return isTruthy(left) ? left : evaluate(expression.right, scope);
    }
    case 'comparison':
      return compared(expression, scope);
    case 'call': {
      const found = functions.get(expression.name.toLowerCase());
      if (found === undefined) {
        throw new ExpressionError(`Unrecognized function: '${expression.name}'`);
      }
      const args = expression.args.map((argument) => evaluate(argument, scope));
      return found.call(args, scope.status);
    }
  }
}

function indexed(value: Value | Every, key: Value): Value | Every {
  if (value instanceof Every) {
    const found = value.items.map((item) => itemOf(item, key)).filter((item) => item !== undefined);
    return new Every(found);
  }
  return itemOf(value, key) ?? null;
}

function itemOf(value: Value, key: Value): Value | undefined {
  if (isArray(value)) {
    const index = toNumber(key);
    return index >= 0 ? value[Math.floor(index)] : undefined;
  }
  if (!isObject(value) || isArray(key) || isObject(key)) return undefined;
  return memberOf(value, toText(key)) ?? undefined;
}

function every(value: Value | Every): Every {
  if (value instanceof Every) return new Every(value.items.flatMap((item) => every(item).items));
  if (isArray(value)) return new Every(value);
  return new Every(isObject(value) ? [...value.values()] : []);
}

function compared(
  { operator, left, right }: Expression & { readonly kind: 'comparison' },
  scope: Scope,
): boolean {
  const [first, second] = [evaluate(left, scope), evaluate(right, scope)];
  if (operator === '==') return areEqual(first, second);
  if (operator === '!=') return !areEqual(first, second);
  const order = compare(first, second);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}
