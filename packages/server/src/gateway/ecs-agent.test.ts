/** The container agent's web sockets over the wire: who may open them, and what is answered. */
import {
  CreateClusterCommand,
  DescribeTaskDefinitionCommand,
  DiscoverPollEndpointCommand,
  ECSClient,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestKey } from './testing/client-signature.ts';
import { SocketClient } from './testing/socket-client.ts';
import { type Answer, account, startGateway, type TestGateway } from './testing/test-gateway.ts';

const cluster = `arn:aws:ecs:us-east-1:${account}:cluster/web`;

let gateway: TestGateway;
let containerInstance = '';
let client: ECSClient;

beforeAll(async () => {
  gateway = await startGateway();
  const { id, secret } = gateway.root();
  client = new ECSClient({
    endpoint: gateway.server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: id, secretAccessKey: secret },
  });
  await client.send(new CreateClusterCommand({ clusterName: 'web' }));
  const registered = await client.send(new RegisterContainerInstanceCommand({ cluster: 'web' }));
  containerInstance = registered.containerInstance?.containerInstanceArn ?? '';
});

afterAll(async () => {
  await gateway.stop();
});

/** A user's key; the user may do the action on the resource. */
async function userKey(UserName: string, Action: string, Resource: string): Promise<TestKey> {
  const Statement = [{ Effect: 'Allow', Action, Resource }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await gateway.call('iam', { Action: 'CreateUser', UserName });
  const policy = { Action: 'PutUserPolicy', UserName, PolicyName: 'p', PolicyDocument };
  await gateway.call('iam', policy);
  const { body } = await gateway.call('iam', { Action: 'CreateAccessKey', UserName });
  const text = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(body)?.[1] ?? '';
  return { id: text('AccessKeyId'), secret: text('SecretAccessKey') };
}

const upgrade = [
  ['connection', 'Upgrade'],
  ['upgrade', 'websocket'],
  ['sec-websocket-version', '13'],
  ['sec-websocket-key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
] as const;

async function open(rawPath: string, query: object, key?: TestKey): Promise<Answer> {
  const socket = new SocketClient(gateway, key);
  const rawQuery = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
  return await socket.send(
    socket.sign('ecs', { method: 'GET', rawPath, rawQuery, headers: upgrade }),
  );
}

const errorType = ({ headers }: Answer) => headers.get('x-amzn-errortype');

describe('001-12 the agent’s sessions', () => {
  test('are asked for where DiscoverPollEndpoint says', async () => {
    const { endpoint, telemetryEndpoint } = await client.send(new DiscoverPollEndpointCommand({}));
    expect(endpoint).toBe(`${gateway.server.endpoint}/`);
    expect(telemetryEndpoint).toBe(`${gateway.server.endpoint}/ws/telemetry/`);
  });

  test.each([
    ['Poll', '/ws', 'clusterArn', 'containerInstanceArn'],
    ['StartTelemetrySession', '/ws/telemetry/ws', 'cluster', 'containerInstance'],
  ])('%s is authorized on the container instance, then said to be unwritten', async (...row) => {
    const [action, path, clusterName, instanceName] = row;
    const query = { [clusterName]: cluster, [instanceName]: containerInstance, seqNum: 1 };
    const allowed = await userKey(`may-${action}`, `ecs:${action}`, containerInstance);
    const answer = await open(path, query, allowed);
    expect([answer.status, errorType(answer)]).toEqual([501, 'NotImplemented']);
    const denied = await userKey(`other-${action}`, `ecs:${action}`, `${cluster}/other`);
    const refused = await open(path, query, denied);
    expect(errorType(refused)).toBe('AccessDeniedException');
    expect(refused.body).toContain(
      `is not authorized to perform: ecs:${action} on resource: ${containerInstance} because`,
    );
    const forged = await open(path, query, { ...allowed, secret: 'wrong' });
    expect(errorType(forged)).toBe('InvalidSignatureException');
  });
});

test('a task definition goes there and back with its maps and dates', async () => {
  const dockerLabels = { a: 'b', __proto__x: 'c' };
  await client.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      containerDefinitions: [{ name: 'c', image: 'nginx', memory: 64, dockerLabels }],
    }),
  );
  const { taskDefinition } = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }),
  );
  expect(taskDefinition?.registeredAt).toBeInstanceOf(Date);
  expect(taskDefinition?.containerDefinitions?.[0]?.dockerLabels).toEqual(dockerLabels);
});
