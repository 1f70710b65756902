/** Article 002 step by step, with every AWS CLI in reach; ids are those of the acceptance table. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AwsCli,
  aws,
  type ClientOptions,
  type ClientResult,
  clientEnvironment,
  commandArguments,
  findAwsClis,
  root,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

const account = '123456789012';
const policyArn = (name: string): string => `arn:aws:iam::${account}:policy/${name}`;
const example = (name: string): string => `file://${join(root, 'examples', '002', name)}`;
/** CLI 1 prints `…Z`, CLI 2 `…+00:00`. */
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|\+00:00)$/);
const id = (prefix: string): unknown =>
  expect.stringMatching(new RegExp(`^${prefix}[A-Z2-7]{17}$`));
const trust = JSON.parse(readFileSync(join(root, 'examples', '002', 'trustpolicy.json'), 'utf8'));

describe.each(findAwsClis())('article 002 with $name', (cli: AwsCli) => {
  let sekisho: Sekisho;
  let instanceId = '';
  let subnetId = '';
  let groupId = '';

  beforeAll(async () => {
    sekisho = await startSekisho();
  });
  afterAll(async () => {
    await sekisho.stop();
  });

  const run = (args: readonly string[], options?: ClientOptions): ClientResult =>
    aws(cli, sekisho, args, options);
  /** The JSON that a command prints; it must succeed. */
  const json = (...args: readonly string[]): unknown => {
    const result = run([...args, '--output', 'json']);
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    return result.stdout.trim() === '' ? undefined : JSON.parse(result.stdout);
  };
  const refused = (args: readonly string[], options?: ClientOptions): string => {
    const result = run(args, options);
    expect(result.code).not.toBe(0);
    return result.stderr.trim();
  };
  /** A command as if inside the instance. */
  const inside = (...command: readonly string[]): ClientResult => {
    const [program = '', ...rest] = command;
    const flags =
      program === 'aws' && cli.needsEndpointFlag ? ['--endpoint-url', sekisho.endpoint] : [];
    const path = program === 'aws' ? cli.path : program;
    return runClient(
      process.execPath,
      [...commandArguments, 'instance', 'exec', instanceId, '--', path, ...flags, ...rest],
      {
        env: { ...clientEnvironment(sekisho), AWS_EC2_METADATA_DISABLED: 'false' },
        folder: sekisho.folder,
      },
    );
  };
  const keysOf = (value: unknown): readonly string[] => Object.keys(value as object);

  test('002-1 create-policy for CloudWatch answers as the article prints', () => {
    const output = json(
      'iam',
      'create-policy',
      '--policy-name',
      'CloudWatch-Wordpress-ut',
      '--policy-document',
      example('cloudwatchpolicy.json'),
      '--tags',
      'Key=Name,Value=CloudWatch-Wordpress-ut',
    );
    expect(output).toEqual({
      Policy: {
        PolicyName: 'CloudWatch-Wordpress-ut',
        PolicyId: id('ANPA'),
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
    expect(keysOf((output as { Policy: object }).Policy)).toEqual([
      'PolicyName',
      'PolicyId',
      'Arn',
      'Path',
      'DefaultVersionId',
      'AttachmentCount',
      'PermissionsBoundaryUsageCount',
      'IsAttachable',
      'CreateDate',
      'UpdateDate',
      'Tags',
    ]);
  });

  test('002-2 create-policy for S3', () => {
    const output = json(
      'iam',
      'create-policy',
      '--policy-name',
      'S3-Wordpress-ut',
      '--policy-document',
      example('s3policy.json'),
      '--tags',
      'Key=Name,Value=S3-Wordpress-ut',
    );
    expect(output).toMatchObject({ Policy: { Arn: policyArn('S3-Wordpress-ut') } });
  });

  test('002-1 negative: the same name again, a principal in it, 6145 characters', () => {
    const create = ['iam', 'create-policy', '--policy-name'];
    const document = ['--policy-document', example('s3policy.json')];
    expect(refused([...create, 'S3-Wordpress-ut', ...document])).toContain(
      'An error occurred (EntityAlreadyExists) when calling the CreatePolicy operation: ' +
        'A policy called S3-Wordpress-ut already exists. Duplicate names are not allowed.',
    );
    expect(refused([...create, 'p2', '--policy-document', example('trustpolicy.json')])).toContain(
      '(MalformedPolicyDocument) when calling the CreatePolicy operation: ' +
        'Policy document should not specify a principal.',
    );
    const resource = `arn:aws:s3:::${'a'.repeat(6145)}`;
    const large = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }],
    });
    expect(refused([...create, 'p3', '--policy-document', large])).toContain(
      '(LimitExceeded) when calling the CreatePolicy operation: ' +
        'Cannot exceed quota for PolicySize: 6144',
    );
  });

  test('002-1 negative: a sixth version', () => {
    const version = [
      'iam',
      'create-policy-version',
      '--policy-arn',
      policyArn('S3-Wordpress-ut'),
      '--policy-document',
      example('s3policy.json'),
    ];
    for (let count = 2; count <= 5; count += 1) expect(run(version).code).toBe(0);
    expect(refused(version)).toContain(
      '(LimitExceeded) when calling the CreatePolicyVersion operation: A managed policy can have ' +
        'up to 5 versions. Before you create a new version, you must delete an existing version.',
    );
  });

  test('002-3 create-role', () => {
    const output = json(
      'iam',
      'create-role',
      '--role-name',
      'umemoto-wordpress-role',
      '--assume-role-policy-document',
      example('trustpolicy.json'),
      '--tags',
      'Key=Name,Value=umemoto-wordpress-role',
    );
    expect(output).toEqual({
      Role: {
        Path: '/',
        RoleName: 'umemoto-wordpress-role',
        RoleId: id('AROA'),
        Arn: `arn:aws:iam::${account}:role/umemoto-wordpress-role`,
        CreateDate: date,
        AssumeRolePolicyDocument: trust,
        Tags: [{ Key: 'Name', Value: 'umemoto-wordpress-role' }],
      },
    });
    expect(keysOf((output as { Role: object }).Role)).toEqual([
      'Path',
      'RoleName',
      'RoleId',
      'Arn',
      'CreateDate',
      'AssumeRolePolicyDocument',
      'Tags',
    ]);
  });

  test('002-3 negative: D9 a trust policy with Resource; a name of 65 characters', () => {
    const create = ['iam', 'create-role', '--role-name'];
    const withResource = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...trust.Statement[0], Resource: '*' }],
    });
    expect(refused([...create, 'r2', '--assume-role-policy-document', withResource])).toContain(
      '(MalformedPolicyDocument) when calling the CreateRole operation: ' +
        'Has prohibited field Resource',
    );
    const long = [
      ...create,
      'r'.repeat(65),
      '--assume-role-policy-document',
      JSON.stringify(trust),
    ];
    expect(refused(long)).toContain(
      '(ValidationError) when calling the CreateRole operation: 1 validation error detected: ' +
        "Value at 'roleName' failed to satisfy constraint: " +
        'Member must have length less than or equal to 64',
    );
  });

  test('002-4 attach-role-policy twice prints nothing', () => {
    for (const name of ['CloudWatch-Wordpress-ut', 'S3-Wordpress-ut']) {
      expect(
        json(
          'iam',
          'attach-role-policy',
          '--role-name',
          'umemoto-wordpress-role',
          '--policy-arn',
          policyArn(name),
        ),
      ).toBeUndefined();
    }
  });

  test('002-4 negative: the eleventh attachment', () => {
    json(
      'iam',
      'create-role',
      '--role-name',
      'crowded',
      '--assume-role-policy-document',
      example('trustpolicy.json'),
    );
    const attach = (name: string): readonly string[] => [
      'iam',
      'attach-role-policy',
      '--role-name',
      'crowded',
      '--policy-arn',
      name,
    ];
    const policies = JSON.parse(
      run(['iam', 'list-policies', '--scope', 'AWS', '--max-items', '11', '--output', 'json'])
        .stdout,
    ).Policies.map(({ Arn }: { Arn: string }) => Arn);
    for (const name of policies.slice(0, 10)) expect(run(attach(name)).stderr).toBe('');
    expect(refused(attach(policies[10]))).toContain(
      '(LimitExceeded) when calling the AttachRolePolicy operation: ' +
        'Cannot exceed quota for PoliciesPerRole: 10',
    );
  });

  test('002-5 list-attached-role-policies in the order of attachment', () => {
    expect(
      json('iam', 'list-attached-role-policies', '--role-name', 'umemoto-wordpress-role'),
    ).toEqual({
      AttachedPolicies: [
        { PolicyName: 'CloudWatch-Wordpress-ut', PolicyArn: policyArn('CloudWatch-Wordpress-ut') },
        { PolicyName: 'S3-Wordpress-ut', PolicyArn: policyArn('S3-Wordpress-ut') },
      ],
    });
    expect(refused(['iam', 'list-attached-role-policies', '--role-name', 'nobody'])).toContain(
      '(NoSuchEntity) when calling the ListAttachedRolePolicies operation: ' +
        'The role with name nobody cannot be found.',
    );
  });

  test('002-6 create-instance-profile has no Tags; the same name again is refused', () => {
    const create = [
      'iam',
      'create-instance-profile',
      '--instance-profile-name',
      'umemoto-wordpress-profile',
    ];
    expect(json(...create)).toEqual({
      InstanceProfile: {
        Path: '/',
        InstanceProfileName: 'umemoto-wordpress-profile',
        InstanceProfileId: id('AIPA'),
        Arn: `arn:aws:iam::${account}:instance-profile/umemoto-wordpress-profile`,
        CreateDate: date,
        Roles: [],
      },
    });
    expect(refused(create)).toContain(
      '(EntityAlreadyExists) when calling the CreateInstanceProfile operation: ' +
        'Instance Profile umemoto-wordpress-profile already exists.',
    );
  });

  test('002-7 add-role-to-instance-profile; a second role is refused', () => {
    const add = (role: string): readonly string[] => [
      'iam',
      'add-role-to-instance-profile',
      '--instance-profile-name',
      'umemoto-wordpress-profile',
      '--role-name',
      role,
    ];
    expect(json(...add('umemoto-wordpress-role'))).toBeUndefined();
    expect(refused(add('crowded'))).toContain(
      '(LimitExceeded) when calling the AddRoleToInstanceProfile operation: ' +
        'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    );
  });

  test('002-8 get-instance-profile nests the role and has empty Tags', () => {
    const output = json(
      'iam',
      'get-instance-profile',
      '--instance-profile-name',
      'umemoto-wordpress-profile',
    );
    expect(output).toEqual({
      InstanceProfile: {
        Path: '/',
        InstanceProfileName: 'umemoto-wordpress-profile',
        InstanceProfileId: id('AIPA'),
        Arn: `arn:aws:iam::${account}:instance-profile/umemoto-wordpress-profile`,
        CreateDate: date,
        Roles: [
          {
            Path: '/',
            RoleName: 'umemoto-wordpress-role',
            RoleId: id('AROA'),
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
    const result = run(['s3', 'mb', 's3://ut-wordpress-s3']);
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('make_bucket: ut-wordpress-s3\n');
  });

  test('002-10 run-instances as the article does', () => {
    json('ec2', 'create-key-pair', '--key-name', 'umemoto_kadai_1');
    const vpc = json('ec2', 'create-vpc', '--cidr-block', '10.0.0.0/16') as {
      Vpc: { VpcId: string };
    };
    const { VpcId } = vpc.Vpc;
    const subnet = json('ec2', 'create-subnet', '--vpc-id', VpcId, '--cidr-block', '10.0.1.0/24');
    subnetId = (subnet as { Subnet: { SubnetId: string } }).Subnet.SubnetId;
    const group = json(
      'ec2',
      'create-security-group',
      '--group-name',
      'web',
      '--description',
      'web',
      '--vpc-id',
      VpcId,
    );
    groupId = (group as { GroupId: string }).GroupId;
    const output = json(...runInstances()) as { Instances: Record<string, unknown>[] };
    const [instance] = output.Instances;
    expect(instance).toMatchObject({
      ImageId: 'ami-0cbec04a61be382d9',
      InstanceType: 't2.micro',
      KeyName: 'umemoto_kadai_1',
      PrivateIpAddress: '10.0.1.50',
      SubnetId: subnetId,
      State: { Code: 0, Name: 'pending' },
      IamInstanceProfile: {
        Arn: `arn:aws:iam::${account}:instance-profile/umemoto-wordpress-profile`,
      },
      Tags: [{ Key: 'Name', Value: 'iamrole-test' }],
    });
    instanceId = String(instance?.['InstanceId']);
    const described = json('ec2', 'describe-instances', '--instance-ids', instanceId);
    expect(JSON.stringify(described)).toContain('"Name": "running"'.replace(': ', ':'));
  });

  const runInstances = (): readonly string[] => [
    'ec2',
    'run-instances',
    '--image-id',
    'ami-0cbec04a61be382d9',
    '--count',
    '1',
    '--instance-type',
    't2.micro',
    '--key-name',
    'umemoto_kadai_1',
    '--iam-instance-profile',
    'Name=umemoto-wordpress-profile',
    '--security-group-ids',
    groupId,
    '--subnet-id',
    subnetId,
    '--private-ip-address',
    '10.0.1.50',
    '--capacity-reservation-specification',
    'CapacityReservationPreference=none',
    '--tag-specifications',
    'ResourceType=instance, Tags=[{Key=Name,Value=iamrole-test}]',
  ];

  describe('002-11 in the instance, with the credentials of its metadata service', () => {
    const file = (): string => join(sekisho.folder, 'test.txt');

    test('the caller is the role, the session is the instance', () => {
      const result = inside(
        'aws',
        'sts',
        'get-caller-identity',
        '--query',
        'Arn',
        '--output',
        'text',
      );
      expect(result.stderr).toBe('');
      expect(result.stdout.trim()).toBe(
        `arn:aws:sts::${account}:assumed-role/umemoto-wordpress-role/${instanceId}`,
      );
    });

    test('touch, cp up, ls, rm, cp down, ls, rm, ls: all ten steps', () => {
      writeFileSync(file(), '');
      const up = inside('aws', 's3', 'cp', 'test.txt', 's3://ut-wordpress-s3');
      expect(up.stderr).toBe('');
      expect(up.stdout).toContain('upload: ./test.txt to s3://ut-wordpress-s3/test.txt');
      expect(inside('aws', 's3', 'ls', 's3://ut-wordpress-s3').stdout).toMatch(/ 0 test\.txt\n$/);
      rmSync(file());
      const down = inside('aws', 's3', 'cp', 's3://ut-wordpress-s3/test.txt', './');
      expect(down.stderr).toBe('');
      expect(down.stdout).toContain('download: s3://ut-wordpress-s3/test.txt to ./test.txt');
      expect(existsSync(file())).toBe(true);
      expect(inside('aws', 's3', 'rm', 's3://ut-wordpress-s3/test.txt').stdout).toContain(
        'delete: s3://ut-wordpress-s3/test.txt',
      );
      const empty = inside('aws', 's3', 'ls', 's3://ut-wordpress-s3');
      expect(empty).toMatchObject({ stdout: '', stderr: '' });
    });

    test('a missing key is 404 with ListBucket', () => {
      const missing = inside('aws', 's3', 'cp', 's3://ut-wordpress-s3/none.txt', './');
      expect(missing.stderr).toContain(
        'An error occurred (404) when calling the HeadObject operation',
      );
    });

    test('another bucket and another action are refused', () => {
      expect(run(['s3', 'mb', 's3://other-bucket-of-ours']).code).toBe(0);
      const other = inside('aws', 's3', 'ls', 's3://other-bucket-of-ours');
      expect(other.stderr).toContain('(AccessDenied) when calling the ListObjectsV2 operation');
      expect(other.stderr).toContain(
        'because no identity-based policy allows the s3:ListBucket action',
      );
      const roles = inside('aws', 'iam', 'list-roles');
      expect(roles.stderr).toContain(
        `User: arn:aws:sts::${account}:assumed-role/umemoto-wordpress-role/${instanceId} is not ` +
          'authorized to perform: iam:ListRoles on resource: ' +
          `arn:aws:iam::${account}:role/ because no identity-based policy allows the iam:ListRoles action`,
      );
    });

    test('PutObject with an ACL needs s3:PutObjectAcl', () => {
      writeFileSync(file(), 'x');
      const put = ['aws', 's3api', 'put-object', '--bucket', 'ut-wordpress-s3', '--key', 'acl.txt'];
      const acl = ['--acl', 'bucket-owner-full-control'];
      expect(inside(...put, ...acl).stderr).toBe('');
      json(
        'iam',
        'put-role-policy',
        '--role-name',
        'umemoto-wordpress-role',
        '--policy-name',
        'no-acl',
        '--policy-document',
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 's3:PutObjectAcl', Resource: '*' }],
        }),
      );
      expect(inside(...put, ...acl).stderr).toContain(
        's3:PutObjectAcl on resource: "arn:aws:s3:::ut-wordpress-s3/acl.txt" ' +
          'with an explicit deny in an identity-based policy',
      );
      expect(inside(...put).stderr).toBe('');
      json(
        'iam',
        'delete-role-policy',
        '--role-name',
        'umemoto-wordpress-role',
        '--policy-name',
        'no-acl',
      );
    });
  });

  describe('002-12 CloudWatch and tags', () => {
    test('put-metric-data and describe-tags are allowed, get-metric-data is not', () => {
      const put = inside(
        'aws',
        'cloudwatch',
        'put-metric-data',
        '--namespace',
        'Wordpress',
        '--metric-name',
        'MemoryUsed',
        '--value',
        '42',
        '--unit',
        'Percent',
      );
      expect(put).toMatchObject({ code: 0, stderr: '' });
      expect(inside('aws', 'ec2', 'describe-tags', '--output', 'json').stdout).toContain(
        'iamrole-test',
      );
      const get = inside(
        'aws',
        'cloudwatch',
        'get-metric-data',
        '--metric-data-queries',
        '[]',
        '--start-time',
        '2026-01-01T00:00:00Z',
        '--end-time',
        '2026-01-02T00:00:00Z',
      );
      expect(get.stderr).toContain('cloudwatch:GetMetricData');
      expect(get.stderr).toContain(
        'because no identity-based policy allows the cloudwatch:GetMetricData action',
      );
    });
  });

  describe('002-11 negatives: the role with less', () => {
    const detach = (): void => {
      json(
        'iam',
        'detach-role-policy',
        '--role-name',
        'umemoto-wordpress-role',
        '--policy-arn',
        policyArn('S3-Wordpress-ut'),
      );
    };
    const inline = (statement: object): void => {
      json(
        'iam',
        'put-role-policy',
        '--role-name',
        'umemoto-wordpress-role',
        '--policy-name',
        's3',
        '--policy-document',
        JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      );
    };
    const bucket = 'arn:aws:s3:::ut-wordpress-s3';

    test('without the S3 policy the upload fails, naming s3:PutObject', () => {
      detach();
      writeFileSync(join(sekisho.folder, 'test.txt'), '');
      const up = inside('aws', 's3', 'cp', 'test.txt', 's3://ut-wordpress-s3');
      expect(up.stderr).toContain('upload failed: ./test.txt to s3://ut-wordpress-s3/test.txt');
      expect(up.stderr).toContain(
        '(AccessDenied) when calling the PutObject operation: ' +
          `User: arn:aws:sts::${account}:assumed-role/umemoto-wordpress-role/${instanceId} ` +
          'is not authorized to perform: s3:PutObject on resource: ' +
          '"arn:aws:s3:::ut-wordpress-s3/test.txt" ' +
          'because no identity-based policy allows the s3:PutObject action',
      );
    });

    test('without GetObject: 403 from HeadObject, and a missing key is 403, not 404', () => {
      inline({ Effect: 'Allow', Action: 's3:PutObject', Resource: `${bucket}/*` });
      const down = inside('aws', 's3', 'cp', 's3://ut-wordpress-s3/acl.txt', './');
      expect(down.stderr).toContain(
        'fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden',
      );
      inline({ Effect: 'Allow', Action: 's3:GetObject', Resource: `${bucket}/*` });
      expect(inside('aws', 's3', 'cp', 's3://ut-wordpress-s3/acl.txt', './').stderr).toBe('');
      expect(inside('aws', 's3', 'cp', 's3://ut-wordpress-s3/none.txt', './').stderr).toContain(
        '(403)',
      );
    });

    test('N7: a policy on the bucket only, or on its objects only', () => {
      inline({ Effect: 'Allow', Action: 's3:*', Resource: bucket });
      expect(inside('aws', 's3', 'ls', 's3://ut-wordpress-s3').code).toBe(0);
      expect(inside('aws', 's3', 'cp', 'test.txt', 's3://ut-wordpress-s3').stderr).toContain(
        's3:PutObject',
      );
      inline({ Effect: 'Allow', Action: 's3:*', Resource: `${bucket}/*` });
      expect(inside('aws', 's3', 'cp', 'test.txt', 's3://ut-wordpress-s3').stderr).toBe('');
      expect(inside('aws', 's3', 'ls', 's3://ut-wordpress-s3').stderr).toContain('s3:ListBucket');
    });
  });

  describe('002-10 negatives: a user with less', () => {
    let credentials: { readonly id: string; readonly secret: string };
    const allow = (...statements: readonly object[]): void => {
      json(
        'iam',
        'put-user-policy',
        '--user-name',
        'umemoto',
        '--policy-name',
        'p',
        '--policy-document',
        JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      );
    };

    beforeAll(() => {
      json('iam', 'create-user', '--user-name', 'umemoto');
      const { AccessKey } = json('iam', 'create-access-key', '--user-name', 'umemoto') as {
        AccessKey: { AccessKeyId: string; SecretAccessKey: string };
      };
      credentials = { id: AccessKey.AccessKeyId, secret: AccessKey.SecretAccessKey };
      json('ec2', 'terminate-instances', '--instance-ids', instanceId);
    });

    test('002-9 negative: no CreateBucket right', () => {
      expect(refused(['s3', 'mb', 's3://mine-alone'], { credentials })).toContain(
        `User: arn:aws:iam::${account}:user/umemoto is not authorized to perform: s3:CreateBucket ` +
          'on resource: "arn:aws:s3:::mine-alone" ' +
          'because no identity-based policy allows the s3:CreateBucket action',
      );
    });

    test('no PassRole: UnauthorizedOperation, and only who may decodes the message', () => {
      allow({ Effect: 'Allow', Action: ['ec2:RunInstances', 'ec2:CreateTags'], Resource: '*' });
      const message = refused([...runInstances()], { credentials });
      expect(message).toContain(
        '(UnauthorizedOperation) when calling the RunInstances operation: You are not authorized ' +
          `to perform this operation. User: arn:aws:iam::${account}:user/umemoto is not authorized ` +
          `to perform: iam:PassRole on resource: arn:aws:iam::${account}:role/umemoto-wordpress-role ` +
          'because no identity-based policy allows the iam:PassRole action',
      );
      const encoded = /Encoded authorization failure message: (\S+)/.exec(message)?.[1] ?? '';
      const decode = [
        'sts',
        'decode-authorization-message',
        '--encoded-message',
        encoded,
        '--output',
        'json',
      ];
      expect(refused(decode, { credentials })).toContain('sts:DecodeAuthorizationMessage');
      const { DecodedMessage } = json(...decode) as { DecodedMessage: string };
      expect(JSON.parse(DecodedMessage)).toMatchObject({
        allowed: false,
        explicitDeny: false,
        context: {
          action: 'iam:PassRole',
          resource: `arn:aws:iam::${account}:role/umemoto-wordpress-role`,
        },
      });
    });

    test('PassRole to another service is not enough', () => {
      allow(
        { Effect: 'Allow', Action: ['ec2:RunInstances', 'ec2:CreateTags'], Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: '*',
          Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        },
      );
      expect(refused([...runInstances()], { credentials })).toContain('iam:PassRole');
    });

    test('no ec2:CreateTags', () => {
      const passRole = {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      };
      allow({ Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' }, passRole);
      expect(refused([...runInstances()], { credentials })).toContain('ec2:CreateTags');
      allow(
        { Effect: 'Allow', Action: ['ec2:RunInstances', 'ec2:CreateTags'], Resource: '*' },
        passRole,
      );
      expect(run([...runInstances()], { credentials }).stderr).toBe('');
    });
  });
});
