/** Article 000, sections 1 to 6, done by its least-privileged user; ids of the acceptance table. */
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Article,
  account,
  because,
  type Clients,
  deployRole,
  executionPolicy,
  executionRole,
  filled,
  type Key,
  powerUser,
  providerArn,
  region,
  words,
} from './article-000.harness.ts';
import { type AwsCli, findAwsClis } from './harness.ts';

const [cli] = findAwsClis();
const author = `arn:aws:iam::${account}:user/author`;
const RoleName = 'ecsTaskExecutionRole';
const Url = 'https://token.actions.githubusercontent.com';
const trust = JSON.parse(filled('trust-policy-as-written.json'));

describe.skipIf(cli === undefined)('article 000 by a user with as little as it needs', () => {
  let article: Article;
  let key: Key;
  let user: Clients;

  beforeAll(async () => {
    article = await Article.open();
  });
  afterAll(async () => {
    await article.sekisho.stop();
  });

  const run = (command: string, asUser = true) =>
    article.cli(cli as AwsCli, words(command), asUser ? key : undefined);
  const json = (command: string, asUser = true) => {
    const { code, stdout, stderr } = run(command, asUser);
    expect([code, stderr]).toEqual([0, '']);
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };

  test('000-1: the user, its key, who it is, and what it may not', () => {
    json('iam create-user --user-name author', false);
    const { AccessKey } = json('iam create-access-key --user-name author', false);
    key = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
    const policy = `--policy-document ${article.file('author-policy.json')}`;
    expect(
      run(`iam put-user-policy --user-name author --policy-name article ${policy}`, false).stderr,
    ).toContain('(LimitExceeded) when calling the PutUserPolicy operation: ');
    json(`iam create-policy --policy-name article ${policy}`, false);
    const PolicyArn = `arn:aws:iam::${account}:policy/article`;
    json(`iam attach-user-policy --user-name author --policy-arn ${PolicyArn}`, false);
    user = article.clients(key);
    expect(json('sts get-caller-identity')).toMatchObject({ Account: account, Arn: author });
    expect(run('iam create-user --user-name other').stderr).toContain(
      '(AccessDenied) when calling the CreateUser operation: ' +
        `User: ${author} is not authorized to perform: iam:CreateUser on resource: ` +
        `arn:aws:iam::${account}:user/other ${because('iam:CreateUser')}`,
    );
  });

  test('000-2: the task execution role', async () => {
    const { Policies } = await user.iam.send(
      new ListPoliciesCommand({ Scope: 'AWS', PathPrefix: '/service-role/', MaxItems: 1000 }),
    );
    expect(Policies?.map(({ Arn }) => Arn)).toContain(executionPolicy);
    const document = article.file('task-trust-policy.json');
    const create = `iam create-role --role-name ${RoleName} --assume-role-policy-document ${document}`;
    expect(json(create)).toMatchObject({
      Role: {
        Arn: executionRole,
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'ecs-tasks.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
      },
    });
    await user.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: executionPolicy }));
    const { Role } = await user.iam.send(new GetRoleCommand({ RoleName }));
    expect(Role?.Arn).toBe(executionRole);
    expect(run(create).stderr).toContain(
      '(EntityAlreadyExists) when calling the CreateRole operation: ' +
        `Role with name ${RoleName} already exists.`,
    );
  });

  test.each(['AmazonECSTaskExecutionRolePolicy', 'service-role/NoSuchPolicy'])(
    '000-2: a policy that is not there: %s',
    async (name) => {
      const PolicyArn = `arn:aws:iam::aws:policy/${name}`;
      const attach = new AttachRolePolicyCommand({ RoleName, PolicyArn });
      await expect(article.root.iam.send(attach)).rejects.toMatchObject({
        name: 'NoSuchEntityException',
        message: `Policy ${PolicyArn} does not exist or is not attachable.`,
      });
      await expect(user.iam.send(attach)).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(because('iam:AttachRolePolicy')),
      });
    },
  );

  test('000-3: its ARN in taskdef.json makes revision 1; without it Fargate refuses', async () => {
    await user.iam.send(
      new CreateRoleCommand({
        RoleName: 'flaskAppTaskRole',
        AssumeRolePolicyDocument: filled('task-trust-policy.json'),
      }),
    );
    const register = `ecs register-task-definition --cli-input-json ${article.file('taskdef.json')}`;
    expect(json(register)).toMatchObject({
      taskDefinition: {
        taskDefinitionArn: `arn:aws:ecs:${region}:${account}:task-definition/flask-app:1`,
        revision: 1,
        executionRoleArn: executionRole,
        registeredBy: author,
      },
    });
    const { executionRoleArn, ...without } = JSON.parse(filled('taskdef.json'));
    expect(executionRoleArn).toBe(executionRole);
    await expect(user.ecs.send(new RegisterTaskDefinitionCommand(without))).rejects.toMatchObject({
      name: 'ClientException',
      message: 'Fargate requires task definition to have execution role ARN to support ECR images.',
    });
  });

  test('000-4: the identity provider, with GitHub’s thumbprint', async () => {
    const create =
      `iam create-open-id-connect-provider --url ${Url} --client-id-list sts.amazonaws.com ` +
      '--thumbprint-list 6938fd4d98bab03faadb97b34396831e3780aea1';
    expect(json(create)).toEqual({ OpenIDConnectProviderArn: providerArn });
    const { OpenIDConnectProviderList } = await user.iam.send(
      new ListOpenIDConnectProvidersCommand({}),
    );
    expect(OpenIDConnectProviderList).toEqual([{ Arn: providerArn }]);
    const provider = await user.iam.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn }),
    );
    expect(provider).toMatchObject({
      Url: 'token.actions.githubusercontent.com',
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: ['6938fd4d98bab03faadb97b34396831e3780aea1'],
    });
    expect(run(create).stderr).toContain(
      '(EntityAlreadyExists) when calling the CreateOpenIDConnectProvider operation: ' +
        `Provider with url ${Url} already exists.`,
    );
  });

  test('000-4: http, and the 101st audience', async () => {
    const create = (input: { Url: string; ClientIDList?: string[] }) =>
      article.root.iam.send(new CreateOpenIDConnectProviderCommand(input));
    await expect(create({ Url: 'http://issuer.example.com' })).rejects.toMatchObject({
      name: expect.stringMatching(/^(?:ValidationError|InvalidInputException)$/),
    });
    const ClientIDList = Array.from({ length: 101 }, (_, index) => `client-${index}`);
    await expect(create({ Url: 'https://issuer.example.com', ClientIDList })).rejects.toMatchObject(
      { name: 'LimitExceededException' },
    );
  });

  test('000-4: D6 without a thumbprint', async () => {
    const { iam } = article.root;
    const { OpenIDConnectProviderArn } = await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: 'https://issuer.example.com' }),
    );
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
  });

  test('000-5: the wizard’s role for the web identity, with PowerUser', async () => {
    const { Roles } = await user.iam.send(new ListRolesCommand({}));
    expect(Roles?.map(({ Arn }) => Arn)).toContain(executionRole);
    const condition = {
      StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
      StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:octo-org/*' },
    };
    const generated = { ...trust, Statement: [{ ...trust.Statement[0], Condition: condition }] };
    const { Role } = await user.iam.send(
      new CreateRoleCommand({
        RoleName: 'github-deploy',
        AssumeRolePolicyDocument: JSON.stringify(generated),
      }),
    );
    expect(Role?.Arn).toBe(deployRole);
    await user.iam.send(
      new AttachRolePolicyCommand({ RoleName: 'github-deploy', PolicyArn: powerUser }),
    );
    // Any repository of the organization: what section 5 narrows.
    await expect(
      article.assume(await article.token({ repo: 'octo-org/other' })),
    ).resolves.toBeDefined();
  });

  test('000-5: D1 sts.amazon.com makes a role that trusts no token', async () => {
    const misspelt = JSON.stringify(trust).replace('sts.amazonaws.com', 'sts.amazon.com');
    const { iam } = article.root;
    await iam.send(
      new CreateRoleCommand({ RoleName: 'misspelt', AssumeRolePolicyDocument: misspelt }),
    );
    const RoleArn = `arn:aws:iam::${account}:role/misspelt`;
    await expect(article.assume(await article.token(), { RoleArn })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
    await expect(
      article.assume(await article.token({ audience: 'sts.amazon.com' }), { RoleArn }),
    ).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      // Before 2026 AWS said: Incorrect token audience.
      message: expect.stringMatching(/^The web identity token provided could not be validated\./),
    });
    await iam.send(new DeleteRoleCommand({ RoleName: 'misspelt' }));
  });

  const update = (document: object) =>
    user.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'github-deploy',
        PolicyDocument: JSON.stringify(document),
      }),
    );

  test('000-6: the trust policy as the article prints it', async () => {
    await update(trust);
    const { Role } = await user.iam.send(new GetRoleCommand({ RoleName: 'github-deploy' }));
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(trust);
  });

  test('000-6: D9 a Resource, D10 a principal that is none', async () => {
    const [statement] = trust.Statement;
    const refused = (more: object) =>
      expect(update({ ...trust, Statement: [{ ...statement, ...more }] })).rejects.toMatchObject;
    await refused({ Resource: '*' })({
      name: 'MalformedPolicyDocumentException',
      message: 'Has prohibited field Resource',
    });
    const AWS = 'arn:aws:iam::AWS-account-ID:user/user-name';
    await refused({ Principal: { AWS } })({
      name: 'MalformedPolicyDocumentException',
      message: `Invalid principal in policy: "AWS":"${AWS}"`,
    });
  });

  test('000-8: the seven statements as the article prints them', async () => {
    const PolicyDocument = filled('deploy-policy-as-written.json');
    const named = { RoleName: 'github-deploy', PolicyName: 'deploy' };
    await user.iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument }));
    const stored = await article.root.iam.send(new GetRolePolicyCommand(named));
    const document = JSON.parse(decodeURIComponent(stored.PolicyDocument ?? ''));
    expect(document).toEqual(JSON.parse(PolicyDocument));
    expect(document.Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual([
      'ECRAuth',
      'ECRPushPullRepoScoped',
      'ECRCreateRepoOptional',
      'ECSDescribe',
      'ECSRegisterTaskDef',
      'ECSUpdateService',
      'PassTaskRoles',
    ]);
    const large = PolicyDocument.replace('flask-app', 'x'.repeat(10_240));
    await expect(
      user.iam.send(
        new PutRolePolicyCommand({ ...named, PolicyName: 'large', PolicyDocument: large }),
      ),
    ).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Maximum policy size of 10240 bytes exceeded for role github-deploy',
    });
  });

  test('000-3: what the workload needs is there', async () => {
    await user.ecr.send(new CreateRepositoryCommand({ repositoryName: 'flask-app' }));
    await user.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/flask-app' }));
    await user.ecs.send(new CreateClusterCommand({ clusterName: 'portfolio' }));
    const { Subnets } = await user.ec2.send(new DescribeSubnetsCommand({}));
    const { SecurityGroups } = await user.ec2.send(new DescribeSecurityGroupsCommand({}));
    await user.ecs.send(
      new CreateServiceCommand({
        cluster: 'portfolio',
        serviceName: 'flask',
        taskDefinition: 'flask-app',
        desiredCount: 0,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [Subnets?.[0]?.SubnetId ?? ''],
            securityGroups: [SecurityGroups?.[0]?.GroupId ?? ''],
            assignPublicIp: 'ENABLED',
          },
        },
      }),
    );
  });

  test('000-1: D7 the user has used each of its actions, so none can be taken away', async () => {
    const policy = JSON.parse(filled('author-policy.json')) as {
      Statement: { Action: string | string[] }[];
    };
    const granted = policy.Statement.flatMap(({ Action }) => Action);
    const used = () =>
      article
        .events()
        .filter(({ userIdentity }) => userIdentity.arn === author)
        .flatMap(({ decisions }) => decisions ?? [])
        .filter(({ outcome }) => outcome === 'allow')
        .map(({ action }) => action);
    await expect.poll(() => new Set(used())).toEqual(new Set(granted));
  });
});
