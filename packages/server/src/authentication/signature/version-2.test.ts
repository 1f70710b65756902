/** Signature Version 2 presigning, against URLs that botocore 1.43 made. */
import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ServiceError } from '../../protocol/service-error.ts';
import { createRequest } from '../testing/wire-request.ts';
import {
  createSession,
  createWorld,
  now,
  rootCredentials,
  s3Options,
  type World,
} from '../testing/world.ts';
import { stringToSignVersion2 } from './version-2.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const receivedAt = 1795519000_000;
const key = `AWSAccessKeyId=${rootCredentials.accessKeyId}`;
const end = 'Expires=1795519709';
const get =
  `/b/k%20y/%C3%BC%2B.txt?response-content-type=text%2Fplain&${key}` +
  `&Signature=HmKk8Mk8rlmaXJ19IVC7f8HIU18%3D&${end}`;
const put =
  `/b/k?${key}&Signature=L2azK63dacfBoWcxKbX1r5Xp4R0%3D` +
  `&content-type=text%2Fplain&x-amz-meta-a=b&${end}`;
const list =
  `/b?list-type=2&prefix=x%2F&encoding-type=url&${key}` +
  `&Signature=BgHv%2FLRns9cbodcbsM9dBIvMoMI%3D&${end}`;
const head = `/b/x/?${key}&Signature=fsCUKODdZ5LpbHcjXEuMcMXvVvw%3D&${end}`;

function authenticate(method: string, target: string, at = receivedAt) {
  const request = createRequest({ method, target, receivedAt: at });
  return world.authenticator.authenticate(request, s3Options).authenticated;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return `${(error as ServiceError).code}: ${(error as ServiceError).message}`;
  }
  return 'accepted';
}

describe("botocore's presigned URLs", () => {
  test.each([
    ['GET', get],
    ['PUT', put],
    ['GET', list],
  ])('%s %s is accepted', (method, target) => {
    expect(authenticate(method, target)).toMatchObject({
      caller: { kind: 'root' },
      authenticationType: 'REST-QUERY-STRING',
      signatureVersion: 'AWS',
    });
  });

  test('the header may say what the query says', () => {
    const headers = [['content-type', 'text/plain']] as const;
    const request = createRequest({ method: 'PUT', target: put, headers, receivedAt });
    world.authenticator.authenticate(request, s3Options);
    const other = [['content-type', 'text/html']] as const;
    const wrong = createRequest({ method: 'PUT', target: put, headers: other, receivedAt });
    expect(codeOf(() => world.authenticator.authenticate(wrong, s3Options))).toMatch(/^Invalid/);
  });

  test('the session token is signed as the header it stands for', () => {
    const target = `/b/x/?${key}&x-amz-security-token=TOK%2B%2F%3D%3D&${end}`;
    const request = createRequest({ method: 'GET', target });
    expect(stringToSignVersion2(request, '1795519709')).toBe(
      'GET\n\n\n1795519709\nx-amz-security-token:TOK+/==\n/b/x/',
    );
  });

  test('a session signs with its token', () => {
    const session = createSession('role', world.roleId, 'deploy');
    const { accessKeyId, secretAccessKey, sessionToken } = world.tokens.mint(session);
    const token = `x-amz-security-token=${encodeURIComponent(sessionToken)}`;
    const expires = String(now / 1000 + 60);
    const unsigned = `/b/k?AWSAccessKeyId=${accessKeyId}&${token}&Expires=${expires}`;
    const text = stringToSignVersion2(createRequest({ method: 'GET', target: unsigned }), expires);
    const signature = createHmac('sha1', secretAccessKey).update(text).digest('base64');
    const target = `${unsigned}&Signature=${encodeURIComponent(signature)}`;
    expect(authenticate('GET', target, now).caller.kind).toBe('role-session');
    const expired = codeOf(() => authenticate('GET', target, session.expiresAt));
    expect(expired).toBe('AccessDenied: Request has expired');
  });

  test('a virtual-host bucket stands in front of the path', () => {
    const request = createRequest({ method: 'GET', target: '/k?acl' });
    expect(stringToSignVersion2(request, '1', 'b')).toBe('GET\n\n\n1\n/b/k?acl');
  });
});

describe('refusals', () => {
  test('HEAD, DELETE and POST are not accepted', () => {
    for (const method of ['HEAD', 'DELETE', 'POST']) {
      expect(codeOf(() => authenticate(method, head))).toMatch(
        /^InvalidRequest: The authorization/,
      );
    }
  });

  test('an expired URL', () => {
    expect(codeOf(() => authenticate('GET', get, 1795519710_000))).toBe(
      'AccessDenied: Request has expired',
    );
  });

  test('a missing parameter', () => {
    expect(codeOf(() => authenticate('GET', get.replace(/&Expires=\d+/, '')))).toBe(
      'AccessDenied: Query-string authentication requires ' +
        'the Signature, Expires and AWSAccessKeyId parameters',
    );
  });

  test('another path, method, expiry, header or sub-resource', () => {
    const changed = [
      ['PUT', get],
      ['GET', get.replace('.txt', '.txu')],
      ['GET', get.replace('9709', '9708')],
      ['GET', get.replace('text%2Fplain', 'text%2Fhtml')],
      ['GET', `${get}&acl`],
      ['GET', `${get}&x-amz-acl=public-read`],
    ] as const;
    for (const [method, target] of changed) {
      expect(codeOf(() => authenticate(method, target))).toMatch(/^SignatureDoesNotMatch/);
    }
  });

  test('a parameter that is not part of the signature and is not known to be harmless', () => {
    expect(codeOf(() => authenticate('PUT', `${put}&publicAccessBlock`))).toBe(
      'AccessDenied: Access Denied',
    );
  });

  test('services other than S3 do not know Version 2', () => {
    const request = createRequest({ target: `/?${key}&Signature=x&${end}`, receivedAt });
    const options = {
      family: 'query',
      signingName: 'iam',
      signature: 'required',
      body: new Uint8Array(0),
    } as const;
    expect(codeOf(() => world.authenticator.authenticate(request, options))).toMatch(/^Missing/);
  });
});
