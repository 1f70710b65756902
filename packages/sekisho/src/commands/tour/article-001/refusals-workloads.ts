/** Article 001 refused: Terraform's files as written, launches, removals, instance and task. */
import { because, by, inside, inTask, outside, setUp } from '../refusal.ts';
import { type Step, words } from '../step.ts';
import { registerTaskDefinition } from './creation.ts';
import { instancePolicy } from './documents.ts';
import { user } from './step-forms.ts';

const terraform = { tool: { name: 'terraform', is: 'usable' } } as const;

/** They need Terraform with its provider. */
export const terraformRefusals: readonly Step[] = [
  {
    ...outside({
      id: '001-7',
      title: {
        en: 'Terraform: `...` in the instance, as written',
        ja: 'Terraform: 記事のままの `...`',
      },
      args: words('terraform -chdir=as-written init -no-color'),
      says: ['Error: Argument or block definition required', 'on main.tf line 64'],
      fix: { en: 'ami and instance_type, at least', ja: '少なくとも ami と instance_type を書く' },
    }),
    ...terraform,
  },
  setUp(
    '001-9',
    { en: 'Fill that in, and init', ja: 'そこを埋めて init' },
    words('terraform -chdir=filled-in init -no-color'),
    terraform,
  ),
  {
    ...outside({
      id: '001-9',
      title: { en: 'D11: Terraform: a comma too many', ja: 'D11: Terraform: 余分なカンマ' },
      args: words('terraform -chdir=filled-in validate -no-color'),
      says: ['"policy" contains an invalid JSON policy: invalid character', 'byte offset 122'],
      fix: { en: 'No comma after the last action', ja: '最後のアクションの後にカンマを付けない' },
    }),
    ...terraform,
  },
];

const conflict = (
  id: string,
  title: Step['title'],
  command: string,
  says: string,
  fix: Step['title'],
) => outside({ id, title, args: words(command), says: ['(DeleteConflict)', says], fix });

/** They need what the files create. */
export const creationRefusals: readonly Step[] = [
  outside({
    id: '001-9',
    title: { en: 'D11: the API: a comma too many', ja: 'D11: API: 余分なカンマ' },
    args: words(
      'aws iam create-policy --policy-name Test-refused --policy-document file://task-role-policy-as-written.json',
    ),
    says: ['(MalformedPolicyDocument)', 'Syntax errors in policy.'],
    fix: { en: 'No comma after the last action', ja: '最後のアクションの後にカンマを付けない' },
  }),
  conflict(
    '001-4',
    { en: 'Delete the role first', ja: '先にロールを削除' },
    'aws iam delete-role --role-name ec2_instance_role',
    'Cannot delete entity, must detach all policies first.',
    { en: 'aws iam detach-role-policy before it', ja: '先に aws iam detach-role-policy' },
  ),
  conflict(
    '001-5',
    { en: 'Delete the policy first', ja: '先にポリシーを削除' },
    'aws iam delete-policy --policy-arn arn:aws:iam::<account>:policy/task_role_policy',
    'Cannot delete a policy attached to entities.',
    { en: 'aws iam detach-role-policy before it', ja: '先に aws iam detach-role-policy' },
  ),
  conflict(
    '001-6',
    { en: 'Delete the instance profile first', ja: '先にインスタンスプロファイルを削除' },
    'aws iam delete-instance-profile --instance-profile-name ecs_container_instance_profile',
    'Cannot delete entity, must remove roles from instance profile first.',
    {
      en: 'aws iam remove-role-from-instance-profile before it',
      ja: '先に aws iam remove-role-from-instance-profile',
    },
  ),
  setUp(
    '001-7',
    { en: 'Create a profile without role', ja: 'ロールのないプロファイルを作成' },
    words('aws iam create-instance-profile --instance-profile-name Test-empty'),
    {
      undo: [words('aws iam delete-instance-profile --instance-profile-name Test-empty')],
    },
  ),
  ...(
    [
      [
        'nobody',
        { en: 'Launch with a profile that is not there', ja: '存在しないプロファイルで起動' },
        'Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
        {
          en: 'aws iam create-instance-profile before it',
          ja: '先に aws iam create-instance-profile',
        },
      ],
      [
        'Test-empty',
        { en: 'Launch with a profile without role', ja: 'ロールのないプロファイルで起動' },
        'has no associated IAM Roles',
        {
          en: 'aws iam add-role-to-instance-profile before it',
          ja: '先に aws iam add-role-to-instance-profile',
        },
      ],
    ] as const
  ).map(([profile, title, says, fix]) =>
    outside({
      id: '001-7',
      title,
      args: words(
        `aws ec2 run-instances --image-id ami-0cbec04a61be382d9 --instance-type t2.micro --iam-instance-profile Name=${profile}`,
      ),
      says: ['(InvalidParameterValue)', says],
      fix,
    }),
  ),
  setUp(
    '001-11',
    {
      en: 'Allow the user ecs:RegisterTaskDefinition',
      ja: 'ユーザーに ecs:RegisterTaskDefinition を許可',
    },
    [
      ...words('aws iam put-user-policy --user-name user-name --policy-name register'),
      '--policy-document',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:RegisterTaskDefinition","Resource":"*"}]}',
    ],
    { undo: [words('aws iam delete-user-policy --user-name user-name --policy-name register')] },
  ),
  by(user, {
    id: '001-11',
    title: {
      en: 'Register the task definition without iam:PassRole',
      ja: 'iam:PassRole なしでタスク定義を登録',
    },
    args: words(registerTaskDefinition),
    says: [
      'is not authorized to perform: iam:PassRole on resource: arn:aws:iam::<account>:role/task_role',
    ],
    deniedAction: 'iam:PassRole',
    fix: {
      en: 'Allow iam:PassRole on the task role, with iam:PassedToService ecs-tasks.amazonaws.com',
      ja: 'タスクロールへの iam:PassRole を許可する(iam:PassedToService は ecs-tasks.amazonaws.com)',
    },
  }),
];

const versions = '--policy-arn arn:aws:iam::<account>:policy/ecs_container_instance_policy';

/** They need the instance in its cluster, and the task on it. */
export const workloadRefusals: readonly Step[] = [
  inTask({
    id: '001-10',
    title: { en: 'The task reads an object', ja: 'タスクからオブジェクトを読む' },
    args: words(
      'aws s3api get-object --bucket article-001-<account> --key trust-ec2.json out.json',
    ),
    says: ['(AccessDenied) when calling the GetObject operation', because('s3:GetObject')],
    deniedAction: 's3:GetObject',
    fix: {
      en: 'Allow the task role s3:GetObject: s3:List* lists, it does not read',
      ja: 'タスクロールに s3:GetObject を許可する。s3:List* は一覧だけで、読み取りは含まない',
    },
  }),
  setUp(
    '001-12',
    {
      en: 'Take ecs:RegisterContainerInstance out of the policy',
      ja: 'ポリシーから ecs:RegisterContainerInstance を除く',
    },
    [
      ...words(`aws iam create-policy-version ${versions} --set-as-default --policy-document`),
      instancePolicy.replace(/\s*"ecs:RegisterContainerInstance",/, ''),
    ],
    {
      undo: [
        words(`aws iam set-default-policy-version ${versions} --version-id v1`),
        words(`aws iam delete-policy-version ${versions} --version-id v2`),
      ],
    },
  ),
  inside({
    id: '001-12',
    title: { en: 'Register the instance without it', ja: 'それなしでインスタンスを登録' },
    args: words('bash register-container-instance.sh default'),
    says: ['(AccessDeniedException)', because('ecs:RegisterContainerInstance')],
    deniedAction: 'ecs:RegisterContainerInstance',
    fix: {
      en: 'Allow the role of the instance ecs:RegisterContainerInstance',
      ja: 'インスタンスのロールに ecs:RegisterContainerInstance を許可する',
    },
  }),
  {
    ...inside({
      id: '001-13',
      title: { en: 'Metadata by version 1 (IMDSv1)', ja: 'IMDSv1 でメタデータを取得' },
      args: [
        'sh',
        '-c',
        'curl -sSf "${AWS_EC2_METADATA_SERVICE_ENDPOINT%/}/latest/meta-data/iam/security-credentials/"',
      ],
      says: ['401'],
      fix: {
        en: 'Ask for a token first (PUT /latest/api/token); the AWS SDKs do',
        ja: '先にトークンを取得する(PUT /latest/api/token)。AWS SDK はそうしている',
      },
    }),
    program: 'curl',
  },
  setUp(
    '001-13',
    { en: 'Launch an instance without profile', ja: 'プロファイルなしでインスタンスを起動' },
    words('aws ec2 run-instances --image-id ami-0cbec04a61be382d9 --instance-type t2.micro'),
    {
      learns: { bare: ['Instances', 0, 'InstanceId'] },
      undo: [words('aws ec2 terminate-instances --instance-ids <bare>')],
    },
  ),
  setUp(
    '001-13',
    { en: 'Wait until it runs', ja: '起動するまで待つ' },
    words('aws ec2 wait instance-running --instance-ids <bare>'),
  ),
  outside({
    id: '001-13',
    title: { en: 'It has no credentials', ja: '認証情報がない' },
    args: words('sekisho instance exec <bare> -- aws sts get-caller-identity'),
    says: ['Unable to locate credentials'],
    fix: {
      en: 'aws ec2 associate-iam-instance-profile',
      ja: 'aws ec2 associate-iam-instance-profile で付ける',
    },
  }),
];
