/** The Resource and NotResource elements. */
import { arnFields } from '../arn.ts';
import { foldCase } from '../ascii.ts';
import type { ElementTrace, MismatchCause } from '../authorize/trace.ts';
import type { StringElement } from '../document/policy-document.ts';
import { type Match, not, some } from '../match-result.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { Steps } from '../step-budget.ts';
import { parseTemplate, substitute, type TemplatePart, templateFields } from '../variable.ts';
import { matchesWildcard, matchesWithin, type Piece, textOf } from '../wildcard.ts';
import type { Evaluation } from './evaluation.ts';

interface ValueMatch {
  readonly match: Match;
  /** The value with its variables replaced. */
  readonly text: string;
  readonly cause?: MismatchCause;
  readonly variable?: string;
}

const everything: readonly Piece[] = [{ text: '*', literal: false }];

function matchValue(value: string, negated: boolean, evaluation: Evaluation): ValueMatch {
  const { request, version, budget } = evaluation;
  if (value === '*') return { match: 'yes', text: value };
  const open = version === '2012-10-17' ? value.indexOf('${') : -1;
  // Under NotResource a variable without a value counts even where the rest would not match.
  const isWhole = open >= 0 && (negated || evaluation.explaining === true);
  if (!isUnnamed(request) && !isWhole) {
    const head = matchHead(value, request.resource, budget);
    if (head === 'no') return { match: 'no', text: value };
    if (head !== undefined && open < 0) {
      const { start, position, match } = head;
      const { resource } = request;
      const isSixth = matchesWithin(
        value,
        start,
        value.length,
        resource,
        position,
        resource.length,
        budget,
      );
      return { match: isSixth ? match : 'no', text: value };
    }
    if (head !== undefined && open >= head.start) return matchTail(value, head, evaluation);
  }
  return matchWhole(value, negated, evaluation);
}

/** A value taken apart: for every form and every request. */
function matchWhole(value: string, negated: boolean, evaluation: Evaluation): ValueMatch {
  const { request, context, version, budget } = evaluation;
  if (!budget.spend(500 + 2 * value.length)) return { match: 'undecided', text: value };
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
  if (fields.length < 6) {
    const match = matchShort(value, patterns, evaluation);
    // Unverified: rule M6 has one source. It may not spare anything from a Deny.
    return { match: negated && match === 'yes' ? 'undecided' : match, text };
  }
  if (isUnnamed(request)) {
    return { match: matchesUnnamed(patterns, resource.pieces, request.action), text };
  }
  return { match: matchFields([...patterns, resource.pieces], evaluation), text };
}

/** A call that names no resource, or whose action supports none. */
function isUnnamed({ wildcardOnlyAction, resource }: AuthorizationRequest): boolean {
  return wildcardOnlyAction === true || resource === '*';
}

/** The first five fields of a value that match, and where the sixth begins in both. */
interface Head {
  readonly match: Match;
  readonly start: number;
  readonly position: number;
}

/**
 * Compares the first five fields as `matchFields` does, but without taking the value apart: most
 * values part from the resource early. undefined for a value of fewer fields.
 */
function matchHead(value: string, resource: string, budget: Steps): Head | 'no' | undefined {
  let match: Match = 'yes';
  let start = 0;
  let position = 0;
  for (let field = 0; field < 5; field++) {
    const end = value.indexOf(':', start);
    if (end < 0) return undefined;
    const to = resource.indexOf(':', position);
    if (to < 0) return 'no';
    if (!budget.spend(10)) return 'no';
    if (!matchesWithin(value, start, end, resource, position, to, budget)) {
      if (!matchesFolded(value.slice(start, end), resource.slice(position, to), budget)) {
        return 'no';
      }
      // Unverified: whether AWS minds the case of the first five fields (rule M4).
      match = 'undecided';
    }
    start = end + 1;
    position = to + 1;
  }
  return { match, start, position };
}

function matchesFolded(pattern: string, text: string, budget: Steps): boolean {
  if (!budget.spend(100 + 2 * (pattern.length + text.length))) return false;
  return matchesWildcard([{ text: foldCase(pattern), literal: false }], foldCase(text), budget);
}

/** The sixth field with its variables, where the first five match. */
function matchTail(value: string, head: Head, evaluation: Evaluation): ValueMatch {
  const { request, context, version, budget } = evaluation;
  if (differsBeforeVariable(value, head, request.resource)) return { match: 'no', text: value };
  if (!budget.spend(200 + 2 * value.length)) return { match: 'undecided', text: value };
  const tail = substitute(parseTemplate(value.slice(head.start), version), context, budget);
  if ('unresolved' in tail) {
    return {
      match: 'undecided',
      text: value,
      cause: 'variableUnresolved',
      variable: tail.unresolved,
    };
  }
  const isMatch = matchesWildcard(tail.pieces, request.resource.slice(head.position), budget);
  const text = value.slice(0, head.start) + textOf(tail.pieces);
  return { match: isMatch ? head.match : 'no', text };
}

/** Up to the first wildcard or variable of the sixth field. */
function differsBeforeVariable(value: string, { start, position }: Head, resource: string) {
  for (let index = 0; start + index < value.length; index++) {
    const code = value.charCodeAt(start + index);
    // Also a dollar sign that begins no variable.
    if (code === 42 || code === 63 || code === 36) return false;
    if (code !== resource.charCodeAt(position + index)) return true;
  }
  return false;
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
  if (isUnnamed(evaluation.request)) return 'no';
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
    evaluation.budget.spend(20 + value.length / 16)
      ? matchValue(value, negated, evaluation)
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
