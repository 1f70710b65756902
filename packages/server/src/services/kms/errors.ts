/** KMS's errors; all answer with status 400 but DryRunOperationException. */
import { ServiceError } from '../../protocol/service-error.ts';

export function notFound(message: string): ServiceError {
  return new ServiceError('NotFoundException', message, 400);
}

export function disabled(arn: string): ServiceError {
  return new ServiceError('DisabledException', `${arn} is disabled.`, 400);
}

export function invalidState(message: string): ServiceError {
  return new ServiceError('KMSInvalidStateException', message, 400);
}

export function invalidCiphertext(): ServiceError {
  return new ServiceError('InvalidCiphertextException', '', 400);
}

export function incorrectKey(): ServiceError {
  return new ServiceError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
    400,
  );
}

export function invalidArn(message: string): ServiceError {
  return new ServiceError('InvalidArnException', message, 400);
}

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message, 400);
}

export function malformedPolicy(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocumentException', message, 400);
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceededException', message, 400);
}

export function tagFault(message: string): ServiceError {
  return new ServiceError('TagException', message, 400);
}

export function invalidMarker(): ServiceError {
  return new ServiceError('InvalidMarkerException', 'The marker is not valid.', 400);
}

export function unsupported(message: string): ServiceError {
  return new ServiceError('UnsupportedOperationException', message, 400);
}

export function notWritten(what: string): ServiceError {
  return new ServiceError('NotImplemented', `${what} is not implemented by this server.`, 501);
}
