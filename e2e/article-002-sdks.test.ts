/** Article 002 with boto3 and with the SDK for JavaScript. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  clientEnvironment,
  hasProgram,
  root,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

const account = '123456789012';
const example = (name: string): string => readFileSync(join(root, 'examples', '002', name), 'utf8');
const hasBoto3 = hasProgram('python3') && importsBoto3();

function importsBoto3(): boolean {
  const found = runClient('python3', ['-c', 'import boto3'], { env: process.env }).code === 0;
  if (!found) console.warn('skipped: no boto3 on this machine');
  return found;
}

describe.skipIf(!hasBoto3)('article 002 with boto3', () => {
  let sekisho: Sekisho;
  let out: Record<string, unknown> = {};

  beforeAll(async () => {
    sekisho = await startSekisho();
    const script = join(root, 'e2e', 'article-002-boto3.py');
    const result = runClient('python3', [script, join(root, 'examples', '002')], {
      env: clientEnvironment(sekisho),
    });
    expect(result.stderr).toBe('');
    out = JSON.parse(result.stdout);
  });
  afterAll(async () => {
    await sekisho.stop();
  });

  test('002-1 … 002-8 policies, role, attachments, profile', () => {
    expect(out).toMatchObject({
      'S3-Wordpress-ut': `arn:aws:iam::${account}:policy/S3-Wordpress-ut`,
      role: JSON.parse(example('trustpolicy.json')),
      attached: ['CloudWatch-Wordpress-ut', 'S3-Wordpress-ut'],
      profileRoles: [],
    });
  });

  test('002-9 … 002-11 objects with Japanese keys, and a presigned URL (SigV2 query) that works', async () => {
    expect(out).toMatchObject({
      object: 'こんにちは',
      listed: ['日本語/テスト.txt'],
      missing: ['NoSuchKey', 404, 'The specified key does not exist.'],
    });
    const url = String(out['presigned']);
    expect(url).toContain('AWSAccessKeyId=');
    expect(await (await fetch(url)).text()).toBe('こんにちは');
    const forged = await fetch(url.replace('Signature=', 'Signature=A'));
    expect(forged.status).toBe(403);
    expect(await forged.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  test('002-10 run_instances, and an unknown profile', () => {
    expect(out).toMatchObject({
      instanceProfile: `arn:aws:iam::${account}:instance-profile/umemoto-wordpress-profile`,
      unknownProfile: [
        'InvalidParameterValue',
        400,
        'Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
      ],
    });
  });

  test('002-12 metrics', () => {
    expect(out['metrics']).toEqual(['MemoryUsed']);
  });

  test('a user without policies is refused in each service in AWS’s words', () => {
    const user = `arn:aws:iam::${account}:user/umemoto`;
    const because = (action: string): string =>
      `because no identity-based policy allows the ${action} action`;
    expect(out).toMatchObject({
      userArn: user,
      userList: [
        'AccessDenied',
        403,
        `User: ${user} is not authorized to perform: s3:ListAllMyBuckets ${because('s3:ListAllMyBuckets')}`,
      ],
      userCreateUser: [
        'AccessDenied',
        403,
        // IAM's refusals end in their authorization id.
        expect.stringContaining(
          `User: ${user} is not authorized to perform: iam:CreateUser on resource: ` +
            `arn:aws:iam::${account}:user/other ${because('iam:CreateUser')}. Go to https://`,
        ),
      ],
      userPut: [
        'AccessDenied',
        403,
        `User: ${user} is not authorized to perform: s3:PutObject on resource: ` +
          `"arn:aws:s3:::ut-wordpress-s3/x" ${because('s3:PutObject')}`,
      ],
    });
  });
});

describe('article 002 with the SDK for JavaScript', () => {
  let sekisho: Sekisho;
  let credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  const common = () => ({
    endpoint: sekisho.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });

  beforeAll(async () => {
    sekisho = await startSekisho();
    const file = readFileSync(sekisho.credentialsFile, 'utf8');
    credentials = {
      accessKeyId: /aws_access_key_id = (\S+)/.exec(file)?.[1] ?? '',
      secretAccessKey: /aws_secret_access_key = (\S+)/.exec(file)?.[1] ?? '',
    };
  });
  afterAll(async () => {
    await sekisho.stop();
  });

  test('002-1 … 002-8 policies, role, attachments, profile; DeleteConflict', async () => {
    const iam = new IAMClient(common());
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'S3', PolicyDocument: example('s3policy.json') }),
    );
    expect(Policy?.CreateDate).toBeInstanceOf(Date);
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'web',
        AssumeRolePolicyDocument: example('trustpolicy.json'),
      }),
    );
    const PolicyArn = Policy?.Arn;
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'web', PolicyArn }));
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'WEB' }));
    expect(attached.AttachedPolicies).toEqual([{ PolicyName: 'S3', PolicyArn }]);
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'web' }));
    const pair = { InstanceProfileName: 'web', RoleName: 'web' };
    await iam.send(new AddRoleToInstanceProfileCommand(pair));
    const { InstanceProfile } = await iam.send(
      new GetInstanceProfileCommand({ InstanceProfileName: 'web' }),
    );
    expect(InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)).toEqual(['web']);
    const deletion = iam.send(new DeleteRoleCommand({ RoleName: 'web' }));
    await expect(deletion).rejects.toMatchObject({ name: 'DeleteConflictException' });
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'web', PolicyArn }));
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'web' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must remove roles from instance profile first.',
    });
  });

  test('002-9 … 002-11 objects, streams, deletes; 002-10 the instance; 002-12 metrics', async () => {
    const s3 = new S3Client(common());
    const Bucket = 'ut-wordpress-s3';
    await s3.send(new CreateBucketCommand({ Bucket }));
    const body = Buffer.alloc(300_000, 'sekisho ');
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'a/b c+d.txt', Body: body }));
    expect(put.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/b c+d.txt' }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    expect(listed.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    const deleted = await s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'a/b c+d.txt' }, { Key: 'none' }] },
      }),
    );
    expect(deleted.Deleted?.map(({ Key }) => Key)).toEqual(['a/b c+d.txt', 'none']);
    const { Instances } = await new EC2Client(common()).send(
      new RunInstancesCommand({
        ImageId: 'ami-0cbec04a61be382d9',
        InstanceType: 't2.micro',
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: { Name: 'web' },
      }),
    );
    expect(Instances?.[0]?.IamInstanceProfile?.Arn).toBe(
      `arn:aws:iam::${account}:instance-profile/web`,
    );
    await new CloudWatchClient(common()).send(
      new PutMetricDataCommand({ Namespace: 'N', MetricData: [{ MetricName: 'M', Value: 1 }] }),
    );
  });

  test('001-2 root may not assume a role; who it is, is told', async () => {
    const sts = new STSClient(common());
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: account,
      Arn: `arn:aws:iam::${account}:root`,
      UserId: account,
    });
    const RoleArn = `arn:aws:iam::${account}:role/web`;
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Roles may not be assumed by root accounts.',
    });
  });
});
