/** ARN condition operators: the six fields compared separately, wildcards in each. */
import { arnFields } from '../arn.ts';
import { matchesWildcard, type Piece } from '../wildcard.ts';
import type { ConditionOperator } from './operator.ts';

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

const compare: ConditionOperator['compare'] = (operand, requestValue, budget) => {
  const requestFields = arnFields(requestValue);
  // A whole ARN may come out of one variable: `${aws:PrincipalArn}`.
  const [only] = operand;
  if (operand.length === 1 && only?.literal) {
    return requestFields === undefined ? undefined : only.text === requestValue;
  }
  const fields = patternFields(operand);
  if (fields.length < 6 || requestFields === undefined) return undefined;
  return fields.every((field, index) => matchesWildcard(field, requestFields[index] ?? '', budget));
};

/** ArnEquals is ArnLike and ArnNotEquals is ArnNotLike (rule C4). */
export const arnOperators: readonly ConditionOperator[] = [
  { name: 'ArnEquals', negatedName: 'ArnNotEquals', variables: true, compare },
  { name: 'ArnLike', negatedName: 'ArnNotLike', variables: true, compare },
];
