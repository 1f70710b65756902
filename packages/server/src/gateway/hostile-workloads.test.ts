/** Hostile requests to ECR, ECS and the registry over the wire: types, headers, methods, paths. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Demand } from '../services/service.ts';
import { signInHeader, type TestKey } from './testing/client-signature.ts';
import { makeUser, succeed } from './testing/matrix-world.ts';
import { type Answer, account, startGateway, type TestGateway } from './testing/test-gateway.ts';

const region = 'us-east-1';
const host = '127.0.0.1:4566';
let gateway: TestGateway;
/** Allowed what it asks for from its own address, over plain http, and refused from any other. */
let limited: TestKey;

beforeAll(async () => {
  gateway = await startGateway({
    prepare: (services) => {
      const rules = services.find(({ id }) => id === 'logs')?.authorization;
      const one: Demand = { action: 'logs:DescribeLogGroups', resource: '*' };
      if (!(rules instanceof Map)) throw new Error('logs has no rules');
      rules.set('DescribeLogGroups', () => Array.from({ length: 3001 }, () => one));
    },
  });
  await succeed(json('ecr', 'CreateRepository', { repositoryName: 'app' }));
  limited = await makeUser(gateway, 'limited');
  const statements = [
    { Effect: 'Allow', Action: ['ecr:*', 'ecs:*'], Resource: '*' },
    {
      Effect: 'Deny',
      Action: ['ecr:ListImages', 'ecs:ListClusters'],
      Resource: '*',
      Condition: {
        IpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
        Bool: { 'aws:SecureTransport': 'false' },
        StringEquals: { 'aws:PrincipalAccount': account },
        Null: { 'aws:SourceVpce': 'true', 'aws:TokenIssueTime': 'true' },
      },
    },
  ];
  await succeed(
    gateway.call('iam', {
      Action: 'PutUserPolicy',
      UserName: 'limited',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    }),
  );
});

afterAll(async () => {
  expect(gateway.warnings).toEqual([]);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  await gateway.stop();
});

const targets = {
  ecr: 'AmazonEC2ContainerRegistry_V20150921',
  ecs: 'AmazonEC2ContainerServiceV20141113',
  logs: 'Logs_20140328',
} as const;

type Headers = readonly (readonly [string, string])[];

function json(
  service: keyof typeof targets,
  operation: string,
  input: unknown,
  key: TestKey = gateway.root(),
  more: Headers = [],
): Promise<Answer> {
  const body = Buffer.from(typeof input === 'string' ? input : JSON.stringify(input));
  const headers: Headers = [
    ['host', host],
    ['content-type', 'application/x-amz-json-1.1'],
    ['x-amz-target', `${targets[service]}.${operation}`],
    ...more,
  ];
  const request = { method: 'POST', rawPath: '/', rawQuery: '', headers, body };
  return gateway.send(signInHeader(request, key, { service, region, now: Date.now() }));
}

async function tokenOf(key: TestKey): Promise<string> {
  const { body } = await succeed(json('ecr', 'GetAuthorizationToken', {}, key));
  const { authorizationData } = JSON.parse(body) as {
    authorizationData: [{ authorizationToken: string }];
  };
  return authorizationData[0].authorizationToken;
}

const pair = ([name, value]: readonly [string, string]): [string, string] => [name, value];

function registry(method: string, path: string, token?: string, more: Headers = []) {
  const [rawPath = '', rawQuery = ''] = path.split('?');
  const credentials: Headers =
    token === undefined ? [] : [['authorization', `Basic ${token}`] as const];
  const headers = [['host', host] as const, ...credentials, ...more].map(pair);
  return gateway.send({ method, rawPath, rawQuery, headers, body: Buffer.alloc(0) });
}

/** What a client might hope to be believed. */
const claims: Headers = [
  ['x-forwarded-for', '203.0.113.9'],
  ['x-forwarded-proto', 'https'],
  ['x-real-ip', '203.0.113.9'],
  ['forwarded', 'for=203.0.113.9;proto=https'],
  ['x-http-method-override', 'POST'],
  ['aws:sourcevpce', 'vpce-0123456789abcdef0'],
  ['x-aws-source-vpce', 'vpce-0123456789abcdef0'],
  ['x-sekisho-enforcement', 'audit'],
];

describe('T28 nothing that a client claims becomes a context key', () => {
  test('of the API: headers', async () => {
    const headers = claims.filter(([name]) => !name.includes(':'));
    for (const more of [[], headers]) {
      const answer = await json('ecs', 'ListClusters', {}, limited, more);
      expect(answer.code).toBe('AccessDeniedException');
      expect(answer.body).toContain('with an explicit deny');
    }
  });

  test('of the registry: headers, and parameters of the query', async () => {
    const token = await tokenOf(limited);
    for (const [path, more] of [
      ['/v2/app/tags/list', []],
      ['/v2/app/tags/list', claims],
      ['/v2/app/tags/list?aws:SourceIp=203.0.113.9&aws:SecureTransport=true', []],
      ['/v2/app/tags/list?X-Forwarded-For=203.0.113.9&_method=HEAD', []],
    ] as const) {
      const answer = await registry('GET', path, token, more);
      expect([answer.status, answer.body]).toEqual([
        403,
        expect.stringContaining('with an explicit deny'),
      ]);
    }
  });
});

describe('T1 no way around authentication and authorization in the registry', () => {
  test.each([
    ['GET', '/v2'],
    ['GET', '/v2/'],
    ['HEAD', '/v2/'],
    ['GET', '/v2/app/tags/list'],
    ['HEAD', '/v2/app/tags/list'],
    ['GET', '/v2/app/tags/list/'],
    ['GET', '/v2//app/tags/list'],
    ['GET', '/v2/./app/tags/list'],
    ['GET', '/v2/app/../app/tags/list'],
    ['GET', '/v2/app%2ftags%2flist'],
    ['OPTIONS', '/v2/app/tags/list'],
    ['TRACE', '/v2/app/tags/list'],
    ['get', '/v2/app/tags/list'],
  ])('%s %s is asked for credentials', async (method, path) => {
    const { status, headers } = await registry(method, path, undefined, claims);
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Basic realm=/),
    ]);
  });

  test('HEAD is decided as GET is, and every spelling of the path', async () => {
    const token = await tokenOf(limited);
    for (const method of ['GET', 'HEAD']) {
      expect((await registry(method, '/v2/app/tags/list', token)).status).toBe(403);
    }
    for (const path of [
      '/v2//app/tags/list',
      '/v2/./app/tags/list',
      '/v2/x/../app/tags/list',
      '/v2/app%2Ftags/list',
      '/v2/app/tags/list/',
      '/v2/app/tags//list',
      '/V2/app/tags/list',
      '//v2/app/tags/list',
    ]) {
      const { status, body } = await registry('GET', path, token);
      expect([path, status]).toEqual([path, expect.toSatisfy((each) => each >= 400)]);
      expect(body).not.toContain('"tags"');
    }
  });

  test.each(['Basic', 'Basic ', 'Basic !!', 'Basic QVdTOg==', 'Bearer x', 'Basic QVdT', 'basic'])(
    '%s are no credentials',
    async (authorization) => {
      const headers = [pair(['host', host]), pair(['authorization', authorization])];
      const request = { method: 'GET', rawPath: '/v2/', rawQuery: '', headers };
      const { status } = await gateway.send({ ...request, body: Buffer.alloc(0) });
      expect([400, 401]).toContain(status);
    },
  );
});

describe('T29 T33 bodies of the wrong shape', () => {
  const odd: readonly unknown[] = [
    '[]',
    '1',
    '"text"',
    'null',
    '{"a":',
    '',
    '{"cluster":{}}',
    '{"cluster":["x"]}',
    '{"tasks":"x","cluster":1}',
    '{"tasks":[null]}',
    '{"tasks":{"0":"x"}}',
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    '{"tags":[{"__proto__":{"key":"a"}}]}',
    '{"repositoryName":{"toString":"x"}}',
    '{"repositoryName":"app","repositoryName":"other"}',
    '{"repositoryName":"\\ud800"}',
    '{"containerDefinitions":[[[[]]]],"family":"f"}',
    `{"cluster":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    Buffer.from([0xff, 0xfe, 0x7b]).toString('latin1'),
  ];

  test.each(['ecr', 'ecs'] as const)('%s answers each of its operations with words', async (id) => {
    const service = gateway.services.find((each) => each.id === id);
    for (const operation of service?.operations.keys() ?? []) {
      if (operation === 'Poll' || operation === 'StartTelemetrySession') continue;
      for (const body of odd) {
        const answer = await json(id, operation, body);
        const about = [operation, String(body).slice(0, 60), answer.status, answer.body];
        expect(about).toEqual([
          operation,
          String(body).slice(0, 60),
          expect.toSatisfy((status: number) => status < 500 || status === 501),
          expect.not.stringMatching(/\bat .*\.[tj]s:\d+|node:internal|TypeError|polluted/),
        ]);
      }
    }
  });
});

test('T39 a request with thousands of demands is refused before they are decided', async () => {
  const answer = await json('logs', 'DescribeLogGroups', {});
  expect([answer.status, answer.body]).toEqual([
    400,
    expect.stringContaining('The request names too many resources.'),
  ]);
});
