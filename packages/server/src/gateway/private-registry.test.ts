/** 004-7, D23: pulls through VPC endpoints, as the execution role's policy of article 004 has it. */
import {
  CreateVpcEndpointCommand,
  DescribeVpcsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestKey } from './testing/client-signature.ts';
import { account, startGateway, type TestGateway } from './testing/test-gateway.ts';

const region = 'us-east-1';
const repositoryName = 'app';
let gateway: TestGateway;
let vpcId: string;
let api: Endpoint;
let registry: Endpoint;

interface Endpoint {
  readonly id: string;
  readonly url: string;
}

function settings(endpoint: string, key: TestKey = gateway.root()) {
  const credentials = { accessKeyId: key.id, secretAccessKey: key.secret };
  return { endpoint, region, maxAttempts: 1, credentials };
}

async function makeEndpoint(ec2: EC2Client, service: string): Promise<Endpoint> {
  const { VpcEndpoint: made } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: `com.amazonaws.${region}.${service}`,
      VpcEndpointType: 'Interface',
    }),
  );
  const { DnsName: address } = made?.DnsEntries?.at(-1) ?? {};
  return { id: made?.VpcEndpointId ?? '', url: `http://${address}` };
}

/** The policy of the article: everything of ECR bound to the endpoint and to the VPC. */
async function puller(name: string, tokenCondition: object, pullCondition: object) {
  const statement = (Action: string | readonly string[], StringEquals: object) => ({
    Effect: 'Allow',
    Action,
    Resource: '*',
    ...(Object.keys(StringEquals).length === 0 ? {} : { Condition: { StringEquals } }),
  });
  const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer'];
  const Statement = [
    statement('ecr:GetAuthorizationToken', tokenCondition),
    statement([...pull, 'ecr:BatchGetImage'], pullCondition),
  ];
  const iam = new IAMClient(settings(gateway.server.endpoint));
  await iam.send(new CreateUserCommand({ UserName: name }));
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'p', PolicyDocument }));
  const { AccessKey: made } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { id: made?.AccessKeyId ?? '', secret: made?.SecretAccessKey ?? '' };
}

async function tokenFrom(url: string, key: TestKey): Promise<string> {
  const ecr = new ECRClient(settings(url, key));
  const { authorizationData: data } = await ecr.send(new GetAuthorizationTokenCommand({}));
  return data?.[0]?.authorizationToken ?? '';
}

async function manifestFrom(url: string, token: string): Promise<string> {
  const path = `/v2/${account}.dkr.ecr.${region}.amazonaws.com/${repositoryName}/manifests/latest`;
  const answer = await fetch(`${url}${path}`, {
    headers: {
      authorization: `Basic ${token}`,
      accept: 'application/vnd.oci.image.manifest.v1+json',
    },
  });
  return `${answer.status} ${await answer.text()}`;
}

const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [],
});

beforeAll(async () => {
  gateway = await startGateway();
  const ec2 = new EC2Client(settings(gateway.server.endpoint));
  const { Vpcs: vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  vpcId = vpcs?.[0]?.VpcId ?? '';
  api = await makeEndpoint(ec2, 'ecr.api');
  registry = await makeEndpoint(ec2, 'ecr.dkr');
  const ecr = new ECRClient(settings(gateway.server.endpoint));
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  await ecr.send(
    new PutImageCommand({
      repositoryName,
      imageManifest: manifest,
      imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
      imageTag: 'latest',
    }),
  );
});

afterAll(async () => {
  await gateway.stop();
});

describe('004-7', () => {
  test('the pull goes through the endpoint, its token came from outside', async () => {
    const network = { 'aws:sourceVpce': registry.id, 'aws:sourceVpc': vpcId };
    const key = await puller('article', {}, network);
    const token = await tokenFrom(gateway.server.endpoint, key);
    expect(await manifestFrom(registry.url, token)).toBe(`200 ${manifest}`);
    const outside = await manifestFrom(gateway.server.endpoint, token);
    expect(outside).toMatch(/^403 /);
    expect(outside).toContain('ecr:BatchGetImage');
    // The API's endpoint is another one: D23, both keys must hold.
    const image = { repositoryName, imageIds: [{ imageTag: 'latest' }] };
    await expect(
      new ECRClient(settings(api.url, key)).send(new BatchGetImageCommand(image)),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('the same condition on GetAuthorizationToken refuses Fargate’s own network', async () => {
    const key = await puller('bound', { 'aws:sourceVpce': api.id }, {});
    await expect(tokenFrom(gateway.server.endpoint, key)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::${account}:user/bound is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
    });
    expect(await tokenFrom(api.url, key)).not.toBe('');
  });

  test('D23: the endpoint of one VPC with the id of another allows nothing', async () => {
    const both = { 'aws:sourceVpce': registry.id, 'aws:sourceVpc': 'vpc-0123456789abcdef0' };
    const key = await puller('parted', {}, both);
    const token = await tokenFrom(gateway.server.endpoint, key);
    expect(await manifestFrom(registry.url, token)).toMatch(/^403 /);
  });

  test('the endpoint’s policy binds the registry, and each endpoint serves its own part', async () => {
    const key = await puller('free', {}, {});
    const token = await tokenFrom(gateway.server.endpoint, key);
    expect(await manifestFrom(registry.url, token)).toMatch(/^200 /);
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: 'ecr:GetDownloadUrlForLayer', Resource: '*' },
      ],
    });
    const ec2 = new EC2Client(settings(gateway.server.endpoint));
    const VpcEndpointId = registry.id;
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, PolicyDocument }));
    const refused = await manifestFrom(registry.url, token);
    expect(refused).toMatch(/^403 /);
    expect(refused).toContain('because no VPC endpoint policy allows the ecr:BatchGetImage action');
    await ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, ResetPolicy: true }));
    expect(await manifestFrom(registry.url, token)).toMatch(/^200 /);
    expect(await manifestFrom(api.url, token)).toMatch(/^421 /);
    await expect(tokenFrom(registry.url, key)).rejects.toThrow();
  });
});
