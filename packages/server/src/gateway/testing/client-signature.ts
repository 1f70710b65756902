/** For tests: Signature Version 4 as a client makes it, written apart from the server's own code. */
import { createHash, createHmac } from 'node:crypto';

/** A key pair, with a token when it is temporary. */
export interface TestKey {
  readonly id: string;
  readonly secret: string;
  readonly token?: string;
}

/** A request before it is signed. Path and query are percent-encoded as they will be sent. */
export interface PlainRequest {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** What the signature is for. `now` is wall time in milliseconds. */
export interface SigningScope {
  readonly service: string;
  readonly region: string;
  readonly now: number;
}

/** A signed request, still open to tampering. */
export interface SignedRequest {
  method: string;
  rawPath: string;
  rawQuery: string;
  headers: [name: string, value: string][];
  body: Buffer;
}

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

const derivedKeys = new Map<string, Buffer>();

function signingKey(secret: string, date: string, { region, service }: SigningScope): Buffer {
  const name = [secret, date, region, service].join(' ');
  const known = derivedKeys.get(name);
  if (known !== undefined) return known;
  const regionKey = hmac(hmac(`AWS4${secret}`, date), region);
  const key = hmac(hmac(regionKey, service), 'aws4_request');
  derivedKeys.set(name, key);
  return key;
}

function timestampOf(now: number): string {
  return `${new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
}

function canonicalRequest(
  request: SignedRequest,
  names: readonly string[],
  payloadHash: string,
  service: string,
): string {
  const { method, rawPath, rawQuery, headers } = request;
  const path = service === 's3' ? rawPath : rawPath.split('/').map(encode).join('/');
  const query = rawQuery
    .split('&')
    .filter((part) => part !== '')
    .map((part) => (part.includes('=') ? part : `${part}=`))
    .map((part): [string, string] => [part.slice(0, part.indexOf('=')), part])
    // Names first: `=` is greater than `-`, which names may hold.
    .sort(([a, one], [b, other]) => compare(a, b) || compare(one, other))
    .map(([, part]) => part)
    .join('&');
  const lines = names.map((name) => {
    const values = headers.filter(([header]) => header.toLowerCase() === name);
    return `${name}:${values.map(([, value]) => value.trim()).join(',')}\n`;
  });
  return [method, path, query, lines.join(''), names.join(';'), payloadHash].join('\n');
}

function sign(canonical: string, timestamp: string, key: TestKey, scope: SigningScope): string {
  const date = timestamp.slice(0, 8);
  const credentialScope = `${date}/${scope.region}/${scope.service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${timestamp}\n${credentialScope}\n${sha256(canonical)}`;
  return hmac(signingKey(key.secret, date, scope), text).toString('hex');
}

/** Signs in the Authorization header; every header of the request is signed. */
export function signInHeader(
  request: PlainRequest,
  key: TestKey,
  scope: SigningScope,
): SignedRequest {
  const timestamp = timestampOf(scope.now);
  const payloadHash = sha256(request.body);
  const signed: SignedRequest = {
    ...request,
    headers: [
      ...request.headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]),
      ['x-amz-date', timestamp],
      ['x-amz-content-sha256', payloadHash],
      ...(key.token === undefined ? [] : [['x-amz-security-token', key.token] as [string, string]]),
    ],
  };
  const names = [...new Set(signed.headers.map(([name]) => name))].sort();
  const canonical = canonicalRequest(signed, names, payloadHash, scope.service);
  const signature = sign(canonical, timestamp, key, scope);
  const credential = `${key.id}/${timestamp.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`;
  signed.headers.push([
    'authorization',
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, ` +
      `Signature=${signature}`,
  ]);
  return signed;
}

/** Signs in the query (presigned), valid for `expiresSeconds`. */
export function signInQuery(
  request: PlainRequest,
  key: TestKey,
  scope: SigningScope & { readonly expiresSeconds: number },
): SignedRequest {
  const timestamp = timestampOf(scope.now);
  const names = [...new Set(request.headers.map(([name]) => name.toLowerCase()))].sort();
  const credential = `${key.id}/${timestamp.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`;
  const parameters: readonly (readonly [string, string])[] = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', credential],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(scope.expiresSeconds)],
    ['X-Amz-SignedHeaders', names.join(';')],
    ...(key.token === undefined ? [] : ([['X-Amz-Security-Token', key.token]] as const)),
  ];
  const added = parameters.map(([name, value]) => `${name}=${encode(value)}`);
  const signed: SignedRequest = {
    ...request,
    rawQuery: [request.rawQuery, ...added].filter((part) => part !== '').join('&'),
    headers: request.headers.map(([name, value]) => [name.toLowerCase(), value]),
  };
  const payloadHash = scope.service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(request.body);
  const canonical = canonicalRequest(signed, names, payloadHash, scope.service);
  signed.rawQuery += `&X-Amz-Signature=${sign(canonical, timestamp, key, scope)}`;
  return signed;
}
