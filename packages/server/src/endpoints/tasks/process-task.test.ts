/** Tasks that run as processes: what they are given, what they are not, and how they end. */
import { existsSync, readdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateLogGroupCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { ContainerDefinition } from '@sekisho/catalog/types/ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account } from '../../gateway/testing/test-gateway.ts';
import type { TaskLaunch } from '../../services/ecs/launcher.ts';
import { allow, executionPolicy, region, sha256, TaskWorld } from './tasks.fixture.ts';

let world: TaskWorld;
let executionRoleArn: string;
let taskRoleArn: string;

beforeAll(async () => {
  world = await TaskWorld.start('process');
  executionRoleArn = await world.role('execution', [
    executionPolicy,
    allow(['ssm:GetParameters', 'secretsmanager:GetSecretValue', 's3:GetObject']),
  ]);
  taskRoleArn = await world.role('app', [allow('s3:ListAllMyBuckets')]);
  await world.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/t' }));
});

afterAll(async () => {
  await world.stop();
});

const logConfiguration = {
  logDriver: 'awslogs',
  options: {
    'awslogs-group': '/ecs/t',
    'awslogs-region': region,
    'awslogs-stream-prefix': 'p',
  },
};

/** A container that runs a script of this Node. */
const script = (code: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name: 'c',
  image: 'public.ecr.aws/docker/library/node:24',
  command: [process.execPath, '-e', code],
  logConfiguration,
  ...more,
});

/** Runs to the end; the lines of the container's log. */
async function run(containers: readonly ContainerDefinition[], options: Partial<TaskLaunch> = {}) {
  const told = world.launch(containers, { executionRoleArn, taskRoleArn, ...options });
  const stopped = await told.until('STOPPED');
  if (stopped.stopCode === 'TaskFailedToStart') throw new Error(stopped.stoppedReason);
  const [first] = containers;
  const logStreamName = `p/${first?.name}/${told.launch.taskId}`;
  const { events } = await world.logs.send(
    new GetLogEventsCommand({ logGroupName: '/ecs/t', logStreamName, startFromHead: true }),
  );
  return { stopped, told, lines: (events ?? []).map(({ message }) => message ?? '') };
}

async function get(url: string, headers: Record<string, string> = {}) {
  return await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('a task goes through its states, and its output is its log, line by line', async () => {
  const { stopped, told, lines } = await run([
    script("console.log('one\\ntwo'); console.error('err'); process.exitCode = 3"),
  ]);
  expect(lines.toSorted()).toEqual(['err', 'one', 'two']);
  expect(stopped).toMatchObject({
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'c', lastStatus: 'STOPPED', exitCode: 3 }],
  });
  expect(stopped.launchedBy).toMatch(/^process: image \S+ is not in this registry$/);
  const states = told.reports.map(({ lastStatus }) => lastStatus);
  expect(states.filter((state) => state !== 'RUNNING')).toEqual([
    ...['PROVISIONING', 'PENDING', 'ACTIVATING'],
    ...['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'],
  ]);
  expect(existsSync(join(world.gateway.folder, 'tasks', told.launch.taskId))).toBe(false);
});

test('004-6 secrets, files and environment come in, the server’s own environment does not', async () => {
  process.env['SECRET_OF_THE_SERVER'] = 'x';
  await world.ssm.send(
    new PutParameterCommand({ Name: '/t/p', Value: 'of ssm', Type: 'SecureString' }),
  );
  const { ARN = '' } = await world.secrets.send(
    new CreateSecretCommand({ Name: 'process', SecretString: '{"password":"of sm","n":1}' }),
  );
  await world.s3.send(new CreateBucketCommand({ Bucket: 'env-files' }));
  const Body = '# comment\nFILE=of file\nPLAIN=of file\n';
  await world.s3.send(new PutObjectCommand({ Bucket: 'env-files', Key: 'a/x.env', Body }));
  const { lines } = await run([
    script('console.log(JSON.stringify(process.env))', {
      environment: [{ name: 'PLAIN', value: 'plain' }],
      environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::env-files/a/x.env' }],
      secrets: [
        { name: 'ONE', valueFrom: '/t/p' },
        { name: 'TWO', valueFrom: `${ARN}:password::` },
        { name: 'THREE', valueFrom: ARN },
        { name: 'FOUR', valueFrom: `arn:aws:ssm:${region}:${account}:parameter/t/p` },
        { name: 'FIVE', valueFrom: '/aws/reference/secretsmanager/process' },
      ],
    }),
  ]);
  const environment = JSON.parse(lines[0] ?? '{}');
  expect(environment).toMatchObject({
    PLAIN: 'plain',
    FILE: 'of file',
    ONE: 'of ssm',
    TWO: 'of sm',
    THREE: '{"password":"of sm","n":1}',
    FOUR: 'of ssm',
    FIVE: '{"password":"of sm","n":1}',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: world.gateway.server.endpoint,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
  });
  delete process.env['SECRET_OF_THE_SERVER'];
  expect(Object.keys(environment).sort()).toEqual(
    [
      ...['AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
      ...['AWS_DEFAULT_REGION', 'AWS_EC2_METADATA_DISABLED', 'AWS_ENDPOINT_URL'],
      ...['AWS_EXECUTION_ENV', 'AWS_REGION', 'ECS_CONTAINER_METADATA_URI'],
      ...['ECS_CONTAINER_METADATA_URI_V4', 'FILE', 'FIVE', 'FOUR', 'HOME', 'ONE', 'PATH', 'PLAIN'],
      ...['THREE', 'TWO'],
    ].sort(),
  );
  expect(environment.HOME).toContain(world.gateway.folder);
});

test('004-6 what only the task role may read is no secret for the execution role', async () => {
  const reader = await world.role('reader', [allow('ssm:GetParameters')]);
  const poor = await world.role('poor', [executionPolicy]);
  const told = world.launch([script('', { secrets: [{ name: 'X', valueFrom: '/t/p' }] })], {
    executionRoleArn: poor,
    taskRoleArn: reader,
  });
  const { stoppedReason } = await told.until('STOPPED');
  expect(stoppedReason).toContain(`assumed-role/poor/${told.launch.taskId}`);
});

test('004-10 the SDK in a task is the task role, under the task’s id', async () => {
  const sts = import.meta.resolve('@aws-sdk/client-sts');
  const { lines, told } = await run([
    script(
      `import(${JSON.stringify(sts)}).then(async ({ STSClient, GetCallerIdentityCommand }) => {
        const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
        console.log(Arn);
      })`,
    ),
  ]);
  expect(lines).toEqual([`arn:aws:sts::${account}:assumed-role/app/${told.launch.taskId}`]);
});

describe('the image', () => {
  test('its entry point runs from its unpacked files, layer over layer', async () => {
    const main = `#!/bin/sh\nread line < data/link\necho "$line $WHO $1"\nls data\npwd\n`;
    const image = await world.push(
      'layers',
      [
        [
          { path: 'app/', type: '5', mode: 0o755 },
          { path: 'app/main', content: '#!/bin/sh\necho old\n', mode: 0o755 },
          { path: 'app/data/gone', content: 'x' },
          { path: 'app/data/real', content: 'first\n' },
          { path: 'app/cleared/old', content: 'x' },
        ],
        [
          { path: 'app/main', content: main, mode: 0o4755 },
          { path: 'app/data/.wh.gone' },
          { path: 'app/data/link', type: '2', target: '/app/data/real' },
          { path: 'bin/start', type: '2', target: '../../../app/main' },
        ],
      ],
      { Entrypoint: ['start'], Cmd: ['cmd'], Env: ['PATH=/bin', 'WHO=image'], WorkingDir: '/app' },
    );
    const { lines, stopped } = await run([{ name: 'c', image, logConfiguration }]);
    expect(lines.slice(0, 3)).toEqual(['first image cmd', 'link', 'real']);
    expect(lines[3]).toMatch(/\/tasks\/\d{32}\/image-0\/root\/app$/);
    expect(stopped.launchedBy).toBe('process');
    expect(stopped.containers[0]?.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const override = { containerOverrides: [{ name: 'c', command: ['other'] }] };
    const overridden = await run([{ name: 'c', image, logConfiguration }], { overrides: override });
    expect(overridden.lines[0]).toBe('first image other');
  });

  test('no member of a layer leaves the image’s folder', async () => {
    const outside = join(world.gateway.folder, 'escaped');
    const image = await world.push(
      'hostile',
      [
        [
          { path: '../../../../escaped', content: 'x' },
          { path: '/escaped-too', content: 'x' },
          { path: 'out', type: '2', target: world.gateway.folder },
          { path: 'up', type: '2', target: '../../../../..' },
          { path: 'hard', type: '1', target: '../../../store.sqlite' },
        ],
        [
          { path: 'out/escaped', content: 'x' },
          { path: 'up/escaped', content: 'x' },
          { path: 'main', content: '#!/bin/sh\nls -A\nls -A up\n', mode: 0o755 },
        ],
      ],
      { Entrypoint: ['/main'] },
    );
    const { lines } = await run([{ name: 'c', image, logConfiguration }]);
    expect(existsSync(outside)).toBe(false);
    expect(readdirSync(join(world.gateway.folder, '..'))).not.toContain('escaped');
    expect(lines).toEqual([
      ...['escaped', 'escaped-too', 'main', 'out', 'up'],
      ...['escaped', 'escaped-too', 'main', 'out', 'up'],
    ]);
  });

  test('an entry point that is not in the image does not start, whatever this machine has', async () => {
    const image = await world.push('empty', [[{ path: 'x' }]], {
      Entrypoint: ['sh', '-c', 'true'],
    });
    const told = world.launch([{ name: 'c', image }], { executionRoleArn });
    expect(await told.until('STOPPED')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(
        /^CannotStartContainerError: Error response from daemon: .* exec: "sh": executable file not found in \$PATH: unknown$/,
      ),
    });
  });

  test('an image of nowhere is declared, and says so', async () => {
    const told = world.launch([{ name: 'c', image: 'nginx', logConfiguration }], {
      executionRoleArn,
    });
    const running = await told.until('RUNNING');
    expect(running.launchedBy).toBe(
      'declared: image nginx is not in this registry, and no command is given',
    );
    world.fleet.stop(told.launch.taskArn);
    const stopped = await told.until('STOPPED');
    expect(stopped.stopCode).toBeUndefined();
    expect(stopped.containers).toMatchObject([{ exitCode: 0 }]);
  });

  test('004-5 another registry is asked with the secret’s name and password', async () => {
    const { image, registry, asked } = await privateRegistry();
    const { ARN = '' } = await world.secrets.send(
      new CreateSecretCommand({
        Name: 'private',
        SecretString: '{"username":"u","password":"p:q"}',
      }),
    );
    const told = world.launch(
      [{ name: 'c', image, repositoryCredentials: { credentialsParameter: ARN } }],
      { executionRoleArn },
    );
    const stopped = await told.until('STOPPED');
    registry.close();
    expect(new Set(asked)).toEqual(new Set([`Basic ${Buffer.from('u:p:q').toString('base64')}`]));
    // Its layer is not what its manifest says.
    expect(stopped.stoppedReason).toMatch(/^CannotPullContainerError: .*is not what its manifest/);
  });
});

/** A registry with one image, whose layer was tampered with. */
async function privateRegistry() {
  const config = '{"config":{}}';
  const layer = 'good';
  const manifest = JSON.stringify({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { digest: sha256(config), size: config.length },
    layers: [{ digest: sha256(layer), size: layer.length, mediaType: 'tar' }],
  });
  const asked: string[] = [];
  const registry = createServer((incoming, response) => {
    asked.push(incoming.headers.authorization ?? '');
    const path = incoming.url ?? '';
    const isConfig = path.endsWith(sha256(config));
    response.end(path.includes('/manifests/') ? manifest : isConfig ? config : 'evil');
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const { port } = registry.address() as AddressInfo;
  return { image: `127.0.0.1:${port}/team/app:1`, registry, asked };
}

describe('stopping', () => {
  test('SIGTERM first; who stays is killed after stopTimeout, with all that it started', async () => {
    const code = `process.on('SIGTERM', () => console.log('asked'));
      require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)'],
        { stdio: 'inherit' });
      console.log('ready'); setInterval(() => {}, 1000)`;
    const told = world.launch([script(code, { stopTimeout: 1 })], { executionRoleArn });
    await told.until('RUNNING');
    const logStreamName = `p/c/${told.launch.taskId}`;
    const read = async () => {
      const { events } = await world.logs.send(
        new GetLogEventsCommand({ logGroupName: '/ecs/t', logStreamName, startFromHead: true }),
      );
      return (events ?? []).map(({ message }) => message);
    };
    await expect.poll(read, { timeout: 5000 }).toEqual(['ready']);
    world.fleet.stop(told.launch.taskArn);
    const stopped = await told.until('STOPPED');
    expect(stopped.containers).toMatchObject([{ exitCode: 137 }]);
    expect(stopped.stopCode).toBeUndefined();
    expect(await read()).toEqual(['ready', 'asked']);
  });

  test('an essential container takes the others with it; dependencies wait', async () => {
    const { stopped, lines } = await run([
      script('console.log("main")', {
        dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }],
      }),
      script('setTimeout(() => {}, 100)', { name: 'init', essential: false }),
      script('setInterval(() => {}, 1000)', { name: 'side', essential: false }),
    ]);
    expect(lines).toEqual(['main']);
    expect(stopped.containers).toMatchObject([
      { name: 'c', exitCode: 0 },
      { name: 'init', exitCode: 0 },
      { name: 'side', exitCode: 143 },
    ]);
  });

  test('a dependency that fails keeps the task from starting', async () => {
    const told = world.launch(
      [
        script('', { dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }] }),
        script('process.exitCode = 1', { name: 'init', essential: false }),
      ],
      { executionRoleArn },
    );
    expect(await told.until('STOPPED')).toMatchObject({ stopCode: 'TaskFailedToStart' });
  });
});

describe('the endpoint of the task', () => {
  const wait = 'setInterval(() => {}, 1000)';

  test('gives the task role’s credentials for path and token, to nobody else', async () => {
    const told = world.launch([script(wait)], { executionRoleArn, taskRoleArn });
    await told.until('RUNNING');
    const { environment = {} } = world.fleet.describe(account, told.launch.taskId) ?? {};
    const url = environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '';
    const Authorization = environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v2\/credentials\/[0-9a-f-]{36}$/);
    expect(Authorization).toMatch(/^[\w-]{43}$/);
    const { status, body } = await get(url, { Authorization });
    expect(status).toBe(200);
    expect(Object.keys(JSON.parse(body))).toEqual([
      ...['RoleArn', 'AccessKeyId', 'SecretAccessKey', 'Token', 'Expiration'],
    ]);
    expect(JSON.parse(body)).toMatchObject({
      RoleArn: taskRoleArn,
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    const notFound = {
      status: 400,
      body: '{"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found","HTTPErrorCode":400}',
    };
    expect(await get(url)).toEqual(notFound);
    expect(await get(url, { Authorization: `${Authorization}x` })).toEqual(notFound);
    const other = url.replace(/[0-9a-f-]{36}$/, '0c0dbb1e-52b1-44fd-a04c-ba8302f4a08a');
    expect(await get(other, { Authorization })).toEqual(notFound);
    expect(await get(url.replace(/\/[^/]+$/, ''))).toEqual({
      status: 400,
      body: '{"code":"NoIdInRequest","message":"CredentialsV2Request: No Credential ID in the request","HTTPErrorCode":400}',
    });
    expect((await get(url, { Authorization, Host: 'evil.example' })).status).toBe(404);
    expect((await get(url, { Authorization, Origin: 'http://evil.example' })).status).toBe(404);
    expect((await get(url, { Authorization, 'X-Forwarded-For': '1.1.1.1' })).status).toBe(404);
    // The path alone at the agent's address, as for RELATIVE_URI.
    expect((await get(url, { Host: '169.254.170.2' })).status).toBe(200);
    world.fleet.stop(told.launch.taskArn);
    await told.until('STOPPED');
    expect(await get(url, { Authorization })).toEqual(notFound);
  });

  test('a role that is trusted no more gives 503; a task without a role gives nothing', async () => {
    const none = world.launch([script(wait)], { executionRoleArn });
    await none.until('RUNNING');
    const { environment = {} } = world.fleet.describe(account, none.launch.taskId) ?? {};
    expect(Object.keys(environment).filter((name) => name.includes('CREDENTIALS'))).toEqual([]);
    world.fleet.stop(none.launch.taskArn);
    const untrusted = await world.role('untrusted', [], 'ec2.amazonaws.com');
    const told = world.launch([script(wait)], { executionRoleArn, taskRoleArn: untrusted });
    await told.until('RUNNING');
    const inside = world.fleet.describe(account, told.launch.taskId)?.environment ?? {};
    const answer = await get(inside['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '', {
      Authorization: inside['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '',
    });
    expect(answer).toEqual({
      status: 503,
      body: '{"code":"CredentialsUninitialized","message":"CredentialsV2Request: Credentials uninitialized for ID","HTTPErrorCode":503}',
    });
    world.fleet.stop(told.launch.taskArn);
    await told.until('STOPPED');
  });

  test('tells metadata of the container and of its task', async () => {
    const told = world.launch([script(wait), script(wait, { name: 'd' })], {
      executionRoleArn,
      group: 'service:web',
      tags: [{ key: 'team', value: 'red' }],
    });
    await told.until('RUNNING');
    const base = world.fleet.describe(account, told.launch.taskId)?.metadataUri ?? '';
    const read = async (path: string) => JSON.parse((await get(base + path)).body);
    expect(await read('')).toMatchObject({ Name: 'c', KnownStatus: 'RUNNING', Type: 'NORMAL' });
    expect(await read('/task')).toMatchObject({
      Cluster: told.launch.clusterArn,
      TaskARN: told.launch.taskArn,
      Family: 'f',
      Revision: '1',
      DesiredStatus: 'RUNNING',
      KnownStatus: 'RUNNING',
      Limits: { CPU: 0.25, Memory: 512 },
      LaunchType: 'FARGATE',
      ServiceName: 'web',
      Containers: [{ Name: 'c' }, { Name: 'd', LogDriver: 'awslogs' }],
    });
    expect((await read('/taskWithTags')).TaskTags).toEqual({ team: 'red' });
    expect(await read('/stats')).toBeNull();
    const unknown = await get(base.replace(/\d$/, '9'));
    expect(unknown.status).toBe(404);
    expect(JSON.parse(unknown.body)).toMatch(/^V4 container metadata handler: unable to get/);
    world.fleet.stop(told.launch.taskArn);
    await told.until('STOPPED');
  });
});
