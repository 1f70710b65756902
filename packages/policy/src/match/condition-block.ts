/** The Condition element: operators and keys joined by AND. */
import type { ElementTrace } from '../authorize/trace.ts';
import { matchNull } from '../condition/null.ts';
import { type OperatorUse, readOperator } from '../condition/operators.ts';
import { compareKey, type Operand } from '../condition/quantifier.ts';
import type { ConditionEntry } from '../document/policy-document.ts';
import type { Match } from '../match-result.ts';
import { parseTemplate, substitute } from '../variable.ts';
import { textOf } from '../wildcard.ts';
import type { Evaluation } from './evaluation.ts';

interface Operands {
  readonly operands: readonly Operand[];
  readonly texts: readonly string[];
  readonly unresolved?: string;
}

function readOperands(entry: ConditionEntry, use: OperatorUse, evaluation: Evaluation): Operands {
  const replaces = use.kind === 'compare' && use.operator.variables;
  const operands: Operand[] = [];
  const texts: string[] = [];
  let unresolved: string | undefined;
  for (const { value } of entry.values) {
    if (!evaluation.budget.spend(200 + 2 * value.length)) break;
    const parts = parseTemplate(value, replaces ? evaluation.version : '2008-10-17');
    const result = substitute(parts, evaluation.context, evaluation.budget);
    const pieces = 'pieces' in result ? result.pieces : undefined;
    if ('unresolved' in result) unresolved ??= result.unresolved;
    operands.push(pieces);
    texts.push(pieces === undefined ? value : textOf(pieces));
  }
  return { operands, texts, ...(unresolved !== undefined && { unresolved }) };
}

/**
 * Matches one key under one operator.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function matchConditionEntry(entry: ConditionEntry, evaluation: Evaluation): ElementTrace {
  const { context, budget } = evaluation;
  const written = entry.values.map(({ value }) => value);
  const base = { element: 'Condition' as const, operator: entry.operator, key: entry.key };
  const use = readOperator(entry.operator);
  if (use === undefined) {
    return { ...base, match: 'undecided', policyValues: written, cause: 'unknownOperator' };
  }
  const value = context.get(entry.key);
  const requested =
    value === undefined ? {} : { requestValues: typeof value === 'string' ? [value] : value };
  if (context.isAmbiguous(entry.key)) {
    const shared = { ...base, policyValues: written, ...requested };
    return { ...shared, match: 'undecided', cause: 'keyGivenTwice' };
  }
  if (use.kind === 'null') {
    return { ...base, match: matchNull(written, value), policyValues: written, ...requested };
  }
  const { operands, texts, unresolved } = readOperands(entry, use, evaluation);
  const match = compareKey(use, operands, value, budget);
  const isSet = value !== undefined && typeof value !== 'string';
  return {
    ...base,
    match,
    policyValues: texts,
    ...requested,
    ...causeOf(match, value === undefined, isSet && use.setOperator === undefined, unresolved),
  };
}

function causeOf(
  match: Match,
  absent: boolean,
  lacksSetOperator: boolean,
  unresolved: string | undefined,
): Pick<ElementTrace, 'cause' | 'variable'> {
  if (match === 'yes') return {};
  if (absent) return { cause: 'keyAbsent' };
  if (lacksSetOperator) return { cause: 'multivaluedKeyWithoutSetOperator' };
  if (unresolved !== undefined) return { cause: 'variableUnresolved', variable: unresolved };
  return match === 'undecided' ? { cause: 'undocumented' } : {};
}
