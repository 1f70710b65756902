/** Who acts in article 000, and how a job gets its session. */
import { addition, articleStep } from '../article-step.ts';
import { anything, json } from '../expectation.ts';
import { type Principal, type Step, words } from '../step.ts';

/** The user that does the article. */
export const author: Principal = {
  key: 'author',
  name: { en: 'the user author', ja: 'ユーザー author' },
};

/** The job's session of the deploy role. */
export const job: Principal = { key: 'job', name: { en: 'the job', ja: 'ジョブ' } };

/** The session of the role that starts and stops. */
export const operator: Principal = {
  key: 'operator',
  name: { en: 'the start/stop job', ja: '起動・停止のジョブ' },
};

/** Writes a job's token into the file `token`. */
export function tokenStep(title: Step['title'], ...args: readonly string[]): Step {
  const command = [...words('sekisho oidc token --repo octo-org/flask-app'), ...args];
  return articleStep('000-7', title, command, anything, { ...addition, writes: 'token' });
}

/** What configure-aws-credentials asks of STS. */
export const assumeDeployRole = assumeRole('github-deploy');

function assumeRole(name: string): readonly string[] {
  return words(`aws sts assume-role-with-web-identity --no-sign-request
    --role-arn arn:aws:iam::<account>:role/${name} --role-session-name GitHubActions
    --web-identity-token file://token`);
}

/** A step that learns the keys of a session. */
export function session(id: string, key: string, name: string, title: Step['title']): Step {
  return articleStep(
    id,
    title,
    assumeRole(name),
    json({
      AssumedRoleUser: { Arn: `arn:aws:sts::<account>:assumed-role/${name}/GitHubActions` },
    }),
    {
      learns: {
        [`${key}KeyId`]: ['Credentials', 'AccessKeyId'],
        [`${key}Secret`]: ['Credentials', 'SecretAccessKey'],
        [`${key}Token`]: ['Credentials', 'SessionToken'],
      },
    },
  );
}
