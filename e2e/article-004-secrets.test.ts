/** Article 004, what the execution role needs for secrets, private registries and logs. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  account,
  allow,
  example,
  logged,
  policy,
  policyOf,
  region,
  TaskArticle,
} from './article-004.harness.ts';

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
const retrieval =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ';
const user = (role: string): string =>
  `User: arn:aws:sts::${account}:assumed-role/${role}/TASK is not authorized to perform: `;
const denied = (role: string, action: string, resource: string): string =>
  `api error AccessDeniedException: ${user(role)}${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

let article: TaskArticle;
/** A customer managed key. */
let keyId = '';
let keyArn = '';

beforeAll(async () => {
  article = await TaskArticle.open();
  const { KeyMetadata } = await article.kms.send(new CreateKeyCommand({}));
  keyId = KeyMetadata?.KeyId ?? '';
  keyArn = KeyMetadata?.Arn ?? '';
}, 120_000);

afterAll(async () => {
  await article?.sekisho.stop();
});

async function secret(Name: string, SecretString: string, KmsKeyId?: string): Promise<string> {
  const key = KmsKeyId === undefined ? {} : { KmsKeyId };
  const { ARN } = await article.secrets.send(
    new CreateSecretCommand({ Name, SecretString, ...key }),
  );
  return ARN ?? '';
}

/** A registry that is not ECR: one image, for who knows the password. */
async function startRegistry(): Promise<Server> {
  const known = `Basic ${Buffer.from('team:open sesame').toString('base64')}`;
  const manifest = example('image-manifest.json');
  const { config } = JSON.parse(manifest.toString());
  const registry = createServer((request, response) => {
    if (request.headers.authorization !== known) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="team"' }).end();
    } else if (request.url === '/v2/team/app/manifests/1') {
      const type = 'application/vnd.oci.image.manifest.v1+json';
      response.setHeader('content-type', type).end(request.method === 'HEAD' ? '' : manifest);
    } else if (request.url === `/v2/team/app/blobs/${config.digest}`) {
      response.end(example('image-config.json'));
    } else {
      response.end(example('layer.tar'));
    }
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  return registry;
}

describe('004-5 an image of a private registry', () => {
  let registry: Server;
  let image = '';
  const values = (name: string) => ({ 'secret:secret_name': `secret:${name}`, key_id: keyId });
  const pull = async (role: string, credentialsParameter: string, name = image) =>
    await article.run(
      {
        image: name,
        command: ['echo', 'pulled'],
        repositoryCredentials: { credentialsParameter },
      },
      { executionRole: role },
    );

  beforeAll(async () => {
    registry = await startRegistry();
    image = `127.0.0.1:${(registry.address() as AddressInfo).port}/team/app:1`;
  });
  afterAll(() => {
    registry.close();
  });

  test('is pulled with the credentials of the secret, whose key is the customer’s', async () => {
    const login = '{"username":"team","password":"open sesame"}';
    const credentials = await secret('registry', login, keyArn);
    const inline = policy('private-registry.json', values('registry'));
    await article.role('registry', { managed: true, inline });
    expect(await pull('registry', credentials)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      exitCode: 0,
      launchedBy: 'process',
      lines: ['pulled'],
    });
  });

  test('D20 the policy as written never matches the secret’s ARN', async () => {
    const credentials = await secret('as-written', '{"username":"team","password":"x"}');
    const inline = policy('private-registry-as-written.json', values('as-written'));
    await article.role('as-written', { managed: true, inline });
    const { stopCode, stoppedReason } = await pull('as-written', credentials);
    expect(stopCode).toBe('TaskFailedToStart');
    expect(stoppedReason).toBe(
      `${retrieval}unable to get registry auth from asm: service call has been retried 1 time(s): asm fetching secret from the service for ${credentials}: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, RequestID: ID, ${denied('as-written', 'secretsmanager:GetSecretValue', credentials)}`,
    );
  });

  test('without kms:Decrypt, and where the key’s policy denies it', async () => {
    const credentials = await secret('keyless', '{"username":"team","password":"x"}', keyArn);
    const get = allow('secretsmanager:GetSecretValue', credentials);
    await article.role('keyless', { managed: true, inline: policyOf(get) });
    const noDecrypt = await pull('keyless', credentials);
    expect(noDecrypt.stoppedReason).toMatch(
      /asm fetching secret from the service for \S+: .* api error AccessDeniedException: Access to KMS is not allowed$/,
    );
    const { KeyMetadata: metadata } = await article.kms.send(new CreateKeyCommand({}));
    const ownKey = metadata?.Arn ?? '';
    const guarded = await secret('guarded', '{"username":"team","password":"x"}', ownKey);
    const both = allow(['secretsmanager:GetSecretValue', 'kms:Decrypt']);
    const role = await article.role('guarded', { managed: true, inline: policyOf(both) });
    const everything = { ...allow('kms:*'), Principal: { AWS: `arn:aws:iam::${account}:root` } };
    const deny = { Effect: 'Deny', Principal: { AWS: role }, Action: 'kms:Decrypt', Resource: '*' };
    const Policy = policyOf(everything, deny);
    await article.kms.send(new PutKeyPolicyCommand({ KeyId: ownKey, Policy }));
    const { stoppedReason } = await pull('guarded', guarded);
    expect(stoppedReason).toMatch(
      / api error AccessDeniedException: Access to KMS is not allowed$/,
    );
    // It was the key's policy alone.
    await article.kms.send(
      new PutKeyPolicyCommand({ KeyId: ownKey, Policy: policyOf(everything) }),
    );
    // Now the secret is read, and the registry refuses its password.
    expect((await pull('guarded', guarded)).stoppedReason).toMatch(
      /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): failed to resolve ref \S+: .* 401 Unauthorized$/,
    );
  });
});

describe('004-6 secrets', () => {
  const print = ['sh', '-c', 'echo "$ONE $TWO $THREE $FOUR"'];
  let database = '';
  const values = () => ({
    '<parameter_name>': 'article/*',
    '<secret_name>': 'database',
    '<key_id>': keyId,
  });

  beforeAll(async () => {
    database = await secret('database', '{"password":"of sm"}', keyArn);
    const parameter = { Name: '/article/token', Value: 'of ssm', Type: 'SecureString' } as const;
    await article.ssm.send(new PutParameterCommand(parameter));
  });

  test('of Parameter Store, of Secrets Manager, and of one by way of the other', async () => {
    // The reference is authorized as a parameter too.
    const reference = allow(
      'ssm:GetParameters',
      arn('ssm', 'parameter/aws/reference/secretsmanager/database'),
    );
    const inline = JSON.parse(policy('secrets.json', values()));
    await article.role('secrets', {
      managed: true,
      inline: policyOf(...inline.Statement, reference),
    });
    const ended = await article.run(
      {
        command: print,
        secrets: [
          { name: 'ONE', valueFrom: '/article/token' },
          { name: 'TWO', valueFrom: `${database}:password::` },
          { name: 'THREE', valueFrom: arn('ssm', 'parameter/article/token') },
          { name: 'FOUR', valueFrom: '/aws/reference/secretsmanager/database' },
        ],
      },
      { executionRole: 'secrets' },
    );
    expect(ended).toMatchObject({
      exitCode: 0,
      lines: ['of ssm of sm of ssm {"password":"of sm"}'],
    });
  });

  const ending = async (role: string, valueFrom: string, taskRole?: string) => {
    const container = { command: print, secrets: [{ name: 'ONE', valueFrom }] };
    const options = { executionRole: role, ...(taskRole === undefined ? {} : { taskRole }) };
    return await article.run(container, options);
  };

  test('D20 D21 the policy as written allows neither', async () => {
    const inline = policy('secrets-as-written.json', values());
    await article.role('secrets-as-written', { managed: true, inline });
    const parameter = await ending('secrets-as-written', '/article/token');
    const parameterArn = arn('ssm', 'parameter/article/token');
    expect(parameter.stoppedReason).toBe(
      `${retrieval}unable to retrieve secrets from ssm: service call has been retried 1 time(s): operation error SSM: GetParameters, https response error StatusCode: 400, RequestID: ID, ${denied('secrets-as-written', 'ssm:GetParameters', parameterArn)}`,
    );
    const named = await ending('secrets-as-written', database);
    expect(named.stoppedReason).toBe(
      `${retrieval}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${database} from secrets manager: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, RequestID: ID, ${denied('secrets-as-written', 'secretsmanager:GetSecretValue', database)}`,
    );
  });

  test('the key of AWS needs no kms:Decrypt, a key of one’s own does', async () => {
    const managed = await secret('aws-key', 'hush');
    const inline = policyOf(allow(['ssm:GetParameters', 'secretsmanager:GetSecretValue']));
    await article.role('no-decrypt', { managed: true, inline });
    expect(await ending('no-decrypt', managed)).toMatchObject({ exitCode: 0, lines: ['hush   '] });
    expect(await ending('no-decrypt', '/article/token')).toMatchObject({ exitCode: 0 });
    expect((await ending('no-decrypt', database)).stoppedReason).toMatch(
      /unable to retrieve secret from asm: .* AccessDeniedException: Access to KMS is not allowed$/,
    );
    const own = { Name: '/own-key', Value: 'v', Type: 'SecureString', KeyId: keyArn } as const;
    await article.ssm.send(new PutParameterCommand(own));
    const { stoppedReason } = await ending('no-decrypt', '/own-key');
    expect(stoppedReason).toContain('unable to retrieve secrets from ssm');
    expect(stoppedReason).toContain('kms:Decrypt');
  });

  test('what the task role may read helps nothing: the execution role is named', async () => {
    const inline = policyOf(allow('ssm:GetParameters'));
    await article.role('reader', { inline });
    await article.role('execution', { managed: true });
    const { stopCode, stoppedReason } = await ending('execution', '/article/token', 'reader');
    expect(stopCode).toBe('TaskFailedToStart');
    expect(stoppedReason).toContain(`${user('execution')}ssm:GetParameters`);
    expect(stoppedReason).not.toContain('reader');
  });
});

describe('004-8 awslogs', () => {
  test('D22 creates the group only with logs:CreateLogGroup, which the policy lacks', async () => {
    await article.role('logs', { managed: true });
    const container = {
      command: ['echo', 'written'],
      logConfiguration: logged('/ecs/new', { 'awslogs-create-group': 'true' }),
    };
    const refused = await article.run(container, { executionRole: 'logs' });
    const group = arn('logs', 'log-group:/ecs/new:log-stream:');
    expect(refused.stoppedReason).toBe(
      `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log group: AccessDeniedException: ${user('logs')}logs:CreateLogGroup on resource: ${group} because no identity-based policy allows the logs:CreateLogGroup action status code: 400, request id: ID : exit status 1`,
    );
    await article.putPolicy('logs', policy('create-log-group.json'));
    const { taskId, exitCode } = await article.run(container, { executionRole: 'logs' });
    expect(exitCode).toBe(0);
    expect(await article.lines('/ecs/new', `article/main/${taskId}`)).toEqual(['written']);
  });

  test('a stream in a group that is there, and a group that is not', async () => {
    await article.role('streams', { managed: true });
    const container = { command: ['echo', 'here'] };
    expect((await article.run(container, { executionRole: 'streams' })).lines).toEqual(['here']);
    const { stoppedReason } = await article.run(
      { ...container, logConfiguration: logged('/ecs/absent') },
      { executionRole: 'streams' },
    );
    expect(stoppedReason).toContain(
      'failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.',
    );
  });
});
