/** ECR with AWS's own SDK client over the wire: article 000's deploy role, and registry passwords. */
import { createHash } from 'node:crypto';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  type ECRServiceException,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  ListImageReferrersCommand,
  ListImagesCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAuthorizationToken } from '../services/ecr/authorization-token.ts';
import { signInHeader } from './testing/client-signature.ts';
import { account, startGateway, type TestGateway } from './testing/test-gateway.ts';

const region = 'us-west-2';
let gateway: TestGateway;
let deployer: Credentials;

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

function settings(credentials: Credentials = rootCredentials(), inRegion = region) {
  return { endpoint: gateway.server.endpoint, region: inRegion, credentials, maxAttempts: 1 };
}

function rootCredentials(): Credentials {
  const { id, secret } = gateway.root();
  return { accessKeyId: id, secretAccessKey: secret };
}

const arn = (name: string) => `arn:aws:ecr:${region}:${account}:repository/${name}`;

/** The two statements about ECR of the article's inline policy, and the one about creation. */
const articlePolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:CompleteLayerUpload',
        'ecr:UploadLayerPart',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:BatchGetImage',
        'ecr:DescribeRepositories',
        'ecr:ListImages',
      ],
      Resource: arn('app'),
    },
    {
      Effect: 'Allow',
      Action: ['ecr:CreateRepository'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': region } },
    },
  ],
});

async function makeUser(UserName: string, policy: string): Promise<Credentials> {
  const iam = new IAMClient(settings());
  await iam.send(new CreateUserCommand({ UserName }));
  const named = { UserName, PolicyName: 'p', PolicyDocument: policy };
  await iam.send(new PutUserPolicyCommand(named));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
}

/** A session of a new role that the user may assume. */
async function assume(RoleName: string, user: Credentials): Promise<Credentials> {
  const iam = new IAMClient(settings());
  const trust = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }));
  const named = { RoleName, PolicyName: 'p', PolicyDocument: articlePolicy };
  await iam.send(new PutRolePolicyCommand(named));
  const { Credentials: made } = await new STSClient(settings(user)).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account}:role/${RoleName}`,
      RoleSessionName: 'GitHubActions',
    }),
  );
  return {
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  };
}

const assuming = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
});

beforeAll(async () => {
  gateway = await startGateway();
  deployer = await assume('deploy', await makeUser('runner', assuming));
});

afterAll(async () => {
  await gateway.stop();
});

const asDeployer = () => new ECRClient(settings(deployer));
const who = `User: arn:aws:sts::${account}:assumed-role/deploy/GitHubActions`;

describe('000-10: create-repository by the article’s role', () => {
  test('works in the region that the policy names', async () => {
    const { repository } = await asDeployer().send(
      new CreateRepositoryCommand({ repositoryName: 'app' }),
    );
    const host = gateway.server.endpoint.slice('http://'.length);
    expect(repository).toMatchObject({
      repositoryArn: arn('app'),
      registryId: account,
      repositoryUri: `${host}/${account}.dkr.ecr.${region}.amazonaws.com/app`,
    });
  });

  test('is denied in another region, and told which one the policy wants', async () => {
    const elsewhere = new ECRClient(settings(deployer, 'ap-northeast-1'));
    const refused: unknown = await elsewhere
      .send(new CreateRepositoryCommand({ repositoryName: 'app' }))
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      name: 'AccessDeniedException',
      message:
        `${who} is not authorized to perform: ecr:CreateRepository on resource: ` +
        `arn:aws:ecr:ap-northeast-1:${account}:repository/app because no identity-based policy ` +
        'allows the ecr:CreateRepository action',
    });
    const { headers = {} } = (refused as ECRServiceException).$response ?? {};
    const explanation = await gateway.send(
      signInHeader(
        {
          method: 'GET',
          rawPath: `/_sekisho/decisions/${headers['x-sekisho-decision-id']}`,
          rawQuery: '',
          headers: [['host', '127.0.0.1:4566']],
          body: Buffer.alloc(0),
        },
        gateway.root(),
        { service: 'sekisho', region, now: Date.now() },
      ),
    );
    expect(explanation.body).toMatch(/aws:RequestedRegion/);
    expect(explanation.body).toMatch(/ap-northeast-1/);
    expect(explanation.body).toMatch(/us-west-2/);
  });
});

describe('000-9: the article’s role pushes and pulls with the API', () => {
  const content = Buffer.from('the only layer');
  const digestOf = (bytes: Uint8Array) =>
    `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const layerDigest = digestOf(content);
  const target = { repositoryName: 'app' };
  const described = { digest: layerDigest, size: content.length };
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { ...described, mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers: [{ ...described, mediaType: 'application/vnd.oci.image.layer.v1.tar' }],
  });

  test('a layer in parts, then the image under a tag', async () => {
    const ecr = asDeployer();
    const check = new BatchCheckLayerAvailabilityCommand({
      ...target,
      layerDigests: [layerDigest],
    });
    expect((await ecr.send(check)).layers).toMatchObject([{ layerAvailability: 'UNAVAILABLE' }]);
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand(target));
    await ecr.send(
      new UploadLayerPartCommand({
        ...target,
        uploadId,
        partFirstByte: 0,
        partLastByte: content.length - 1,
        layerPartBlob: content,
      }),
    );
    const completion = { ...target, uploadId, layerDigests: [layerDigest] };
    const completed = await ecr.send(new CompleteLayerUploadCommand(completion));
    expect(completed.layerDigest).toBe(layerDigest);
    expect((await ecr.send(check)).layers).toMatchObject([{ layerAvailability: 'AVAILABLE' }]);
    const { image } = await ecr.send(
      new PutImageCommand({ ...target, imageManifest, imageTag: 'v1.0.0' }),
    );
    expect(image?.imageId).toEqual({
      imageDigest: digestOf(Buffer.from(imageManifest)),
      imageTag: 'v1.0.0',
    });
  });

  test('the image is listed and its manifest read', async () => {
    const ecr = asDeployer();
    const { imageIds } = await ecr.send(new ListImagesCommand(target));
    expect(imageIds).toHaveLength(1);
    const got = await ecr.send(
      new BatchGetImageCommand({ ...target, imageIds: [{ imageTag: 'v1.0.0' }] }),
    );
    expect(got.images?.[0]?.imageManifest).toBe(imageManifest);
    const named = new DescribeRepositoriesCommand({ repositoryNames: ['app'] });
    expect((await ecr.send(named)).repositories).toHaveLength(1);
  });

  test('D3: its layers cannot be read with the inline policy alone', async () => {
    await expect(
      asDeployer().send(new GetDownloadUrlForLayerCommand({ ...target, layerDigest })),
    ).rejects.toMatchObject({
      message:
        `${who} is not authorized to perform: ecr:GetDownloadUrlForLayer on resource: ` +
        `${arn('app')} because no identity-based policy allows the ecr:GetDownloadUrlForLayer ` +
        'action',
    });
  });

  test('another repository is refused at the first step of the push', async () => {
    await new ECRClient(settings()).send(new CreateRepositoryCommand({ repositoryName: 'other' }));
    await expect(
      asDeployer().send(new InitiateLayerUploadCommand({ repositoryName: 'other' })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        `${who} is not authorized to perform: ecr:InitiateLayerUpload on resource: ` +
        `${arn('other')} because no identity-based policy allows the ecr:InitiateLayerUpload ` +
        'action',
    });
  });

  test('an account’s root sees sizes, times and referrers as the client expects them', async () => {
    const ecr = new ECRClient(settings());
    const { imageDetails } = await ecr.send(new DescribeImagesCommand(target));
    expect(imageDetails?.[0]).toMatchObject({ imageSizeInBytes: 14, imageTags: ['v1.0.0'] });
    expect(imageDetails?.[0]?.imagePushedAt).toBeInstanceOf(Date);
    const imageDigest = imageDetails?.[0]?.imageDigest ?? '';
    const subject = { digest: imageDigest, size: 1, mediaType: 'application/x' };
    const manifest = { ...JSON.parse(imageManifest), subject, annotations: { 'a.b': 'c' } };
    await ecr.send(new PutImageCommand({ ...target, imageManifest: JSON.stringify(manifest) }));
    const { referrers } = await ecr.send(
      new ListImageReferrersCommand({ ...target, subjectId: { imageDigest } }),
    );
    expect(referrers).toMatchObject([{ annotations: { 'a.b': 'c' }, artifactStatus: 'ACTIVE' }]);
  });
});

describe('a registry password', () => {
  const issue = async (credentials: Credentials) => {
    const { authorizationData } = await new ECRClient(settings(credentials)).send(
      new GetAuthorizationTokenCommand({}),
    );
    const [data] = authorizationData ?? [];
    const text = Buffer.from(data?.authorizationToken ?? '', 'base64').toString();
    const [user = '', password = '', ...more] = text.split(':');
    expect([user, ...more]).toEqual(['AWS']);
    expect(password).toMatch(/^[A-Za-z0-9_-]+$/);
    return { password, data };
  };
  const open = (password: string, now = Date.now()) =>
    openAuthorizationToken(password, now, gateway.server.runtime);
  const hour = 3_600_000;

  test('stands for its user in its region for twelve hours, at an address that docker reaches', async () => {
    const user = await makeUser('puller', articlePolicy);
    const { password, data } = await issue(user);
    expect(data?.proxyEndpoint).toBe(gateway.server.endpoint);
    const expiresAt = data?.expiresAt?.getTime() ?? 0;
    expect(Math.abs(expiresAt - Date.now() - 12 * hour)).toBeLessThan(60_000);
    expect(open(password)).toMatchObject({
      region,
      caller: { kind: 'user', arn: `arn:aws:iam::${account}:user/puller` },
    });
    expect(open(password, expiresAt + 1000)).toEqual({ refused: 'expired' });
  });

  test('is refused when it was changed, or is none of ours', async () => {
    const { password } = await issue(deployer);
    const other = password.startsWith('A') ? 'B' : 'A';
    for (const changed of [
      `${other}${password.slice(1)}`,
      password.slice(0, -4),
      `${password}AAAA`,
      `${password}=`,
      '',
      'x',
      deployer.sessionToken ?? '',
    ]) {
      expect(open(changed)).toEqual({ refused: 'invalid' });
    }
    expect(open(password)).toMatchObject({ caller: { kind: 'role-session' } });
  });

  test('ends with its session', async () => {
    const { password, data } = await issue(deployer);
    const expiresAt = data?.expiresAt?.getTime() ?? 0;
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + hour);
    expect(open(password, expiresAt)).toEqual({ refused: 'expired' });
  });

  test('dies with its user’s key', async () => {
    const user = await makeUser('leaver', articlePolicy);
    const { password } = await issue(user);
    const iam = new IAMClient(settings());
    const key = { UserName: 'leaver', AccessKeyId: user.accessKeyId };
    await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }));
    expect(open(password)).toEqual({ refused: 'gone' });
    await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Active' }));
    expect(open(password).refused).toBeUndefined();
    await iam.send(new DeleteAccessKeyCommand(key));
    expect(open(password)).toEqual({ refused: 'gone' });
  });

  test('dies with its role, and a new role of the same name does not revive it', async () => {
    const user = await makeUser('runner-2', assuming);
    const { password } = await issue(await assume('short', user));
    expect(open(password).refused).toBeUndefined();
    const iam = new IAMClient(settings());
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'short', PolicyName: 'p' }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'short' }));
    expect(open(password)).toEqual({ refused: 'gone' });
    await assume('short', user);
    expect(open(password)).toEqual({ refused: 'gone' });
  });

  test('of the root user stands for the root user', async () => {
    const { password } = await issue(rootCredentials());
    expect(open(password)).toMatchObject({ caller: { kind: 'root', account } });
  });
});
