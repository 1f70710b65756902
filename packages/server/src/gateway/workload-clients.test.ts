/** Secrets Manager, Parameter Store, Logs and KMS with AWS's own SDK clients, over the wire. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ListAliasesCommand,
} from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(async () => {
  await gateway.stop();
});

function settings(key = gateway.root()) {
  return {
    endpoint: gateway.server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
  };
}

test('a secret under a customer managed key goes there and back', async () => {
  const kms = new KMSClient(settings());
  const { KeyMetadata: metadata } = await kms.send(new CreateKeyCommand({ Description: 'd' }));
  const secrets = new SecretsManagerClient(settings());
  const { ARN } = await secrets.send(
    new CreateSecretCommand({ Name: 'wire/x', SecretString: 'one', KmsKeyId: metadata?.Arn ?? '' }),
  );
  await secrets.send(
    new PutSecretValueCommand({ SecretId: 'wire/x', SecretBinary: new Uint8Array([1, 2]) }),
  );
  const value = await secrets.send(new GetSecretValueCommand({ SecretId: ARN ?? '' }));
  expect(value.SecretBinary).toEqual(new Uint8Array([1, 2]));
  expect(value.CreatedDate).toBeInstanceOf(Date);
  const secret = await secrets.send(new DescribeSecretCommand({ SecretId: 'wire/x' }));
  expect(Object.values(secret.VersionIdsToStages ?? {})).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
});

test('KMS encrypts, decrypts and tells errors by their names', async () => {
  const kms = new KMSClient(settings());
  const { KeyMetadata: metadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = metadata?.KeyId ?? '';
  const EncryptionContext = { app: 'x' };
  const Plaintext = new TextEncoder().encode('hush');
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext, EncryptionContext }),
  );
  const plain = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  expect(Buffer.from(plain.Plaintext ?? []).toString()).toBe('hush');
  await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
    name: 'InvalidCiphertextException',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(kms.send(new DescribeKeyCommand({ KeyId: 'x' }))).rejects.toMatchObject({
    name: 'NotFoundException',
    message: "Invalid keyId 'x'",
  });
  await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ssm' }));
  const { Aliases } = await kms.send(new ListAliasesCommand({}));
  expect(Aliases?.map(({ AliasName }) => AliasName)).toEqual(['alias/aws/ssm']);
});

test('a parameter goes there and back', async () => {
  const ssm = new SSMClient(settings());
  await ssm.send(new PutParameterCommand({ Name: '/wire', Value: 'v', Type: 'SecureString' }));
  const { Parameter: parameter } = await ssm.send(
    new GetParameterCommand({ Name: '/wire', WithDecryption: true }),
  );
  expect(parameter).toMatchObject({ Value: 'v', Type: 'SecureString', Version: 1 });
  await expect(ssm.send(new GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});

test('log events go there and back', async () => {
  const logs = new CloudWatchLogsClient(settings());
  const group = { logGroupName: '/wire' };
  const stream = { ...group, logStreamName: 's/1' };
  await logs.send(new CreateLogGroupCommand({ ...group, tags: { team: 'red' } }));
  await logs.send(new CreateLogStreamCommand(stream));
  const timestamp = Date.now();
  await logs.send(
    new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp, message: 'ERROR one' }] }),
  );
  const { events } = await logs.send(new GetLogEventsCommand(stream));
  expect(events).toMatchObject([{ timestamp, message: 'ERROR one' }]);
  const found = await logs.send(new FilterLogEventsCommand({ ...group, filterPattern: 'ERROR' }));
  expect(found.events).toMatchObject([{ logStreamName: 's/1' }]);
  const resourceArn = `arn:aws:logs:us-east-1:${account}:log-group:/wire`;
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual({ team: 'red' });
});

test('a refusal is the exception of JSON services, status 400', async () => {
  await gateway.call('iam', { Action: 'CreateUser', UserName: 'nobody' });
  const { body } = await gateway.call('iam', { Action: 'CreateAccessKey', UserName: 'nobody' });
  const text = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(body)?.[1] ?? '';
  const key = { id: text('AccessKeyId'), secret: text('SecretAccessKey') };
  const secrets = new SecretsManagerClient(settings(key));
  await expect(
    secrets.send(new GetSecretValueCommand({ SecretId: 'nothing' })),
  ).rejects.toMatchObject({
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 400 },
    message:
      `User: arn:aws:iam::${account}:user/nobody is not authorized to perform: ` +
      'secretsmanager:GetSecretValue on resource: nothing because no identity-based policy ' +
      'allows the secretsmanager:GetSecretValue action',
  });
});
