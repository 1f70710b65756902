/** The refusals of article 002: what AWS refuses, in its words, and what would make it succeed. */
import { runInstances } from './article-002.ts';
import {
  bucketOnly,
  getOnly,
  launchWithoutPassRole,
  launchWithoutTags,
  launchWithPassRoleToTasks,
  objectsOnly,
  putOnly,
  trustWithResource,
} from './documents-002.ts';
import { type Step, words } from './step.ts';

type Title = Step['title'];

interface Refusal {
  readonly id: string;
  readonly title: Title;
  readonly args: readonly string[];
  readonly says: readonly string[];
  readonly deniedAction?: string;
  readonly fix: Title;
}

const refusal = (where: Step['where'], { says, ...rest }: Refusal): Step => ({
  ...rest,
  part: 'refusal',
  where,
  expectation: { kind: 'refusal', words: says },
});
const outside = (given: Refusal): Step => refusal('outside', given);
const byUser = (given: Refusal): Step => ({ ...refusal('outside', given), by: 'umemoto' });
const inside = (given: Refusal): Step => refusal('in the instance', given);

function setUp(
  id: string,
  title: Title,
  args: readonly string[],
  more: Partial<Pick<Step, 'learns' | 'undo' | 'where'>> = {},
): Step {
  const expectation = { kind: 'success', output: { kind: 'anything' } } as const;
  return { id, part: 'set-up', title, where: 'outside', args, expectation, ...more };
}

const because = (action: string): string =>
  `because no identity-based policy allows the ${action} action`;

const createPolicy = 'aws iam create-policy --policy-name';
const documents = '--policy-document file://s3policy.json';
const version = words(
  `aws iam create-policy-version --policy-arn arn:aws:iam::<account>:policy/S3-Wordpress-ut ${documents}`,
);

const policies: readonly Step[] = [
  outside({
    id: '002-1',
    title: { en: 'A policy name that is taken', ja: '既にあるポリシー名で作成' },
    args: words(`${createPolicy} S3-Wordpress-ut ${documents}`),
    says: [
      'An error occurred (EntityAlreadyExists) when calling the CreatePolicy operation: ' +
        'A policy called S3-Wordpress-ut already exists. Duplicate names are not allowed.',
    ],
    fix: {
      en: 'Choose another name, or add a version: aws iam create-policy-version --set-as-default',
      ja: '別の名前にするか、バージョンを追加する: aws iam create-policy-version --set-as-default',
    },
  }),
  outside({
    id: '002-1',
    title: {
      en: 'A permissions policy with a principal',
      ja: 'プリンシパルを含むアクセス許可ポリシー',
    },
    args: words(`${createPolicy} with-principal --policy-document file://trustpolicy.json`),
    says: ['(MalformedPolicyDocument)', 'Policy document should not specify a principal.'],
    fix: {
      en: 'A document with Principal is a trust policy: it belongs to create-role --assume-role-policy-document',
      ja: 'Principal を含む文書は信頼ポリシー。create-role の --assume-role-policy-document に渡す',
    },
  }),
  ...[2, 3, 4, 5].map((number) =>
    setUp('002-1', { en: `Add version v${number}`, ja: `バージョン v${number} を追加` }, version, {
      undo: [
        words(
          `aws iam delete-policy-version --policy-arn arn:aws:iam::<account>:policy/S3-Wordpress-ut --version-id v${number}`,
        ),
      ],
    }),
  ),
  outside({
    id: '002-1',
    title: { en: 'A sixth version of a policy', ja: 'ポリシーの 6 つ目のバージョン' },
    args: version,
    says: [
      '(LimitExceeded) when calling the CreatePolicyVersion operation: A managed policy can have ' +
        'up to 5 versions. Before you create a new version, you must delete an existing version.',
    ],
    fix: {
      en: 'Delete a version that is not the default: aws iam delete-policy-version --version-id v2',
      ja: 'デフォルトでないバージョンを削除する: aws iam delete-policy-version --version-id v2',
    },
  }),
];

const createRole = 'aws iam create-role --role-name';

const roles: readonly Step[] = [
  outside({
    id: '002-3',
    title: { en: 'D9: a trust policy with Resource', ja: 'D9: Resource を含む信頼ポリシー' },
    args: [
      ...words(`${createRole} with-resource --assume-role-policy-document`),
      trustWithResource,
    ],
    says: [
      '(MalformedPolicyDocument) when calling the CreateRole operation: Has prohibited field Resource',
    ],
    fix: {
      en: 'Leave Resource out: a trust policy is about the role that it is attached to',
      ja: 'Resource を書かない。信頼ポリシーの対象は、それがアタッチされたロールそのもの',
    },
  }),
  outside({
    id: '002-3',
    title: { en: 'A role name of 65 characters', ja: '65 文字のロール名' },
    args: words(
      `${createRole} ${'r'.repeat(65)} --assume-role-policy-document file://trustpolicy.json`,
    ),
    says: [
      "(ValidationError) when calling the CreateRole operation: 1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
    ],
    fix: { en: 'At most 64 characters', ja: '64 文字以内にする' },
  }),
  outside({
    id: '002-5',
    title: { en: 'A role that does not exist', ja: '存在しないロール' },
    args: words('aws iam list-attached-role-policies --role-name nobody'),
    says: ['(NoSuchEntity)', 'The role with name nobody cannot be found.'],
    fix: {
      en: 'Look the name up: aws iam list-roles (names, unlike ARNs, have no path)',
      ja: '名前を確認する: aws iam list-roles(名前にはパスを含めない)',
    },
  }),
  outside({
    id: '002-6',
    title: {
      en: 'An instance profile name that is taken',
      ja: '既にあるインスタンスプロファイル名',
    },
    args: words(
      'aws iam create-instance-profile --instance-profile-name umemoto-wordpress-profile',
    ),
    says: [
      '(EntityAlreadyExists) when calling the CreateInstanceProfile operation: Instance Profile umemoto-wordpress-profile already exists.',
    ],
    fix: { en: 'Choose another name', ja: '別の名前にする' },
  }),
  setUp(
    '002-7',
    { en: 'Create a second role', ja: '2 つ目のロールを作成' },
    words(
      `${createRole} umemoto-second-role --assume-role-policy-document file://trustpolicy.json`,
    ),
    { undo: [words('aws iam delete-role --role-name umemoto-second-role')] },
  ),
  outside({
    id: '002-7',
    title: {
      en: 'A second role in the instance profile',
      ja: 'インスタンスプロファイルに 2 つ目のロール',
    },
    args: words(
      'aws iam add-role-to-instance-profile --instance-profile-name umemoto-wordpress-profile --role-name umemoto-second-role',
    ),
    says: [
      '(LimitExceeded) when calling the AddRoleToInstanceProfile operation: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    ],
    fix: {
      en: 'Remove the first role (remove-role-from-instance-profile), or attach both policies to one role',
      ja: '先のロールを外す(remove-role-from-instance-profile)か、1 つのロールに両方のポリシーをアタッチする',
    },
  }),
];

function userPolicy(title: Title, document: string, undo?: Step['undo']): Step {
  return setUp(
    '002-10',
    title,
    [
      ...words('aws iam put-user-policy --user-name umemoto --policy-name launch'),
      '--policy-document',
      document,
    ],
    undo === undefined ? {} : { undo },
  );
}

function launchRefused(title: Title, action: string, fix: Title): Step {
  return byUser({
    id: '002-10',
    title,
    args: runInstances(),
    says: [
      '(UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation.',
      because(action),
    ],
    deniedAction: action,
    fix,
  });
}

const user: readonly Step[] = [
  setUp(
    '002-9',
    { en: 'Create the IAM user umemoto', ja: 'IAM ユーザー umemoto を作成' },
    words('aws iam create-user --user-name umemoto'),
    { undo: [words('aws iam delete-user --user-name umemoto')] },
  ),
  setUp(
    '002-9',
    { en: 'Create an access key for it', ja: 'そのアクセスキーを作成' },
    words('aws iam create-access-key --user-name umemoto'),
    {
      learns: {
        userKeyId: ['AccessKey', 'AccessKeyId'],
        userSecret: ['AccessKey', 'SecretAccessKey'],
      },
      undo: [words('aws iam delete-access-key --user-name umemoto --access-key-id <userKeyId>')],
    },
  ),
  byUser({
    id: '002-9',
    title: { en: 'A bucket without s3:CreateBucket', ja: 's3:CreateBucket なしでバケットを作成' },
    args: words('aws s3 mb s3://ut-wordpress-s3-of-umemoto'),
    says: ['(AccessDenied)', because('s3:CreateBucket')],
    deniedAction: 's3:CreateBucket',
    fix: {
      en: 'Allow the user s3:CreateBucket on arn:aws:s3:::ut-wordpress-s3-of-umemoto',
      ja: 'ユーザーに arn:aws:s3:::ut-wordpress-s3-of-umemoto への s3:CreateBucket を許可する',
    },
  }),
  userPolicy(
    {
      en: 'Allow the user ec2:RunInstances and ec2:CreateTags',
      ja: 'ユーザーに ec2:RunInstances と ec2:CreateTags を許可',
    },
    launchWithoutPassRole,
    [words('aws iam delete-user-policy --user-name umemoto --policy-name launch')],
  ),
  launchRefused(
    { en: 'Launch without iam:PassRole', ja: 'iam:PassRole なしで起動' },
    'iam:PassRole',
    {
      en: "Allow iam:PassRole on the role's ARN, with the condition iam:PassedToService = ec2.amazonaws.com",
      ja: 'ロールの ARN に iam:PassRole を許可する(条件 iam:PassedToService = ec2.amazonaws.com)',
    },
  ),
  userPolicy(
    {
      en: 'Add iam:PassRole, but to ecs-tasks.amazonaws.com',
      ja: 'iam:PassRole を追加。ただし渡す先は ecs-tasks.amazonaws.com',
    },
    launchWithPassRoleToTasks,
  ),
  launchRefused(
    {
      en: 'Launch with iam:PassRole to another service',
      ja: '別のサービスへの iam:PassRole で起動',
    },
    'iam:PassRole',
    {
      en: 'The value of iam:PassedToService has to be ec2.amazonaws.com',
      ja: 'iam:PassedToService の値を ec2.amazonaws.com にする',
    },
  ),
  userPolicy(
    {
      en: 'iam:PassRole to ec2.amazonaws.com, but no ec2:CreateTags',
      ja: 'iam:PassRole は ec2.amazonaws.com へ。ただし ec2:CreateTags がない',
    },
    launchWithoutTags,
  ),
  launchRefused(
    { en: 'Launch with tags without ec2:CreateTags', ja: 'ec2:CreateTags なしでタグを付けて起動' },
    'ec2:CreateTags',
    {
      en: 'Allow ec2:CreateTags, with the condition ec2:CreateAction = RunInstances',
      ja: 'ec2:CreateTags を許可する(条件 ec2:CreateAction = RunInstances)',
    },
  ),
];

const inTheInstance: readonly Step[] = [
  setUp('002-11', { en: 'Make a file', ja: 'ファイルを作成' }, words('touch test.txt'), {
    where: 'in the instance',
  }),
  setUp(
    '002-11',
    { en: 'Upload it to S3', ja: 'ファイルを S3 に転送' },
    words('aws s3 cp test.txt s3://ut-wordpress-s3'),
    { where: 'in the instance' },
  ),
  setUp(
    '002-11',
    { en: 'Create another bucket', ja: '別のバケットを作成' },
    words('aws s3 mb s3://ut-wordpress-s3-other'),
    { undo: [words('aws s3 rb s3://ut-wordpress-s3-other --force')] },
  ),
  inside({
    id: '002-11',
    title: { en: 'List another bucket', ja: '別のバケットの一覧' },
    args: words('aws s3 ls s3://ut-wordpress-s3-other'),
    says: ['(AccessDenied) when calling the ListObjectsV2 operation', because('s3:ListBucket')],
    deniedAction: 's3:ListBucket',
    fix: {
      en: 'Add arn:aws:s3:::ut-wordpress-s3-other to the Resource of the first statement',
      ja: '1 つ目のステートメントの Resource に arn:aws:s3:::ut-wordpress-s3-other を加える',
    },
  }),
  inside({
    id: '002-11',
    title: { en: 'List the roles', ja: 'ロールの一覧' },
    args: words('aws iam list-roles'),
    says: ['(AccessDenied) when calling the ListRoles operation', because('iam:ListRoles')],
    deniedAction: 'iam:ListRoles',
    fix: {
      en: 'Allow the role iam:ListRoles, if the instance really needs it',
      ja: 'インスタンスに本当に必要なら、ロールに iam:ListRoles を許可する',
    },
  }),
  inside({
    id: '002-12',
    title: { en: 'Read metrics', ja: 'メトリクスの読み取り' },
    args: words(
      'aws cloudwatch get-metric-data --metric-data-queries [] --start-time 2026-01-01T00:00:00Z --end-time 2026-01-02T00:00:00Z',
    ),
    says: ['(AccessDenied)', because('cloudwatch:GetMetricData')],
    deniedAction: 'cloudwatch:GetMetricData',
    fix: {
      en: 'Allow the role cloudwatch:GetMetricData: PutMetricData only writes',
      ja: 'ロールに cloudwatch:GetMetricData を許可する。PutMetricData は書き込みだけ',
    },
  }),
];

function rolePolicy(title: Title, document: string, undo?: Step['undo']): Step {
  return setUp(
    '002-11',
    title,
    [
      ...words('aws iam put-role-policy --role-name umemoto-wordpress-role --policy-name s3'),
      '--policy-document',
      document,
    ],
    undo === undefined ? {} : { undo },
  );
}

const attachment =
  '--role-name umemoto-wordpress-role --policy-arn arn:aws:iam::<account>:policy/S3-Wordpress-ut';
const upload = 'aws s3 cp test.txt s3://ut-wordpress-s3';
const bothArns: Title = {
  en: 'Name the bucket (…:::ut-wordpress-s3) for ListBucket and its objects (…:::ut-wordpress-s3/*) for PutObject, as s3policy.json does',
  ja: 's3policy.json のように、ListBucket にはバケット(…:::ut-wordpress-s3)、PutObject にはオブジェクト(…:::ut-wordpress-s3/*)を指定する',
};

const lessForTheRole: readonly Step[] = [
  setUp(
    '002-11',
    { en: 'Detach S3-Wordpress-ut from the role', ja: 'ロールから S3-Wordpress-ut をデタッチ' },
    words(`aws iam detach-role-policy ${attachment}`),
    { undo: [words(`aws iam attach-role-policy ${attachment}`)] },
  ),
  inside({
    id: '002-11',
    title: { en: 'Upload without the S3 policy', ja: 'S3 のポリシーなしで転送' },
    args: words(upload),
    says: [
      'upload failed: ./test.txt to s3://ut-wordpress-s3/test.txt',
      '(AccessDenied) when calling the PutObject operation: User: arn:aws:sts::<account>:assumed-role/umemoto-wordpress-role/<instance> is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::ut-wordpress-s3/test.txt" because no identity-based policy allows the s3:PutObject action',
    ],
    deniedAction: 's3:PutObject',
    fix: {
      en: 'aws iam attach-role-policy with the policy S3-Wordpress-ut',
      ja: 'aws iam attach-role-policy でポリシー S3-Wordpress-ut をアタッチする',
    },
  }),
  rolePolicy(
    { en: 'Allow the role s3:PutObject only', ja: 'ロールに s3:PutObject だけを許可' },
    putOnly,
    [words('aws iam delete-role-policy --role-name umemoto-wordpress-role --policy-name s3')],
  ),
  inside({
    id: '002-11',
    title: { en: 'Copy from S3 without s3:GetObject', ja: 's3:GetObject なしで S3 からコピー' },
    args: words('aws s3 cp s3://ut-wordpress-s3/test.txt ./'),
    says: ['fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden'],
    deniedAction: 's3:GetObject',
    fix: {
      en: 'Allow s3:GetObject on arn:aws:s3:::ut-wordpress-s3/*: HeadObject asks for it too',
      ja: 'arn:aws:s3:::ut-wordpress-s3/* への s3:GetObject を許可する。HeadObject にも必要',
    },
  }),
  inside({
    id: '002-11',
    title: {
      en: 'Write with an ACL without s3:PutObjectAcl',
      ja: 's3:PutObjectAcl なしで ACL 付きの書き込み',
    },
    args: words(
      'aws s3api put-object --bucket ut-wordpress-s3 --key acl.txt --acl bucket-owner-full-control',
    ),
    says: ['(AccessDenied) when calling the PutObject operation', because('s3:PutObjectAcl')],
    deniedAction: 's3:PutObjectAcl',
    fix: {
      en: 'Allow s3:PutObjectAcl, or leave --acl out',
      ja: 's3:PutObjectAcl を許可するか、--acl を付けない',
    },
  }),
  rolePolicy(
    { en: 'Allow the role s3:GetObject only', ja: 'ロールに s3:GetObject だけを許可' },
    getOnly,
  ),
  inside({
    id: '002-11',
    title: {
      en: 'A key that does not exist, without s3:ListBucket: 403, not 404',
      ja: 's3:ListBucket なしで存在しないキー: 404 ではなく 403',
    },
    args: words('aws s3 cp s3://ut-wordpress-s3/none.txt ./'),
    says: ['An error occurred (403) when calling the HeadObject operation: Forbidden'],
    deniedAction: 's3:ListBucket',
    fix: {
      en: 'Allow s3:ListBucket on the bucket: only then S3 says that a key does not exist',
      ja: 'バケットへの s3:ListBucket を許可する。許可されていて初めて、キーがないことが分かる',
    },
  }),
  rolePolicy(
    { en: 'N7: a policy on the bucket only', ja: 'N7: バケットだけを指定したポリシー' },
    bucketOnly,
  ),
  inside({
    id: '002-11',
    title: { en: 'N7: upload with it', ja: 'N7: そのポリシーで転送' },
    args: words(upload),
    says: ['upload failed', because('s3:PutObject')],
    deniedAction: 's3:PutObject',
    fix: bothArns,
  }),
  rolePolicy(
    { en: 'N7: a policy on the objects only', ja: 'N7: オブジェクトだけを指定したポリシー' },
    objectsOnly,
  ),
  inside({
    id: '002-11',
    title: { en: 'N7: list the bucket with it', ja: 'N7: そのポリシーでバケットの一覧' },
    args: words('aws s3 ls s3://ut-wordpress-s3'),
    says: ['(AccessDenied) when calling the ListObjectsV2 operation', because('s3:ListBucket')],
    deniedAction: 's3:ListBucket',
    fix: bothArns,
  }),
];

/** All of them, in an order in which each has what it needs. */
export const refusals002: readonly Step[] = [
  ...policies,
  ...roles,
  ...user,
  ...inTheInstance,
  ...lessForTheRole,
];

/** Further names that must be free. */
export const takenByRefusals002 = [
  {
    what: 'role umemoto-second-role',
    args: words('aws iam get-role --role-name umemoto-second-role'),
  },
  { what: 'user umemoto', args: words('aws iam get-user --user-name umemoto') },
  {
    what: 'bucket ut-wordpress-s3-other',
    args: words('aws s3api head-bucket --bucket ut-wordpress-s3-other'),
  },
] as const;
