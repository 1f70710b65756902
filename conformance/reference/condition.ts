/** The Condition element, from reference_policies_elements_condition_operators and its sisters. */
import { type Context, matches, matchesArn, substitute, textOf } from './pattern.ts';
import { compareDates, compareNumbers, isInRange } from './value.ts';

/** Whether a policy's value matches a request's value, negation left aside. */
type Test = (wanted: string, given: string, version: unknown, context: Context) => boolean;

/** reference_policies_variables: only String and ARN operators take variables. */
const withVariables =
  (compare: (wanted: readonly string[], given: string) => boolean): Test =>
  (wanted, given, version, context) => {
    const pattern = substitute(wanted, version, context);
    return pattern !== undefined && compare(pattern, given);
  };

const isSame = (wanted: string, given: string) => wanted.toLowerCase() === given.toLowerCase();
const tests = new Map<string, Test>([
  ['StringEquals', withVariables((wanted, given) => textOf(wanted) === given)],
  ['StringEqualsIgnoreCase', withVariables((wanted, given) => isSame(textOf(wanted), given))],
  ['StringLike', withVariables(matches)],
  ['ArnEquals', withVariables(matchesArn)],
  ['ArnLike', withVariables(matchesArn)],
  ['Bool', (wanted, given) => /^(true|false)$/i.test(wanted) && isSame(wanted, given)],
  ['BinaryEquals', (wanted, given) => wanted === given],
  ['IpAddress', isInRange],
]);
for (const [family, compare] of Object.entries({ Numeric: compareNumbers, Date: compareDates })) {
  tests.set(`${family}Equals`, (wanted, given) => compare(given, wanted) === 0);
  tests.set(`${family}LessThan`, (wanted, given) => compare(given, wanted) < 0);
  tests.set(`${family}LessThanEquals`, (wanted, given) => compare(given, wanted) <= 0);
  tests.set(`${family}GreaterThan`, (wanted, given) => compare(given, wanted) > 0);
  tests.set(`${family}GreaterThanEquals`, (wanted, given) => compare(given, wanted) >= 0);
}
const negatedForm = /^(?:(?:String|Numeric|Date|Arn)Not(?:Equals.*|Like)|NotIpAddress)$/;

/** A string, a Boolean or a number, or a list of them, as texts. */
export const texts = (element: unknown): readonly string[] => [element].flat().map(String);

/** One key under one operator. */
function holds(
  operator: string,
  wanted: readonly string[],
  given: string | readonly string[] | undefined,
  version: unknown,
  context: Context,
): boolean {
  const values = [given ?? []].flat();
  const isNull = values.join('') === ''; // The key is absent, or its values are all empty.
  if (operator === 'Null') return wanted.some((value) => isSame(value, String(isNull)));
  const [, set, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const isNegated = negatedForm.test(base);
  const test = tests.get(isNegated ? base.replace('Not', '') : base);
  if (test === undefined) throw new Error('not an operator');
  if (given === undefined && ifExists !== undefined) return true;
  // Several values are alternatives; under a negated operator none of them may match.
  const one = (value: string): boolean =>
    wanted.some((text) => test(text, value, version, context)) !== isNegated;
  // reference_policies_condition-single-vs-multi-valued-context-keys: with a null data set (empty
  // strings are one) ForAllValues is true, ForAnyValue false; several values require them.
  if (set === 'ForAllValues') return isNull || values.every(one);
  if (set === 'ForAnyValue') return !isNull && values.some(one);
  return given === undefined ? isNegated : typeof given === 'string' && one(given); // Absent.
}

/** reference_policies_condition-logic-multiple-context-keys-or-values: operators and keys AND. */
export function conditionHolds(condition: unknown, version: unknown, context: Context): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys ?? {}).every(([key, values]) =>
      holds(operator, texts(values), context.get(key.toLowerCase()), version, context),
    ),
  );
}
