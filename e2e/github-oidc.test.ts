/** 000-4 to 000-7: GitHub's tokens through the real command, the AWS CLI, and GitHub's protocol. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aws,
  type ClientResult,
  cleanEnvironment,
  clientEnvironment,
  commandArguments,
  findAwsClis,
  root,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

const roleArn = 'arn:aws:iam::123456789012:role/github-deploy';
const sessionArn = 'arn:aws:sts::123456789012:assumed-role/github-deploy/GitHubActions';
const Url = 'https://token.actions.githubusercontent.com';
const repository = 'octo-org/flask-app';

/** Debian's 2.9 asks AWS itself for a profile's session, whatever the endpoint. */
const clis = findAwsClis().filter(({ needsEndpointFlag }) => !needsEndpointFlag);

let sekisho: Sekisho;
let rootKey: { accessKeyId: string; secretAccessKey: string };

const command = (args: readonly string[], input?: string) =>
  runClient(
    process.execPath,
    [...commandArguments, ...args, ...(input === undefined ? [] : [input])],
    {
      env: { ...cleanEnvironment(), AWS_ENDPOINT_URL: sekisho.endpoint },
      folder: sekisho.folder,
    },
  );
const oidc = (verb: string, ...args: readonly string[]) =>
  command(['oidc', verb, ...args, '--data-dir', 'data']);
const token = (...args: readonly string[]): string => {
  const result = oidc('token', '--repo', repository, ...args);
  expect(result.stderr).toBe('');
  return result.stdout;
};

beforeAll(async () => {
  sekisho = await startSekisho('--github-issuer', 'local');
  const { stdout } = runClient(
    process.execPath,
    [...commandArguments, 'env', '--endpoint', sekisho.endpoint, '--data-dir', 'data'],
    { env: cleanEnvironment(), folder: sekisho.folder },
  );
  rootKey = {
    accessKeyId: /AWS_ACCESS_KEY_ID='(\S+)'/.exec(stdout)?.[1] ?? '',
    secretAccessKey: /AWS_SECRET_ACCESS_KEY='(\S+)'/.exec(stdout)?.[1] ?? '',
  };
  const iam = new IAMClient({
    endpoint: sekisho.endpoint,
    region: 'us-east-1',
    credentials: rootKey,
  });
  const ClientIDList = ['sts.amazonaws.com'];
  const ThumbprintList = ['6938fd4d98bab03faadb97b34396831e3780aea1'];
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList, ThumbprintList }));
  const document = runClient(
    'cat',
    [join(root, 'examples', '000', 'trust-policy-as-written.json')],
    {
      env: cleanEnvironment(),
    },
  ).stdout;
  const AssumeRolePolicyDocument = document
    .replaceAll('<ACCOUNT_ID>', '123456789012')
    .replaceAll('<ORG>/<REPO_NAME>', repository);
  await iam.send(new CreateRoleCommand({ RoleName: 'github-deploy', AssumeRolePolicyDocument }));
  await expect(iam.send(new GetRoleCommand({ RoleName: 'github-deploy' }))).resolves.toBeDefined();
});
afterAll(async () => {
  await sekisho.stop();
});

describe.each(clis)('000-7: a token file with $name', (cli) => {
  test('by AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN', () => {
    const file = join(sekisho.folder, 'token');
    // With the newline that the command prints, as `> token` writes it.
    writeFileSync(file, token('--ref', 'refs/tags/v1.2.3'));
    const { AWS_PROFILE: _, ...environment } = clientEnvironment(sekisho);
    const env = {
      ...environment,
      // The CLI keeps sessions of web identities below the home folder.
      HOME: sekisho.folder,
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_ARN: roleArn,
    };
    const identity = (AWS_ROLE_SESSION_NAME: string): ClientResult =>
      runClient(cli.path, ['sts', 'get-caller-identity'], {
        env: { ...env, AWS_ROLE_SESSION_NAME },
        folder: sekisho.folder,
      });
    const result = identity('GitHubActions');
    expect(result.stderr).toBe('');
    expect(JSON.parse(result.stdout)).toMatchObject({ Arn: sessionArn });
    writeFileSync(file, token('--environment', 'prod'));
    const refused = identity('prod');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(
      'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: ' +
        'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
  });

  test('by a profile', () => {
    const file = join(sekisho.folder, 'token');
    const config = join(sekisho.folder, 'config');
    writeFileSync(file, token());
    writeFileSync(
      config,
      `[profile deploy]\nrole_arn = ${roleArn}\nweb_identity_token_file = ${file}\n` +
        'role_session_name = GitHubActions\n',
    );
    const { stdout, stderr } = aws(cli, sekisho, ['sts', 'get-caller-identity'], {
      profile: 'deploy',
      environment: {
        HOME: sekisho.folder,
        AWS_CONFIG_FILE: config,
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ Arn: sessionArn });
  });
});

describe('what aws-actions/configure-aws-credentials does', () => {
  const variables = (...job: readonly string[]): { url: string; bearer: string } => {
    const { stdout } = oidc('env', '--repo', repository, ...job);
    return {
      url: /ACTIONS_ID_TOKEN_REQUEST_URL='([^']+)'/.exec(stdout)?.[1] ?? '',
      bearer: /ACTIONS_ID_TOKEN_REQUEST_TOKEN='([^']+)'/.exec(stdout)?.[1] ?? '',
    };
  };
  const assume = async (job: readonly string[]) => {
    const { url, bearer } = variables(...job);
    const response = await fetch(`${url}&audience=${encodeURIComponent('sts.amazonaws.com')}`, {
      headers: { authorization: `Bearer ${bearer}`, accept: 'application/json; api-version=2.0' },
    });
    const { value } = (await response.json()) as { value: string };
    const anonymous = new STSClient({
      endpoint: sekisho.endpoint,
      region: 'us-west-2',
      credentials: { accessKeyId: '', secretAccessKey: '' },
      maxAttempts: 1,
    });
    return await anonymous.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: 'GitHubActions',
        DurationSeconds: 3600,
        WebIdentityToken: value,
      }),
    );
  };

  test('a session for a push to main, in the region of the article', async () => {
    const answer = await assume(['--event', 'push', '--ref', 'refs/heads/main']);
    expect(answer).toMatchObject({
      AssumedRoleUser: { Arn: sessionArn },
      SubjectFromWebIdentityToken: `repo:${repository}:ref:refs/heads/main`,
      Audience: 'sts.amazonaws.com',
      Provider: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com',
    });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
    const session = new STSClient({
      endpoint: sekisho.endpoint,
      region: 'us-west-2',
      credentials: {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
      },
    });
    const identity = await session.send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(sessionArn);
  });

  test('a refusal for a pull request, which `sekisho why` shows to the account', async () => {
    await expect(assume(['--event', 'pull_request'])).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
    const why = command(['why', '--last', '--lang', 'en', '--data-dir', 'data']);
    expect(why.stdout).toContain('sts:AssumeRoleWithWebIdentity');
    expect(why.stdout).toContain(`repo:${repository}:pull_request`);
  });
});

describe('sekisho oidc explain', () => {
  test('says what the job lacks, in English and Japanese', () => {
    const given = token('--environment', 'prod').trim();
    const english = oidc('explain', given, '--role', roleArn, '--lang', 'en');
    expect(english.code).toBe(3);
    expect(english.stdout).toContain('The job has `environment:`, so the subject ends in');
    expect(english.stdout).toContain(`+ repo:${repository}:environment:prod`);
    expect(english.stdout).toContain('Not authorized to perform sts:AssumeRoleWithWebIdentity');
    const japanese = oidc('explain', given, '--role', roleArn, '--lang', 'ja');
    expect(japanese.stdout).toContain('ジョブに `environment:` があるため');
    const json = oidc('explain', given, '--role', roleArn, '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ causes: [{ code: 'subjectEnvironment' }] });
  });

  test('exit code 0 for a token that gets a session, 2 for what is no question', () => {
    expect(oidc('explain', token().trim(), '--role', roleArn).code).toBe(0);
    expect(oidc('explain', token().trim(), '--role', 'github-deploy').code).toBe(2);
    expect(oidc('token').code).toBe(2);
    expect(oidc('token', '--repo', 'octo-org').stderr).toContain('ORG/REPO');
    expect(oidc('token', '--repo', repository, '--expires-in', 'x').code).toBe(2);
  });
});
