/** CloudWatch's errors; all are the client's, status 400. */
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
