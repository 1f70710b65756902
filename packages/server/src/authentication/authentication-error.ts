/** AWS's answers to requests that cannot be authenticated, in one table by error family. */
import { hash } from 'node:crypto';
import { type ErrorDetails, ServiceError } from '../protocol/service-error.ts';

/** Which of AWS's four ways of refusing a signature a service follows. */
export type ErrorFamily = 'query' | 'ec2' | 'json' | 's3';

/** Why a request is refused; the families name each reason differently. */
export type RefusalReason =
  /** No credentials at all. */
  | 'missing'
  /** The header cannot be read. */
  | 'incomplete'
  | 'incomplete-query'
  /** Credential scope, dates, unsigned headers. */
  | 'scope'
  | 'scope-query'
  | 'unsigned-headers'
  | 'clock'
  /** Unknown, inactive, deleted or unbound access key. */
  | 'key'
  /** The session token is not one of ours. */
  | 'token'
  | 'token-expired'
  | 'signature'
  /** A scheme or a request target that is not supported, or a repeated security header. */
  | 'scheme'
  | 'two-schemes';

/** The parts of a refusal; `message` replaces the family's usual text. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly message?: string;
  readonly details?: ErrorDetails;
}

interface Answer {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

const invalidToken = 'The security token included in the request is invalid.';
const expiredToken = 'The security token included in the request is expired';
const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your ' +
  'AWS Secret Access Key and signing method. Consult the service documentation for details.';
const unsupported =
  'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
const twoSchemes =
  'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query ' +
  'string parameter or the Authorization header should be specified';
const notValidated = 'AWS was not able to validate the provided access credentials';

function answer(code: string, status: number, message: string): Answer {
  return { code, status, message };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
const query: Record<RefusalReason, Answer> = {
  missing: answer('MissingAuthenticationToken', 403, 'Request is missing Authentication Token'),
  incomplete: answer('IncompleteSignature', 400, unsupported),
  'incomplete-query': answer('IncompleteSignature', 400, unsupported),
  scope: answer('SignatureDoesNotMatch', 403, mismatch),
  'scope-query': answer('SignatureDoesNotMatch', 403, mismatch),
  'unsigned-headers': answer('SignatureDoesNotMatch', 403, mismatch),
  clock: answer('SignatureDoesNotMatch', 403, mismatch),
  key: answer('InvalidClientTokenId', 403, invalidToken),
  token: answer('InvalidClientTokenId', 403, invalidToken),
  'token-expired': answer('ExpiredToken', 403, expiredToken),
  signature: answer('SignatureDoesNotMatch', 403, mismatch),
  scheme: answer('IncompleteSignature', 400, unsupported),
  'two-schemes': answer('IncompleteSignature', 400, twoSchemes),
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const ec2: Record<RefusalReason, Answer> = {
  // Unverified: which code EC2 gives to a request without any credentials.
  missing: answer('MissingAuthenticationToken', 403, 'Request is missing Authentication Token'),
  incomplete: answer('IncompleteSignature', 400, unsupported),
  'incomplete-query': answer('IncompleteSignature', 400, unsupported),
  scope: answer('AuthFailure', 401, notValidated),
  'scope-query': answer('AuthFailure', 401, notValidated),
  'unsigned-headers': answer('AuthFailure', 401, notValidated),
  clock: answer('AuthFailure', 401, notValidated),
  key: answer('AuthFailure', 401, notValidated),
  token: answer('AuthFailure', 401, notValidated),
  // Unverified: EC2's text for an expired session token.
  'token-expired': answer('RequestExpired', 400, 'Request has expired.'),
  signature: answer('AuthFailure', 401, notValidated),
  scheme: answer('IncompleteSignature', 400, unsupported),
  'two-schemes': answer('IncompleteSignature', 400, twoSchemes),
};

/** Unverified: the codes are certain, AWS's JSON services vary in the texts. */
const json: Record<RefusalReason, Answer> = {
  missing: answer('MissingAuthenticationTokenException', 400, 'Missing Authentication Token'),
  incomplete: answer('IncompleteSignatureException', 400, unsupported),
  'incomplete-query': answer('IncompleteSignatureException', 400, unsupported),
  scope: answer('InvalidSignatureException', 400, mismatch),
  'scope-query': answer('InvalidSignatureException', 400, mismatch),
  'unsigned-headers': answer('InvalidSignatureException', 400, mismatch),
  clock: answer('InvalidSignatureException', 400, mismatch),
  key: answer('UnrecognizedClientException', 400, invalidToken),
  token: answer('UnrecognizedClientException', 400, invalidToken),
  'token-expired': answer('ExpiredTokenException', 400, expiredToken),
  signature: answer('InvalidSignatureException', 400, mismatch),
  scheme: answer('IncompleteSignatureException', 400, unsupported),
  'two-schemes': answer('IncompleteSignatureException', 400, twoSchemes),
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const s3: Record<RefusalReason, Answer> = {
  missing: answer('AccessDenied', 403, 'Access Denied'),
  incomplete: answer('AuthorizationHeaderMalformed', 400, 'The authorization header is malformed'),
  'incomplete-query': answer(
    'AuthorizationQueryParametersError',
    400,
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, ' +
      'X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  ),
  scope: answer('AuthorizationHeaderMalformed', 400, 'The authorization header is malformed'),
  'scope-query': answer(
    'AuthorizationQueryParametersError',
    400,
    'Error parsing the X-Amz-Credential parameter',
  ),
  'unsigned-headers': answer(
    'AccessDenied',
    403,
    'There were headers present in the request which were not signed',
  ),
  clock: answer(
    'RequestTimeTooSkewed',
    403,
    'The difference between the request time and the current time is too large.',
  ),
  key: answer(
    'InvalidAccessKeyId',
    403,
    'The AWS Access Key Id you provided does not exist in our records.',
  ),
  token: answer('InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'),
  'token-expired': answer('ExpiredToken', 400, 'The provided token has expired.'),
  signature: answer(
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your ' +
      'key and signing method.',
  ),
  scheme: answer('InvalidRequest', 400, unsupported),
  'two-schemes': answer('InvalidArgument', 400, twoSchemes),
};

const families: Record<ErrorFamily, Record<RefusalReason, Answer>> = { query, ec2, json, s3 };

/** The family of a protocol (Smithy's name): only S3 speaks rest-xml here. */
export function errorFamily(protocol: string): ErrorFamily {
  if (protocol === 'ec2-query') return 'ec2';
  if (protocol === 'rest-xml') return 's3';
  return protocol === 'aws-query' ? 'query' : 'json';
}

/** The error that answers a refusal. EC2 keeps its one text for everything it cannot validate. */
export function refuse(family: ErrorFamily, refusal: Refusal): ServiceError {
  const { code, status, message } = families[family][refusal.reason];
  const keepsText = family === 'ec2' && code === 'AuthFailure';
  const text = keepsText ? message : (refusal.message ?? message);
  return new ServiceError(code, text, status, family === 's3' ? refusal.details : []);
}

/** The tail of IncompleteSignature texts: the header's hash in place of the header itself. */
export function hashedAuthorization(authorization: string): string {
  const digest = hash('sha256', Buffer.from(authorization, 'latin1'), 'base64');
  return `(Hashed with SHA-256 and encoded with Base64) Authorization=${digest}`;
}
