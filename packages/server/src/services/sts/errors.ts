/** The errors of STS, with AWS's codes, texts and statuses. */
import type { PolicyProblem } from '@sekisho/policy';
import { ServiceError } from '../../protocol/service-error.ts';

export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message, 400);
}

export function invalidParameterValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message, 400);
}

export function accessDenied(message: string): ServiceError {
  return new ServiceError('AccessDenied', message, 403);
}

export function invalidIdentityToken(message: string): ServiceError {
  return new ServiceError('InvalidIdentityToken', message, 400);
}

export function malformedPolicy({ message }: PolicyProblem): ServiceError {
  return new ServiceError('MalformedPolicyDocument', message, 400);
}

export function packedPolicyTooLarge(what: string, percent: number): ServiceError {
  const message = `Packed size of ${what} consumes ${percent}% of allotted space.`;
  return new ServiceError('PackedPolicyTooLarge', message, 400);
}
