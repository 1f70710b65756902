/** The tour of article 000: a role for GitHub Actions that deploys to ECS. */
import { quiet, type Taken, type Tour, words } from '../step.ts';
import { authorPolicy, deployPolicy, taskTrustPolicy, trustPolicy } from './documents.ts';
import { foundation000 } from './foundation.ts';
import { imageFiles } from './image.ts';
import { refusals000 } from './refusals.ts';
import { steps000 } from './steps.ts';
import { deployWorkflow, startStopPolicy, taskDefinition } from './workload.ts';

const role = (name: string): Taken => ({
  what: `role ${name}`,
  args: words(`aws iam get-role --role-name ${name}`),
});

const taken: readonly Taken[] = [
  { what: 'user author', args: words('aws iam get-user --user-name author') },
  {
    what: 'policy article-000',
    args: words('aws iam get-policy --policy-arn arn:aws:iam::<account>:policy/article-000'),
  },
  ...['ecsTaskExecutionRole', 'flaskAppTaskRole', 'github-deploy', 'github-start-stop'].map(role),
  {
    what: 'identity provider token.actions.githubusercontent.com',
    args: words(
      'aws iam get-open-id-connect-provider --open-id-connect-provider-arn arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com',
    ),
  },
  {
    what: 'repository flask-app',
    args: words('aws ecr describe-repositories --repository-names flask-app'),
  },
];

/** Article 000. */
export const tour000: Tour = {
  article: '000',
  title: {
    en: 'AWS IAM for an application in production: GitHub Actions, ECR, ECS',
    ja: 'アプリ本番環境公開に向けて AWS IAM を設定する',
  },
  region: 'us-west-2',
  settings: new Map([['localIssuers', 'https://token.actions.githubusercontent.com']]),
  needs: [
    {
      args: words('sekisho oidc token --repo octo-org/flask-app'),
      advice: {
        en: 'the server takes tokens of GitHub itself only: start it with --github-issuer local, or let the tour start its own with --own',
        ja: 'サーバーは GitHub 自身のトークンだけを受け付けます。--github-issuer local で起動するか、--own で専用のサーバーを使ってください',
      },
    },
  ],
  steps: steps000,
  refusals: [...quiet(foundation000), ...refusals000],
  files: new Map([
    ['author-policy.json', authorPolicy],
    ['task-trust-policy.json', taskTrustPolicy],
    ['trust-policy-as-written.json', trustPolicy],
    ['deploy-policy-as-written.json', deployPolicy],
    ['start-stop-policy.json', startStopPolicy],
    ['taskdef.json', taskDefinition],
    ['deploy-cli.yml', deployWorkflow],
    ...imageFiles,
  ]),
  placeholders: new Map([
    ['ACCOUNT_ID', '<account>'],
    ['REGION', 'us-west-2'],
    ['ORG', 'octo-org'],
    ['REPO_NAME', 'flask-app'],
    ['ECR_REPOSITORY', 'flask-app'],
    ['CLUSTER', 'portfolio'],
    ['SERVICE', 'flask'],
    ['TASK_FAMILY', 'flask-app'],
    ['TASK_EXECUTION_ROLE_ARN', 'arn:aws:iam::<account>:role/ecsTaskExecutionRole'],
    ['TASK_ROLE_ARN', 'arn:aws:iam::<account>:role/flaskAppTaskRole'],
  ]),
  taken,
  takenByRefusals: [role('misspelt')],
};
