/** Tasks of ECS on a started server, by its API: real clients run in them as their task role. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  type ContainerDefinition,
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  waitUntilTasksRunning,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cleanEnvironment,
  clientEnvironment,
  commandArguments,
  findAwsClis,
  hasProgram,
  root,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

const account = '123456789012';
const region = 'us-east-1';
let sekisho: Sekisho;
let subnets: string[];
let families = 0;

function settings() {
  const text = readFileSync(sekisho.credentialsFile, 'utf8');
  const value = (name: string) => new RegExp(`^${name} = (.+)$`, 'm').exec(text)?.[1] ?? '';
  return {
    endpoint: sekisho.endpoint,
    region,
    credentials: {
      accessKeyId: value('aws_access_key_id'),
      secretAccessKey: value('aws_secret_access_key'),
    },
  };
}

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: '',
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  ],
});

async function role(name: string, managed?: string): Promise<void> {
  const iam = new IAMClient(settings());
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  if (managed === undefined) return;
  await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: managed }));
}

beforeAll(async () => {
  sekisho = await startSekisho('--tasks', 'process');
  await role(
    'ecsTaskExecutionRole',
    'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy',
  );
  await role('app');
  await new IAMClient(settings()).send(
    new PutRolePolicyCommand({
      RoleName: 'ecsTaskExecutionRole',
      PolicyName: 'secrets',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ssm:GetParameters', Resource: '*' }],
      }),
    }),
  );
  await new ECSClient(settings()).send(new CreateClusterCommand({ clusterName: 'c' }));
  await new CloudWatchLogsClient(settings()).send(
    new CreateLogGroupCommand({ logGroupName: '/ecs/app' }),
  );
  await new SSMClient(settings()).send(
    new PutParameterCommand({ Name: '/app/db', Value: 'hush', Type: 'SecureString' }),
  );
  const { Subnets } = await new EC2Client(settings()).send(new DescribeSubnetsCommand({}));
  subnets = [Subnets?.[0]?.SubnetId ?? ''];
}, 60_000);

afterAll(async () => {
  await sekisho?.stop();
});

/** Registers and runs a task of one container; its ARN. */
async function run(container: ContainerDefinition): Promise<string> {
  const ecs = new ECSClient(settings());
  families += 1;
  const family = `f${families}`;
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: `arn:aws:iam::${account}:role/ecsTaskExecutionRole`,
      taskRoleArn: `arn:aws:iam::${account}:role/app`,
      containerDefinitions: [
        {
          name: 'main',
          image: 'public.ecr.aws/aws-cli/aws-cli',
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/ecs/app',
              'awslogs-region': region,
              'awslogs-stream-prefix': 'app',
            },
          },
          ...container,
        },
      ],
    }),
  );
  const { tasks, failures } = await ecs.send(
    new RunTaskCommand({
      cluster: 'c',
      taskDefinition: family,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets, assignPublicIp: 'ENABLED' } },
    }),
  );
  expect(failures).toEqual([]);
  return tasks?.[0]?.taskArn ?? '';
}

const waiting = { maxWaitTime: 60, minDelay: 0.2, maxDelay: 0.5 };

/** Waits for its end; what it has written, and how it ended. */
async function ended(taskArn: string) {
  const ecs = new ECSClient(settings());
  await waitUntilTasksStopped({ client: ecs, ...waiting }, { cluster: 'c', tasks: [taskArn] });
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'c', tasks: [taskArn] }));
  const { events } = await new CloudWatchLogsClient(settings()).send(
    new GetLogEventsCommand({
      logGroupName: '/ecs/app',
      logStreamName: `app/main/${taskArn.split('/').at(-1)}`,
      startFromHead: true,
    }),
  );
  return { task: tasks?.[0], text: (events ?? []).map(({ message }) => message).join('\n') };
}

const identity = (taskArn: string) =>
  `arn:aws:sts::${account}:assumed-role/app/${taskArn.split('/').at(-1)}`;

describe('004-10 clients in a task are its task role', () => {
  for (const { path, name, needsEndpointFlag } of findAwsClis()) {
    test.skipIf(needsEndpointFlag)(
      `${name}, by the container credentials`,
      async () => {
        const command = [path, 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'];
        const taskArn = await run({ command });
        const { task, text } = await ended(taskArn);
        expect(text).toBe(identity(taskArn));
        expect(task).toMatchObject({
          lastStatus: 'STOPPED',
          stopCode: 'EssentialContainerExited',
          stoppedReason: 'Essential container in task exited',
          containers: [{ exitCode: 0 }],
        });
      },
      60_000,
    );
  }

  test('the SDK for JavaScript', async () => {
    const sts = import.meta.resolve('@aws-sdk/client-sts');
    const code = `import(${JSON.stringify(sts)}).then(async (sdk) => console.log(
      (await new sdk.STSClient({}).send(new sdk.GetCallerIdentityCommand({}))).Arn))`;
    const taskArn = await run({ command: [process.execPath, '-e', code] });
    expect((await ended(taskArn)).text).toBe(identity(taskArn));
  }, 60_000);

  const python = spawnSync('python3', ['-c', 'import boto3'], { env: cleanEnvironment() });
  test.skipIf(python.status !== 0)(
    'boto3',
    async () => {
      const code = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])';
      const taskArn = await run({ command: ['python3', '-c', code] });
      expect((await ended(taskArn)).text).toBe(identity(taskArn));
    },
    60_000,
  );
});

test('004-6 004-8 a secret is in the environment, the output in the log', async () => {
  const taskArn = await run({
    command: [process.execPath, '-e', 'console.log(process.env.DB)'],
    secrets: [{ name: 'DB', valueFrom: '/app/db' }],
  });
  expect((await ended(taskArn)).text).toBe('hush');
}, 60_000);

test('004-8 D22 AmazonECSTaskExecutionRolePolicy creates no log group', async () => {
  const ecs = new ECSClient(settings());
  const taskArn = await run({
    command: ['true'],
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': '/ecs/new',
        'awslogs-region': region,
        'awslogs-stream-prefix': 'app',
        'awslogs-create-group': 'true',
      },
    },
  });
  await waitUntilTasksStopped({ client: ecs, ...waiting }, { cluster: 'c', tasks: [taskArn] });
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'c', tasks: [taskArn] }));
  expect(tasks?.[0]).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(
      /^ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log group: AccessDeniedException: User: \S+ is not authorized to perform: logs:CreateLogGroup on resource: \S+ because no identity-based policy allows the logs:CreateLogGroup action status code: 400, request id: \S+ : exit status 1$/,
    ),
  });
}, 60_000);

test('a command runs inside a task that runs; its stop is the user’s', async () => {
  const ecs = new ECSClient(settings());
  const taskArn = await run({ command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] });
  const tasks = [taskArn];
  await waitUntilTasksRunning({ client: ecs, ...waiting }, { cluster: 'c', tasks });
  if (hasProgram('aws')) {
    const inside = runClient(
      process.execPath,
      [
        ...commandArguments,
        ...['task', 'exec', taskArn, '--'],
        ...['aws', 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'],
      ],
      { env: clientEnvironment(sekisho), folder: root },
    );
    expect(inside.stdout.trim()).toBe(identity(taskArn));
  }
  await ecs.send(new StopTaskCommand({ cluster: 'c', task: taskArn, reason: 'enough' }));
  const { task } = await ended(taskArn);
  expect(task).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'enough' });
}, 60_000);

test('its programs end with the server', async () => {
  const code = 'console.log(process.pid); setInterval(() => {}, 1000)';
  const taskArn = await run({ command: [process.execPath, '-e', code], stopTimeout: 60 });
  const logs = new CloudWatchLogsClient(settings());
  const logStreamName = `app/main/${taskArn.split('/').at(-1)}`;
  let processId = 0;
  await expect
    .poll(
      async () => {
        const input = { logGroupName: '/ecs/app', logStreamName };
        const { events } = await logs.send(new GetLogEventsCommand(input)).catch(() => ({
          events: [],
        }));
        processId = Number(events?.[0]?.message ?? 0);
        return processId;
      },
      { timeout: 20_000 },
    )
    .toBeGreaterThan(0);
  expect(process.kill(processId, 0)).toBe(true);
  await sekisho.stop();
  expect(() => process.kill(processId, 0)).toThrow('ESRCH');
}, 60_000);
