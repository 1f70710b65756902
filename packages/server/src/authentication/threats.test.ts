/** The threats to authentication, T1 to T16, each with the test that it fails. */
import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createUniqueId } from '../platform/unique-id.ts';
import type { ServiceError } from '../protocol/service-error.ts';
import type { AuthenticationOptions } from './authenticator.ts';
import { deriveSigningKey } from './signature/signing-key.ts';
import { frameChunks, inPieces, readAll } from './testing/chunked-body.ts';
import { createRequest, type WireParts } from './testing/wire-request.ts';
import {
  account,
  createSession,
  createWorld,
  iamOptions,
  now,
  random,
  roleRecord,
  rootCredentials,
  s3Options,
  signParts,
  signRequest,
  type World,
} from './testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const credentials = rootCredentials;
const body = 'Action=ListRoles&Version=2010-05-08';

function answer(parts: WireParts, options: AuthenticationOptions = iamOptions(body)): string {
  try {
    world.authenticator.authenticate(createRequest(parts), options);
  } catch (error) {
    return (error as ServiceError).code;
  }
  return 'accepted';
}

function message(parts: WireParts, options: AuthenticationOptions = iamOptions(body)): string {
  try {
    world.authenticator.authenticate(createRequest(parts), options);
  } catch (error) {
    return (error as ServiceError).message;
  }
  return 'accepted';
}

test('T1 the proof of authentication is made in this room only', () => {
  const root = new URL('../', import.meta.url);
  const callers = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('authentication'))
    // Tests and what only they use; the build leaves it out.
    .filter((name) => !/\.(?:test|fixture|harness)\.ts$|(?:^|\/)testing[./]/.test(name))
    .filter((name) => readFileSync(new URL(name, root), 'utf8').includes('proveAuthenticated'));
  expect(callers).toEqual([]);
});

describe('T2 repeated security headers', () => {
  test.each([
    'host',
    'authorization',
    'date',
    'x-amz-date',
    'x-amz-content-sha256',
    'x-amz-security-token',
    'content-length',
    'content-type',
  ])('%s', async (name) => {
    const headers = [
      ['content-type', 'a'],
      ['content-length', '1'],
    ] as const;
    const session = world.tokens.mint(createSession('role', world.roleId, 'deploy'));
    const parts = await signParts({ credentials: session, body, headers });
    expect(answer(parts)).toBe('accepted');
    const sent = parts.headers.filter(([header]) => header === name);
    const [first = [name, 'Fri, 02 Jan 2026 03:04:05 GMT']] = sent;
    const others = parts.headers.filter(([header]) => header !== name);
    for (const second of [first, [name, 'other']] as const) {
      expect(answer({ ...parts, headers: [...others, first, second] })).toBe('IncompleteSignature');
      expect(answer({ ...parts, headers: [second, ...others, first] })).toBe('IncompleteSignature');
    }
  });
});

test('T3 a target in absolute form', async () => {
  const parts = await signParts({ credentials, body });
  for (const target of ['http://evil/', 'http://127.0.0.1:4566/', '*', '', 'evil:443']) {
    expect(answer({ ...parts, target })).toBe('IncompleteSignature');
  }
});

describe('T4 path rules follow the scope, and the scope must be the route', () => {
  test('S3 paths are signed as they are', async () => {
    const options = { ...s3Options };
    for (const target of ['/b/a//b', '/b/./c', '/b/../c', '/b/k%20y', '/b/%E3%81%82']) {
      const parts = await signParts({ credentials, method: 'GET', service: 's3', target });
      expect(answer(parts, options), target).toBe('accepted');
      expect(answer({ ...parts, target: '/b/c' }, options)).toBe('SignatureDoesNotMatch');
    }
  });

  test('a signature for one service does not serve another', async () => {
    const parts = await signParts({ credentials, body, service: 'sts' });
    expect(answer(parts)).toBe('SignatureDoesNotMatch');
    const s3 = await signParts({ credentials, method: 'GET', service: 'iam' });
    expect(answer(s3, s3Options)).toBe('AuthorizationHeaderMalformed');
  });

  test('nor does one for another region, terminator or day', async () => {
    const parts = await signParts({ credentials, body });
    const rescoped = (from: string, to: string) => ({
      ...parts,
      headers: parts.headers.map(([name, value]) => [name, value.replace(from, to)] as const),
    });
    expect(message(rescoped('us-east-1', 'us-west-2'))).toBe(
      'Credential should be scoped to a valid region. ',
    );
    expect(message(rescoped('aws4_request', 'aws4_other'))).toBe(
      "Credential should be scoped with a valid terminator: 'aws4_request'.",
    );
    expect(message(rescoped('/20260102/', '/20260101/'))).toBe(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
    );
  });
});

test('T5 security parameters twice, in another case, or misspelled', async () => {
  const options = { ...s3Options, signature: 'required' } as const;
  const parts = await signParts({
    credentials,
    method: 'GET',
    service: 's3',
    target: '/b/k',
    presignedSeconds: 60,
  });
  expect(answer(parts, options)).toBe('accepted');
  for (const more of [
    'X-Amz-Credential=x',
    'x-amz-credential=x',
    'X-AMZ-SIGNATURE=x',
    'X-Amz-Date=20260102T030405Z',
    'x-amz-expires=604800',
    '%58-Amz-Signature=x',
  ]) {
    expect(answer({ ...parts, target: `${parts.target}&${more}` }, options)).toBe('InvalidRequest');
  }
  const renamed = parts.target.replace('X-Amz-Credential', 'x-amz-credential');
  expect(answer({ ...parts, target: renamed }, options)).toBe('InvalidRequest');
});

test('T6 credentials in the header and the query', async () => {
  const presigned = await signParts({ credentials, body, presignedSeconds: 60 });
  const signed = await signParts({ credentials, body });
  const both = { ...signed, target: presigned.target };
  expect(answer(both)).toBe('IncompleteSignature');
  const version2 = '/?AWSAccessKeyId=a&Signature=b&Expires=1';
  expect(answer({ ...signed, target: version2 }, s3Options)).toBe('InvalidArgument');
  const query = `${presigned.target}&AWSAccessKeyId=a&Signature=b`;
  expect(answer({ ...presigned, target: query }, s3Options)).toBe('InvalidArgument');
});

describe('T7 unsigned security headers', () => {
  test('host, and each x-amz header that is present', async () => {
    const parts = await signParts({ credentials, body });
    const more = [...parts.headers, ['x-amz-target', 'Other.Operation']] as const;
    expect(message({ ...parts, headers: more })).toBe(
      "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
    );
    const without = parts.headers.map(
      ([name, value]) => [name, value.replace('host;', '')] as const,
    );
    expect(message({ ...parts, headers: without })).toBe(
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
  });

  test('on S3, with their names', async () => {
    const parts = await signParts({ credentials, method: 'PUT', service: 's3', target: '/b/k' });
    const headers = [...parts.headers, ['x-amz-acl', 'public-read'], ['content-md5', 'x']] as const;
    expect(answer({ ...parts, headers }, s3Options)).toBe('AccessDenied');
    expect(message({ ...parts, headers }, s3Options)).toBe(
      'There were headers present in the request which were not signed',
    );
  });

  test('signed headers that are unsorted, repeated or in upper case', async () => {
    const parts = await signParts({ credentials, body });
    for (const [from, to] of [
      ['host;', 'host;host;'],
      ['host;x-amz-content-sha256', 'x-amz-content-sha256;host'],
      ['host;', 'Host;'],
      ['host;', ';host;'],
    ] as const) {
      const headers = parts.headers.map(
        ([name, value]) => [name, value.replace(from, to)] as const,
      );
      expect(answer({ ...parts, headers })).toBe('IncompleteSignature');
    }
  });
});

describe('T8 payload modes', () => {
  test('the body must have the signed hash before the operation runs', async () => {
    const parts = await signParts({ credentials, body });
    expect(answer(parts, iamOptions(`${body}&x=y`))).toBe('SignatureDoesNotMatch');
  });

  test('UNSIGNED-PAYLOAD and streaming are for S3 only', async () => {
    for (const mode of ['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']) {
      const headers = [['x-amz-content-sha256', mode]] as const;
      const parts = await signParts({ credentials, body, headers });
      expect(answer(parts)).toBe('SignatureDoesNotMatch');
    }
  });

  test.each([
    'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
    'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
    'unsigned-payload',
    'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855',
    'x',
  ])('%s is unknown', async (mode) => {
    const headers = [['x-amz-content-sha256', mode]] as const;
    const parts = await signParts({ credentials, method: 'PUT', service: 's3', headers });
    expect(answer(parts, s3Options)).toBe('InvalidArgument');
  });

  test('S3 asks for x-amz-content-sha256', async () => {
    const parts = await signParts({ credentials, method: 'PUT', service: 's3' });
    const headers = parts.headers.filter(([name]) => name !== 'x-amz-content-sha256');
    expect(message({ ...parts, headers }, s3Options)).toBe(
      'Missing required header for this request: x-amz-content-sha256',
    );
  });

  test('a streamed body with another hash throws at its end', async () => {
    const parts = await signParts({ credentials, method: 'PUT', service: 's3', body: 'hello' });
    const request = createRequest({ ...parts, body: inPieces('hellO', 2) });
    const { payload } = world.authenticator.authenticate(request, s3Options);
    await expect(readAll(payload.stream)).rejects.toMatchObject({
      code: 'XAmzContentSHA256Mismatch',
    });
    const good = createRequest({ ...parts, body: inPieces('hello', 2) });
    expect(await readAll(world.authenticator.authenticate(good, s3Options).payload.stream)).toBe(
      'hello',
    );
  });

  test('the chunk chain starts from the request signature', async () => {
    const headers = [
      ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
      ['x-amz-decoded-content-length', '5'],
    ] as const;
    const parts = await signParts({ credentials, method: 'PUT', service: 's3', headers });
    const authorization = parts.headers.find(([name]) => name === 'authorization')?.[1] ?? '';
    const scope = '20260102/us-east-1/s3/aws4_request';
    const key = deriveSigningKey(credentials.secretAccessKey, '20260102', 'us-east-1', 's3');
    const signature = authorization.slice(-64);
    const seed = { key, timestamp: '20260102T030405Z', scope, signature };
    const read = async (text: string) => {
      const request = createRequest({ ...parts, body: text });
      const { payload } = world.authenticator.authenticate(request, s3Options);
      expect(payload.length).toBe(5);
      return await readAll(payload.stream);
    };
    expect(await read(frameChunks(['he', 'llo'], seed))).toBe('hello');
    const other = { ...seed, signature: '0'.repeat(64) };
    await expect(read(frameChunks(['he', 'llo'], other))).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });

  test('signed chunks need a signed request', () => {
    const headers = [
      ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
      ['x-amz-decoded-content-length', '5'],
    ] as const;
    expect(answer({ method: 'PUT', headers, receivedAt: now }, s3Options)).toBe('InvalidArgument');
  });
});

describe('T9 the clock', () => {
  const minute = 60_000;

  test('fifteen minutes either way for IAM and STS, with the times in the text', async () => {
    for (const service of ['iam', 'sts']) {
      const parts = await signParts({ credentials, body, service });
      const options = { ...iamOptions(body), signingName: service };
      const at = (offset: number) => ({ ...parts, receivedAt: now + offset });
      expect(answer(at(15 * minute), options)).toBe('accepted');
      expect(answer(at(-15 * minute), options)).toBe('accepted');
      expect(message(at(15 * minute + 1000), options)).toBe(
        'Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z ' +
          '(20260102T031906Z - 15 min.)',
      );
      expect(message(at(-15 * minute - 1000), options)).toBe(
        'Signature not yet current: 20260102T030405Z is still later than 20260102T030404Z ' +
          '(20260102T024904Z + 15 min.)',
      );
    }
  });

  test('five minutes for other services', async () => {
    const parts = await signParts({ credentials, body, service: 'kms' });
    const options = { ...iamOptions(body), signingName: 'kms' };
    const at = (offset: number) => ({ ...parts, receivedAt: now + offset });
    expect(answer(at(5 * minute), options)).toBe('accepted');
    expect(answer(at(-5 * minute), options)).toBe('accepted');
    expect(message(at(5 * minute + 1000), options)).toBe(
      'Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z ' +
        '(20260102T030906Z - 5 min.)',
    );
    expect(answer(at(-5 * minute - 1000), options)).toBe('SignatureDoesNotMatch');
  });

  test('fifteen minutes on S3', async () => {
    const parts = await signParts({ credentials, method: 'GET', service: 's3' });
    const at = (offset: number) => ({ ...parts, receivedAt: now + offset });
    expect(answer(at(15 * minute), s3Options)).toBe('accepted');
    expect(answer(at(15 * minute + 1), s3Options)).toBe('RequestTimeTooSkewed');
    expect(answer(at(-15 * minute - 1), s3Options)).toBe('RequestTimeTooSkewed');
  });

  test('dates that are none', async () => {
    const parts = await signParts({ credentials, body });
    for (const date of ['20260230T000000Z', '20261301T000000Z', '2026-01-02T03:04:05Z', '0', '']) {
      const headers = parts.headers.map(
        ([name, value]) => [name, name === 'x-amz-date' ? date : value] as const,
      );
      expect(answer({ ...parts, headers }), date).toBe('IncompleteSignature');
    }
  });
});

describe('T10 presigned requests', () => {
  const presign = (presignedSeconds: number, more = {}) =>
    signParts({ credentials, method: 'GET', service: 's3', presignedSeconds, ...more });

  test('live for their own seconds', async () => {
    const parts = await presign(60);
    const at = (seconds: number) => ({ ...parts, receivedAt: now + seconds * 1000 });
    expect(answer(at(60), s3Options)).toBe('accepted');
    expect(message(at(61), s3Options)).toBe('Request has expired');
    const { authenticated } = world.authenticator.authenticate(createRequest(at(9)), s3Options);
    expect(authenticated).toMatchObject({
      authenticationType: 'REST-QUERY-STRING',
      signatureAge: 9000,
      contentSha256: 'UNSIGNED-PAYLOAD',
    });
  });

  test.each(['0', '-1', '604801', '3600abc', ' 12 ', '1e3', '0x10', '', '1.5', '9999999'])(
    'X-Amz-Expires=%s is refused',
    async (expires) => {
      const parts = await presign(60);
      const target = parts.target.replace('X-Amz-Expires=60', `X-Amz-Expires=${expires}`);
      expect(answer({ ...parts, target }, s3Options)).toBe('AuthorizationQueryParametersError');
    },
  );

  test('end with their session', async () => {
    const session = { ...createSession('role', world.roleId, 'deploy'), expiresAt: now + 30_000 };
    const parts = await presign(3600, { credentials: world.tokens.mint(session) });
    expect(answer({ ...parts, receivedAt: now + 29_000 }, s3Options)).toBe('accepted');
    expect(answer({ ...parts, receivedAt: now + 30_000 }, s3Options)).toBe('ExpiredToken');
  });

  test('missing parameters', async () => {
    const parts = await presign(60);
    for (const name of ['Algorithm', 'Credential', 'Date', 'SignedHeaders', 'Expires']) {
      const target = parts.target.replace(new RegExp(`X-Amz-${name}=[^&]*&?`), '');
      expect(answer({ ...parts, target }, s3Options)).toBe('AuthorizationQueryParametersError');
    }
  });
});

test('T11 a replay inside the window is accepted, as on AWS, and not outside it', async () => {
  const parts = await signParts({ credentials, body });
  expect(answer(parts)).toBe('accepted');
  expect(answer(parts)).toBe('accepted');
  expect(answer({ ...parts, receivedAt: now + 901_000 })).toBe('SignatureDoesNotMatch');
});

describe('T12 signatures are compared by shape, then in constant time', () => {
  test('malformed signatures are refused, never thrown about', async () => {
    const parts = await signParts({ credentials, body });
    const good = parts.headers.find(([name]) => name === 'authorization')?.[1].slice(-64) ?? '';
    for (const signature of ['x', 'abzz12', good.slice(2), `${good}00`, good.toUpperCase()]) {
      const headers = parts.headers.map(
        ([name, value]) => [name, value.replace(good, signature)] as const,
      );
      const expected = /[a-f]/.test(good) || signature !== good.toUpperCase();
      if (expected) expect(answer({ ...parts, headers })).toBe('SignatureDoesNotMatch');
    }
  });

  test('an unknown key is refused before its signature is called wrong', async () => {
    const unknown = { accessKeyId: 'AKIANOSUCHKEYEXAMPLE', secretAccessKey: 'x'.repeat(40) };
    expect(answer(await signParts({ credentials: unknown, body }))).toBe('InvalidClientTokenId');
  });
});

test('T13 SigV4A and other schemes are refused by name', async () => {
  const parts = await signParts({ credentials, body });
  const schemes = [
    'AWS4-ECDSA-P256-SHA256',
    'AWS4-HMAC-SHA512',
    'AWS',
    'Basic',
    'aws4-hmac-sha256',
  ];
  for (const scheme of schemes) {
    const headers = parts.headers.map(
      ([name, value]) => [name, value.replace('AWS4-HMAC-SHA256', scheme)] as const,
    );
    expect(answer({ ...parts, headers })).toBe('IncompleteSignature');
    expect(answer({ ...parts, headers }, s3Options)).toBe('InvalidRequest');
  }
});

describe('T14 session tokens', () => {
  const mint = () => world.tokens.mint(createSession('role', world.roleId, 'deploy'));

  test('the token of one session with the key of another', async () => {
    const [a, b] = [mint(), mint()];
    const mixed = { ...b, sessionToken: a.sessionToken };
    expect(answer(await signParts({ credentials: mixed, body }))).toBe('InvalidClientTokenId');
    const longTerm = { ...credentials, sessionToken: a.sessionToken };
    expect(answer(await signParts({ credentials: longTerm, body }))).toBe('InvalidClientTokenId');
  });

  test('a session key without its token', async () => {
    const { accessKeyId, secretAccessKey } = mint();
    const bare = { accessKeyId, secretAccessKey };
    expect(answer(await signParts({ credentials: bare, body }))).toBe('InvalidClientTokenId');
  });

  test('a token changed in any character', async () => {
    const session = mint();
    const { sessionToken: token } = session;
    for (let at = 0; at < token.length; at += 7) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      const forged = { ...session, sessionToken: changed };
      expect(answer(await signParts({ credentials: forged, body }))).toBe('InvalidClientTokenId');
    }
  });

  test('a token of another server', async () => {
    const other = await createWorld();
    const foreign = other.tokens.mint(createSession('role', world.roleId, 'deploy'));
    expect(answer(await signParts({ credentials: foreign, body }))).toBe('InvalidClientTokenId');
  });

  test('a token in an unsigned header', async () => {
    const session = mint();
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    const parts = await signParts({ credentials: { accessKeyId, secretAccessKey }, body });
    const headers = [...parts.headers, ['x-amz-security-token', sessionToken]] as const;
    expect(message({ ...parts, headers })).toBe(
      "'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.",
    );
  });

  test('expired, to the millisecond', async () => {
    const parts = await signParts({ credentials: mint(), body, signedAt: now + 3_590_000 });
    expect(answer({ ...parts, receivedAt: now + 3_599_999 })).toBe('accepted');
    expect(message({ ...parts, receivedAt: now + 3_600_000 })).toBe(
      'The security token included in the request is expired',
    );
  });

  test('a role that was deleted, and one made again under its name', async () => {
    const own = await createWorld();
    const session = own.tokens.mint(createSession('role', own.roleId, 'deploy'));
    const request = await signRequest({ credentials: session, body });
    const run = () => own.authenticator.authenticate(request, iamOptions(body));
    run();
    await own.remove('role', 'deploy');
    expect(run).toThrow(expect.objectContaining({ code: 'InvalidClientTokenId' }));
    await own.put('role', 'deploy', roleRecord('deploy', createUniqueId('AROA', account, random)));
    expect(run).toThrow(expect.objectContaining({ code: 'InvalidClientTokenId' }));
  });

  test('a user that was deleted, with its keys and its sessions', async () => {
    const own = await createWorld();
    const session = own.tokens.mint(createSession('session-token', own.userId, 'alice'));
    await own.remove('user', 'alice');
    for (const held of [session, own.userCredentials]) {
      const request = await signRequest({ credentials: held, body, service: 'sts' });
      const options = { ...iamOptions(body), signingName: 'sts' };
      expect(() => own.authenticator.authenticate(request, options)).toThrow(
        expect.objectContaining({ code: 'InvalidClientTokenId' }),
      );
    }
  });
});

test('T15 a session keeps its issue time, which aws:TokenIssueTime is compared with', async () => {
  const session = world.tokens.mint(createSession('role', world.roleId, 'deploy'));
  const request = await signRequest({ credentials: session, body });
  const { authenticated } = world.authenticator.authenticate(request, iamOptions(body));
  expect(authenticated.caller).toMatchObject({ session: { issuedAt: now } });
});

test('T16 further signed headers are honoured: changing one breaks the signature', async () => {
  const headers = [
    ['x-vault-aws-iam-server-id', 'vault.example.com'],
    ['x-k8s-aws-id', 'cluster'],
  ] as const;
  const parts = await signParts({ credentials, body, headers });
  expect(answer(parts)).toBe('accepted');
  for (const [name] of headers) {
    const changed = parts.headers.map(
      ([header, value]) => [header, header === name ? `${value}2` : value] as const,
    );
    expect(answer({ ...parts, headers: changed })).toBe('SignatureDoesNotMatch');
    const dropped = parts.headers.filter(([header]) => header !== name);
    expect(answer({ ...parts, headers: dropped })).toBe('SignatureDoesNotMatch');
  }
});

test('the hand-made HMAC is HMAC', () => {
  for (const length of [0, 1, 55, 64, 200, 2048, 2049, 5000]) {
    const text = 'x'.repeat(length);
    const key = deriveSigningKey('secret', '20260102', 'us-east-1', 's3');
    const derive = (secret: string | Buffer, part: string) =>
      createHmac('sha256', secret).update(part).digest();
    const parts = ['20260102', 'us-east-1', 's3', 'aws4_request'];
    const raw = parts.reduce<Buffer>(derive, Buffer.from('AWS4secret'));
    expect(key.sign(text)).toBe(createHmac('sha256', raw).update(text).digest('hex'));
    expect(createHash('sha256').update(text).digest('hex')).toHaveLength(64);
  }
});
