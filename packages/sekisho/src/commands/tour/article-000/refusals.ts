/** The refusals of article 000 about identities: names, trust, tokens. */
import { because, by, outside, type Refusal, setUp, type Title } from '../refusal.ts';
import { type Step, words } from '../step.ts';
import { createProvider, powerUser } from './foundation.ts';
import { assumeDeployRole, author, tokenStep } from './job.ts';
import { deploymentRefusals } from './refusals-deployment.ts';

const names: readonly Step[] = [
  by(author, {
    id: '000-1',
    title: { en: 'The user creates a user', ja: 'ユーザーがユーザーを作成' },
    args: words('aws iam create-user --user-name other'),
    says: [
      '(AccessDenied) when calling the CreateUser operation: User: arn:aws:iam::<account>:user/author is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::<account>:user/other',
      because('iam:CreateUser'),
    ],
    deniedAction: 'iam:CreateUser',
    fix: {
      en: 'None is meant: author-policy.json allows what the article does, and no more',
      ja: '意図どおり。author-policy.json が許可するのは記事の操作だけ',
    },
  }),
  outside({
    id: '000-2',
    title: {
      en: 'The managed policy without its path service-role/',
      ja: 'パス service-role/ のない管理ポリシー名',
    },
    args: words(
      'aws iam attach-role-policy --role-name ecsTaskExecutionRole --policy-arn arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy',
    ),
    says: [
      '(NoSuchEntity)',
      'Policy arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy does not exist or is not attachable.',
    ],
    fix: {
      en: 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy',
      ja: 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy とする',
    },
  }),
  outside({
    id: '000-3',
    title: {
      en: 'A Fargate task of an ECR image without an execution role',
      ja: '実行ロールなしで ECR イメージの Fargate タスクを登録',
    },
    args: [
      ...words(`aws ecs register-task-definition --family without-role
        --requires-compatibilities FARGATE --network-mode awsvpc --cpu 256 --memory 512
        --container-definitions`),
      '[{"name":"app","image":"<account>.dkr.ecr.us-west-2.amazonaws.com/flask-app"}]',
    ],
    says: [
      '(ClientException)',
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ],
    fix: { en: 'executionRoleArn in taskdef.json', ja: 'taskdef.json に executionRoleArn を書く' },
  }),
  outside({
    id: '000-4',
    title: { en: 'The identity provider again', ja: '同じ ID プロバイダをもう一度作成' },
    args: words(createProvider),
    says: [
      '(EntityAlreadyExists)',
      'Provider with url https://token.actions.githubusercontent.com already exists.',
    ],
    fix: {
      en: 'One provider an account is enough: aws iam list-open-id-connect-providers',
      ja: 'アカウントに 1 つでよい: aws iam list-open-id-connect-providers',
    },
  }),
];

const trust = (audience: string, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: {
          Federated: 'arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com',
        },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { 'token.actions.githubusercontent.com:aud': audience },
          StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:octo-org/flask-app:*' },
        },
        ...more,
      },
    ],
  });

const notAuthorized =
  '(AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity';

/** STS is asked by nobody in particular: the token is all that it goes by. */
const refusedToken = (given: Pick<Refusal, 'id' | 'title' | 'fix'>, args = assumeDeployRole) =>
  outside({
    ...given,
    args,
    says: [notAuthorized],
    deniedAction: 'sts:AssumeRoleWithWebIdentity',
  });

const createRole = words('aws iam create-role --role-name misspelt --assume-role-policy-document');

const audience: readonly Step[] = [
  setUp(
    '000-5',
    {
      en: 'D1: a role with the audience of section 4, sts.amazon.com',
      ja: 'D1: 4 節の Audience、sts.amazon.com のロールを作成',
    },
    [...createRole, trust('sts.amazon.com')],
    { undo: [words('aws iam delete-role --role-name misspelt')] },
  ),
  refusedToken(
    {
      id: '000-5',
      title: { en: 'D1: the job assumes it', ja: 'D1: ジョブがそれを引き受ける' },
      fix: {
        en: 'sts.amazonaws.com, as section 3 says',
        ja: '3 節のとおり sts.amazonaws.com とする',
      },
    },
    assumeDeployRole.map((word) => word.replace('role/github-deploy', 'role/misspelt')),
  ),
  outside({
    id: '000-6',
    title: { en: 'D9: a trust policy with Resource', ja: 'D9: Resource を含む信頼ポリシー' },
    args: [
      ...words('aws iam update-assume-role-policy --role-name github-deploy --policy-document'),
      trust('sts.amazonaws.com', { Resource: '*' }),
    ],
    says: ['(MalformedPolicyDocument)', 'Has prohibited field Resource'],
    fix: {
      en: 'Leave Resource out: a trust policy is about the role that it is attached to',
      ja: 'Resource を書かない。信頼ポリシーの対象は、それがアタッチされたロールそのもの',
    },
  }),
];

function tokens(title: Title, fix: Title, ...args: readonly string[]): readonly Step[] {
  return [tokenStep(title, ...args), refusedToken({ id: '000-7', title, fix })];
}

const ids: Title = {
  en: 'The patterns with ids too, as trust-policy.json has them',
  ja: 'trust-policy.json のように、ID 付きのパターンも加える',
};

const subjects: readonly Step[] = [
  ...tokens(
    { en: 'A token of the branch dev', ja: 'dev ブランチのトークン' },
    {
      en: 'None is meant: only main and version tags deploy',
      ja: '意図どおり。デプロイするのは main とバージョンのタグだけ',
    },
    ...words('--ref refs/heads/dev'),
  ),
  ...tokens(
    { en: 'A token of a pull request', ja: 'pull request のトークン' },
    { en: 'None is meant: its subject is …:pull_request', ja: '意図どおり。sub は …:pull_request' },
    ...words('--event pull_request'),
  ),
  ...tokens(
    {
      en: 'A token of a job with environment: prod',
      ja: 'environment: prod のあるジョブのトークン',
    },
    {
      en: 'Add repo:octo-org/flask-app:environment:prod, or leave environment: out',
      ja: 'repo:octo-org/flask-app:environment:prod を加えるか、environment: を書かない',
    },
    ...words('--environment prod'),
  ),
  ...tokens(
    {
      en: 'D4: a token of a repository made after 15 July 2026',
      ja: 'D4: 2026 年 7 月 15 日より後に作られたリポジトリのトークン',
    },
    ids,
    ...words('--subject with-ids'),
  ),
];

const detach = `--role-name github-deploy ${powerUser}`;

/** All of them; the last ones need the inline policy alone. */
export const refusals000: readonly Step[] = [
  ...names,
  ...audience,
  ...subjects,
  setUp(
    '000-8',
    {
      en: 'D5: take PowerUser away, which makes the inline policy’s scope void',
      ja: 'D5: インラインポリシーの限定を無意味にする PowerUser を外す',
    },
    words(`aws iam detach-role-policy ${detach}`),
    { undo: [words(`aws iam attach-role-policy ${detach}`)] },
  ),
  ...deploymentRefusals,
];
