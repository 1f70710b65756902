/** VPC endpoints over the wire: the private network's keys, the endpoint's policy, what it reaches. */
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestKey } from './testing/client-signature.ts';
import { account, startGateway, type TestGateway } from './testing/test-gateway.ts';

const region = 'us-east-1';
let gateway: TestGateway;
let vpcId: string;
/** Id and address of the S3 gateway endpoint and of the one of Secrets Manager. */
let s3Endpoint: { readonly id: string; readonly url: string };
let secretsEndpoint: { readonly id: string; readonly url: string };

const settings = (endpoint: string, key: TestKey = gateway.root()) => ({
  endpoint,
  region,
  forcePathStyle: true,
  maxAttempts: 1,
  credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
});

async function makeEndpoint(service: string, type: 'Gateway' | 'Interface') {
  const ec2 = new EC2Client(settings(gateway.server.endpoint));
  const { VpcEndpoint: made } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: `com.amazonaws.${region}.${service}`,
      VpcEndpointType: type,
    }),
  );
  const id = made?.VpcEndpointId ?? '';
  return { id, url: `http://${made?.DnsEntries?.at(-1)?.DnsName}` };
}

/** A user who may do that, under those conditions. */
async function user(name: string, Action: string, Condition?: object): Promise<TestKey> {
  const iam = new IAMClient(settings(gateway.server.endpoint));
  await iam.send(new CreateUserCommand({ UserName: name }));
  const Statement = { Effect: 'Allow', Action, Resource: '*', Condition };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'p', PolicyDocument }));
  const { AccessKey: made } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { id: made?.AccessKeyId ?? '', secret: made?.SecretAccessKey ?? '' };
}

async function outcome(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => 'allowed',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

const read = (endpoint: string, key?: TestKey) =>
  new S3Client(settings(endpoint, key)).send(
    new GetObjectCommand({ Bucket: 'private-bucket', Key: 'k' }),
  );

async function putEndpointPolicy(statements: object): Promise<void> {
  const ec2 = new EC2Client(settings(gateway.server.endpoint));
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: s3Endpoint.id, PolicyDocument }));
}

const everything = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };

beforeAll(async () => {
  gateway = await startGateway();
  const ec2 = new EC2Client(settings(gateway.server.endpoint));
  const { Vpcs: vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  vpcId = vpcs?.[0]?.VpcId ?? '';
  const EnableDnsHostnames = { Value: true };
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames }));
  s3Endpoint = await makeEndpoint('s3', 'Gateway');
  secretsEndpoint = await makeEndpoint('secretsmanager', 'Interface');
  const s3 = new S3Client(settings(gateway.server.endpoint));
  await s3.send(new CreateBucketCommand({ Bucket: 'private-bucket' }));
  await s3.send(new PutObjectCommand({ Bucket: 'private-bucket', Key: 'k', Body: 'x' }));
});

afterAll(async () => {
  await gateway.stop();
});

test('004-7: a bucket policy with aws:SourceVpce lets in through the endpoint only', async () => {
  const s3 = new S3Client(settings(gateway.server.endpoint));
  const key = await user('reader', 's3:GetObject');
  const Statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::private-bucket/*',
    Condition: { StringNotEquals: { 'aws:SourceVpce': s3Endpoint.id } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'private-bucket', Policy }));
  expect(await outcome(read(s3Endpoint.url, key))).toBe('allowed');
  expect(await outcome(read(gateway.server.endpoint, key))).toContain(
    'with an explicit deny in a resource-based policy',
  );
  const empty = JSON.stringify({
    Version: '2012-10-17',
    Statement: { ...Statement, Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-0' } } },
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'private-bucket', Policy: empty }));
});

describe('the keys of the private network, allowed and refused', () => {
  const first = '172.31.255.254';
  test.each<[string, string, object, object]>([
    ['aws:SourceVpce', 'StringEquals', {}, { 'aws:SourceVpce': 'vpce-0123456789abcdef0' }],
    ['aws:SourceVpc', 'StringEquals', {}, { 'aws:SourceVpc': 'vpc-0123456789abcdef0' }],
    [
      'aws:VpcSourceIp',
      'IpAddress',
      { 'aws:VpcSourceIp': '172.31.0.0/16' },
      { 'aws:VpcSourceIp': '10.0.0.0/8' },
    ],
    [
      'aws:VpcSourceIp exactly',
      'IpAddress',
      { 'aws:VpcSourceIp': first },
      { 'aws:VpcSourceIp': '172.31.0.4' },
    ],
    [
      'aws:VpceAccount',
      'StringEquals',
      { 'aws:VpceAccount': account },
      { 'aws:VpceAccount': '210987654321' },
    ],
    ['aws:SourceVpcArn', 'ArnEquals', {}, { 'aws:SourceVpcArn': 'arn:aws:ec2:*:*:vpc/vpc-0' }],
    ['aws:SourceIp', 'Null', { 'aws:SourceIp': 'true' }, { 'aws:SourceIp': 'false' }],
  ])('%s', async (name, operator, right, wrong) => {
    const values = {
      'aws:SourceVpce': s3Endpoint.id,
      'aws:SourceVpc': vpcId,
      'aws:SourceVpcArn': `arn:aws:ec2:${region}:${account}:vpc/${vpcId}`,
    };
    const known = Reflect.get(values, name) as string | undefined;
    const id = name.replace(/[^A-Za-z]/g, '');
    const matching = known === undefined ? right : { [name]: known };
    const allowed = await user(`${id}-right`, 's3:*', { [operator]: matching });
    const refused = await user(`${id}-wrong`, 's3:*', { [operator]: wrong });
    expect(await outcome(read(s3Endpoint.url, allowed))).toBe('allowed');
    expect(await outcome(read(s3Endpoint.url, refused))).toContain('AccessDenied');
    // None of them can be had, or lost, at the public endpoint.
    expect(await outcome(read(gateway.server.endpoint, allowed))).toContain('AccessDenied');
  });

  test('services that do not tell the account leave its key out', async () => {
    const secrets = new SecretsManagerClient(settings(gateway.server.endpoint));
    await secrets.send(new CreateSecretCommand({ Name: 'plain', SecretString: 's' }));
    const get = new GetSecretValueCommand({ SecretId: 'plain' });
    const ask = async (name: string, condition: object) =>
      await outcome(
        new SecretsManagerClient(
          settings(secretsEndpoint.url, await user(name, 'secretsmanager:*', condition)),
        ).send(get),
      );
    expect(await ask('with-account', { Null: { 'aws:VpceAccount': 'false' } })).toContain(
      'AccessDeniedException',
    );
    const vpce = { 'aws:SourceVpce': secretsEndpoint.id };
    expect(await ask('with-endpoint', { StringEquals: vpce })).toBe('allowed');
  });
});

describe('the endpoint policy', () => {
  test('is one more policy that must allow, in AWS’s words', async () => {
    const key = await user('limited', 's3:*');
    await putEndpointPolicy({ ...everything, Resource: 'arn:aws:s3:::other-bucket/*' });
    const text = await outcome(read(s3Endpoint.url, key));
    expect(text).toBe(
      `AccessDenied: User: arn:aws:iam::${account}:user/limited is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::private-bucket/k" because no VPC endpoint policy allows the s3:GetObject action`,
    );
    expect(await outcome(read(gateway.server.endpoint, key))).toBe('allowed');
    // Root is bound by it as everybody is (rule E10).
    expect(await outcome(read(s3Endpoint.url))).toContain('because no VPC endpoint policy allows');
    await putEndpointPolicy([everything, { ...everything, Effect: 'Deny', Action: 's3:Get*' }]);
    expect(await outcome(read(s3Endpoint.url, key))).toContain(
      'with an explicit deny in a VPC endpoint policy',
    );
    await putEndpointPolicy(everything);
    expect(await outcome(read(s3Endpoint.url, key))).toBe('allowed');
  });

  test('may name principals', async () => {
    const key = await user('named', 's3:*');
    const AWS = `arn:aws:iam::${account}:user/named`;
    await putEndpointPolicy({ ...everything, Principal: { AWS } });
    expect(await outcome(read(s3Endpoint.url, key))).toBe('allowed');
    expect(await outcome(read(s3Endpoint.url, await user('unnamed', 's3:*')))).toContain(
      'because no VPC endpoint policy allows',
    );
    await putEndpointPolicy(everything);
  });
});

test('an endpoint answers for its own service, and for nothing else', async () => {
  const secrets = new SecretsManagerClient(settings(s3Endpoint.url));
  const get = new GetSecretValueCommand({ SecretId: 'plain' });
  expect(await outcome(secrets.send(get))).toContain('MisdirectedRequest');
  const s3 = new S3Client(settings(secretsEndpoint.url));
  expect(await outcome(s3.send(new ListBucketsCommand({})))).toContain('MisdirectedRequest');
  const sts = new STSClient(settings(secretsEndpoint.url));
  expect(await outcome(sts.send(new GetCallerIdentityCommand({})))).not.toBe('allowed');
  const answer = await fetch(`${s3Endpoint.url}/_sekisho/ready`);
  expect(answer.status).not.toBe(200);
});

test('T: no header makes a request a private one', async () => {
  const key = await user('claims', 's3:*', { StringEquals: { 'aws:SourceVpce': s3Endpoint.id } });
  const client = new S3Client(settings(gateway.server.endpoint, key));
  client.middlewareStack.add(
    (next) => async (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers['x-amz-source-vpce'] = s3Endpoint.id;
      headers['aws:SourceVpce'] = s3Endpoint.id;
      headers['x-forwarded-for'] = '172.31.0.4';
      return await next(args);
    },
    { step: 'build' },
  );
  const get = new GetObjectCommand({ Bucket: 'private-bucket', Key: 'k' });
  expect(await outcome(client.send(get))).not.toBe('allowed');
});

test('a workload has a port of its own, which tells its address', async () => {
  const { vpcEndpoints } = gateway.server.runtime;
  const call = { account, region, vpcId, service: 'secretsmanager', sourceIp: '172.31.7.7' };
  const access = await vpcEndpoints?.access(call);
  expect(access).toMatchObject({ vpcEndpointId: secretsEndpoint.id });
  const here = { IpAddress: { 'aws:VpcSourceIp': '172.31.7.7/32' } };
  const key = await user('workload', 'secretsmanager:*', here);
  const get = new GetSecretValueCommand({ SecretId: 'plain' });
  const ask = (url = '') => outcome(new SecretsManagerClient(settings(url, key)).send(get));
  expect(await ask(access?.url)).toBe('allowed');
  expect(await ask(secretsEndpoint.url)).toContain('AccessDenied');
  await access?.close();
  expect(await ask(access?.url)).not.toBe('allowed');
  // No gateway endpoint stands in a route table, and none is for KMS.
  expect(await vpcEndpoints?.access({ ...call, service: 'kms' })).toBeUndefined();
  expect(await vpcEndpoints?.access({ ...call, service: 's3' })).toBeUndefined();
});

test('what a service asks in the caller’s name does not come over the caller’s network', async () => {
  const kms = new KMSClient(settings(gateway.server.endpoint));
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*' },
    {
      Effect: 'Deny',
      Principal: { AWS: `arn:aws:iam::${account}:user/forwards` },
      Action: 'kms:Decrypt',
      Condition: { Null: { 'aws:SourceVpce': 'false' } },
    },
  ].map((statement) => ({ ...statement, Resource: '*' }));
  const key = await user('forwards', '*');
  const { KeyMetadata: metadata } = await kms.send(
    new CreateKeyCommand({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );
  const secrets = new SecretsManagerClient(settings(gateway.server.endpoint));
  const KmsKeyId = metadata?.Arn ?? '';
  await secrets.send(new CreateSecretCommand({ Name: 'own-key', SecretString: 's', KmsKeyId }));
  const inside = new SecretsManagerClient(settings(secretsEndpoint.url, key));
  const get = new GetSecretValueCommand({ SecretId: 'own-key' });
  expect(await outcome(inside.send(get))).toBe('allowed');
});

test('the log tells the endpoint, and the port closes with it', async () => {
  const lines = await readFile(`${gateway.folder}/events.jsonl`, 'utf8');
  const events = lines.split('\n').filter((line) => line.includes('"vpcEndpointId"'));
  expect(JSON.parse(events[0] ?? '{}')).toMatchObject({
    vpcEndpointId: s3Endpoint.id,
    vpcEndpointAccountId: account,
    sourceIPAddress: '172.31.255.254',
  });
  const extra = await makeEndpoint('logs', 'Interface');
  const ec2 = new EC2Client(settings(gateway.server.endpoint));
  const port = Number(new URL(extra.url).port);
  await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [extra.id] }));
  await expect.poll(() => isOpen(port)).toBe(false);
});

async function isOpen(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
