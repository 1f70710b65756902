/** 000-15: the article's service runs as real processes, and its execution role is really used. */
import { join } from 'node:path';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Article,
  account,
  because,
  executionPolicy,
  executionRole,
  filled,
  region,
} from './article-000.harness.ts';
import { makeRoles, makeWorkload, scale, untilStable } from './article-000-workload.harness.ts';
import { cleanEnvironment, findAwsClis, hasProgram, runClient } from './harness.ts';
import { writeImage } from './oci-image.harness.ts';

let article: Article;
const RoleName = 'ecsTaskExecutionRole';
const cluster = 'portfolio';
/** Its files are the image's; its interpreter is the one of these tests. */
const command = [process.execPath, '-e', 'console.log("serving"); setInterval(() => {}, 1000)'];
const [cli] = findAwsClis();

beforeAll(async () => {
  article = await Article.open('--tasks', 'process');
  await makeRoles(article);
  await makeWorkload(article, { command });
});
afterAll(async () => {
  await article?.sekisho.stop();
});

/** The service's newest stopped task. */
async function stoppedTask() {
  const { ecs } = article.root;
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' }),
  );
  if (taskArns.length === 0) return undefined;
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  const at = (task: (typeof tasks)[number]) => task.createdAt?.getTime() ?? 0;
  return tasks.toSorted((left, right) => at(right) - at(left))[0];
}

describe.skipIf(cli === undefined || !hasProgram('skopeo'))(
  '000-15: without a load balancer',
  () => {
    beforeAll(() => {
      const { folder, endpoint } = article.sekisho;
      const image = writeImage(join(folder, 'image'), [[{ name: 'app/main.py', content: '' }]]);
      const password =
        cli === undefined ? '' : article.cli(cli, ['ecr', 'get-login-password']).stdout;
      const copied = runClient(
        'skopeo',
        [
          ...['copy', '--dest-tls-verify=false', `--dest-creds=AWS:${password.trim()}`],
          ...[`oci:${image.folder}:latest`, `docker://${new URL(endpoint).host}/flask-app:latest`],
        ],
        { env: cleanEnvironment(), folder },
      );
      expect(copied).toMatchObject({ code: 0 });
    });

    test('the task runs, its log streams, and the execution role has done what it may', async () => {
      await scale(article.root, 1);
      await untilStable(article.root, 1);
      const { taskArns = [] } = await article.root.ecs.send(new ListTasksCommand({ cluster }));
      const { tasks } = await article.root.ecs.send(
        new DescribeTasksCommand({ cluster, tasks: taskArns }),
      );
      expect(tasks).toMatchObject([{ lastStatus: 'RUNNING', group: 'service:flask' }]);
      const taskId = taskArns[0]?.split('/').at(-1) ?? '';
      const log = { logGroupName: '/ecs/flask-app', logStreamName: `app/app/${taskId}` };
      await expect
        .poll(
          async () => {
            const { events } = await article.root.logs.send(new GetLogEventsCommand(log));
            return events?.map(({ message }) => message);
          },
          { timeout: 20_000 },
        )
        .toEqual(['serving']);
      const session = `arn:aws:sts::${account}:assumed-role/${RoleName}/${taskId}`;
      const used = () =>
        article
          .events()
          .filter(({ userIdentity }) => userIdentity.arn === session)
          .flatMap(({ decisions }) => decisions?.map(({ action }) => action) ?? []);
      await expect
        .poll(used)
        .toEqual(
          expect.arrayContaining([
            'ecr:GetAuthorizationToken',
            'ecr:BatchGetImage',
            'ecr:GetDownloadUrlForLayer',
            'logs:CreateLogStream',
            'logs:PutLogEvents',
          ]),
        );
      await scale(article.root, 0);
      await untilStable(article.root, 0);
    });

    /** Starts one task more, waits for the text in the reason, and stops the service. */
    const failsWith = async (reason: RegExp): Promise<void> => {
      await scale(article.root, 1);
      await expect
        .poll(async () => (await stoppedTask())?.stoppedReason, { timeout: 20_000, interval: 300 })
        .toMatch(reason);
      expect(await stoppedTask()).toMatchObject({ stopCode: 'TaskFailedToStart' });
      await scale(article.root, 0);
      await untilStable(article.root, 0);
    };

    test('the policy detached: the registry’s token is refused', async () => {
      const attached = { RoleName, PolicyArn: executionPolicy };
      await article.root.iam.send(new DetachRolePolicyCommand(attached));
      await failsWith(
        new RegExp(
          '^ResourceInitializationError: unable to pull secrets or registry auth: execution ' +
            'resource retrieval failed: unable to retrieve ecr registry auth: .*' +
            `AccessDeniedException: User: arn:aws:sts::${account}:assumed-role/${RoleName}/` +
            '[0-9a-f]{32} is not authorized to perform: ecr:GetAuthorizationToken on resource: \\* ' +
            because('ecr:GetAuthorizationToken'),
        ),
      );
      await article.root.iam.send(new AttachRolePolicyCommand(attached));
    });

    test('the token alone: the image cannot be pulled', async () => {
      const attached = { RoleName, PolicyArn: executionPolicy };
      const inline = { RoleName, PolicyName: 'token' };
      const Action = ['ecr:GetAuthorizationToken', 'logs:CreateLogStream'];
      const Statement = { Effect: 'Allow', Action, Resource: '*' };
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await article.root.iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument }));
      await article.root.iam.send(new DetachRolePolicyCommand(attached));
      await failsWith(
        new RegExp(
          '^CannotPullContainerError: pull image manifest has been retried 1 time\\(s\\): failed to ' +
            `resolve ref ${account}\\.dkr\\.ecr\\.${region}\\.amazonaws\\.com/flask-app:latest: .*` +
            '403 Forbidden$',
        ),
      );
      await article.root.iam.send(new AttachRolePolicyCommand(attached));
      await article.root.iam.send(new DeleteRolePolicyCommand(inline));
    });

    test('the trust policy wrong: ECS cannot assume the role, and no task appears', async () => {
      const trust = filled('task-trust-policy.json');
      const update = (PolicyDocument: string) =>
        article.root.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
      await update(trust.replace('ecs-tasks.amazonaws.com', 'ecs.amazonaws.com'));
      await scale(article.root, 1);
      await expect
        .poll(
          async () => {
            const input = { cluster, services: ['flask'] };
            const { services } = await article.root.ecs.send(new DescribeServicesCommand(input));
            return services?.[0]?.events?.map(({ message }) => message);
          },
          { timeout: 20_000, interval: 300 },
        )
        .toContain(
          `(service flask) failed to launch a task with (error ECS was unable to assume the role ` +
            `'${executionRole}' that was provided for this task. Please verify that the role being ` +
            'passed has the proper trust relationship and permissions and that your IAM user has ' +
            'permissions to pass this role.).',
        );
      const { taskArns } = await article.root.ecs.send(new ListTasksCommand({ cluster }));
      expect(taskArns).toEqual([]);
      await scale(article.root, 0);
      await update(trust);
    });
  },
);
