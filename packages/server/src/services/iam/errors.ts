/** The errors of IAM that more than one operation answers, with AWS's codes, texts and statuses. */
import { ServiceError } from '../../protocol/service-error.ts';

export function noSuchEntity(message: string): ServiceError {
  return new ServiceError('NoSuchEntity', message, 404);
}

export function entityAlreadyExists(message: string): ServiceError {
  return new ServiceError('EntityAlreadyExists', message, 409);
}

/** `message` ends the sentence `Cannot delete entity, must …`, or is the whole of it. */
export function deleteConflict(message: string): ServiceError {
  return new ServiceError('DeleteConflict', message, 409);
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceeded', message, 409);
}

export function invalidInput(message: string): ServiceError {
  return new ServiceError('InvalidInput', message, 400);
}

export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message, 400);
}

export function malformedPolicyDocument(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocument', message, 400);
}

export function accessDenied(message: string): ServiceError {
  return new ServiceError('AccessDenied', message, 403);
}

/** Service-linked roles belong to their service. */
export function unmodifiableRole(roleName: string): ServiceError {
  return new ServiceError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${roleName}' - ` +
      'this role is only modifiable by AWS',
    400,
  );
}
