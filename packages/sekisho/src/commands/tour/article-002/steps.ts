/** The steps of article 002: policies, role, instance profile, bucket, instance, and the ten commands. */
import { anything, json, nothing, text } from '../expectation.ts';
import { type Expectation, type Step, words } from '../step.ts';

/** What the article takes for granted. */
const preconditions: readonly Step[] = [
  {
    id: '002-0',
    part: 'precondition',
    title: { en: 'Who am I? (the account id)', ja: '自分は誰か(アカウント ID の確認)' },
    where: 'outside',
    args: words('aws sts get-caller-identity'),
    expectation: anything,
    learns: { account: ['Account'] },
  },
  {
    id: '002-0',
    part: 'precondition',
    title: { en: 'Create the key pair umemoto_kadai_1', ja: 'キーペア umemoto_kadai_1 を作成' },
    where: 'outside',
    args: words('aws ec2 create-key-pair --key-name umemoto_kadai_1'),
    expectation: json({ KeyName: 'umemoto_kadai_1' }),
    undo: [words('aws ec2 delete-key-pair --key-name umemoto_kadai_1')],
  },
  {
    id: '002-0',
    part: 'precondition',
    title: { en: 'Create the VPC 10.0.0.0/16', ja: 'VPC 10.0.0.0/16 を作成' },
    where: 'outside',
    args: words('aws ec2 create-vpc --cidr-block 10.0.0.0/16'),
    expectation: json({ Vpc: { CidrBlock: '10.0.0.0/16' } }),
    learns: { vpc: ['Vpc', 'VpcId'] },
    undo: [words('aws ec2 delete-vpc --vpc-id <vpc>')],
  },
  {
    id: '002-0',
    part: 'precondition',
    title: { en: 'Create the subnet 10.0.1.0/24', ja: 'サブネット 10.0.1.0/24 を作成' },
    where: 'outside',
    args: words('aws ec2 create-subnet --vpc-id <vpc> --cidr-block 10.0.1.0/24'),
    expectation: json({ Subnet: { VpcId: '<vpc>', CidrBlock: '10.0.1.0/24' } }),
    learns: { subnet: ['Subnet', 'SubnetId'] },
    undo: [words('aws ec2 delete-subnet --subnet-id <subnet>')],
  },
  {
    id: '002-0',
    part: 'precondition',
    title: { en: 'Create the security group for EC2', ja: 'EC2 用のセキュリティグループを作成' },
    where: 'outside',
    args: words(
      'aws ec2 create-security-group --group-name wordpress-ec2 --description wordpress --vpc-id <vpc>',
    ),
    expectation: anything,
    learns: { group: ['GroupId'] },
    undo: [words('aws ec2 delete-security-group --group-id <group>')],
  },
];

function createPolicy(id: string, service: string, name: string, file: string): Step {
  return {
    id,
    part: 'article',
    title: { en: `Create the IAM policy for ${service}`, ja: `${service} の IAM ポリシーを作成` },
    where: 'outside',
    args: words(
      `aws iam create-policy --policy-name ${name} --policy-document file://${file} --tags Key=Name,Value=${name}`,
    ),
    expectation: json({
      Policy: {
        PolicyName: name,
        Arn: `arn:aws:iam::<account>:policy/${name}`,
        Path: '/',
        DefaultVersionId: 'v1',
        AttachmentCount: 0,
        PermissionsBoundaryUsageCount: 0,
        IsAttachable: true,
        Tags: [{ Key: 'Name', Value: name }],
      },
    }),
    undo: [words(`aws iam delete-policy --policy-arn arn:aws:iam::<account>:policy/${name}`)],
  };
}

function attach(name: string): Step {
  const target = `--role-name umemoto-wordpress-role --policy-arn arn:aws:iam::<account>:policy/${name}`;
  return {
    id: '002-4',
    part: 'article',
    title: {
      en: `Attach ${name} to the role`,
      ja: `IAM ポリシー ${name} を IAM ロールにアタッチ`,
    },
    where: 'outside',
    args: words(`aws iam attach-role-policy ${target}`),
    expectation: nothing,
    undo: [words(`aws iam detach-role-policy ${target}`)],
  };
}

const identity: readonly Step[] = [
  createPolicy('002-1', 'CloudWatch', 'CloudWatch-Wordpress-ut', 'cloudwatchpolicy.json'),
  createPolicy('002-2', 'S3', 'S3-Wordpress-ut', 's3policy.json'),
  {
    id: '002-3',
    part: 'article',
    title: {
      en: 'Create the IAM role with its trust policy',
      ja: '信頼ポリシーを指定して IAM ロールを作成',
    },
    where: 'outside',
    args: words(
      'aws iam create-role --role-name umemoto-wordpress-role --assume-role-policy-document file://trustpolicy.json --tags Key=Name,Value=umemoto-wordpress-role',
    ),
    expectation: json({
      Role: {
        Path: '/',
        RoleName: 'umemoto-wordpress-role',
        Arn: 'arn:aws:iam::<account>:role/umemoto-wordpress-role',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'ec2.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
        Tags: [{ Key: 'Name', Value: 'umemoto-wordpress-role' }],
      },
    }),
    undo: [words('aws iam delete-role --role-name umemoto-wordpress-role')],
  },
  attach('CloudWatch-Wordpress-ut'),
  attach('S3-Wordpress-ut'),
  {
    id: '002-5',
    part: 'article',
    title: {
      en: 'Check that both policies are attached',
      ja: 'ロールに IAM ポリシーがアタッチされていることを確認',
    },
    where: 'outside',
    args: words('aws iam list-attached-role-policies --role-name umemoto-wordpress-role'),
    expectation: json({
      AttachedPolicies: [
        { PolicyName: 'CloudWatch-Wordpress-ut' },
        { PolicyName: 'S3-Wordpress-ut' },
      ],
    }),
  },
  {
    id: '002-6',
    part: 'article',
    title: { en: 'Create the instance profile', ja: 'インスタンスプロファイルを作成' },
    where: 'outside',
    args: words(
      'aws iam create-instance-profile --instance-profile-name umemoto-wordpress-profile',
    ),
    expectation: json({
      InstanceProfile: { InstanceProfileName: 'umemoto-wordpress-profile', Roles: [] },
    }),
    undo: [
      words('aws iam delete-instance-profile --instance-profile-name umemoto-wordpress-profile'),
    ],
  },
  {
    id: '002-7',
    part: 'article',
    title: {
      en: 'Add the role to the instance profile',
      ja: 'インスタンスプロファイルに IAM ロールを追加',
    },
    where: 'outside',
    args: words(
      'aws iam add-role-to-instance-profile --instance-profile-name umemoto-wordpress-profile --role-name umemoto-wordpress-role',
    ),
    expectation: nothing,
    undo: [
      words(
        'aws iam remove-role-from-instance-profile --instance-profile-name umemoto-wordpress-profile --role-name umemoto-wordpress-role',
      ),
    ],
  },
  {
    id: '002-8',
    part: 'article',
    title: {
      en: 'Check that the instance profile has the role',
      ja: 'インスタンスプロファイルに IAM ロールがあることを確認',
    },
    where: 'outside',
    args: words('aws iam get-instance-profile --instance-profile-name umemoto-wordpress-profile'),
    expectation: json({
      InstanceProfile: {
        InstanceProfileName: 'umemoto-wordpress-profile',
        Roles: [{ RoleName: 'umemoto-wordpress-role' }],
        Tags: [],
      },
    }),
  },
];

const launch: readonly Step[] = [
  {
    id: '002-9',
    part: 'article',
    title: { en: '① Create the bucket', ja: '① 検証用の S3 バケットを作成' },
    where: 'outside',
    args: words('aws s3 mb s3://ut-wordpress-s3'),
    expectation: text('make_bucket: ut-wordpress-s3'),
    undo: [words('aws s3 rb s3://ut-wordpress-s3 --force')],
  },
  {
    id: '002-10',
    part: 'article',
    title: {
      en: '② Launch an EC2 instance with the instance profile',
      ja: '② ロールをアタッチした EC2 インスタンスを作成',
    },
    where: 'outside',
    args: runInstances(),
    expectation: json({
      Instances: [
        {
          InstanceType: 't2.micro',
          PrivateIpAddress: '10.0.1.50',
          IamInstanceProfile: {
            Arn: 'arn:aws:iam::<account>:instance-profile/umemoto-wordpress-profile',
          },
          Tags: [{ Key: 'Name', Value: 'iamrole-test' }],
        },
      ],
    }),
    learns: { instance: ['Instances', 0, 'InstanceId'] },
    undo: [
      words('aws ec2 terminate-instances --instance-ids <instance>'),
      words('aws ec2 wait instance-terminated --instance-ids <instance>'),
    ],
  },
  {
    id: '002-10',
    part: 'article',
    title: { en: 'Wait until the instance runs', ja: 'EC2 が起動するまで待つ' },
    where: 'outside',
    args: words('aws ec2 wait instance-running --instance-ids <instance>'),
    expectation: nothing,
  },
];

/** The article's `run-instances`, for the refusals too. */
export function runInstances(): readonly string[] {
  return [
    ...words(
      `aws ec2 run-instances --image-id ami-0cbec04a61be382d9 --count 1 --instance-type t2.micro
       --key-name umemoto_kadai_1 --iam-instance-profile Name=umemoto-wordpress-profile
       --security-group-ids <group> --subnet-id <subnet> --private-ip-address 10.0.1.50
       --capacity-reservation-specification CapacityReservationPreference=none
       --tag-specifications`,
    ),
    'ResourceType=instance, Tags=[{Key=Name,Value=iamrole-test}]',
  ];
}

function inside(title: Step['title'], command: string, expectation: Expectation): Step {
  return {
    id: '002-11',
    part: 'article',
    title,
    where: 'in the instance',
    args: words(command),
    expectation,
  };
}

const verification: readonly Step[] = [
  {
    ...inside(
      { en: 'Whose credentials does the instance have?', ja: 'インスタンスの認証情報を確認' },
      'aws sts get-caller-identity',
      json({
        Arn: 'arn:aws:sts::<account>:assumed-role/umemoto-wordpress-role/<instance>',
      }),
    ),
    part: 'addition',
  },
  inside({ en: '③ Make a file', ja: '③ ファイルを作成' }, 'touch test.txt', nothing),
  inside(
    { en: '④ Upload it to S3', ja: '④ ファイルを S3 に転送' },
    'aws s3 cp test.txt s3://ut-wordpress-s3',
    text('upload: ./test.txt to s3://ut-wordpress-s3/test.txt'),
  ),
  inside(
    { en: '⑤ See it in the bucket', ja: '⑤ 転送できたかを確認' },
    'aws s3 ls s3://ut-wordpress-s3',
    text(' test.txt'),
  ),
  inside(
    { en: '⑥ Remove the file', ja: '⑥ インスタンス側のファイルを削除' },
    'rm test.txt',
    nothing,
  ),
  inside(
    { en: '⑦ Copy it from S3', ja: '⑦ S3 からファイルをコピー' },
    'aws s3 cp s3://ut-wordpress-s3/test.txt ./',
    text('download: s3://ut-wordpress-s3/test.txt to ./test.txt'),
  ),
  inside(
    { en: '⑧ See it in the instance', ja: '⑧ コピーできているか確認' },
    'ls test.txt',
    text('test.txt'),
  ),
  inside(
    { en: '⑨ Remove it from S3', ja: '⑨ S3 のファイルを削除' },
    'aws s3 rm s3://ut-wordpress-s3/test.txt',
    text('delete: s3://ut-wordpress-s3/test.txt'),
  ),
  inside(
    { en: '⑩ See that the bucket is empty', ja: '⑩ 削除できているかを確認' },
    'aws s3 ls s3://ut-wordpress-s3',
    nothing,
  ),
];

const metrics: readonly Step[] = [
  {
    id: '002-12',
    part: 'addition',
    title: { en: 'Publish a custom metric', ja: 'カスタムメトリクスを発行' },
    where: 'in the instance',
    args: words(
      'aws cloudwatch put-metric-data --namespace Wordpress --metric-name MemoryUsed --value 42 --unit Percent',
    ),
    expectation: nothing,
  },
  {
    id: '002-12',
    part: 'addition',
    title: { en: 'Read the tags of the instance', ja: 'インスタンスのタグを取得' },
    where: 'in the instance',
    args: words('aws ec2 describe-tags --filters Name=resource-id,Values=<instance>'),
    expectation: text('iamrole-test'),
  },
];

/** Everything up to the running instance. */
export const foundation002: readonly Step[] = [...preconditions, ...identity, ...launch];

/** The whole article. */
export const steps002: readonly Step[] = [...foundation002, ...verification, ...metrics];

/** Names that must be free. */
export const taken002 = [
  {
    what: 'key pair umemoto_kadai_1',
    args: words('aws ec2 describe-key-pairs --key-names umemoto_kadai_1'),
  },
  ...['CloudWatch-Wordpress-ut', 'S3-Wordpress-ut'].map((name) => ({
    what: `policy ${name}`,
    args: words(`aws iam get-policy --policy-arn arn:aws:iam::<account>:policy/${name}`),
  })),
  {
    what: 'role umemoto-wordpress-role',
    args: words('aws iam get-role --role-name umemoto-wordpress-role'),
  },
  {
    what: 'instance profile umemoto-wordpress-profile',
    args: words('aws iam get-instance-profile --instance-profile-name umemoto-wordpress-profile'),
  },
  { what: 'bucket ut-wordpress-s3', args: words('aws s3api head-bucket --bucket ut-wordpress-s3') },
] as const;
