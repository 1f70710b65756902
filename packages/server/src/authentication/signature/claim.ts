/** What a request claims about its Signature Version 4: read from the header or the query. */
import { hashedAuthorization, refuse } from '../authentication-error.ts';
import {
  type AuthorizationParts,
  parseAuthorizationParts,
  parseSignedHeaders,
} from './authorization.ts';
import { type Credential, parseCredential } from './credential.ts';
import type { SecurityHeaders } from './security-headers.ts';
import type { QuerySignature } from './security-parameters.ts';
import type { ServiceRules } from './service-rules.ts';
import { formatBasicTime, parseBasicTime, parseHeaderTime } from './timestamp.ts';

export const algorithm = 'AWS4-HMAC-SHA256';

/** A readable claim; nothing of it is proven yet. */
export interface Claim {
  readonly place: 'header' | 'query';
  readonly credential: Credential;
  readonly signedHeadersText: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Time of signing: ISO 8601 basic, and in milliseconds since 1970. */
  readonly timestamp: string;
  readonly time: number;
  /** Presigned requests only. */
  readonly expiresSeconds: number | undefined;
  readonly securityToken: string | undefined;
  /** `x-amz-content-sha256` of the header or the query. */
  readonly contentSha256: string | undefined;
}

const malformedCredential =
  'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';

/** The claim of an Authorization header. Throws the service's error when it cannot be read. */
export function readHeaderClaim(headers: SecurityHeaders, rules: ServiceRules): Claim {
  const text = headers.authorization ?? '';
  checkAlgorithm(text, rules);
  const parts = parseAuthorizationParts(text.slice(algorithm.length));
  const date = headers.amzDate ?? headers.date;
  const { credential, signedHeaders, signature } = parts;
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw incompleteHeader(text, parts, date, rules);
  }
  if (date === undefined) throw incompleteHeader(text, parts, date, rules);
  if (parts.malformed) throw malformedHeader('the authorization header has unknown parts', rules);
  const time = headers.amzDate === undefined ? parseHeaderTime(date) : parseBasicTime(date);
  if (time === undefined) throw malformedDate(date, rules);
  return {
    place: 'header',
    credential: readCredential(credential, 'header', rules),
    signedHeadersText: signedHeaders,
    signedHeaders: readSignedHeaders(signedHeaders, rules),
    signature,
    timestamp: headers.amzDate ?? formatBasicTime(time),
    time,
    expiresSeconds: undefined,
    securityToken: headers.securityToken,
    contentSha256: headers.contentSha256,
  };
}

/** The claim of a presigned request. Throws the service's error when it cannot be read. */
export function readQueryClaim(
  query: QuerySignature,
  headers: SecurityHeaders,
  rules: ServiceRules,
): Claim {
  const { credential, date, expires, signedHeaders, signature } = query;
  if (query.algorithm !== undefined && query.algorithm !== algorithm) {
    throw refuse(rules.family, { reason: 'scheme' });
  }
  const missing = missingParameter(query, rules);
  if (missing !== undefined) throw missing;
  if (credential === undefined || date === undefined) throw incompleteQuery(rules);
  if (signedHeaders === undefined || signature === undefined) throw incompleteQuery(rules);
  if (headers.securityToken !== undefined) throw refuse(rules.family, { reason: 'two-schemes' });
  const time = parseBasicTime(date);
  if (time === undefined) throw malformedDate(date, rules);
  const expiresSeconds = expires === undefined ? undefined : readExpires(expires, rules);
  return {
    place: 'query',
    credential: readCredential(credential, 'query', rules),
    signedHeadersText: signedHeaders,
    signedHeaders: readSignedHeaders(signedHeaders, rules),
    signature,
    timestamp: date,
    time,
    expiresSeconds,
    securityToken: query.securityToken,
    contentSha256: query.contentSha256 ?? headers.contentSha256,
  };
}

function checkAlgorithm(text: string, rules: ServiceRules): void {
  if (text.startsWith(`${algorithm} `)) return;
  // SigV4A is refused by name: its ECDSA keys are not supported.
  if (rules.isS3 || text.startsWith('AWS4-') || text.startsWith('AWS ')) {
    throw refuse(rules.family, { reason: 'scheme' });
  }
  throw incompleteHeader(text, parseAuthorizationParts(''), undefined, rules);
}

function incompleteHeader(
  text: string,
  parts: AuthorizationParts,
  date: string | undefined,
  rules: ServiceRules,
): Error {
  const missing = [
    ...(parts.credential === undefined ? ['Credential'] : []),
    ...(parts.signature === undefined ? ['Signature'] : []),
    ...(parts.signedHeaders === undefined ? ['SignedHeaders'] : []),
  ];
  if (rules.isS3 && missing.length > 0) {
    const components = 'Credential, SignedHeaders, and Signature.';
    return malformedHeader(
      `the authorization header requires three components: ${components}`,
      rules,
    );
  }
  // Unverified: S3's text for a signature without any date.
  const noDate = 'AWS authentication requires a valid Date or x-amz-date header';
  if (rules.isS3) return refuse('s3', { reason: 'missing', message: noDate });
  const sentences = missing.map((name) => `Authorization header requires '${name}' parameter.`);
  if (date === undefined) {
    const either = "either a 'X-Amz-Date' or a 'Date' header.";
    sentences.push(`Authorization header requires existence of ${either}`);
  }
  const message = `${sentences.join(' ')} ${hashedAuthorization(text)}`;
  return refuse(rules.family, { reason: 'incomplete', message });
}

function malformedHeader(what: string, rules: ServiceRules): Error {
  const message = `The authorization header is malformed; ${what}`;
  return refuse(rules.family, { reason: 'incomplete', message });
}

function malformedDate(date: string, rules: ServiceRules): Error {
  const expected = "Date must be in ISO-8601 'basic format'.";
  const message = `${expected} Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`;
  if (!rules.isS3) return refuse(rules.family, { reason: 'incomplete', message });
  // Unverified: S3's text for a date that it cannot read.
  const noDate = 'AWS authentication requires a valid Date or x-amz-date header';
  return refuse('s3', { reason: 'missing', message: noDate });
}

function incompleteQuery(rules: ServiceRules): Error {
  return refuse(rules.family, { reason: 'incomplete-query' });
}

function missingParameter(query: QuerySignature, rules: ServiceRules): Error | undefined {
  const required = [
    ['X-Amz-Algorithm', query.algorithm],
    ['X-Amz-Credential', query.credential],
    ['X-Amz-Signature', query.signature],
    ['X-Amz-SignedHeaders', query.signedHeaders],
    ['X-Amz-Date', query.date],
    // Only S3 insists on an expiry.
    ['X-Amz-Expires', rules.isS3 ? query.expires : 'any'],
  ] as const;
  const missing = required.filter(([, value]) => value === undefined || value === '');
  if (missing.length === 0) return undefined;
  if (rules.isS3) return incompleteQuery(rules);
  const message = missing
    .map(([name]) => `AWS query-string parameters must include '${name}'.`)
    .concat('Re-examine the query-string parameters.')
    .join(' ');
  return refuse(rules.family, { reason: 'incomplete-query', message });
}

function readExpires(text: string, rules: ServiceRules): number {
  const wrong = (message: string) => refuse(rules.family, { reason: 'incomplete-query', message });
  // Unverified: all three texts, and that zero is refused like a negative number.
  if (/^-\d{1,18}$/.test(text) || /^0{1,6}$/.test(text)) {
    throw wrong('X-Amz-Expires must be non-negative');
  }
  if (!/^\d{1,18}$/.test(text)) throw wrong('X-Amz-Expires should be a number');
  const seconds = Number(text);
  if (!/^\d{1,6}$/.test(text) || seconds > 604_800) {
    throw wrong(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires ' +
        'must be less than 604800 seconds',
    );
  }
  return seconds;
}

function readCredential(text: string, place: Claim['place'], rules: ServiceRules): Credential {
  const credential = parseCredential(text);
  if (credential !== undefined) return credential;
  const inQuery = place === 'query';
  const reason = inQuery ? 'incomplete-query' : 'incomplete';
  const prefix = inQuery
    ? 'Error parsing the X-Amz-Credential parameter; '
    : 'The authorization header is malformed; ';
  const message = rules.isS3
    ? `${prefix}${malformedCredential}`
    : 'Credential must have exactly 5 slash-delimited elements, e.g. ' +
      `keyid/date/region/service/term, got '${text}'`;
  throw refuse(rules.family, { reason, message });
}

function readSignedHeaders(text: string, rules: ServiceRules): readonly string[] {
  const list = parseSignedHeaders(text);
  if (list !== undefined) return list;
  // Unverified: AWS's text for header names that are not lower case, sorted and unique.
  const message = 'SignedHeaders must be lower-case, sorted and unique.';
  throw rules.isS3
    ? malformedHeader(message, rules)
    : refuse(rules.family, { reason: 'incomplete', message });
}
