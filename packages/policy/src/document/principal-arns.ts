/** The AWS principals that a policy names: those that AWS keeps as unique ids. */
import type { PolicyDocument } from './policy-document.ts';

/**
 * ARNs of the users and roles in Principal and NotPrincipal, each once, in the order of the text.
 * When a resource-based policy is saved, AWS keeps their unique ids: a user or role made later
 * under the same name is another principal.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function principalArns(document: PolicyDocument): readonly string[] {
  const arns = new Set<string>();
  for (const { principal, notPrincipal } of document.statements) {
    for (const { kind, value } of [
      ...(principal?.entries ?? []),
      ...(notPrincipal?.entries ?? []),
    ]) {
      if (kind === 'AWS' && /^arn:[^:]*:iam::[0-9]{12}:(?:user|role)\/./.test(value)) {
        arns.add(value);
      }
    }
  }
  return [...arns];
}

/**
 * Whether the text is the unique id of a user or a role. In a Principal element such an id is what
 * AWS shows of a principal that has been deleted (rule P6).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function isPrincipalId(value: string): boolean {
  return /^(?:AIDA|AROA)[A-Z0-9]{12,28}$/.test(value);
}
