/** Article 004, the task execution role itself, with the AWS CLI; ids are those of the acceptance table. */
import { join } from 'node:path';
import {
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  account,
  allow,
  example,
  executionPolicyArn,
  policyOf,
  region,
  registryHost,
  roleArn,
  TaskArticle,
} from './article-004.harness.ts';
import {
  aws,
  type ClientOptions,
  type ClientResult,
  clientEnvironment,
  commandArguments,
  findAwsClis,
  root,
  runClient,
} from './harness.ts';

const file = (name: string): string => `file://${join(root, 'examples', '004', name)}`;
const parse = (name: string): unknown => JSON.parse(example(name).toString());
const trust = parse('ecs-tasks-trust-policy.json');
const policyName = 'AmazonECSTaskExecutionRolePolicy';

let article: TaskArticle;
let image = '';

describe.each(findAwsClis().slice(0, 1))('article 004 with $name', (cli) => {
  beforeAll(async () => {
    article = await TaskArticle.open();
    image = await article.push('app');
  }, 120_000);
  afterAll(async () => {
    await article?.sekisho.stop();
  });

  const run = (command: string, options?: ClientOptions): ClientResult =>
    aws(cli, article.sekisho, command.trim().split(/\s+/), options);
  const json = (command: string): unknown => {
    const { code, stdout, stderr } = run(`${command} --output json`);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };
  const pull = async (executionRole: string, name = image) =>
    await article.run({ image: name, command: ['echo', 'pulled'] }, { executionRole });

  test('004-1 the managed policy is the article’s six actions', () => {
    const version = `iam get-policy-version --policy-arn ${executionPolicyArn} --version-id v1`;
    expect(json(version)).toMatchObject({
      PolicyVersion: { Document: parse('execution-policy.json'), IsDefaultVersion: true },
    });
  });

  test('004-4 create-role and attach-role-policy, as the article types them', () => {
    const created = json(
      `iam create-role --role-name ecsTaskExecutionRole
        --assume-role-policy-document ${file('ecs-tasks-trust-policy.json')}`,
    );
    // The empty Sid is kept.
    expect(created).toMatchObject({
      Role: {
        RoleName: 'ecsTaskExecutionRole',
        Arn: roleArn('ecsTaskExecutionRole'),
        AssumeRolePolicyDocument: trust,
      },
    });
    const attach = 'iam attach-role-policy --role-name ecsTaskExecutionRole --policy-arn';
    expect(json(`${attach} ${executionPolicyArn}`)).toBeUndefined();
  });

  test('004-1 negative: the policy without its path', () => {
    const wrong = `arn:aws:iam::aws:policy/${policyName}`;
    const attach = 'iam attach-role-policy --role-name ecsTaskExecutionRole --policy-arn';
    expect(run(`${attach} ${wrong}`).stderr).toContain(
      `(NoSuchEntity) when calling the AttachRolePolicy operation: Policy ${wrong} does not exist or is not attachable.`,
    );
  });

  test('004-4 a task with that role pulls its image, and its output is in the log', async () => {
    expect(await pull('ecsTaskExecutionRole')).toMatchObject({
      stopCode: 'EssentialContainerExited',
      exitCode: 0,
      launchedBy: 'process',
      lines: ['pulled'],
    });
  });

  test('004-4 negative: a role without the policy gets no registry token', async () => {
    await article.role('without-policy');
    const { stopCode, stoppedReason } = await pull('without-policy');
    expect(stopCode).toBe('TaskFailedToStart');
    expect(stoppedReason).toBe(
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): operation error ECR: GetAuthorizationToken, https response error StatusCode: 400, RequestID: ID, api error AccessDeniedException: User: arn:aws:sts::${account}:assumed-role/without-policy/TASK is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
    );
  });

  describe('004-2 what the console does to look the role up and to mend it', () => {
    test('search, permissions, trust: nothing to do when it is equal', () => {
      const found = `iam list-roles --query Roles[?contains(RoleName,'ecsTaskExecutionRole')]`;
      expect(json(found)).toMatchObject([{ AssumeRolePolicyDocument: trust }]);
      const attached = 'iam list-attached-role-policies --role-name ecsTaskExecutionRole';
      const PolicyName = policyName;
      expect(json(attached)).toEqual({
        AttachedPolicies: [{ PolicyName, PolicyArn: executionPolicyArn }],
      });
    });

    test('a role that another service trusts starts no task until its trust policy is updated', async () => {
      const RoleName = 'of-another-service';
      await article.role(RoleName, { managed: true });
      const { Statement } = JSON.parse(JSON.stringify(trust));
      const Principal = { Service: 'ec2.amazonaws.com' };
      const PolicyDocument = policyOf({ ...Statement[0], Principal });
      await article.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
      await expect(pull(RoleName)).rejects.toThrow(
        `ECS was unable to assume the role '${roleArn(RoleName)}' that was provided for this task.`,
      );
      const differs = json(`iam get-role --role-name ${RoleName}`);
      expect(differs).not.toMatchObject({ Role: { AssumeRolePolicyDocument: trust } });
      json(
        `iam update-assume-role-policy --role-name ${RoleName}
          --policy-document ${file('ecs-tasks-trust-policy.json')}`,
      );
      expect(await pull(RoleName)).toMatchObject({ exitCode: 0 });
    });

    test('the policy is searched for and attached where it is missing', async () => {
      const found = `iam list-policies --scope AWS --query Policies[?PolicyName=='${policyName}'].Arn`;
      expect(json(found)).toEqual([executionPolicyArn]);
      json(`iam attach-role-policy --role-name without-policy --policy-arn ${executionPolicyArn}`);
      expect(await pull('without-policy')).toMatchObject({ exitCode: 0 });
    });
  });

  describe('004-3 a role with a permissions boundary and tags', () => {
    const boundary = async (PolicyName: string, ...actions: readonly string[]) => {
      const PolicyDocument = policyOf(allow(actions));
      await article.iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
      return `arn:aws:iam::${account}:policy/${PolicyName}`;
    };

    test('a boundary without ecr: no registry token', async () => {
      const logsOnly = await boundary('logs-only', 'logs:*');
      json(
        `iam create-role --role-name bounded --tags Key=team,Value=web
          --assume-role-policy-document ${file('ecs-tasks-trust-policy.json')}
          --permissions-boundary ${logsOnly}`,
      );
      json(`iam attach-role-policy --role-name bounded --policy-arn ${executionPolicyArn}`);
      expect(json('iam get-role --role-name bounded')).toMatchObject({
        Role: {
          Tags: [{ Key: 'team', Value: 'web' }],
          PermissionsBoundary: {
            PermissionsBoundaryType: 'Policy',
            PermissionsBoundaryArn: logsOnly,
          },
        },
      });
      expect((await pull('bounded')).stoppedReason).toMatch(
        / is not authorized to perform: ecr:GetAuthorizationToken on resource: \* because no permissions boundary allows the ecr:GetAuthorizationToken action$/,
      );
    });

    test('a boundary with the token only: the pull is denied, and sekisho why tells by what', async () => {
      const tokenOnly = await boundary('token-only', 'logs:*', 'ecr:GetAuthorizationToken');
      await article.role('bounded-pull', { managed: true, boundary: tokenOnly });
      expect((await pull('bounded-pull')).stoppedReason).toBe(
        `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: unexpected status from HEAD request to https://${registryHost}/v2/app/manifests/latest: 403 Forbidden`,
      );
      const why = runClient(process.execPath, [...commandArguments, 'why', '--last'], {
        env: { ...clientEnvironment(article.sekisho), SEKISHO_LANG: 'en' },
        folder: article.sekisho.folder,
      });
      expect(why.stdout).toContain('ecr:BatchGetImage');
      expect(why.stdout).toContain('permissions boundary');
    });
  });

  describe('004-9', () => {
    const instance = (agentVersion: string) => ({
      cluster: 'article',
      versionInfo: { agentVersion },
      totalResources: [
        { name: 'CPU', type: 'INTEGER', integerValue: 1024 },
        { name: 'MEMORY', type: 'INTEGER', integerValue: 1024 },
      ],
      attributes: [
        'com.amazonaws.ecs.capability.docker-remote-api.1.18',
        'com.amazonaws.ecs.capability.docker-remote-api.1.19',
        'com.amazonaws.ecs.capability.ecr-auth',
        'ecs.capability.execution-role-ecr-pull',
      ].map((name) => ({ name })),
    });

    test('an agent before 1.16.0 takes no task with an execution role; 1.16.0 does', async () => {
      const { ecs } = article;
      await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: 'host',
          executionRoleArn: await article.role('of-instances', { managed: true }),
          containerDefinitions: [{ name: 'main', image, memory: 64, command: ['sleep', '60'] }],
        }),
      );
      await ecs.send(new RegisterContainerInstanceCommand(instance('1.15.2')));
      const input = { cluster: 'article', taskDefinition: 'host' };
      const refused = await ecs.send(new RunTaskCommand(input));
      expect(refused).toMatchObject({ tasks: [], failures: [{ reason: 'ATTRIBUTE' }] });
      const { containerInstance } = await ecs.send(
        new RegisterContainerInstanceCommand(instance('1.16.0')),
      );
      const { tasks } = await ecs.send(new RunTaskCommand(input));
      const { containerInstanceArn } = containerInstance ?? {};
      expect(tasks).toMatchObject([{ containerInstanceArn }]);
      const { taskArn: task } = tasks?.[0] ?? {};
      await ecs.send(new StopTaskCommand({ cluster: 'article', task }));
    });

    test('a Fargate task is none for an external instance', async () => {
      const family = await article.register({ image }, { executionRole: 'of-instances' });
      const refused = run(
        `ecs run-task --cluster article --task-definition ${family} --launch-type EXTERNAL`,
      );
      expect(refused.stderr).toContain(
        '(InvalidParameterException) when calling the RunTask operation: Task definition does not support launch_type EXTERNAL.',
      );
    });
  });

  describe('004-10 several execution roles', () => {
    let deployer: ClientOptions;
    const families = new Map<string, string>();

    beforeAll(async () => {
      const { iam } = article;
      await article.push('second');
      for (const name of ['app', 'second']) {
        const repository = `arn:aws:ecr:${region}:${account}:repository/${name}`;
        const inline = policyOf(
          allow('ecr:GetAuthorizationToken'),
          allow(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], repository),
          allow(['logs:CreateLogStream', 'logs:PutLogEvents']),
        );
        await article.role(`execution-${name}`, { inline });
        const container = { image: `${registryHost}/${name}`, command: ['echo', name] };
        const executionRole = `execution-${name}`;
        families.set(name, await article.register(container, { executionRole }));
      }
      const pass = {
        ...allow('iam:PassRole', roleArn('execution-app')),
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      };
      const UserName = 'deployer';
      await iam.send(new CreateUserCommand({ UserName }));
      const PolicyDocument = policyOf(allow(['ecs:*', 'ec2:Describe*']), pass);
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
      const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      deployer = {
        credentials: { id: key?.AccessKeyId ?? '', secret: key?.SecretAccessKey ?? '' },
      };
    });

    const runTask = (name: string) =>
      run(
        `ecs run-task --cluster article --launch-type FARGATE --task-definition ${families.get(name)}
          --network-configuration awsvpcConfiguration={subnets=[${article.subnets[0]}],assignPublicIp=ENABLED}
          --query tasks[0].taskArn --output text`,
        deployer,
      );
    const passDenied = `(AccessDeniedException) when calling the RunTask operation: User: arn:aws:iam::${account}:user/deployer is not authorized to perform: iam:PassRole on resource: ${roleArn('execution-second')} because no identity-based policy allows the iam:PassRole action`;

    test('each task uses its own: the other’s repository is closed to it', async () => {
      const started = runTask('app');
      expect(started.stderr).toBe('');
      expect(await article.ended(started.stdout.trim())).toMatchObject({ lines: ['app'] });
      const crossed = await pull('execution-app', `${registryHost}/second`);
      expect(crossed.stoppedReason).toMatch(
        /^CannotPullContainerError: .*\/v2\/second\/manifests\/latest: 403 Forbidden$/,
      );
    });

    test('who may pass one cannot start a task with the other', () => {
      const refused = runTask('second');
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain(passDenied);
    });

    test('nor register a task definition with it', () => {
      const { stderr } = run(
        `ecs register-task-definition --family f --container-definitions name=c,image=busybox
          --execution-role-arn ${roleArn('execution-second')}`,
        deployer,
      );
      expect(stderr).toContain(passDenied.replace('RunTask', 'RegisterTaskDefinition'));
    });
  });
});
