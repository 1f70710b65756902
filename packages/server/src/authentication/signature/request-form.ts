/** Requests that two readers could read as two requests, or that leave something unsigned. */
import type { HttpRequest } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { refuse } from '../authentication-error.ts';
import type { Claim } from './claim.ts';
import { type SecurityHeaders, unsignedHeaders } from './security-headers.ts';
import type { SecurityParameters } from './security-parameters.ts';
import type { ServiceRules } from './service-rules.ts';

/** Target form and repeated headers: what would let two readers see two requests. */
export function checkForm(
  request: HttpRequest,
  headers: SecurityHeaders,
  rules: ServiceRules,
): void {
  if (!request.target.startsWith('/') || !request.rawPath.startsWith('/')) {
    // Unverified: AWS's text for a request target in absolute form.
    const message = 'The request target must be in origin form.';
    throw refuse(rules.family, { reason: 'scheme', message });
  }
  if (headers.repeated !== undefined) {
    // Unverified: AWS's text for a repeated security header.
    const message = `The header '${headers.repeated}' must be sent once.`;
    throw refuse(rules.family, { reason: 'scheme', message });
  }
}

/** One scheme at most, and each of its parameters once. */
export function checkSchemes(
  headers: SecurityHeaders,
  { v4, v2, malformed }: SecurityParameters,
  rules: ServiceRules,
): void {
  if (malformed !== undefined) {
    // Unverified: AWS's text for a repeated or misspelled security parameter.
    const message = `The query parameter '${malformed}' must be sent once, in its own spelling.`;
    throw refuse(rules.family, { reason: 'scheme', message });
  }
  const schemes = [headers.authorization, v4, v2].filter((scheme) => scheme !== undefined);
  if (schemes.length > 1) {
    const details = [['ArgumentName', 'Authorization']] as const;
    throw refuse(rules.family, { reason: 'two-schemes', details });
  }
  if (schemes.length === 0 && headers.securityToken !== undefined && rules.isS3) {
    throw new ServiceError('AccessDenied', 'No AWSAccessKey was presented.', 403);
  }
}

/** Throws unless Host and every `x-amz-*` header are signed. */
export function checkSignedHeaders(request: HttpRequest, claim: Claim, rules: ServiceRules): void {
  const unsigned = unsignedHeaders(request.headers, claim.signedHeaders, rules.isS3);
  const [first] = unsigned;
  if (first === undefined) return;
  if (rules.isS3) {
    const details = [['HeadersNotSigned', unsigned.join(', ')]] as const;
    throw refuse('s3', { reason: 'unsigned-headers', details });
  }
  // Unverified: the text for headers other than Host follows Host's.
  const name = first === 'host' ? "'Host' or ':authority'" : `'${first}'`;
  const message = `${name} must be a 'SignedHeader' in the AWS Authorization.`;
  throw refuse(rules.family, { reason: 'unsigned-headers', message });
}
