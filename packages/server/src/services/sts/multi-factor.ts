/** MFA in requests to STS. No MFA device can be registered yet, so that none validates. */
import { accessDenied } from './errors.ts';

/** Throws AccessDenied when the request wants to prove MFA. */
export function refuseMultiFactor(input: {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}): void {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return;
  throw accessDenied(
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA ' +
      'serial number is valid and associated with this user.',
  );
}
