/** 000-14 in part: a job of a workflow file, from its token to what its role may and may not do. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCredentialsAction } from './credentials-action.harness.ts';
import {
  type ClientResult,
  cleanEnvironment,
  commandArguments,
  findAwsClis,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

const account = '123456789012';
const roleArn = `arn:aws:iam::${account}:role/github-deploy`;
const issuer = 'token.actions.githubusercontent.com';
const cli = findAwsClis().find(({ needsEndpointFlag }) => !needsEndpointFlag);

let sekisho: Sekisho;

const workflow = (permissions: string, environment = ''): string => `name: Deploy
on: push
permissions: ${permissions}
jobs:
  deploy:
    runs-on: ubuntu-latest
${environment}    steps:
      - uses: actions/checkout@v5
      - name: Credentials
        uses: octo/assume-role@v1
        with: { role-to-assume: '${roleArn}', aws-region: us-east-1 }
      - name: Identity
        run: aws sts get-caller-identity --query Arn --output text
      - name: Forbidden
        run: aws iam list-users
`;

function run(text: string, ...args: readonly string[]): ClientResult {
  writeFileSync(join(sekisho.folder, 'deploy.yml'), text);
  const own = ['--repo', 'octo-org/flask-app', '--actions', 'actions', '--data-dir', 'data'];
  const all = ['github', 'run', 'deploy.yml', ...own, '--skip', 'actions/checkout', ...args];
  return runClient(process.execPath, [...commandArguments, ...all, '--lang', 'en'], {
    env: { ...cleanEnvironment(), AWS_ENDPOINT_URL: sekisho.endpoint },
    folder: sekisho.folder,
  });
}

beforeAll(async () => {
  sekisho = await startSekisho('--github-issuer', 'local');
  const file = readFileSync(sekisho.credentialsFile, 'utf8');
  const iam = new IAMClient({
    endpoint: sekisho.endpoint,
    region: 'us-east-1',
    credentials: {
      accessKeyId: /aws_access_key_id = (\S+)/.exec(file)?.[1] ?? '',
      secretAccessKey: /aws_secret_access_key = (\S+)/.exec(file)?.[1] ?? '',
    },
  });
  const ClientIDList = ['sts.amazonaws.com'];
  await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: `https://${issuer}`, ClientIDList }),
  );
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
        StringLike: { [`${issuer}:sub`]: 'repo:octo-org/flask-app:ref:refs/heads/main' },
      },
    },
  });
  await iam.send(new CreateRoleCommand({ RoleName: 'github-deploy', AssumeRolePolicyDocument }));
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'github-deploy',
      PolicyName: 'deploy',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'iam:GetRole', Resource: roleArn },
      }),
    }),
  );
  writeCredentialsAction(join(sekisho.folder, 'actions'), 'octo/assume-role');
});
afterAll(async () => {
  await sekisho.stop();
});

describe('000-14: a deploy job', () => {
  test.skipIf(cli === undefined)(
    'gets its role’s session, and what the role may not is refused',
    () => {
      const { code, stdout } = run(workflow('{ id-token: write, contents: read }'));
      expect(stdout).toContain(
        `\narn:aws:sts::${account}:assumed-role/github-deploy/GitHubActions\n`,
      );
      expect(stdout).toContain('is not authorized to perform: iam:ListUsers');
      expect(stdout).toContain('✗ deploy: failure');
      expect(code).toBe(1);
    },
  );

  test('without id-token: write has no token, as on GitHub', () => {
    const { code, stdout } = run(workflow('{ contents: read }'));
    expect(stdout).toContain('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
    expect(stdout).toContain('▸ [3/4] Identity – skipped');
    expect(code).toBe(1);
  });

  test.each([
    ['an environment of its own', '    environment: prod\n', []],
    ['another branch', '', ['--ref', 'refs/heads/dev']],
    ['a pull request', '', ['--event', 'pull_request']],
    ['immutable ids', '', ['--immutable-ids']],
    ['an environment of the command line', '', ['--environment', 'prod']],
  ])('with %s is not trusted', (_, environment, args) => {
    const { code, stdout } = run(workflow('write-all', environment), ...args);
    expect(stdout).toContain(
      'Error: Could not assume role with OIDC: Not authorized to perform ' +
        'sts:AssumeRoleWithWebIdentity\n',
    );
    expect(code).toBe(1);
  });
});
