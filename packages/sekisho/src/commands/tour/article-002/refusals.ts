/** The refusals of article 002: what AWS refuses, in its words, and what would make it succeed. */

import { outside, setUp } from '../refusal.ts';
import { type Step, words } from '../step.ts';
import { trustWithResource } from './documents.ts';
import { instanceRefusals, lesserRoleRefusals } from './refusals-instance.ts';
import { userRefusals } from './refusals-user.ts';

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

/** All of them, in an order in which each has what it needs. */
export const refusals002: readonly Step[] = [
  ...policies,
  ...roles,
  ...userRefusals,
  ...instanceRefusals,
  ...lesserRoleRefusals,
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
