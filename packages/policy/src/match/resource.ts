/** The Resource and NotResource elements. */
import { arnFields } from '../arn.ts';
import { foldCase } from '../ascii.ts';
import type { ElementTrace, MismatchCause } from '../authorize/trace.ts';
import type { StringElement } from '../document/policy-document.ts';
import { type Match, not, some } from '../match-result.ts';
import { parseTemplate, substitute, type TemplatePart, templateFields } from '../variable.ts';
import { matchesWildcard, type Piece, textOf } from '../wildcard.ts';
import type { Evaluation } from './evaluation.ts';

interface ValueMatch {
  readonly match: Match;
  /** The value with its variables replaced. */
  readonly text: string;
  readonly cause?: MismatchCause;
  readonly variable?: string;
}

const everything: readonly Piece[] = [{ text: '*', literal: false }];

function matchValue(value: string, evaluation: Evaluation): ValueMatch {
  const { request, context, version } = evaluation;
  if (/^\*+$/.test(value)) return { match: 'yes', text: value };
  const fields = templateFields(parseTemplate(value, version));
  const resource = substitute(fields[5] ?? [], context, evaluation.budget);
  if ('unresolved' in resource) {
    const { unresolved: variable } = resource;
    return { match: 'undecided', text: value, cause: 'variableUnresolved', variable };
  }
  const patterns = fixedFields(fields.slice(0, 5));
  if (patterns === undefined) return { match: 'no', text: value };
  const text = [...patterns, ...(fields.length > 5 ? [resource.pieces] : [])].map(textOf).join(':');
  if (fields.length < 6) return { match: matchShort(value, patterns, evaluation), text };
  if (request.wildcardOnlyAction || request.resource === '*') {
    return { match: matchesUnnamed(patterns, resource.pieces, request.action), text };
  }
  return { match: matchFields([...patterns, resource.pieces], evaluation), text };
}

/** Variables may stand only behind the fifth colon (rule M7): anywhere else nothing matches. */
function fixedFields(fields: readonly (readonly TemplatePart[])[]): Piece[][] | undefined {
  const patterns: Piece[][] = [];
  for (const field of fields) {
    if (field.some((part) => part.kind !== 'text')) return undefined;
    patterns.push(
      field.map((part) => ({ text: part.kind === 'text' ? part.text : '', literal: false })),
    );
  }
  return patterns;
}

/**
 * A call without a resource is matched by `*` only (rule M5).
 *
 * Unverified: `arn:aws:s3:::*` for such a call. Two AWS pages disagree; examples rely on it.
 */
function matchesUnnamed(
  patterns: readonly (readonly Piece[])[],
  resource: readonly Piece[],
  action: string,
): Match {
  const [prefix = '', partition, service = '', region, account] = patterns.map(textOf);
  const isWhole = prefix === 'arn' && partition !== '' && region === '' && account === '';
  return isWhole && textOf(resource) === '*' && foldCase(action).startsWith(`${foldCase(service)}:`)
    ? 'yes'
    : 'no';
}

/** An ARN with fewer than six fields (rule M6): AWS refuses most of them when they are saved. */
function matchShort(
  value: string,
  patterns: readonly (readonly Piece[])[],
  evaluation: Evaluation,
): Match {
  const { policyType } = evaluation;
  const byWildcard =
    policyType === 'resource-based policy' ||
    policyType === 'role trust policy' ||
    policyType === 'VPC endpoint policy';
  if (byWildcard && !/[*?]/.test(value)) return 'no';
  if (policyType === 'service control policy' && !value.endsWith('*')) return 'no';
  const { request } = evaluation;
  if (request.wildcardOnlyAction || request.resource === '*') return 'no';
  return matchFields(patterns, evaluation);
}

/** Compares field by field; what the pattern lacks is `*`. */
function matchFields(patterns: readonly (readonly Piece[])[], evaluation: Evaluation): Match {
  const { request, budget } = evaluation;
  const fields = arnFields(request.resource);
  if (fields === undefined) return 'no';
  let result: Match = 'yes';
  for (const [index, field] of fields.entries()) {
    const pattern = patterns[index] ?? everything;
    if (matchesWildcard(pattern, field, budget)) continue;
    if (index === 5 || budget.exhausted) return 'no';
    const folded = pattern.map(({ text, literal }) => ({ text: foldCase(text), literal }));
    if (!matchesWildcard(folded, foldCase(field), budget)) return 'no';
    // Unverified: whether AWS minds the case of the first five fields (rule M4).
    result = 'undecided';
  }
  return result;
}

/**
 * Matches a Resource or NotResource element: the six fields separately, wildcards across `/` and
 * `:` in the sixth (rule M3); NotResource matches when none of its values does (M2).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchResource(
  element: StringElement,
  negated: boolean,
  evaluation: Evaluation,
): ElementTrace {
  const answers = element.values.map(({ value }) =>
    evaluation.budget.spend(1 + value.length / 16)
      ? matchValue(value, evaluation)
      : { match: 'undecided' as const, text: value },
  );
  // A variable without a value matches nothing (rule V4); under NotResource that is left open.
  const matches = answers.map(({ match, cause }) =>
    cause === 'variableUnresolved' && !negated ? 'no' : match,
  );
  const match = some(matches);
  const explained = match === 'yes' ? undefined : answers.find(({ cause }) => cause !== undefined);
  const cause = explained?.cause ?? (match === 'undecided' ? 'undocumented' : undefined);
  return {
    element: negated ? 'NotResource' : 'Resource',
    match: negated ? not(match) : match,
    policyValues: answers.map(({ text }) => text),
    requestValues: [evaluation.request.resource],
    ...(cause && { cause }),
    ...(explained?.variable !== undefined && { variable: explained.variable }),
  };
}
