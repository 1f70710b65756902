/** Authentication from end to end: whose signature it is, and AWS's answers when it is nobody's. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { ServiceError } from '../protocol/service-error.ts';
import type { AuthenticationOptions } from './authenticator.ts';
import { createRequest } from './testing/wire-request.ts';
import {
  account,
  createSession,
  createWorld,
  iamOptions,
  now,
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

const body = 'Action=GetCallerIdentity&Version=2011-06-15';
const stsOptions: AuthenticationOptions = {
  family: 'query',
  signingName: 'sts',
  signature: 'required',
  body: Buffer.from(body),
};

function refusal(run: () => unknown): ServiceError {
  try {
    run();
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('the request was accepted');
}

describe('who signed', () => {
  test('root', async () => {
    const request = await signRequest({ credentials: rootCredentials, body });
    const { authenticated } = world.authenticator.authenticate(request, iamOptions(body));
    expect(authenticated).toEqual({
      caller: {
        kind: 'root',
        partition: 'aws',
        account,
        arn: `arn:aws:iam::${account}:root`,
        userId: account,
        accessKeyId: rootCredentials.accessKeyId,
      },
      authenticationType: 'REST-HEADER',
      signatureVersion: 'AWS4-HMAC-SHA256',
      region: 'us-east-1',
      contentSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('a user, by the key in the directory', async () => {
    const request = await signRequest({ credentials: world.userCredentials, body });
    const { authenticated } = world.authenticator.authenticate(request, iamOptions(body));
    expect(authenticated.caller).toMatchObject({
      kind: 'user',
      arn: `arn:aws:iam::${account}:user/team/alice`,
      userId: world.userId,
      userName: 'alice',
    });
  });

  test('a role session, by its sealed token', async () => {
    const credentials = world.tokens.mint(createSession('role', world.roleId, 'deploy'));
    const request = await signRequest({ credentials, body });
    const { authenticated } = world.authenticator.authenticate(request, iamOptions(body));
    expect(authenticated.caller).toMatchObject({
      kind: 'role-session',
      arn: `arn:aws:sts::${account}:assumed-role/deploy/session`,
      userId: `${world.roleId}:session`,
      roleArn: `arn:aws:iam::${account}:role/ci/deploy`,
      accessKeyId: credentials.accessKeyId,
      session: { kind: 'role', expiresAt: now + 3_600_000 },
    });
  });

  test('a user with a session token, and root with one', async () => {
    for (const [principalId, kind] of [
      [world.userId, 'user'],
      [account, 'root'],
    ] as const) {
      const credentials = world.tokens.mint(createSession('session-token', principalId, ''));
      const request = await signRequest({ credentials, body, service: 'sts' });
      const { authenticated } = world.authenticator.authenticate(request, stsOptions);
      expect(authenticated.caller).toMatchObject({ kind, session: { kind: 'session-token' } });
    }
  });

  test('a federated user', async () => {
    const session = createSession('federated-user', world.userId, 'alice');
    const credentials = world.tokens.mint(session);
    const request = await signRequest({ credentials, body, service: 'sts' });
    const { authenticated } = world.authenticator.authenticate(request, stsOptions);
    expect(authenticated.caller).toMatchObject({
      kind: 'federated-user',
      arn: `arn:aws:sts::${account}:federated-user/session`,
      userId: `${account}:session`,
      issuerUserName: 'alice',
    });
  });

  test('nobody, where anonymous requests are served', () => {
    const request = createRequest({ receivedAt: now });
    const { authenticated } = world.authenticator.authenticate(request, s3Options);
    expect(authenticated).toEqual({
      caller: { kind: 'anonymous' },
      authenticationType: 'none',
      signatureVersion: 'none',
    });
  });

  test('nobody, where the operation is unsigned, whatever signature is sent', () => {
    const headers = [['authorization', 'AWS4-HMAC-SHA256 nonsense']] as const;
    const request = createRequest({ headers, receivedAt: now });
    const options = { ...stsOptions, signature: 'ignored' } as const;
    const { authenticated } = world.authenticator.authenticate(request, options);
    expect(authenticated.caller.kind).toBe('anonymous');
  });
});

describe("AWS's answers", () => {
  const families = ['query', 'ec2', 'json'] as const;
  const rows = {
    missing: [
      'MissingAuthenticationToken',
      'MissingAuthenticationToken',
      'MissingAuthenticationTokenException',
    ],
    unknown: ['InvalidClientTokenId', 'AuthFailure', 'UnrecognizedClientException'],
    mismatch: ['SignatureDoesNotMatch', 'AuthFailure', 'InvalidSignatureException'],
    expired: ['ExpiredToken', 'RequestExpired', 'ExpiredTokenException'],
  };

  test.each(families)('%s names each refusal in its own way', async (family) => {
    const column = families.indexOf(family);
    const options = { ...iamOptions(body), family };
    const codeOf = (request: Parameters<typeof world.authenticator.authenticate>[0]) =>
      refusal(() => world.authenticator.authenticate(request, options)).code;
    expect(codeOf(createRequest({ receivedAt: now }))).toBe(rows.missing[column]);
    const unknown = { ...rootCredentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLF' };
    expect(codeOf(await signRequest({ credentials: unknown, body }))).toBe(rows.unknown[column]);
    const wrong = { ...rootCredentials, secretAccessKey: 'x' };
    expect(codeOf(await signRequest({ credentials: wrong, body }))).toBe(rows.mismatch[column]);
    const session = { ...createSession('role', world.roleId, 'deploy'), expiresAt: now };
    const expired = world.tokens.mint(session);
    expect(codeOf(await signRequest({ credentials: expired, body }))).toBe(rows.expired[column]);
  });

  test('an inactive key is an invalid client token', async () => {
    const inactive = await createWorld();
    const { accessKeyId } = inactive.userCredentials;
    const stored = inactive.state.get(`iam/${account}/access-key/${accessKeyId}`);
    await inactive.put('access-key', accessKeyId, { ...(stored as object), status: 'Inactive' });
    const request = await signRequest({ credentials: inactive.userCredentials, body });
    const error = refusal(() => inactive.authenticator.authenticate(request, iamOptions(body)));
    expect(error).toMatchObject({
      code: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
      status: 403,
    });
  });

  test('region and service wrong are told in one text', async () => {
    const credentials = rootCredentials;
    const request = await signRequest({ credentials, body, service: 'sts', region: 'eu-west-1' });
    const error = refusal(() => world.authenticator.authenticate(request, iamOptions(body)));
    expect(error.message).toBe(
      'Credential should be scoped to a valid region. ' +
        "Credential should be scoped to correct service: 'iam'. ",
    );
    expect(error.code).toBe('SignatureDoesNotMatch');
  });

  const readable =
    'AWS4-HMAC-SHA256 Credential=a/20260102/us-east-1/iam/aws4_request, ' +
    'SignedHeaders=host, Signature=x';
  test.each([
    ['Bearer x', undefined, "Authorization header requires 'Credential' parameter."],
    [
      'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x',
      '20260102T030405Z',
      'Credential must have exactly 5 slash-delimited elements, e.g. ' +
        "keyid/date/region/service/term, got 'a/b'",
    ],
    [readable, undefined, "either a 'X-Amz-Date' or a 'Date' header."],
    [
      readable,
      'yesterday',
      "Date must be in ISO-8601 'basic format'. Got 'yesterday'. " +
        'See http://en.wikipedia.org/wiki/ISO_8601',
    ],
  ])('%s is an incomplete signature', (authorization, date, text) => {
    const headers: [string, string][] = [['authorization', authorization]];
    if (date !== undefined) headers.push(['x-amz-date', date]);
    const request = createRequest({ headers, receivedAt: now });
    const error = refusal(() => world.authenticator.authenticate(request, iamOptions()));
    expect(error).toMatchObject({ code: 'IncompleteSignature', status: 400 });
    expect(error.message).toContain(text);
    expect(error.message).not.toContain('Bearer');
  });

  test('S3 shows what it would have signed', async () => {
    const credentials = { ...rootCredentials, secretAccessKey: 'x' };
    const request = await signRequest({
      credentials,
      method: 'GET',
      target: '/b/k',
      service: 's3',
    });
    const error = refusal(() => world.authenticator.authenticate(request, s3Options));
    expect(error).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 });
    expect(error.details.map(([name]) => name)).toEqual([
      'AWSAccessKeyId',
      'StringToSign',
      'SignatureProvided',
      'StringToSignBytes',
      'CanonicalRequest',
      'CanonicalRequestBytes',
    ]);
    expect(error.details[4]?.[1]).toMatch(/^GET\n\/b\/k\n\nhost:127\.0\.0\.1:4566\n/);
    expect(error.details[3]?.[1]).toMatch(/^41 57 53 34 /);
  });

  test('S3 names the region it expected', async () => {
    const request = await signRequest({
      credentials: rootCredentials,
      service: 's3',
      region: 'aws-global',
      method: 'PUT',
      target: '/b',
    });
    expect(refusal(() => world.authenticator.authenticate(request, s3Options))).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      status: 400,
      message:
        "The authorization header is malformed; the region 'aws-global' is wrong; " +
        "expecting 'us-east-1'",
      details: [['Region', 'us-east-1']],
    });
  });

  test('S3 has its own words for keys and tokens', async () => {
    const unknown = { ...rootCredentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLF' };
    const expired = world.tokens.mint({
      ...createSession('role', world.roleId, 'deploy'),
      expiresAt: now,
    });
    const foreign = { ...rootCredentials, sessionToken: 'AAAA' };
    const answers = [
      [unknown, 'InvalidAccessKeyId', 403, 'AWSAccessKeyId'],
      [expired, 'ExpiredToken', 400, 'Token-0'],
      [foreign, 'InvalidToken', 400, 'Token-0'],
    ] as const;
    for (const [credentials, code, status, detail] of answers) {
      const request = await signRequest({ credentials, method: 'GET', service: 's3' });
      const error = refusal(() => world.authenticator.authenticate(request, s3Options));
      expect(error).toMatchObject({ code, status, details: [[detail, expect.any(String)]] });
    }
  });
});

describe('sessions of GetSessionToken and GetFederationToken (S8)', () => {
  async function call(
    kind: 'session-token' | 'federated-user',
    service: string,
    operation: string,
  ) {
    const credentials = world.tokens.mint(createSession(kind, world.userId, 'alice'));
    const request = await signRequest({ credentials, body, service });
    const options = { ...stsOptions, signingName: service, operation };
    return () => world.authenticator.authenticate(request, options);
  }

  test('do not reach IAM without MFA', async () => {
    const run = await call('session-token', 'iam', 'ListUsers');
    expect(refusal(run).code).toBe('InvalidClientTokenId');
    const federated = await call('federated-user', 'iam', 'ListUsers');
    expect(refusal(federated).code).toBe('InvalidClientTokenId');
  });

  test('reach IAM with MFA', async () => {
    const session = {
      ...createSession('session-token', world.userId, 'alice'),
      multiFactorAt: now,
    };
    const request = await signRequest({ credentials: world.tokens.mint(session), body });
    const options = { ...iamOptions(body), operation: 'ListUsers' };
    expect(world.authenticator.authenticate(request, options).authenticated.caller.kind).toBe(
      'user',
    );
  });

  test('of STS reach AssumeRole and GetCallerIdentity only', async () => {
    (await call('session-token', 'sts', 'AssumeRole'))();
    (await call('session-token', 'sts', 'GetCallerIdentity'))();
    (await call('federated-user', 'sts', 'GetCallerIdentity'))();
    expect(refusal(await call('session-token', 'sts', 'GetSessionToken'))).toMatchObject({
      code: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    });
    expect(refusal(await call('federated-user', 'sts', 'AssumeRole')).code).toBe('AccessDenied');
  });
});

describe('any-key', () => {
  test('takes whoever names a key for root of the first account', async () => {
    const anyKey = await createWorld('any-key');
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const parts = await signParts({ credentials, body: 'x', region: 'eu-west-1', service: 'ec2' });
    const request = createRequest({ ...parts, receivedAt: now + 9_000_000 });
    const options = { ...iamOptions('y'), signingName: 'ec2' };
    const { authenticated } = anyKey.authenticator.authenticate(request, options);
    expect(authenticated.caller).toMatchObject({ kind: 'root', account, accessKeyId: 'test' });
    expect(authenticated.region).toBe('eu-west-1');
  });

  test('still tells requests without any key', async () => {
    const anyKey = await createWorld('any-key');
    const request = createRequest({ receivedAt: now });
    expect(refusal(() => anyKey.authenticator.authenticate(request, iamOptions())).code).toBe(
      'MissingAuthenticationToken',
    );
  });
});
