/** Secrets Manager's errors; all answer with status 400. */
import { ServiceError } from '../../protocol/service-error.ts';

export function resourceNotFound(
  message = "Secrets Manager can't find the specified secret.",
): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, 400);
}

export function valueNotFound(what: string): ServiceError {
  return resourceNotFound(`Secrets Manager can't find the specified secret value for ${what}`);
}

export function invalidRequest(message: string): ServiceError {
  return new ServiceError('InvalidRequestException', message, 400);
}

export function markedForDeletion(): ServiceError {
  return invalidRequest(
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message, 400);
}

export function invalidNextToken(): ServiceError {
  // Unverified: the text.
  return new ServiceError('InvalidNextTokenException', 'Invalid NextToken.', 400);
}

export function resourceExists(message: string): ServiceError {
  return new ServiceError('ResourceExistsException', message, 400);
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceededException', message, 400);
}

export function malformedPolicy(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocumentException', message, 400);
}

export function accessToKmsDenied(): ServiceError {
  return new ServiceError('AccessDeniedException', 'Access to KMS is not allowed', 400);
}

// Unverified: the two texts are the model's documentation of the exceptions.
export function encryptionFailure(): ServiceError {
  return new ServiceError(
    'EncryptionFailure',
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check " +
      'that the KMS key is available, enabled, and not in an invalid state.',
    400,
  );
}

export function decryptionFailure(): ServiceError {
  return new ServiceError(
    'DecryptionFailure',
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    400,
  );
}
