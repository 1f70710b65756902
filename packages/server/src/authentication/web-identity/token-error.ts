/** What STS answers to a token that proves nothing. */
import { ServiceError } from '../../protocol/service-error.ts';

export function invalidToken(message: string): ServiceError {
  return new ServiceError('InvalidIdentityToken', message, 400);
}

export function expiredToken(message: string): ServiceError {
  return new ServiceError('ExpiredTokenException', message, 400);
}

export function notJwt(): ServiceError {
  return invalidToken(
    'The ID Token provided is not a valid JWT. ' +
      '(You may see this error if you sent an Access Token)',
  );
}

/** Two blanks after the comma, as AWS writes it. */
export function noVerificationKey(): ServiceError {
  return invalidToken(
    "Couldn't retrieve verification key from your identity provider,  please reference " +
      'AssumeRoleWithWebIdentity documentation for requirements',
  );
}

export function missingClaim(name: string): ServiceError {
  return invalidToken(`Missing a required claim: ${name}`);
}

export function notValidated(): ServiceError {
  return invalidToken(
    'The web identity token provided could not be validated. ' +
      'See the AssumeRoleWithWebIdentity documentation for requirements.',
  );
}

export function unknownFailure(): ServiceError {
  const message = 'Unknown error validating third-party token';
  return new ServiceError('InternalFailure', message, 500);
}
