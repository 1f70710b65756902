/** CloudWatch's errors; all are the client's. */
import { ServiceError } from '../../protocol/service-error.ts';

export function invalidParameterValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message, 400);
}

export function invalidParameterCombination(message: string): ServiceError {
  return new ServiceError('InvalidParameterCombination', message, 400);
}

export function missingParameter(name: string): ServiceError {
  return new ServiceError('MissingParameter', `The parameter ${name} is required.`, 400);
}

export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message, 400);
}

/** Unverified: AWS sends no text for alarms. */
export function resourceNotFound(message = ''): ServiceError {
  return new ServiceError('ResourceNotFound', message, 404);
}

/** TagResource and its companions have an error of their own. */
export function resourceOfTagsNotFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `${arn} does not exist`, 404);
}

export function invalidFormat(message: string): ServiceError {
  return new ServiceError('InvalidFormat', message, 400);
}

export function invalidNextToken(): ServiceError {
  return new ServiceError('InvalidNextToken', 'Request parameter NextToken is invalid', 400);
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceeded', message, 400);
}

export function invalidDashboard(message: string): ServiceError {
  return new ServiceError('InvalidParameterInput', message, 400);
}
