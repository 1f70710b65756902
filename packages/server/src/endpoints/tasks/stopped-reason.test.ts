/** Each refusal of an execution role ends the task with AWS's own words, from the real answers. */
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { ContainerDefinition } from '@sekisho/catalog/types/ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account } from '../../gateway/testing/test-gateway.ts';
import type { TaskLaunch } from '../../services/ecs/launcher.ts';
import {
  allow,
  executionPolicy,
  region,
  registryHost,
  TaskWorld,
  withoutIds,
} from './tasks.fixture.ts';

let world: TaskWorld;
let image: string;
let roles = 0;

beforeAll(async () => {
  world = await TaskWorld.start('declared');
  image = await world.push('app', [[{ path: 'etc/x', content: 'x' }]]);
  await world.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/there' }));
});

afterAll(async () => {
  await world.stop();
});

/** How a task of one container ends, whose execution role may do that much. */
async function ending(
  container: Partial<ContainerDefinition>,
  statements: readonly ReturnType<typeof allow>[],
  options: Partial<TaskLaunch> = {},
) {
  roles += 1;
  const role = `r${roles}`;
  const executionRoleArn = await world.role(role, statements);
  const told = world.launch([{ name: 'c', image: 'nginx', ...container }], {
    executionRoleArn,
    ...options,
  });
  const { stopCode, stoppedReason, containers } = await told.until('STOPPED');
  const user = `User: arn:aws:sts::${account}:assumed-role/${role}/${told.launch.taskId}`;
  const reason = (text: string | undefined) => withoutIds(text).replace(user, 'USER');
  return {
    stopCode,
    stoppedReason: reason(stoppedReason),
    containerReason: reason(containers[0]?.reason),
    taskId: told.launch.taskId,
  };
}

const retrieval =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ';
const denied = (action: string, resource: string) =>
  `USER is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

test('004-4 without a policy the execution role gets no registry token', async () => {
  expect(await ending({ image }, [])).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: `${retrieval}unable to retrieve ecr registry auth: service call has been retried 1 time(s): operation error ECR: GetAuthorizationToken, https response error StatusCode: 400, RequestID: ID, api error AccessDeniedException: ${denied('ecr:GetAuthorizationToken', '*')}`,
  });
});

test('004-6 D21 a parameter needs ssm:GetParameters; ssm:GetParameter is not enough', async () => {
  await world.ssm.send(new PutParameterCommand({ Name: '/app/db', Value: 'v', Type: 'String' }));
  const secrets = [{ name: 'DB', valueFrom: '/app/db' }];
  const arn = `arn:aws:ssm:${region}:${account}:parameter/app/db`;
  const { stoppedReason } = await ending({ secrets }, [allow('ssm:GetParameter', arn)]);
  expect(stoppedReason).toBe(
    `${retrieval}unable to retrieve secrets from ssm: service call has been retried 1 time(s): operation error SSM: GetParameters, https response error StatusCode: 400, RequestID: ID, api error AccessDeniedException: ${denied('ssm:GetParameters', arn)}`,
  );
});

test('004-6 names that Parameter Store does not know are told', async () => {
  const secrets = [{ name: 'DB', valueFrom: 'absent' }];
  expect((await ending({ secrets }, [allow('ssm:GetParameters')])).stoppedReason).toBe(
    `${retrieval}unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: absent`,
  );
  const onInstance = { launchType: 'EC2' } as const;
  expect((await ending({ secrets }, [allow('ssm:GetParameters')], onInstance)).stoppedReason).toBe(
    `fetching secret data from SSM Parameter Store in ${region}: invalid parameters: absent`,
  );
});

test('004-6 D20 a policy without the six characters never matches the secret', async () => {
  const { ARN = '' } = await world.secrets.send(
    new CreateSecretCommand({ Name: 'db', SecretString: '{"password":"hush"}' }),
  );
  const named = `arn:aws:secretsmanager:${region}:${account}:secret:db`;
  const secrets = [{ name: 'DB', valueFrom: `${ARN}:password::` }];
  const { stoppedReason } = await ending({ secrets }, [
    allow('secretsmanager:GetSecretValue', named),
  ]);
  expect(stoppedReason).toBe(
    `${retrieval}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${ARN} from secrets manager: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, RequestID: ID, api error AccessDeniedException: ${denied('secretsmanager:GetSecretValue', ARN)}`,
  );
  const absent = [{ name: 'DB', valueFrom: `${ARN}:user::` }];
  const allowed = [allow('secretsmanager:GetSecretValue', `${named}-??????`)];
  const { stoppedReason: noKey } = await ending({ secrets: absent }, allowed);
  expect(noKey).toBe(
    `${retrieval}unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key user`,
  );
  expect(noKey).not.toContain('hush');
  const gone = [{ name: 'DB', valueFrom: `${ARN.slice(0, -6)}AAAAAA` }];
  const { stoppedReason: noSecret } = await ending({ secrets: gone }, [
    allow('secretsmanager:GetSecretValue'),
  ]);
  expect(noSecret).toMatch(
    /RequestID: ID, ResourceNotFoundException: Secrets Manager can't find the specified secret\.$/,
  );
});

test('004-6 a customer managed key without kms:Decrypt is told as Secrets Manager tells it', async () => {
  const { KeyMetadata } = await world.kms.send(new CreateKeyCommand({}));
  const { ARN = '' } = await world.secrets.send(
    new CreateSecretCommand({ Name: 'k', SecretString: 's', KmsKeyId: KeyMetadata?.Arn ?? '' }),
  );
  const secrets = [{ name: 'K', valueFrom: ARN }];
  const { stoppedReason } = await ending({ secrets }, [allow('secretsmanager:GetSecretValue')]);
  expect(stoppedReason).toMatch(/api error AccessDeniedException: Access to KMS is not allowed$/);
});

test('004-6 an ARN that is neither form is refused', async () => {
  const secrets = [{ name: 'K', valueFrom: `arn:aws:secretsmanager:${region}:1:secret:x:y` }];
  const { stoppedReason } = await ending({ secrets }, [executionPolicy]);
  expect(stoppedReason).toMatch(
    /an invalid ARN format for the AWS Secrets Manager secret was specified\. Specify a valid ARN and try again\.$/,
  );
});

test('004-5 private registry credentials fail where their secret is refused or malformed', async () => {
  const { ARN = '' } = await world.secrets.send(
    new CreateSecretCommand({ Name: 'registry', SecretString: '{"username":"u"}' }),
  );
  const container = { repositoryCredentials: { credentialsParameter: ARN } };
  const { stoppedReason } = await ending(container, [executionPolicy]);
  expect(stoppedReason).toBe(
    `${retrieval}unable to get registry auth from asm: service call has been retried 1 time(s): asm fetching secret from the service for ${ARN}: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, RequestID: ID, api error AccessDeniedException: ${denied('secretsmanager:GetSecretValue', ARN)}`,
  );
  const { stoppedReason: half } = await ending(container, [allow('secretsmanager:GetSecretValue')]);
  expect(half).toMatch(/asm fetching password: AuthorizationData is malformed, empty field$/);
});

const logged = (group: string, more = {}) => ({
  logConfiguration: {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': group,
      'awslogs-region': region,
      'awslogs-stream-prefix': 'p',
      ...more,
    },
  },
});

test('004-8 D22 log streams: group absent, stream denied, group that may not be created', async () => {
  const start =
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ';
  const { stoppedReason: absent } = await ending(logged('/ecs/absent'), [executionPolicy]);
  expect(absent).toBe(
    `${start}failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1`,
  );
  const { stoppedReason: stream, taskId } = await ending(logged('/ecs/there'), []);
  const streamArn = `arn:aws:logs:${region}:${account}:log-group:/ecs/there:log-stream:p/c/${taskId}`;
  expect(stream).toBe(
    `${start}failed to create Cloudwatch log stream: AccessDeniedException: ${denied('logs:CreateLogStream', streamArn)} status code: 400, request id: ID : exit status 1`,
  );
  const creating = logged('/ecs/new', { 'awslogs-create-group': 'true' });
  const { stoppedReason: group } = await ending(creating, [executionPolicy]);
  const groupArn = `arn:aws:logs:${region}:${account}:log-group:/ecs/new:log-stream:`;
  expect(group).toBe(
    `${start}failed to create Cloudwatch log group: AccessDeniedException: ${denied('logs:CreateLogGroup', groupArn)} status code: 400, request id: ID : exit status 1`,
  );
});

test('004-8 awslogs without a region says so', async () => {
  const { stoppedReason } = await ending(
    { logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g' } } },
    [executionPolicy],
  );
  expect(stoppedReason).toBe(
    'ResourceInitializationError: failed to validate logger args: unable to get awslogs driver arguments: awslogs-region is required',
  );
});

test('004-3 004-7 a pull that is denied, at the manifest and at a layer, on Fargate', async () => {
  const token = allow('ecr:GetAuthorizationToken');
  const manifest = await ending({ image }, [token]);
  const text = `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: unexpected status from HEAD request to https://${registryHost}/v2/app/manifests/latest: 403 Forbidden`;
  expect(manifest).toMatchObject({ stoppedReason: text, containerReason: text });
  const layer = await ending({ image }, [token, allow('ecr:BatchGetImage')]);
  expect(layer.stoppedReason).toMatch(
    /^CannotPullContainerError: ref pull has been retried 1 time\(s\): failed to copy: httpReaderSeeker: failed open: unexpected status code https:\/\/\S+\/v2\/app\/blobs\/sha256:[0-9a-f]{64}: 403 Forbidden$/,
  );
  const { stoppedReason: gone } = await ending({ image: `${image}x` }, [executionPolicy]);
  expect(gone).toBe(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}x: ${image}x: not found`,
  );
});

test('a pull that is denied on an instance has the words of the agent and of the registry', async () => {
  const options = { launchType: 'EC2' } as const;
  const token = allow('ecr:GetAuthorizationToken');
  const resource = `arn:aws:ecr:${region}:${account}:repository/app`;
  const start = 'CannotPullContainerError: The task can’t pull the image. ';
  expect(await ending({ image }, [token], options)).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: 'Task failed to start',
    containerReason: `${start}Check that the role has the permissions to pull images from the registry. Error response from daemon: pull access denied for ${registryHost}/app, repository does not exist or may require 'docker login': denied: ${denied('ecr:BatchGetImage', resource)}`,
  });
  const { containerReason } = await ending({ image: `${image}x` }, [executionPolicy], options);
  expect(containerReason).toBe(
    `${start}Check whether the image exists. Error response from daemon: manifest for ${image}x not found: manifest unknown: Requested image not found`,
  );
});

test('on an instance the logs are written by the instance’s role, not by the execution role', async () => {
  const start =
    'CannotStartContainerError: Error response from daemon: failed to initialize logging driver: ';
  const none = await ending(logged('/ecs/there'), [executionPolicy], { launchType: 'EC2' });
  expect(none).toMatchObject({
    stoppedReason: 'Task failed to start',
    containerReason: `${start}NoCredentialProviders: no valid providers in chain`,
  });
  const instanceRoleArn = await world.role('instance', [], 'ec2.amazonaws.com');
  const options = { launchType: 'EC2', instanceRoleArn, ec2InstanceId: 'i-0123' } as const;
  const denied = await ending(logged('/ecs/there'), [executionPolicy], options);
  expect(denied.containerReason).toContain(
    `${start}failed to create Cloudwatch log stream: AccessDeniedException: User: arn:aws:sts::${account}:assumed-role/instance/i-0123 is not authorized to perform: logs:CreateLogStream`,
  );
});

test('an instance pulls with its own role where the task has no execution role', async () => {
  const instanceRoleArn = await world.role('puller', [executionPolicy], 'ec2.amazonaws.com');
  const told = world.launch([{ name: 'c', image }], { launchType: 'EC2', instanceRoleArn });
  const running = await told.until('RUNNING');
  expect(running.launchedBy).toBe(
    'declared: this server runs no programs (--tasks process runs them)',
  );
  expect(running.containers[0]?.imageDigest).toMatch(/^sha256:/);
  world.fleet.stop(told.launch.taskArn);
  await told.until('STOPPED');
  const poor = await world.role('poor-puller', [], 'ec2.amazonaws.com');
  const refused = world.launch([{ name: 'c', image }], {
    launchType: 'EC2',
    instanceRoleArn: poor,
  });
  const { containers } = await refused.until('STOPPED');
  expect(containers[0]?.reason).toMatch(
    /^CannotPullECRContainerError: AccessDeniedException: User: .*ecr:GetAuthorizationToken/,
  );
});

test('a task that is stopped while it starts ends without an error of its own', async () => {
  const told = world.launch([{ name: 'c', image }], {
    executionRoleArn: await world.role('s', [executionPolicy]),
  });
  world.fleet.stop(told.launch.taskArn);
  const stopped = await told.until('STOPPED');
  expect(stopped.stopCode).toBeUndefined();
  expect(stopped.stoppedReason).toBeUndefined();
});
