/** T34: repositories, tasks, diagnoses and VPC endpoints of one account, and what another has of them. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type SignedRequest, signInHeader, type TestKey } from './testing/client-signature.ts';
import { element, makeUser, succeed } from './testing/matrix-world.ts';
import { buildJsonRequests } from './testing/sdk-requests.ts';
import {
  type Answer,
  account,
  otherAccount,
  startGateway,
  type TestGateway,
} from './testing/test-gateway.ts';

const region = 'us-east-1';
const host = '127.0.0.1:4566';
const targets = {
  ecr: ['1.1', 'AmazonEC2ContainerRegistry_V20150921'],
  ecs: ['1.1', 'AmazonEC2ContainerServiceV20141113'],
} as const;

let gateway: TestGateway;
let mine: TestKey;
let theirs: TestKey;
let taskId: string;
let endpointId: string;

function json(
  service: keyof typeof targets,
  operation: string,
  input: object,
  key: TestKey = mine,
): Promise<Answer> {
  const [version, prefix] = targets[service];
  const request = {
    method: 'POST',
    rawPath: '/',
    rawQuery: '',
    headers: [
      ['host', host],
      ['content-type', `application/x-amz-json-${version}`],
      ['x-amz-target', `${prefix}.${operation}`],
    ] as const,
    body: Buffer.from(JSON.stringify(input)),
  };
  return gateway.send(signInHeader(request, key, { service, region, now: Date.now() }));
}

function own(path: string, key: TestKey, itsRegion = region): Promise<Answer> {
  const request = {
    method: 'GET',
    rawPath: `/_sekisho/${path}`,
    rawQuery: '',
    headers: [['host', host]] as const,
    body: Buffer.alloc(0),
  };
  const scope = { service: 'sekisho', region: itsRegion, now: Date.now() };
  return gateway.send(signInHeader(request, key, scope));
}

/** A request to the registry with a password. */
function registry(method: string, rawPath: string, token: string, body = ''): Promise<Answer> {
  const headers: SignedRequest['headers'] = [
    ['host', host],
    ['authorization', `Basic ${token}`],
  ];
  return gateway.send({ method, rawPath, rawQuery: '', headers, body: Buffer.from(body) });
}

async function tokenOf(key: TestKey): Promise<string> {
  const { body } = await succeed(json('ecr', 'GetAuthorizationToken', {}, key));
  const { authorizationData } = JSON.parse(body) as {
    authorizationData: [{ authorizationToken: string }];
  };
  return authorizationData[0].authorizationToken;
}

const taskArn = (): string => `arn:aws:ecs:${region}:${account}:task/secret-cluster/${taskId}`;

/** What the first account can see of its own. */
async function readAll(): Promise<readonly string[]> {
  const answers = [
    await json('ecr', 'DescribeRepositories', {}),
    await json('ecr', 'GetRepositoryPolicy', { repositoryName: 'secret-repo' }),
    await json('ecr', 'ListImages', { repositoryName: 'secret-repo' }),
    await json('ecr', 'DescribeRegistry', {}),
    await json('ecr', 'GetAccountSetting', { name: 'BLOB_MOUNTING' }),
    await json('ecs', 'DescribeClusters', { clusters: ['secret-cluster'], include: ['TAGS'] }),
    await json('ecs', 'ListTaskDefinitions', {}),
    await json('ecs', 'DescribeTaskDefinition', { taskDefinition: 'secret-family' }),
    await json('ecs', 'DescribeTasks', { cluster: 'secret-cluster', tasks: [taskId] }),
    await json('ecs', 'ListServices', { cluster: 'secret-cluster' }),
    await json('ecs', 'ListAccountSettings', {}),
    await json('ecs', 'DescribeCapacityProviders', {}),
  ];
  for (const { status, body } of answers) expect([status, body]).toEqual([200, body]);
  return answers.map(({ body }) => body);
}

beforeAll(async () => {
  gateway = await startGateway();
  mine = gateway.root(account);
  theirs = gateway.root(otherAccount);
  const tags = [{ Key: 'secret', Value: 'tag-value' }];
  await succeed(json('ecr', 'CreateRepository', { repositoryName: 'secret-repo', tags }));
  const policyText = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SecretSid',
        Effect: 'Deny',
        Principal: '*',
        Action: 'ecr:BatchGetImage',
        Condition: { StringEquals: { 'aws:PrincipalTag/secret': 'policy-value' } },
      },
      { Sid: 'Admins', Effect: 'Allow', Principal: { AWS: account }, Action: 'ecr:*' },
    ],
  });
  await succeed(json('ecr', 'SetRepositoryPolicy', { repositoryName: 'secret-repo', policyText }));
  await succeed(
    json('ecs', 'CreateCluster', {
      clusterName: 'secret-cluster',
      tags: [{ key: 'secret', value: 'tag-value' }],
    }),
  );
  await succeed(
    json('ecs', 'RegisterTaskDefinition', {
      family: 'secret-family',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'c', image: 'nginx', command: ['secret-command'] }],
    }),
  );
  const vpcs = await succeed(gateway.call('ec2', { Action: 'DescribeSubnets' }));
  const run = await succeed(
    json('ecs', 'RunTask', {
      cluster: 'secret-cluster',
      taskDefinition: 'secret-family',
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: [element(vpcs, 'subnetId')] },
      },
    }),
  );
  taskId = /task\/secret-cluster\/([0-9a-f]{32})/.exec(run.body)?.[1] ?? '';
  const made = await succeed(
    gateway.call('ec2', {
      Action: 'CreateVpcEndpoint',
      VpcId: element(vpcs, 'vpcId'),
      ServiceName: `com.amazonaws.${region}.ecr.api`,
      VpcEndpointType: 'Interface',
    }),
  );
  endpointId = /vpce-[0-9a-f]{17}/.exec(made.body)?.[0] ?? '';
  await vi.waitFor(async () => {
    expect((await own(`tasks/${taskId}`, mine)).body).toContain('AWS_EXECUTION_ENV');
    expect((await readAll())[8]).toContain('"lastStatus":"RUNNING"');
  });
});

afterAll(async () => {
  expect(gateway.warnings).toEqual([]);
  await gateway.stop();
});

/** Requests for every operation that name the first account's things in every way. */
async function attempts(service: keyof typeof targets) {
  const found = gateway.services.find(({ id }) => id === service);
  if (found === undefined) throw new Error(`no ${service}`);
  const ecsArn = (rest: string) => `arn:aws:ecs:${region}:${account}:${rest}`;
  const cluster = ecsArn('cluster/secret-cluster');
  const names = new Map<string, unknown>([
    ['registryId', account],
    ['repositoryName', 'secret-repo'],
    [
      'resourceArn',
      service === 'ecr' ? `arn:aws:ecr:${region}:${account}:repository/secret-repo` : cluster,
    ],
    ['cluster', cluster],
    ['clusters', [cluster]],
    ['task', taskArn()],
    ['tasks', [taskArn()]],
    ['taskDefinition', ecsArn('task-definition/secret-family:1')],
    ['taskDefinitions', [ecsArn('task-definition/secret-family:1')]],
    ['service', ecsArn('service/secret-cluster/web')],
    ['services', [ecsArn('service/secret-cluster/web')]],
  ]);
  const additions = new Map<string, object>();
  for (const operation of found.model.operationNames) {
    const shape = found.model.operation(operation)?.input;
    const known = shape?.members.filter(({ name }) => names.has(name)) ?? [];
    if (known.length === 0) continue;
    additions.set(operation, Object.fromEntries(known.map(({ name }) => [name, names.get(name)])));
  }
  const requests = await buildJsonRequests(found, names, additions);
  return requests.filter(({ operation }) => additions.has(operation));
}

describe('T34 the other account, with all rights in its own,', () => {
  test.each(['ecr', 'ecs'] as const)('changes and sees nothing through %s', async (service) => {
    const before = await readAll();
    const requests = await attempts(service);
    expect(requests.length).toBeGreaterThan(25);
    for (const { operation, request } of requests) {
      const scope = { service, region, now: Date.now() };
      const answer = await gateway.send(signInHeader(request, theirs, scope));
      expect([operation, answer.status, answer.body]).toEqual([
        operation,
        expect.any(Number),
        expect.not.stringMatching(/tag-value|policy-value|SecretSid|secret-command|"RUNNING"/),
      ]);
      const isShared = /^(?:List|Describe|Get|Put)AccountSetting|^DescribeRegistry/.test(operation);
      if (!isShared && answer.status === 200) expect(answer.body).not.toContain('secret-');
    }
    expect(await readAll()).toEqual(before);
  });

  test('is told of a repository that exists what it is told of one that does not', async () => {
    for (const operation of ['ListImages', 'GetRepositoryPolicy', 'DeleteRepository']) {
      const ask = async (repositoryName: string) => {
        const { status, body } = await json(
          'ecr',
          operation,
          { repositoryName, registryId: account },
          theirs,
        );
        return `${status} ${body.replaceAll(repositoryName, 'NAME')}`;
      };
      expect(await ask('secret-repo')).toBe(await ask('absent-repo'));
    }
  });

  test('has no way into its registry, by host, by path or by an upload begun there', async () => {
    const begun = await registry('POST', '/v2/secret-repo/blobs/uploads/', await tokenOf(mine));
    const location = begun.headers.get('location') ?? '';
    expect(begun.status).toBe(202);
    const token = await tokenOf(theirs);
    const name = `${account}.dkr.ecr.${region}.amazonaws.com/secret-repo`;
    for (const [method, path] of [
      ['GET', `/v2/${name}/tags/list`],
      ['HEAD', `/v2/${name}/manifests/latest`],
      ['PUT', `/v2/${name}/manifests/latest`],
      ['POST', `/v2/${name}/blobs/uploads/`],
      ['GET', location.replace('/v2/', `/v2/${account}.dkr.ecr.${region}.amazonaws.com/`)],
      ['PATCH', location.replace('/v2/', `/v2/${account}.dkr.ecr.${region}.amazonaws.com/`)],
      ['DELETE', location.replace('/v2/', `/v2/${account}.dkr.ecr.${region}.amazonaws.com/`)],
    ] as const) {
      expect([path, (await registry(method, path, token)).status]).toEqual([path, 403]);
    }
    // Without the registry's name it is its own registry, where there is no such thing.
    for (const [method, path] of [
      ['GET', location],
      ['GET', '/v2/secret-repo/tags/list'],
    ] as const) {
      expect([path, (await registry(method, path, token)).status]).toEqual([path, 404]);
    }
    const catalog = await registry('GET', '/v2/_catalog', token);
    expect(JSON.parse(catalog.body)).toEqual({ repositories: [] });
    expect((await registry('GET', location, await tokenOf(mine))).status).toBe(204);
  });

  test('finds no task, no VPC endpoint and no refusal of the first', async () => {
    const user = await makeUser(gateway, 'refused', mine);
    const refused = await json('ecs', 'ListClusters', {}, user);
    const decision = refused.headers.get('x-sekisho-decision-id') ?? '';
    for (const path of [
      `tasks/${taskId}`,
      `vpc-endpoints/${endpointId}`,
      `decisions/${decision}`,
      'decisions/last',
    ]) {
      expect([path, (await own(path, mine)).status]).toEqual([path, 200]);
    }
    for (const path of [
      `tasks/${taskId}`,
      `vpc-endpoints/${endpointId}`,
      `decisions/${decision}`,
    ]) {
      const answer = await own(path, theirs);
      expect([path, answer.status, answer.body]).toEqual([
        path,
        404,
        expect.not.stringContaining('secret-'),
      ]);
    }
  });

  test('has its own refusals explained without policy and tags of the first', async () => {
    const input = {
      repositoryName: 'secret-repo',
      registryId: account,
      imageIds: [{ imageTag: 'x' }],
    };
    const refused = await json('ecr', 'BatchGetImage', input, theirs);
    expect(refused.status).toBe(400);
    const id = refused.headers.get('x-sekisho-decision-id') ?? '';
    const { status, body } = await own(`decisions/${id}`, theirs);
    expect(status).toBe(200);
    expect(body).toContain('secret-repo');
    expect(body).not.toMatch(/tag-value|policy-value|SecretSid|Admins/);
    const cluster = `arn:aws:ecs:${region}:${account}:cluster/secret-cluster`;
    await json('ecs', 'DeleteCluster', { cluster }, theirs);
    expect((await own('decisions/last', theirs)).body).not.toContain('tag-value');
    // Its owner is told all of it.
    await json('ecr', 'BatchGetImage', input, await makeUser(gateway, 'puller', mine));
    expect((await own('decisions/last', mine)).body).toContain('tag-value');
  });
});

test('T35 a task, a VPC endpoint is asked about in the region where it lies', async () => {
  const user = await makeUser(gateway, 'elsewhere', mine);
  const statement = {
    Effect: 'Allow',
    Action: 'sekisho:*',
    Resource: `arn:aws:sekisho:eu-west-1:${account}:*`,
  };
  await succeed(
    gateway.call('iam', {
      Action: 'PutUserPolicy',
      UserName: 'elsewhere',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statement }),
    }),
  );
  for (const path of [`tasks/${taskId}`, `vpc-endpoints/${endpointId}`]) {
    for (const signedFor of ['us-east-1', 'eu-west-1']) {
      const { status, body } = await own(path, user, signedFor);
      expect([path, signedFor, status]).toEqual([path, signedFor, 403]);
      expect(body).toContain(`arn:aws:sekisho:us-east-1:${account}:`);
    }
    expect((await own(path, mine, 'eu-west-1')).status).toBe(200);
  }
});
