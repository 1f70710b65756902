/**
 * What a password must be like, by the account's password policy or by AWS's default one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
import type { PasswordPolicyRecord } from '../../directory/records.ts';
import { ServiceError } from '../../protocol/service-error.ts';

const lengthMax = 128;
const defaultLengthMin = 8;
/** Kinds of characters that the default policy asks for, of four. */
const defaultKindsMin = 3;

const kinds = [
  ['uppercase letter', /[A-Z]/],
  ['lowercase letter', /[a-z]/],
  ['number', /[0-9]/],
  ['symbol', /[!@#$%^&*()_+\-=[\]{}|']/],
] as const;

/** Throws PasswordPolicyViolation. */
export function checkPassword(password: string, policy: PasswordPolicyRecord | undefined): void {
  const lengthMin = policy?.lengthMin ?? defaultLengthMin;
  // AWS's text ends in a blank.
  if (password.length < lengthMin) {
    throw violation(`Password should have a minimum length of ${lengthMin} `);
  }
  // Unverified: the text.
  if (password.length > lengthMax) {
    throw violation(`Password should have a maximum length of ${lengthMax} `);
  }
  const missing = kinds.filter(([, form]) => !form.test(password)).map(([kind]) => kind);
  if (policy === undefined) {
    const more = missing.length - (kinds.length - defaultKindsMin);
    if (more <= 0) return;
    const wanted = missing.map(sentence).join(', ');
    throw violation(`Password should meet ${more} more of the following requirements: ${wanted}`);
  }
  const required = requiredKinds(policy);
  const wanted = missing.filter((kind) => required.has(kind));
  // Unverified: how AWS joins several.
  if (wanted.length > 0) throw violation(wanted.map(sentence).join(', '));
}

/** Unverified: the text. */
export function usedBefore(): ServiceError {
  return violation('Password has been used before');
}

function requiredKinds(policy: PasswordPolicyRecord): ReadonlySet<string> {
  const asked: readonly (readonly [string, boolean])[] = [
    ['uppercase letter', policy.requireUppercase],
    ['lowercase letter', policy.requireLowercase],
    ['number', policy.requireNumbers],
    ['symbol', policy.requireSymbols],
  ];
  return new Set(asked.filter(([, isRequired]) => isRequired).map(([kind]) => kind));
}

function sentence(kind: string): string {
  return `Password should have at least one ${kind}`;
}

function violation(message: string): ServiceError {
  return new ServiceError('PasswordPolicyViolation', message, 400);
}
