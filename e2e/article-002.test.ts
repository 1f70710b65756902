/** Article 002 step by step, with every AWS CLI in reach; ids are those of the acceptance table. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  ListPoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Article,
  account,
  exampleText,
  policyArn,
  runInstances,
  words,
} from './article-002.harness.ts';
import { type AwsCli, findAwsClis, root } from './harness.ts';

const example = (name: string): string => `file://${join(root, 'examples', '002', name)}`;
/** CLI 1 prints `…Z`, CLI 2 `…+00:00`. */
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|\+00:00)$/);
const ids = {
  policy: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
  role: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
  profile: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
};
const trust = JSON.parse(exampleText('trustpolicy.json'));
const because = (action: string): string =>
  `because no identity-based policy allows the ${action} action`;

describe.each(findAwsClis())('article 002 with $name', (cli: AwsCli) => {
  let article: Article;
  let network = { subnetId: '', groupId: '' };

  beforeAll(async () => {
    article = await Article.open(cli);
    network = await article.prepareNetwork();
  });
  afterAll(async () => {
    await article.sekisho.stop();
  });

  test('002-1 create-policy for CloudWatch answers as the article prints', () => {
    const output = article.json(
      `iam create-policy --policy-name CloudWatch-Wordpress-ut
        --policy-document ${example('cloudwatchpolicy.json')}
        --tags Key=Name,Value=CloudWatch-Wordpress-ut`,
    );
    expect(output).toEqual({
      Policy: {
        PolicyName: 'CloudWatch-Wordpress-ut',
        PolicyId: ids.policy,
        Arn: policyArn('CloudWatch-Wordpress-ut'),
        Path: '/',
        DefaultVersionId: 'v1',
        AttachmentCount: 0,
        PermissionsBoundaryUsageCount: 0,
        IsAttachable: true,
        CreateDate: date,
        UpdateDate: date,
        Tags: [{ Key: 'Name', Value: 'CloudWatch-Wordpress-ut' }],
      },
    });
    const order =
      'PolicyName PolicyId Arn Path DefaultVersionId AttachmentCount PermissionsBoundaryUsageCount ' +
      'IsAttachable CreateDate UpdateDate Tags';
    expect(Object.keys((output as { Policy: object }).Policy)).toEqual(words(order));
  });

  test('002-2 create-policy for S3', () => {
    const output = article.json(
      `iam create-policy --policy-name S3-Wordpress-ut --policy-document ${example('s3policy.json')}
        --tags Key=Name,Value=S3-Wordpress-ut`,
    );
    expect(output).toMatchObject({ Policy: { Arn: policyArn('S3-Wordpress-ut') } });
  });

  test('002-1 negative: the same name again, a principal in it, 6145 characters', () => {
    const create = (name: string, document: string): readonly string[] => [
      ...words(`iam create-policy --policy-name ${name} --policy-document`),
      document,
    ];
    expect(article.refused(create('S3-Wordpress-ut', example('s3policy.json')))).toContain(
      '(EntityAlreadyExists) when calling the CreatePolicy operation: ' +
        'A policy called S3-Wordpress-ut already exists. Duplicate names are not allowed.',
    );
    expect(article.refused(create('p2', example('trustpolicy.json')))).toContain(
      '(MalformedPolicyDocument) when calling the CreatePolicy operation: ' +
        'Policy document should not specify a principal.',
    );
    const Resource = `arn:aws:s3:::${'a'.repeat(6145)}`;
    const Statement = [{ Effect: 'Allow', Action: 's3:GetObject', Resource }];
    const large = JSON.stringify({ Version: '2012-10-17', Statement });
    expect(article.refused(create('p3', large))).toContain(
      '(LimitExceeded) when calling the CreatePolicy operation: ' +
        'Cannot exceed quota for PolicySize: 6144',
    );
  });

  test('002-1 negative: a sixth version', async () => {
    const PolicyArn = policyArn('S3-Wordpress-ut');
    const PolicyDocument = exampleText('s3policy.json');
    for (let count = 2; count <= 5; count += 1) {
      await article.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }));
    }
    const sixth = words(
      `iam create-policy-version --policy-arn ${PolicyArn} --policy-document ${example('s3policy.json')}`,
    );
    expect(article.refused(sixth)).toContain(
      '(LimitExceeded) when calling the CreatePolicyVersion operation: A managed policy can have ' +
        'up to 5 versions. Before you create a new version, you must delete an existing version.',
    );
  });

  test('002-3 create-role', () => {
    const output = article.json(
      `iam create-role --role-name umemoto-wordpress-role
        --assume-role-policy-document ${example('trustpolicy.json')}
        --tags Key=Name,Value=umemoto-wordpress-role`,
    );
    expect(output).toEqual({
      Role: {
        Path: '/',
        RoleName: 'umemoto-wordpress-role',
        RoleId: ids.role,
        Arn: `arn:aws:iam::${account}:role/umemoto-wordpress-role`,
        CreateDate: date,
        AssumeRolePolicyDocument: trust,
        Tags: [{ Key: 'Name', Value: 'umemoto-wordpress-role' }],
      },
    });
    expect(Object.keys((output as { Role: object }).Role)).toEqual(
      words('Path RoleName RoleId Arn CreateDate AssumeRolePolicyDocument Tags'),
    );
  });

  test('002-3 negative: D9 a trust policy with Resource; a name of 65 characters', () => {
    const create = (name: string, document: object): readonly string[] => [
      ...words(`iam create-role --role-name ${name} --assume-role-policy-document`),
      JSON.stringify(document),
    ];
    const Statement = [{ ...trust.Statement[0], Resource: '*' }];
    expect(article.refused(create('r2', { Version: '2012-10-17', Statement }))).toContain(
      '(MalformedPolicyDocument) when calling the CreateRole operation: ' +
        'Has prohibited field Resource',
    );
    expect(article.refused(create('r'.repeat(65), trust))).toContain(
      '(ValidationError) when calling the CreateRole operation: 1 validation error detected: ' +
        "Value at 'roleName' failed to satisfy constraint: " +
        'Member must have length less than or equal to 64',
    );
  });

  test('002-4 attach-role-policy twice prints nothing', () => {
    const attach = 'iam attach-role-policy --role-name umemoto-wordpress-role --policy-arn';
    for (const name of ['CloudWatch-Wordpress-ut', 'S3-Wordpress-ut']) {
      expect(article.json(attach, policyArn(name))).toBeUndefined();
    }
  });

  test('002-4 negative: the eleventh attachment', async () => {
    const AssumeRolePolicyDocument = exampleText('trustpolicy.json');
    const RoleName = 'crowded';
    await article.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const { Policies } = await article.iam.send(
      new ListPoliciesCommand({ Scope: 'AWS', MaxItems: 11 }),
    );
    const [eleventh, ...ten] = (Policies ?? []).map(({ Arn }) => Arn);
    expect(ten).toHaveLength(10);
    for (const PolicyArn of ten) {
      await article.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    const attach = words(`iam attach-role-policy --role-name crowded --policy-arn ${eleventh}`);
    expect(article.refused(attach)).toContain(
      '(LimitExceeded) when calling the AttachRolePolicy operation: ' +
        'Cannot exceed quota for PoliciesPerRole: 10',
    );
  });

  test('002-5 list-attached-role-policies in the order of attachment', () => {
    const list = 'iam list-attached-role-policies --role-name';
    expect(article.json(`${list} umemoto-wordpress-role`)).toEqual({
      AttachedPolicies: [
        { PolicyName: 'CloudWatch-Wordpress-ut', PolicyArn: policyArn('CloudWatch-Wordpress-ut') },
        { PolicyName: 'S3-Wordpress-ut', PolicyArn: policyArn('S3-Wordpress-ut') },
      ],
    });
    expect(article.refused(words(`${list} nobody`))).toContain(
      '(NoSuchEntity) when calling the ListAttachedRolePolicies operation: ' +
        'The role with name nobody cannot be found.',
    );
  });

  test('002-6 create-instance-profile has no Tags; the same name again is refused', () => {
    const create = 'iam create-instance-profile --instance-profile-name umemoto-wordpress-profile';
    expect(article.json(create)).toEqual({
      InstanceProfile: {
        Path: '/',
        InstanceProfileName: 'umemoto-wordpress-profile',
        InstanceProfileId: ids.profile,
        Arn: `arn:aws:iam::${account}:instance-profile/umemoto-wordpress-profile`,
        CreateDate: date,
        Roles: [],
      },
    });
    expect(article.refused(words(create))).toContain(
      '(EntityAlreadyExists) when calling the CreateInstanceProfile operation: ' +
        'Instance Profile umemoto-wordpress-profile already exists.',
    );
  });

  test('002-7 add-role-to-instance-profile; a second role is refused', () => {
    const add = (role: string): string =>
      `iam add-role-to-instance-profile --instance-profile-name umemoto-wordpress-profile
        --role-name ${role}`;
    expect(article.json(add('umemoto-wordpress-role'))).toBeUndefined();
    expect(article.refused(words(add('crowded')))).toContain(
      '(LimitExceeded) when calling the AddRoleToInstanceProfile operation: ' +
        'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    );
  });

  test('002-8 get-instance-profile nests the role and has empty Tags', () => {
    const get = 'iam get-instance-profile --instance-profile-name umemoto-wordpress-profile';
    expect(article.json(get)).toEqual({
      InstanceProfile: {
        Path: '/',
        InstanceProfileName: 'umemoto-wordpress-profile',
        InstanceProfileId: ids.profile,
        Arn: `arn:aws:iam::${account}:instance-profile/umemoto-wordpress-profile`,
        CreateDate: date,
        Roles: [
          {
            Path: '/',
            RoleName: 'umemoto-wordpress-role',
            RoleId: ids.role,
            Arn: `arn:aws:iam::${account}:role/umemoto-wordpress-role`,
            CreateDate: date,
            AssumeRolePolicyDocument: trust,
          },
        ],
        Tags: [],
      },
    });
  });

  test('002-9 s3 mb', () => {
    const result = article.run(words('s3 mb s3://ut-wordpress-s3'));
    expect(result).toMatchObject({ stdout: 'make_bucket: ut-wordpress-s3\n', stderr: '' });
  });

  test('002-10 run-instances as the article does', () => {
    const [first, ...rest] = runInstances(network);
    const output = article.json(first ?? '', ...rest) as { Instances: Record<string, unknown>[] };
    const [instance] = output.Instances;
    expect(instance).toMatchObject({
      ImageId: 'ami-0cbec04a61be382d9',
      InstanceType: 't2.micro',
      KeyName: 'umemoto_kadai_1',
      PrivateIpAddress: '10.0.1.50',
      SubnetId: network.subnetId,
      State: { Code: 0, Name: 'pending' },
      IamInstanceProfile: {
        Arn: `arn:aws:iam::${account}:instance-profile/umemoto-wordpress-profile`,
      },
      Tags: [{ Key: 'Name', Value: 'iamrole-test' }],
    });
    article.instanceId = String(instance?.['InstanceId']);
    const described = article.json(`ec2 describe-instances --instance-ids ${article.instanceId}`);
    expect(JSON.stringify(described)).toContain('"Name":"running"');
  });

  describe('002-11 in the instance, with the credentials of its metadata service', () => {
    const file = (): string => join(article.sekisho.folder, 'test.txt');

    test('the caller is the role, the session is the instance', () => {
      const result = article.inside('sts get-caller-identity --query Arn --output text');
      const session = `assumed-role/umemoto-wordpress-role/${article.instanceId}`;
      expect(result).toMatchObject({ stdout: `arn:aws:sts::${account}:${session}\n`, stderr: '' });
    });

    test('touch, cp up, ls, rm, cp down, ls, rm, ls: all ten steps', () => {
      writeFileSync(file(), '');
      const up = article.inside('s3 cp test.txt s3://ut-wordpress-s3');
      expect(up.stderr).toBe('');
      expect(up.stdout).toContain('upload: ./test.txt to s3://ut-wordpress-s3/test.txt');
      expect(article.inside('s3 ls s3://ut-wordpress-s3').stdout).toMatch(/ 0 test\.txt\n$/);
      rmSync(file());
      const down = article.inside('s3 cp s3://ut-wordpress-s3/test.txt ./');
      expect(down.stderr).toBe('');
      expect(down.stdout).toContain('download: s3://ut-wordpress-s3/test.txt to ./test.txt');
      expect(existsSync(file())).toBe(true);
      expect(article.inside('s3 rm s3://ut-wordpress-s3/test.txt').stdout).toContain(
        'delete: s3://ut-wordpress-s3/test.txt',
      );
      const empty = article.inside('s3 ls s3://ut-wordpress-s3');
      expect(empty).toMatchObject({ stdout: '', stderr: '' });
    });

    test('a missing key is 404 with ListBucket', () => {
      expect(article.inside('s3 cp s3://ut-wordpress-s3/none.txt ./').stderr).toContain(
        'An error occurred (404) when calling the HeadObject operation',
      );
    });

    test('another bucket and another action are refused', async () => {
      await article.s3.send(new CreateBucketCommand({ Bucket: 'other-bucket-of-ours' }));
      const other = article.inside('s3 ls s3://other-bucket-of-ours');
      expect(other.stderr).toContain('(AccessDenied) when calling the ListObjectsV2 operation');
      expect(other.stderr).toContain(because('s3:ListBucket'));
      expect(article.inside('iam list-roles').stderr).toContain(
        `User: arn:aws:sts::${account}:assumed-role/umemoto-wordpress-role/${article.instanceId} ` +
          'is not authorized to perform: iam:ListRoles on resource: ' +
          `arn:aws:iam::${account}:role/ ${because('iam:ListRoles')}`,
      );
    });

    test('PutObject with an ACL needs s3:PutObjectAcl', async () => {
      const put = 's3api put-object --bucket ut-wordpress-s3 --key acl.txt';
      const acl = '--acl bucket-owner-full-control';
      expect(article.inside(`${put} ${acl}`).stderr).toBe('');
      const policy = { RoleName: 'umemoto-wordpress-role', PolicyName: 'no-acl' };
      const Statement = [{ Effect: 'Deny', Action: 's3:PutObjectAcl', Resource: '*' }];
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await article.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument }));
      expect(article.inside(`${put} ${acl}`).stderr).toContain(
        's3:PutObjectAcl on resource: "arn:aws:s3:::ut-wordpress-s3/acl.txt" ' +
          'with an explicit deny in an identity-based policy',
      );
      expect(article.inside(put).stderr).toBe('');
      await article.iam.send(new DeleteRolePolicyCommand(policy));
    });
  });

  test('002-12 put-metric-data and describe-tags are allowed, get-metric-data is not', () => {
    const put = article.inside(
      `cloudwatch put-metric-data --namespace Wordpress --metric-name MemoryUsed --value 42
        --unit Percent`,
    );
    expect(put).toMatchObject({ code: 0, stderr: '' });
    expect(article.inside('ec2 describe-tags --output json').stdout).toContain('iamrole-test');
    const get = article.inside(
      `cloudwatch get-metric-data --metric-data-queries []
        --start-time 2026-01-01T00:00:00Z --end-time 2026-01-02T00:00:00Z`,
    );
    expect(get.stderr).toContain(because('cloudwatch:GetMetricData'));
  });
});
