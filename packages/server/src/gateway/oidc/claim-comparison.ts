/** The token's claims against the conditions of a trust policy, pattern by pattern. */
import {
  type ElementTrace,
  type LayerTrace,
  partingOffset,
  readOperator,
  type StatementTrace,
} from '@sekisho/policy';
import type { Claims } from '../../authentication/web-identity/jwt.ts';
import type { WebIdentity } from '../../authentication/web-identity/web-identity.ts';
import { foldCase } from '../../directory/records.ts';
import { type Cause, subjectCause, trustCauses } from './cause.ts';
import { type Comparison, compareSubject, matches, readSubject } from './subject-comparison.ts';

/** One pattern of a condition. */
export interface PatternComparison {
  readonly value: string;
  readonly matched: boolean;
  /** Where claim and pattern part: a character of the claim, from 1. Text operators only. */
  readonly character?: number;
}

/** One condition of one statement. */
export interface ClaimComparison {
  /** From 1, as people count. */
  readonly statement: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly operator: string;
  readonly key: string;
  /** Absent when the token does not give the key. */
  readonly values?: readonly string[];
  readonly matched: boolean;
  readonly patterns: readonly PatternComparison[];
}

/** Every condition of the trust policy, in its order. */
export function compareClaims(layer: LayerTrace): readonly ClaimComparison[] {
  return layer.policies.flatMap(({ statements }) => statements.flatMap(compareStatement));
}

function compareStatement({ statement, elements }: StatementTrace): readonly ClaimComparison[] {
  return elements.flatMap((element) => {
    const { operator, key, requestValues } = element;
    if (operator === undefined || key === undefined) return [];
    return [
      {
        statement: statement.index + 1,
        ...(statement.sid !== undefined && { sid: statement.sid }),
        effect: statement.effect,
        operator,
        key,
        ...(requestValues && { values: requestValues }),
        matched: element.match === 'yes',
        patterns: element.policyValues.map((value) => comparePattern(value, element)),
      },
    ];
  });
}

function comparePattern(value: string, element: ElementTrace): PatternComparison {
  const comparison = comparisonOf(element.operator ?? '');
  const [only, ...others] = element.requestValues ?? [];
  if (comparison === undefined || only === undefined || others.length > 0) {
    return { value, matched: element.match === 'yes' };
  }
  if (matches(value, only, comparison)) return { value, matched: true };
  const offset = comparison === 'like' ? partingOffset(value, only) : sharedLength(value, only);
  return { value, matched: false, character: offset + 1 };
}

function sharedLength(pattern: string, text: string): number {
  let length = 0;
  while (length < text.length && pattern[length] === text[length]) length += 1;
  return length;
}

/** The positive operators on texts; undefined for all others. */
export function comparisonOf(operator: string): Comparison | undefined {
  const use = readOperator(operator);
  if (use?.kind !== 'compare' || use.negated) return undefined;
  const { name } = use.operator;
  return name === 'StringEquals' ? 'equals' : name === 'StringLike' ? 'like' : undefined;
}

/** Why a statement did not take effect: a cause for each element that failed. */
export function causesOfStatement(
  { elements }: StatementTrace,
  { identity, claims, action }: { identity: WebIdentity; claims: Claims; action: string },
): readonly Cause[] {
  const failed = elements.filter(({ match }) => match !== 'yes');
  return failed.flatMap((element) => {
    switch (element.element) {
      case 'Principal':
      case 'NotPrincipal':
        return [trustCauses.otherProvider(identity.provider)];
      case 'Action':
      case 'NotAction':
        return [trustCauses.otherAction(action)];
      default:
        return causesOfCondition(element, claims);
    }
  });
}

function causesOfCondition(element: ElementTrace, claims: Claims): readonly Cause[] {
  const { key = '', operator = '', requestValues, policyValues } = element;
  const claim = key.slice(key.lastIndexOf(':') + 1);
  if (requestValues === undefined) {
    return [claims.has(claim) ? trustCauses.noKey(key, claim) : trustCauses.keyAbsent(key)];
  }
  const [only = ''] = requestValues;
  const comparison = comparisonOf(operator);
  if (isClaim(key, 'aud')) return [trustCauses.trustAudience(only, policyValues)];
  const compared =
    isClaim(key, 'sub') && comparison !== undefined
      ? compareSubject(only, policyValues, comparison)
      : undefined;
  if (compared === undefined) return [trustCauses.otherClaim(key, requestValues)];
  const context = readSubject(only)?.context ?? '';
  const facts = { subject: only, context, pattern: compared.pattern };
  return compared.causes.map((code) => subjectCause(code, facts));
}

/** Whether a condition key is a provider's claim of that name, in whatever case it is written. */
export function isClaim(key: string, claim: string): boolean {
  return foldCase(key).endsWith(`:${claim}`);
}
