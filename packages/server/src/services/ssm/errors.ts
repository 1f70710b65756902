/** Parameter Store's errors; all answer with status 400. */
import { ServiceError } from '../../protocol/service-error.ts';

export function parameterNotFound(message = ''): ServiceError {
  return new ServiceError('ParameterNotFound', message, 400);
}

export function versionNotFound(what: string): ServiceError {
  return new ServiceError(
    'ParameterVersionNotFound',
    `Systems Manager could not find ${what} and try again.`,
    400,
  );
}

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message, 400);
}

/** Answered to malformed names by every operation. */
export function invalidName(): ServiceError {
  return invalid(
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it ' +
      'can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of ' +
      'letters, numbers and the following 3 symbols .-_',
  );
}

/** The backslashes are AWS's own. */
export function invalidPath(): ServiceError {
  return invalid(
    "The parameter doesn't meet the parameter name requirements. The parameter name must begin " +
      'with a forward slash "/". It can\'t be prefixed with \\"aws\\" or \\"ssm\\" ' +
      '(case-insensitive). It must use only letters, numbers, or the following symbols: . ' +
      '(period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, ' +
      'if specified, must use the forward slash symbol "/". Valid example: ' +
      '/get/parameters2-/by1./path0_.',
  );
}

export function invalidNextToken(): ServiceError {
  return new ServiceError('InvalidNextToken', 'The specified token is not valid.', 400);
}

export function invalidFilterKey(message: string): ServiceError {
  return new ServiceError('InvalidFilterKey', message, 400);
}

export function invalidFilterOption(message: string): ServiceError {
  return new ServiceError('InvalidFilterOption', message, 400);
}

export function invalidFilterValue(message: string): ServiceError {
  return new ServiceError('InvalidFilterValue', message, 400);
}

export function invalidKeyId(message: string): ServiceError {
  return new ServiceError('InvalidKeyId', message, 400);
}

export function invalidResourceId(): ServiceError {
  // Unverified: the text is the model's.
  return new ServiceError(
    'InvalidResourceId',
    "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
    400,
  );
}
