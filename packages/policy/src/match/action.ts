/** The Action and NotAction elements. */
import { foldCase, isPrintableAscii } from '../ascii.ts';
import type { ElementTrace } from '../authorize/trace.ts';
import type { StringElement } from '../document/policy-document.ts';
import { type Match, matchOf, not, some } from '../match-result.ts';
import { matchesWildcard } from '../wildcard.ts';
import type { Evaluation } from './evaluation.ts';

function matchValue(value: string, { action, budget }: Evaluation): Match {
  if (!budget.spend(20 + value.length / 4)) return 'undecided';
  if (value === '*') return 'yes';
  if (differsBeforeWildcards(value, action)) return 'no';
  if (!budget.spend(100 + value.length)) return 'undecided';
  const colon = value.indexOf(':');
  if (colon < 0 || !isPrintableAscii(value) || value.slice(colon + 1).trim() === '') return 'no';
  const matches = matchesWildcard([{ text: foldCase(value), literal: false }], action, budget);
  // Unverified: AWS documents wildcards only behind the colon (rule M1).
  if (/[*?]/.test(value.slice(0, colon))) return matches ? 'undecided' : 'no';
  return matchOf(matches);
}

/** Most values are about other services. */
function differsBeforeWildcards(value: string, action: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code === 42 || code === 63) return false;
    if ((code >= 65 && code <= 90 ? code + 32 : code) !== action.charCodeAt(index)) return true;
  }
  return false;
}

/**
 * Matches an Action or NotAction element: neither vendor nor name is case-sensitive (rule M1), and
 * NotAction matches when none of its values does (M2).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function matchAction(
  element: StringElement,
  negated: boolean,
  evaluation: Evaluation,
): ElementTrace {
  const values = element.values.map(({ value }) => value);
  const match = some(values.map((value) => matchValue(value, evaluation)));
  return {
    element: negated ? 'NotAction' : 'Action',
    match: negated ? not(match) : match,
    policyValues: values,
    requestValues: [evaluation.request.action],
    ...(match === 'undecided' && { cause: 'undocumented' as const }),
  };
}
