/** Pages of this machine (the only ones answered) at buckets with CORS rules, over the gateway. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInHeader } from './testing/client-signature.ts';
import { startGateway, type TestGateway } from './testing/test-gateway.ts';

const origin = 'http://localhost:3000';
const rules =
  '<CORSConfiguration><CORSRule><AllowedOrigin>http://localhost:*</AllowedOrigin>' +
  '<AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>' +
  '<AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>' +
  '<MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule></CORSConfiguration>';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  for (const name of ['cors-bucket', 'plain-bucket']) await s3('PUT', `/${name}`);
  const contentMd5 = createHash('md5').update(rules).digest('base64');
  const put = await s3('PUT', '/cors-bucket', 'cors', { 'content-md5': contentMd5 }, rules);
  expect([put.status, put.body]).toEqual([200, '']);
  expect((await s3('PUT', '/cors-bucket/k', '', {}, 'x')).status).toBe(200);
});

afterAll(async () => await gateway.stop());

const s3 = (
  method: string,
  rawPath: string,
  rawQuery = '',
  headers: Readonly<Record<string, string>> = {},
  body = '',
) =>
  gateway.send(
    signInHeader(
      {
        method,
        rawPath,
        rawQuery,
        headers: [['host', '127.0.0.1:4566'], ...Object.entries(headers)],
        body: Buffer.from(body),
      },
      gateway.root(),
      { service: 's3', region: 'us-east-1', now: Date.now() },
    ),
  );

const unsigned = (method: string, rawPath: string, headers: Readonly<Record<string, string>>) =>
  gateway.send({
    method,
    rawPath,
    rawQuery: '',
    headers: [['host', '127.0.0.1:4566'], ...Object.entries(headers)],
    body: Buffer.alloc(0),
  });

const ask = { origin, 'access-control-request-method': 'PUT' };

describe('a preflight', () => {
  test('is answered by the first rule that allows origin, method and headers', async () => {
    const asked = 'X-Amz-Date, x-amz-content-sha256';
    const headers = { ...ask, 'access-control-request-headers': asked };
    const answer = await unsigned('OPTIONS', '/cors-bucket/k', headers);
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, PUT');
    expect(answer.headers.get('access-control-allow-headers')).toBe(
      'x-amz-date, x-amz-content-sha256',
    );
    expect(answer.headers.get('access-control-max-age')).toBe('3000');
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('access-control-expose-headers')).toBe('ETag');
  });

  test.each([
    ['/cors-bucket/k', { ...ask, origin: 'http://127.0.0.1:3000' }, 'This CORS request is not all'],
    ['/cors-bucket/k', { ...ask, 'access-control-request-method': 'DELETE' }, 'not whitelisted'],
    ['/cors-bucket/k', { ...ask, 'access-control-request-headers': 'range' }, 'not whitelisted'],
    ['/plain-bucket/k', ask, 'CORSResponse: CORS is not enabled for this bucket.'],
    ['/absent-bucket/k', ask, 'CORSResponse: Bucket not found'],
  ])('to %s with %j is refused', async (path, headers, text) => {
    const answer = await unsigned('OPTIONS', path, headers);
    expect([answer.status, answer.code]).toEqual([403, 'AccessForbidden']);
    expect(answer.body).toContain(text);
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
  });

  test('T31: with more names of headers than any browser asks for is refused', async () => {
    const names = (count: number) =>
      Array.from({ length: count }, (_, index) => `x-amz-${index}`).join();
    const statusFor = async (count: number) => {
      const headers = { ...ask, 'access-control-request-headers': names(count) };
      return (await unsigned('OPTIONS', '/cors-bucket/k', headers)).status;
    };
    expect([await statusFor(100), await statusFor(101)]).toEqual([200, 403]);
  });

  test.each([
    [{}, 'Insufficient information. Origin request header needed.'],
    [{ origin }, 'Invalid Access-Control-Request-Method: null'],
  ])('with %j is no preflight', async (headers, text) => {
    const answer = await unsigned('OPTIONS', '/cors-bucket/k', headers);
    expect([answer.status, answer.code]).toEqual([400, 'BadRequest']);
    expect(answer.body).toContain(text);
  });
});

describe('an answer to another origin', () => {
  test('is marked where a rule allows it, refusals too', async () => {
    const read = await s3('GET', '/cors-bucket/k', '', { origin });
    expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    const refused = await unsigned('GET', '/cors-bucket/k', { origin });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
  });

  test('is not marked without a rule, nor opened by one', async () => {
    const other = await s3('GET', '/cors-bucket/k', '', { origin: 'http://127.0.0.1:3000' });
    expect(other.headers.has('access-control-allow-origin')).toBe(false);
    const own = await s3('GET', '/cors-bucket/k');
    expect(own.headers.has('access-control-allow-origin')).toBe(false);
  });
});
