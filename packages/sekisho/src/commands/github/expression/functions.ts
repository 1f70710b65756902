/** The functions of expressions, by their names in small letters. */
import { ExpressionError } from './expression.ts';
import { areEqual, fromPlain, isArray, isObject, toPlain, toText, type Value } from './value.ts';

/** How the job stands when an expression is evaluated. */
export type JobStatus = 'success' | 'failure' | 'cancelled';

/** A function: how many arguments it takes, and what it gives. */
export interface ExpressionFunction {
  readonly argumentsMin: number;
  readonly argumentsMax: number;
  /** It tells how the job stands: a condition that has one is asked even after a failure. */
  readonly isStatus?: boolean;
  readonly call: (args: readonly Value[], status: JobStatus) => Value;
}

const textArgument = (args: readonly Value[], index: number): string => toText(args[index] ?? null);

const asUpper = (args: readonly Value[], index: number): string =>
  textArgument(args, index).toUpperCase();

function statusFunction(call: (status: JobStatus) => boolean): ExpressionFunction {
  return { argumentsMin: 0, argumentsMax: 0, isStatus: true, call: (_, status) => call(status) };
}

/** Every function that is known here. */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map([
  ['success', statusFunction((status) => status === 'success')],
  ['failure', statusFunction((status) => status === 'failure')],
  ['cancelled', statusFunction((status) => status === 'cancelled')],
  ['always', statusFunction(() => true)],
  [
    'contains',
    {
      argumentsMin: 2,
      argumentsMax: 2,
      call: (args) => {
        const [all = null, item = null] = args;
        if (isArray(all)) return all.some((each) => areEqual(each, item));
        return asUpper(args, 0).includes(asUpper(args, 1));
      },
    },
  ],
  [
    'startswith',
    {
      argumentsMin: 2,
      argumentsMax: 2,
      call: (args) => asUpper(args, 0).startsWith(asUpper(args, 1)),
    },
  ],
  [
    'endswith',
    {
      argumentsMin: 2,
      argumentsMax: 2,
      call: (args) => asUpper(args, 0).endsWith(asUpper(args, 1)),
    },
  ],
  ['format', { argumentsMin: 1, argumentsMax: 255, call: format }],
  ['join', { argumentsMin: 1, argumentsMax: 2, call: join }],
  [
    'tojson',
    {
      argumentsMin: 1,
      argumentsMax: 1,
      call: ([value = null]) => JSON.stringify(toPlain(value), undefined, 2),
    },
  ],
  ['fromjson', { argumentsMin: 1, argumentsMax: 1, call: (args) => parsed(textArgument(args, 0)) }],
]);

function format(args: readonly Value[]): string {
  const text = textArgument(args, 0);
  return text.replace(/\{\{|\}\}|\{(\d+)\}|[{}]/g, (found, number: string | undefined) => {
    if (found === '{{') return '{';
    if (found === '}}') return '}';
    const argument = number === undefined ? undefined : args[Number(number) + 1];
    if (argument === undefined) throw new ExpressionError(`The format is not valid: ${text}`);
    return toText(argument);
  });
}

function join(args: readonly Value[]): string {
  const [all = null, separator = ','] = args;
  const items = isArray(all) ? all : [all];
  return items
    .filter((item) => !isObject(item) && !isArray(item))
    .map(toText)
    .join(toText(separator));
}

function parsed(text: string): Value {
  try {
    return fromPlain(JSON.parse(text));
  } catch {
    throw new ExpressionError('fromJSON was given what is no JSON');
  }
}
