/** Article 001 refused: trust policies that are none, and roles that may not be assumed. */
import { because, by, outside, setUp } from '../refusal.ts';
import { type Step, words } from '../step.ts';
import { assume, session, user } from './step-forms.ts';

const createRole = (document: string): readonly string[] => [
  ...words('aws iam create-role --role-name Test-refused --assume-role-policy-document'),
  document,
];
const trust = (principal: object, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal, ...more },
  });
const malformed = '(MalformedPolicyDocument) when calling the CreateRole operation: ';

/** D9, D10, D12, and a service that does not exist. */
export const trustRefusals: readonly Step[] = [
  outside({
    id: '001-1',
    title: {
      en: 'D9: the first JSON as written, with Resource',
      ja: 'D9: 最初の JSON をそのまま使う(Resource を含む)',
    },
    args: createRole('file://trust-user-as-written.json'),
    says: [`${malformed}Has prohibited field Resource`],
    fix: {
      en: 'Leave Resource out: a trust policy is about the role that it is attached to',
      ja: 'Resource を書かない。信頼ポリシーの対象は、それがアタッチされたロールそのもの',
    },
  }),
  outside({
    id: '001-1',
    title: { en: 'D10: its placeholder principal', ja: 'D10: 仮のままのプリンシパル' },
    args: createRole(trust({ AWS: 'arn:aws:iam::AWS-account-ID:user/user-name' })),
    says: [
      `${malformed}Invalid principal in policy: "AWS":"arn:aws:iam::AWS-account-ID:user/user-name"`,
    ],
    fix: {
      en: 'Write the account’s twelve digits, and the name of a user that exists',
      ja: 'アカウント ID の 12 桁と、実在するユーザーの名前を書く',
    },
  }),
  setUp(
    '001-1',
    { en: 'Create a group', ja: 'グループを作成' },
    words('aws iam create-group --group-name Test-group'),
    { undo: [words('aws iam delete-group --group-name Test-group')] },
  ),
  outside({
    id: '001-1',
    title: { en: 'D12: a group as principal', ja: 'D12: グループをプリンシパルに指定' },
    args: createRole(trust({ AWS: 'arn:aws:iam::<account>:group/Test-group' })),
    says: ['Invalid principal in policy: "AWS":"arn:aws:iam::<account>:group/Test-group"'],
    fix: {
      en: 'Groups are no principals: name the users, or the account and give the group sts:AssumeRole',
      ja: 'グループはプリンシパルではない。ユーザーを指定するか、アカウントを指定してグループに sts:AssumeRole を許可する',
    },
  }),
  outside({
    id: '001-3',
    title: { en: 'A service that does not exist', ja: '存在しないサービス' },
    args: createRole(trust({ Service: 'ec2.amazon.com' })),
    says: ['Invalid principal in policy: "SERVICE":"ec2.amazon.com"'],
    fix: { en: 'EC2 is ec2.amazonaws.com', ja: 'EC2 は ec2.amazonaws.com' },
  }),
];

const notAuthorized = (arn: string, role: string): string =>
  `User: ${arn} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::<account>:role/${role}`;
const userArn = 'arn:aws:iam::<account>:user/user-name';
const sessionArn = 'arn:aws:sts::<account>:assumed-role/Test1/work';

/** They need the user, Test1 and its session, and Test2. */
export const assumeRefusals: readonly Step[] = [
  by(user, {
    id: '001-2',
    title: { en: 'Assume a role that trusts EC2 only', ja: 'EC2 だけを信頼するロールを引き受ける' },
    args: assume('Test2', 'none').args,
    says: ['(AccessDenied)', notAuthorized(userArn, 'Test2')],
    deniedAction: 'sts:AssumeRole',
    fix: {
      en: 'Name the user in the role’s trust policy: aws iam update-assume-role-policy',
      ja: 'ロールの信頼ポリシーにユーザーを書く: aws iam update-assume-role-policy',
    },
  }),
  by(session, {
    id: '001-2',
    title: {
      en: 'The role assumes itself, which its trust policy does not say',
      ja: 'ロールが自分自身を引き受ける(信頼ポリシーに記載なし)',
    },
    args: assume('Test1', 'none').args,
    says: ['(AccessDenied)', notAuthorized(sessionArn, 'Test1')],
    deniedAction: 'sts:AssumeRole',
    fix: {
      en: 'Name the role itself in its trust policy, and allow it sts:AssumeRole',
      ja: '信頼ポリシーにそのロール自身を書き、sts:AssumeRole を許可する',
    },
  }),
  setUp(
    '001-2',
    { en: 'Allow the user iam:ListUsers', ja: 'ユーザーに iam:ListUsers を許可' },
    [
      ...words('aws iam put-user-policy --user-name user-name --policy-name list-users'),
      '--policy-document',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]}',
    ],
    {
      undo: [words('aws iam delete-user-policy --user-name user-name --policy-name list-users')],
    },
  ),
  by(session, {
    id: '001-2',
    title: {
      en: 'Note 4: as the role, the user’s own permissions are not there',
      ja: '注 4: ロールを引き受けている間、元の権限は使えない',
    },
    args: words('aws iam list-users'),
    says: ['(AccessDenied)', because('iam:ListUsers')],
    deniedAction: 'iam:ListUsers',
    fix: {
      en: 'Sign with the user’s own key, or allow the role iam:ListUsers',
      ja: 'ユーザー自身のキーで署名するか、ロールに iam:ListUsers を許可する',
    },
  }),
];

const remake = 'aws iam create-role --role-name Test3 --assume-role-policy-document';
const asOld = {
  key: 'old',
  name: { en: 'the old session of Test3', ja: 'Test3 の古いセッション' },
} as const;
const asNew = {
  key: 'remade',
  name: { en: 'the new session of Test3', ja: 'Test3 の新しいセッション' },
} as const;
const session3 = (key: string): Partial<Step> => ({
  learns: assume('Test3', key).learns ?? {},
  by: user,
});

/** A role that is deleted, and made again under its name. */
export const remadeRefusals: readonly Step[] = [
  setUp(
    '001-14',
    { en: 'Create the role Test3', ja: 'ロール Test3 を作成' },
    [...words(remake), 'file://trust-user.json'],
    { undo: [words('aws iam delete-role --role-name Test3')] },
  ),
  setUp(
    '001-14',
    { en: 'Create the role Test4, which trusts Test3', ja: 'Test3 を信頼するロール Test4 を作成' },
    [
      ...words('aws iam create-role --role-name Test4 --assume-role-policy-document'),
      trust({ AWS: 'arn:aws:iam::<account>:role/Test3' }),
    ],
    { undo: [words('aws iam delete-role --role-name Test4')] },
  ),
  setUp(
    '001-14',
    { en: 'Assume Test3', ja: 'Test3 を引き受ける' },
    assume('Test3', 'old').args,
    session3('old'),
  ),
  setUp(
    '001-14',
    { en: 'Delete Test3', ja: 'Test3 を削除' },
    words('aws iam delete-role --role-name Test3'),
  ),
  setUp(
    '001-14',
    { en: 'Make Test3 again', ja: 'Test3 を作り直す' },
    [...words(remake), 'file://trust-user.json'],
    { undo: [] },
  ),
  by(asOld, {
    id: '001-14',
    title: { en: 'The old session is no one’s', ja: '古いセッションはもう使えない' },
    args: words('aws sts get-caller-identity'),
    says: ['(InvalidClientTokenId)'],
    fix: {
      en: 'Assume the role again: a role with the same name is another role',
      ja: 'もう一度ロールを引き受ける。同じ名前でも別のロール',
    },
  }),
  setUp(
    '001-14',
    { en: 'Assume the new Test3', ja: '新しい Test3 を引き受ける' },
    assume('Test3', 'remade').args,
    session3('remade'),
  ),
  by(asNew, {
    id: '001-14',
    title: {
      en: 'Test4 trusts the old role by its unique id (AROA…)',
      ja: 'Test4 が信頼するのは古いロールの一意の ID(AROA…)',
    },
    args: assume('Test4', 'none').args,
    says: [
      '(AccessDenied)',
      notAuthorized('arn:aws:sts::<account>:assumed-role/Test3/work', 'Test4'),
    ],
    deniedAction: 'sts:AssumeRole',
    fix: {
      en: 'Write the ARN into the trust policy of Test4 anew: aws iam update-assume-role-policy',
      ja: 'Test4 の信頼ポリシーに ARN を書き直す: aws iam update-assume-role-policy',
    },
  }),
];
