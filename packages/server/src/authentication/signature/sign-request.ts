/** Signs a request with Signature Version 4, as a client does: for requests of our own. */
import { hash } from 'node:crypto';
import { canonicalHeaders, canonicalQuery, hashWireText } from './canonical-request.ts';
import { algorithm } from './claim.ts';
import { deriveSigningKey } from './signing-key.ts';
import { formatBasicTime } from './timestamp.ts';
import { encodeRawPath, normalizePath } from './uri-encoding.ts';
import { stringToSign } from './verify.ts';

/** What to sign. The path is percent-encoded already and carries no query. */
export interface RequestToSign {
  readonly method: string;
  readonly host: string;
  readonly rawPath: string;
  /** Further headers to sign and send, with lower-case names; sent as they are. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  readonly region: string;
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly credentials: {
    readonly id: string;
    readonly secret: string;
    readonly token?: string;
  };
}

/** The headers to send: Authorization, X-Amz-Date, and X-Amz-Security-Token for sessions. */
export function signRequest(request: RequestToSign): readonly (readonly [string, string])[] {
  const { credentials, region, service } = request;
  const timestamp = formatBasicTime(request.now);
  const date = timestamp.slice(0, 8);
  const headers: (readonly [string, string])[] = [
    ['host', request.host],
    ['x-amz-date', timestamp],
    ...(request.headers ?? []),
  ];
  if (credentials.token !== undefined) headers.push(['x-amz-security-token', credentials.token]);
  headers.sort(([a], [b]) => Number(a > b) - Number(a < b));
  const signedHeaders = headers.map(([name]) => name);
  const canonical = [
    request.method,
    // S3 signs the path as it is sent; all others normalise it and encode it once more.
    service === 's3' ? request.rawPath : encodeRawPath(normalizePath(request.rawPath)),
    canonicalQuery([]),
    canonicalHeaders(headers, signedHeaders) ?? '',
    signedHeaders.join(';'),
    hash('sha256', request.body ?? '', 'hex'),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = stringToSign(timestamp, scope, hashWireText(canonical) ?? '');
  const key = deriveSigningKey(credentials.secret, date, region, service);
  const signature = key.sign(text);
  const credential = `Credential=${credentials.id}/${scope}`;
  return [
    ...headers.filter(([name]) => name !== 'host'),
    [
      'authorization',
      `${algorithm} ${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
    ],
  ];
}
