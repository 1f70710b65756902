/** The code under which a service reports broken constraints, as its own clients read it. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DeleteParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(async () => {
  await gateway.stop();
});

function settings() {
  const { id, secret } = gateway.root();
  const credentials = { accessKeyId: id, secretAccessKey: secret };
  return { endpoint: gateway.server.endpoint, region: 'us-east-1', credentials };
}

const one = '1 validation error detected: ';

test('CloudWatch Logs: InvalidParameterException', async () => {
  const logs = new CloudWatchLogsClient(settings());
  await expect(
    logs.send(new CreateLogGroupCommand({ logGroupName: 'service:latest-metrics' })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message:
      `${one}Value 'service:latest-metrics' at 'logGroupName' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+',
  });
  const put = { logGroupName: 'g', logStreamName: 's', logEvents: [] };
  await expect(logs.send(new PutLogEventsCommand(put))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message:
      `${one}Value '[]' at 'logEvents' failed to satisfy constraint: ` +
      'Member must have length greater than or equal to 1',
  });
});

test('Systems Manager, as most do: ValidationException', async () => {
  const ssm = new SSMClient(settings());
  await expect(ssm.send(new DeleteParameterCommand({ Name: '' }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});
