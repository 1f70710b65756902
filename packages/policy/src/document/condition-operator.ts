/** The names of the condition operators, as the grammar knows them. */

const names: ReadonlySet<string> = new Set([
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnNotEquals',
  'ArnLike',
  'ArnNotLike',
  'Null',
]);

/** An operator as written, taken apart. */
export interface OperatorParts {
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue';
  /** `StringLike`. */
  readonly base: string;
  readonly ifExists: boolean;
}

/**
 * Takes `ForAnyValue:StringLikeIfExists` apart; undefined when it is no operator. Spelling counts.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators
 */
export function operatorParts(operator: string): OperatorParts | undefined {
  const colon = operator.indexOf(':');
  const quantifier = colon < 0 ? undefined : operator.slice(0, colon);
  const rest = operator.slice(colon + 1);
  const ifExists = rest.endsWith('IfExists');
  const base = ifExists ? rest.slice(0, -'IfExists'.length) : rest;
  if (!names.has(base)) return undefined;
  // Unverified: whether AWS takes `NullIfExists`; its page says that Null has no such form.
  if (base === 'Null' && ifExists) return undefined;
  if (quantifier === undefined) return { base, ifExists };
  if (quantifier !== 'ForAllValues' && quantifier !== 'ForAnyValue') return undefined;
  return { quantifier, base, ifExists };
}
