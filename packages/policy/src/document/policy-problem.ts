/** What AWS answers to a policy that it does not accept. */
import type { Span } from './policy-document.ts';

/**
 * AWS's code and message (HTTP status 400; LimitExceeded 409). `span` is where the trouble is,
 * for people.
 */
export interface PolicyProblem {
  readonly code: 'MalformedPolicyDocument' | 'MalformedPolicy' | 'LimitExceeded';
  readonly message: string;
  readonly span?: Span;
}

/** A problem with the code that IAM and STS use. */
export function malformed(message: string, span?: Span): PolicyProblem {
  return { code: 'MalformedPolicyDocument', message, ...(span === undefined ? {} : { span }) };
}
