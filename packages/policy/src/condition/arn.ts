/** ARN condition operators: the six fields compared separately, wildcards in each. */
import { arnFields } from '../arn.ts';
import type { Match } from '../match-result.ts';
import type { Steps } from '../step-budget.ts';
import { matchesPattern, type Pattern, type Piece, readPatterns } from '../wildcard.ts';
import type { Comparison, ConditionOperator } from './operator.ts';

/** Splits at the colons that the policy's author wrote; a replaced variable stays in one field. */
function patternFields(operand: readonly Piece[]): Piece[][] {
  let field: Piece[] = [];
  const fields = [field];
  for (const piece of operand) {
    let { text } = piece;
    for (
      let colon = text.indexOf(':');
      colon >= 0 && !piece.literal && fields.length < 6;
      colon = text.indexOf(':')
    ) {
      field.push({ text: text.slice(0, colon), literal: false });
      field = [];
      fields.push(field);
      text = text.slice(colon + 1);
    }
    field.push({ text, literal: piece.literal });
  }
  return fields;
}

/** A whole ARN that came out of one variable (`${aws:PrincipalArn}`), or six patterns. */
type Operand = string | readonly Pattern[];

/** undefined where an operand has fewer than six fields. */
function readOperand(operand: readonly Piece[], budget: Steps): Operand | undefined {
  const [only] = operand;
  if (operand.length === 1 && only?.literal) return only.text;
  const fields = patternFields(operand);
  return fields.length < 6 ? undefined : readPatterns(fields, budget);
}

function prepare(operands: readonly (readonly Piece[])[], budget: Steps): Comparison {
  const read = operands.map((operand) => readOperand(operand, budget));
  return (requestValue, budget) => {
    if (!budget.spend(100 + requestValue.length / 16)) return 'undecided';
    const fields = arnFields(requestValue);
    let answer: Match = 'no';
    for (const operand of read) {
      if (!budget.spend(20)) return 'undecided';
      if (operand === undefined || fields === undefined) answer = 'undecided';
      else if (typeof operand === 'string') {
        if (budget.spend(requestValue.length / 16) && operand === requestValue) return 'yes';
      } else if (
        operand.every(
          (pattern, index) =>
            budget.spend(10) && matchesPattern(pattern, fields[index] ?? '', budget),
        )
      ) {
        return 'yes';
      }
    }
    return answer;
  };
}

/** ArnEquals is ArnLike and ArnNotEquals is ArnNotLike (rule C4). */
export const arnOperators: readonly ConditionOperator[] = [
  { name: 'ArnEquals', negatedName: 'ArnNotEquals', variables: true, prepare },
  { name: 'ArnLike', negatedName: 'ArnNotLike', variables: true, prepare },
];
