/** CloudWatch Logs' errors; all answer with status 400. */
import { ServiceError } from '../../protocol/service-error.ts';

export function groupNotFound(): ServiceError {
  return resourceNotFound('The specified log group does not exist.');
}

export function streamNotFound(): ServiceError {
  return resourceNotFound('The specified log stream does not exist.');
}

export function resourceNotFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, 400);
}

export function alreadyExists(what: 'group' | 'stream'): ServiceError {
  const message = `The specified log ${what} already exists`;
  return new ServiceError('ResourceAlreadyExistsException', message, 400);
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message, 400);
}

export function invalidNextToken(): ServiceError {
  return invalidParameter('The specified nextToken is invalid.');
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceededException', message, 400);
}

export function notWritten(what: string): ServiceError {
  return new ServiceError('NotImplemented', `${what} is not implemented by this server.`, 501);
}
