/** 000-14: the deploy workflow of examples/000, whole, and with each statement taken away in turn. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteRepositoryCommand, DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Article,
  account,
  because,
  filled,
  powerUser,
  region,
  repository,
} from './article-000.harness.ts';
import {
  makeRoles,
  makeWorkload,
  putDeployPolicy,
  scale,
  untilStable,
} from './article-000-workload.harness.ts';
import { writeCredentialsAction } from './credentials-action.harness.ts';
import {
  cleanEnvironment,
  commandArguments,
  findAwsClis,
  hasProgram,
  runClient,
} from './harness.ts';
import { writeImage } from './oci-image.harness.ts';

const cli = findAwsClis().find(({ needsEndpointFlag }) => !needsEndpointFlag);
const isPossible = cli !== undefined && hasProgram('skopeo') && hasProgram('curl');
const sha = 'a'.repeat(40);

let article: Article;
const folder = () => article.sekisho.folder;

beforeAll(async () => {
  article = await Article.open();
  await makeRoles(article);
  await makeWorkload(article, { image: 'public.ecr.aws/docker/library/python:3' });
  writeImage(join(folder(), 'image'), [[{ name: 'app/main.py', content: 'print("hello")' }]]);
  for (const name of ['taskdef.json', 'deploy.yml', 'deploy-cli.yml', 'start-stop.yml']) {
    writeFileSync(join(folder(), name), filled(name));
  }
});
afterAll(async () => {
  await article?.sekisho.stop();
});

interface Run {
  readonly code: number;
  readonly log: string;
  /** Names of the steps that failed. */
  readonly failed: readonly string[];
}

/** Runs a workflow's only job for a push to main. */
function runWorkflow(file: string, ...args: readonly string[]): Run {
  const { code, stdout, stderr } = runClient(
    process.execPath,
    [
      ...commandArguments,
      ...['github', 'run', file, '--repo', repository, '--sha', sha, '--data-dir', 'data'],
      ...['--format', 'json', '--lang', 'en', ...args],
    ],
    {
      env: { ...cleanEnvironment(), AWS_ENDPOINT_URL: article.sekisho.endpoint },
      folder: folder(),
      milliseconds: 300_000,
    },
  );
  const steps = stdout.startsWith('{') ? (JSON.parse(stdout).steps as readonly StepResult[]) : [];
  const failed = steps.filter(({ conclusion }) => conclusion === 'failure');
  return { code, log: stderr, failed: failed.map(({ name }) => name) };
}

interface StepResult {
  readonly name: string;
  readonly conclusion: string;
}

const withoutRepository = () =>
  article.root.ecr.send(new DeleteRepositoryCommand({ repositoryName: 'flask-app', force: true }));
const asPrinted = filled('deploy-policy-as-written.json');

/** The printed policy without these statements. */
function without(...sids: readonly string[]): string {
  const { Version, Statement } = JSON.parse(asPrinted) as {
    readonly Version: string;
    readonly Statement: readonly { readonly Sid: string }[];
  };
  const kept = Statement.filter(({ Sid }) => !sids.includes(Sid));
  expect(kept).toHaveLength(Statement.length - sids.length);
  return JSON.stringify({ Version, Statement: kept });
}

describe.skipIf(!isPossible)('000-14: deploy-cli.yml', () => {
  test('with the policy as printed everything is made, and the service runs it', async () => {
    await withoutRepository();
    await scale(article.root, 1);
    await untilStable(article.root, 1);
    const { code, log, failed } = runWorkflow('deploy-cli.yml');
    expect([code, failed, log.includes('✗')]).toEqual([0, [], false]);
    const { imageDetails } = await article.root.ecr.send(
      new DescribeImagesCommand({ repositoryName: 'flask-app' }),
    );
    expect(imageDetails).toMatchObject([{ imageTags: [sha] }]);
    const { services } = await article.root.ecs.send(
      new DescribeServicesCommand({ cluster: 'portfolio', services: ['flask'] }),
    );
    expect(services).toMatchObject([
      {
        taskDefinition: `arn:aws:ecs:${region}:${account}:task-definition/flask-app:2`,
        runningCount: 1,
        deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
      },
    ]);
    await scale(article.root, 0);
    await untilStable(article.root, 0);
  }, 300_000);

  test('with the corrected policy, too', async () => {
    await putDeployPolicy(article.root.iam, filled('deploy-policy.json'));
    expect(runWorkflow('deploy-cli.yml')).toMatchObject({ code: 0, failed: [] });
  }, 300_000);

  test.each([
    ['ECRAuth', 'Log in', because('ecr:GetAuthorizationToken')],
    ['ECRPushPullRepoScoped', 'Push', '403 (Forbidden)'],
    ['ECRCreateRepoOptional', 'Repository', because('ecr:CreateRepository')],
    ['ECSDescribe', 'Describe', because('ecs:DescribeServices')],
    ['ECSRegisterTaskDef', 'Register', because('ecs:RegisterTaskDefinition')],
    ['ECSUpdateService', 'Update', because('ecs:UpdateService')],
    ['PassTaskRoles', 'Register', because('iam:PassRole')],
  ])('without %s it ends at the step %s', async (sid, step, words) => {
    await putDeployPolicy(article.root.iam, without(sid));
    const { code, log, failed } = runWorkflow('deploy-cli.yml');
    expect([code, failed]).toEqual([1, [step]]);
    expect(log).toContain(words);
  });

  test('D5 with PowerUser two of the seven are not needed', async () => {
    const attached = { RoleName: 'github-deploy', PolicyArn: powerUser };
    await article.root.iam.send(new AttachRolePolicyCommand(attached));
    await putDeployPolicy(article.root.iam, without('ECRAuth', 'ECRPushPullRepoScoped'));
    expect(runWorkflow('deploy-cli.yml')).toMatchObject({ code: 0, failed: [] });
    await article.root.iam.send(new DetachRolePolicyCommand(attached));
    await putDeployPolicy(article.root.iam, asPrinted);
  }, 300_000);

  test.each([
    ['a branch', ['--ref', 'refs/heads/dev']],
    ['a pull request', ['--event', 'pull_request']],
  ])('for %s it ends at the step Credentials', (_, args) => {
    const { code, log, failed } = runWorkflow('deploy-cli.yml', ...args);
    expect([code, failed]).toEqual([1, ['Credentials']]);
    expect(log).toContain('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  });
});

describe.skipIf(cli === undefined)('000-13: start-stop.yml', () => {
  const runningCount = async () => {
    const { services } = await article.root.ecs.send(
      new DescribeServicesCommand({ cluster: 'portfolio', services: ['flask'] }),
    );
    return services?.[0]?.runningCount;
  };

  test('with its two actions it starts and stops the service, and deploys nothing', async () => {
    const { iam } = article.root;
    const RoleName = 'github-start-stop';
    const AssumeRolePolicyDocument = filled('trust-policy-as-written.json');
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = filled('start-stop-policy.json');
    expect(JSON.parse(PolicyDocument).Statement[0].Action).toHaveLength(2);
    const named = { RoleName, PolicyName: 'start-stop' };
    await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument }));
    writeCredentialsAction(join(folder(), 'actions'));
    const dispatch = (count: number) =>
      runWorkflow(
        'start-stop.yml',
        ...['--event', 'workflow_dispatch', '--actions', 'actions', '--input', `count=${count}`],
      );
    for (const count of [1, 0]) {
      expect(dispatch(count)).toMatchObject({ code: 0, failed: [] });
      expect(await runningCount()).toBe(count);
    }
    for (const [action, step] of [
      ['ecs:UpdateService', 'Scale'],
      ['ecs:DescribeServices', 'Wait'],
    ] as const) {
      const less = PolicyDocument.replace(`"${action}"`, '"ecs:ListServices"');
      await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: less }));
      const { failed, log } = dispatch(0);
      expect(failed).toEqual([step]);
      expect(log).toContain(because(action));
    }
  }, 300_000);
});

/** Where GitHub's actions are, as OWNER/NAME, unmodified. */
const actions = process.env['GITHUB_ACTIONS_FOLDER'];
const official = [
  'configure-aws-credentials',
  'amazon-ecr-login',
  'amazon-ecs-render-task-definition',
  'amazon-ecs-deploy-task-definition',
];
const hasActions =
  actions !== undefined &&
  official.every((name) => existsSync(join(actions, 'aws-actions', name, 'action.yml')));
if (!hasActions) {
  console.warn('skipped: GITHUB_ACTIONS_FOLDER has not the four aws-actions of deploy.yml');
}

describe.skipIf(!hasActions || !isPossible)('000-14: deploy.yml with GitHub’s own actions', () => {
  /** `docker` for a machine without an engine: what the workflow asks of it, done by skopeo. */
  const docker = `#!/usr/bin/env bash
set -euo pipefail
export REGISTRY_AUTH_FILE=$HOME/auth.json
last=\${!#}
case $1 in
  login) exec skopeo login --tls-verify=false "\${@:2:$#-2}" "\${last#*://}" ;;
  logout) exec skopeo logout "\${last#*://}" ;;
  build) ;;
  push) exec skopeo copy --dest-tls-verify=false oci:image:latest "docker://$last" ;;
esac
`;

  test('it deploys', async () => {
    mkdirSync(join(folder(), 'bin'));
    writeFileSync(join(folder(), 'bin', 'docker'), docker, { mode: 0o755 });
    await putDeployPolicy(article.root.iam, asPrinted);
    const run = () =>
      runWorkflow('deploy.yml', ...['--actions', actions ?? '', '--skip', 'actions/checkout']);
    expect(run()).toMatchObject({ code: 0, failed: [] });
  }, 300_000);
});
