/** ECR's registry with real clients: the AWS CLI logs in, skopeo pushes and pulls (row 000-9, D3). */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRepositoryCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AwsCli,
  aws,
  type ClientOptions,
  type ClientResult,
  cleanEnvironment,
  findAwsClis,
  hasProgram,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';
import { type OciImage, writeImage } from './oci-image.harness.ts';

const account = '123456789012';
const region = 'us-west-2';
const repository = 'my-app';
const clis = hasProgram('skopeo') ? findAwsClis().slice(0, 1) : [];

/** Article 000 §6: the inline policy of the role that the GitHub job assumes, as far as ECR goes. */
const deployPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'ECRAuth',
      Effect: 'Allow',
      Action: ['ecr:GetAuthorizationToken'],
      Resource: '*',
    },
    {
      Sid: 'ECRPushPullRepoScoped',
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
      Resource: `arn:aws:ecr:${region}:${account}:repository/${repository}`,
    },
    {
      Sid: 'ECRCreateRepoOptional',
      Effect: 'Allow',
      Action: ['ecr:CreateRepository'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': region } },
    },
  ],
};

describe.each(clis)('000-9: skopeo and $name', (cli: AwsCli) => {
  let sekisho: Sekisho;
  let iam: IAMClient;
  let ecr: ECRClient;
  let image: OciImage;
  let deployRole: ClientOptions;

  beforeAll(async () => {
    sekisho = await startSekisho();
    const file = readFileSync(sekisho.credentialsFile, 'utf8');
    const credentials = {
      accessKeyId: /aws_access_key_id = (\S+)/.exec(file)?.[1] ?? '',
      secretAccessKey: /aws_secret_access_key = (\S+)/.exec(file)?.[1] ?? '',
    };
    const common = { endpoint: sekisho.endpoint, region, credentials };
    iam = new IAMClient(common);
    ecr = new ECRClient(common);
    for (const repositoryName of [repository, 'other-app']) {
      await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    }
    deployRole = await assumeDeployRole(common);
    image = writeImage(join(sekisho.folder, 'image'), [
      [{ name: 'base.txt', content: 'the base' }],
      [{ name: 'large.bin', content: randomBytes(7 * 1024 * 1024) }],
      [{ name: 'app.txt', content: 'the app' }],
    ]);
  });
  afterAll(async () => {
    await sekisho.stop();
  });

  /** As the GitHub job does, but with a user's key instead of a token of GitHub. */
  async function assumeDeployRole(
    common: ConstructorParameters<typeof STSClient>[0],
  ): Promise<ClientOptions> {
    const UserName = 'job';
    const RoleName = 'github-deploy';
    const statement = { Action: 'sts:AssumeRole', Effect: 'Allow' };
    const document = (more: object): string =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...more }] });
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = document({ Resource: '*' });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
    const AssumeRolePolicyDocument = document({ Principal: { AWS: account } });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: 'deploy',
        PolicyDocument: JSON.stringify(deployPolicy),
      }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const sts = new STSClient({
      ...common,
      credentials: {
        accessKeyId: AccessKey?.AccessKeyId ?? '',
        secretAccessKey: AccessKey?.SecretAccessKey ?? '',
      },
    });
    const RoleArn = `arn:aws:iam::${account}:role/${RoleName}`;
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'GitHubActions' }),
    );
    return {
      credentials: {
        id: Credentials?.AccessKeyId ?? '',
        secret: Credentials?.SecretAccessKey ?? '',
        token: Credentials?.SessionToken ?? '',
      },
    };
  }

  const logIn = (options: ClientOptions = {}): string => {
    const words = ['ecr', 'get-login-password', '--region', region];
    const { stdout, stderr } = aws(cli, sekisho, words, options);
    expect(stderr).toBe('');
    return stdout.trim();
  };

  const skopeo = (...args: readonly string[]): ClientResult =>
    runClient('skopeo', args, { env: cleanEnvironment(), folder: sekisho.folder });
  const at = (name: string): string => `docker://${new URL(sekisho.endpoint).host}/${name}`;
  const push = (name: string, password: string): ClientResult =>
    skopeo(
      'copy',
      '--dest-tls-verify=false',
      `--dest-creds=AWS:${password}`,
      `oci:${image.folder}:latest`,
      at(name),
    );
  const pull = (name: string, folder: string, password: string): ClientResult =>
    skopeo(
      'copy',
      '--src-tls-verify=false',
      `--src-creds=AWS:${password}`,
      at(name),
      `oci:${join(sekisho.folder, folder)}:latest`,
    );
  const bytes = (folder: string, digest: string): Buffer =>
    readFileSync(join(sekisho.folder, folder, 'blobs', 'sha256', digest.slice('sha256:'.length)));

  test('the deploy role pushes to its repository; every layer comes back as it was', async () => {
    const password = logIn(deployRole);
    expect(password).not.toContain(':');
    expect(push(`${repository}:v1`, password)).toMatchObject({ code: 0 });
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: repository }),
    );
    expect(imageDetails).toMatchObject([{ imageDigest: image.digest, imageTags: ['v1'] }]);
    const root = logIn();
    expect(pull(`${repository}:v1`, 'back', root)).toMatchObject({ code: 0 });
    expect(pull(`${repository}@${image.digest}`, 'by-digest', root)).toMatchObject({ code: 0 });
    for (const digest of [image.digest, ...image.layers]) {
      expect(bytes('back', digest).equals(bytes('image', digest))).toBe(true);
    }
    const inspected = skopeo(
      'inspect',
      '--tls-verify=false',
      `--creds=AWS:${root}`,
      at(`${repository}:v1`),
    );
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      Digest: image.digest,
      RepoTags: ['v1'],
      Layers: image.layers,
    });
  });

  test('under the registry’s own name in the path it is the same image', () => {
    const name = `${account}.dkr.ecr.${region}.amazonaws.com/${repository}:v1`;
    expect(pull(name, 'by-name', logIn())).toMatchObject({ code: 0 });
    expect(bytes('by-name', image.digest).equals(bytes('image', image.digest))).toBe(true);
  });

  /** The last refusal in the event log, in AWS's words; a refusal is answered before it is there. */
  const lastRefusal = (): string => {
    const lines = readFileSync(join(sekisho.dataFolder, 'events.jsonl'), 'utf8').trim().split('\n');
    const refused = lines.filter((line) => line.includes('"httpStatus":403')).at(-1) ?? '{}';
    return String((JSON.parse(refused) as { errorMessage?: string }).errorMessage);
  };
  const role = `arn:aws:sts::${account}:assumed-role/github-deploy/GitHubActions`;
  const denial = (action: string, name: string): string =>
    `User: ${role} is not authorized to perform: ${action} on resource: ` +
    `arn:aws:ecr:${region}:${account}:repository/${name} because no identity-based policy ` +
    `allows the ${action} action`;

  test('another repository refuses it, naming ecr:InitiateLayerUpload', async () => {
    const password = logIn(deployRole);
    // skopeo asks for each layer first, docker does not.
    const asked = push('other-app:v1', password);
    expect(asked.stderr).toContain('403 (Forbidden)');
    await expect.poll(lastRefusal).toBe(denial('ecr:BatchCheckLayerAvailability', 'other-app'));
    const mayAsk = {
      RoleName: 'github-deploy',
      PolicyName: 'ask',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ecr:BatchCheckLayerAvailability', Resource: '*' }],
      }),
    };
    await iam.send(new PutRolePolicyCommand(mayAsk));
    const refused = push('other-app:v1', password);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(`denied: ${denial('ecr:InitiateLayerUpload', 'other-app')}`);
    await iam.send(new DeleteRolePolicyCommand(mayAsk));
  });

  test('D3, D5: with this policy alone nothing is pulled; PowerUser hides it', async () => {
    const password = logIn(deployRole);
    const refused = pull(`${repository}:v1`, 'refused', password);
    expect(refused.stderr).toContain('invalid status code from registry 403 (Forbidden)');
    await expect.poll(lastRefusal).toBe(denial('ecr:GetDownloadUrlForLayer', repository));
    const powerUser = {
      RoleName: 'github-deploy',
      PolicyArn: 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser',
    };
    await iam.send(new AttachRolePolicyCommand(powerUser));
    expect(pull(`${repository}:v1`, 'allowed', password)).toMatchObject({ code: 0 });
    await iam.send(new DetachRolePolicyCommand(powerUser));
  });

  test('a repository that does not exist is told as AWS does', () => {
    const { stderr } = push('absent:v1', logIn());
    expect(stderr).toContain(
      `name unknown: The repository with name 'absent' does not exist in the registry with id '${account}'`,
    );
  });

  test('a password of nobody, and one of a role that is gone, open nothing', async () => {
    expect(push(`${repository}:v2`, 'guessed').stderr).toContain('400 (Bad Request)');
    const password = logIn(deployRole);
    const RoleName = 'github-deploy';
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'deploy' }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    expect(push(`${repository}:v2`, password).stderr).toContain('403 (Forbidden)');
  });
});
