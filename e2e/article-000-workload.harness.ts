/** What article 000 has made by the end of its section 6, and what it deploys to. */
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import { type Article, executionPolicy, filled } from './article-000.harness.ts';

/** Both roles of the task, and the provider with the deploy role and its inline policy as printed. */
export async function makeRoles({ root: { iam } }: Article): Promise<void> {
  for (const RoleName of ['ecsTaskExecutionRole', 'flaskAppTaskRole']) {
    const AssumeRolePolicyDocument = filled('task-trust-policy.json');
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  }
  await iam.send(
    new AttachRolePolicyCommand({ RoleName: 'ecsTaskExecutionRole', PolicyArn: executionPolicy }),
  );
  const Url = 'https://token.actions.githubusercontent.com';
  const ClientIDList = ['sts.amazonaws.com'];
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList }));
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'github-deploy',
      AssumeRolePolicyDocument: filled('trust-policy-as-written.json'),
    }),
  );
  await putDeployPolicy(iam, filled('deploy-policy-as-written.json'));
}

/** Gives the deploy role its inline policy. */
export async function putDeployPolicy(
  iam: Article['root']['iam'],
  PolicyDocument: string,
): Promise<void> {
  const named = { RoleName: 'github-deploy', PolicyName: 'deploy' };
  await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument }));
}

/** The task definition, its container changed. */
export function taskDefinition(
  container: Readonly<Record<string, unknown>> = {},
): RegisterTaskDefinitionCommandInput {
  const definition = JSON.parse(filled('taskdef.json'));
  const [app] = definition.containerDefinitions;
  return { ...definition, containerDefinitions: [{ ...app, ...container }] };
}

/** Repository, log group, cluster, and a service that runs nothing yet. */
export async function makeWorkload(
  { root: { ecr, ecs, logs, ec2 } }: Article,
  container: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'flask-app' }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/flask-app' }));
  await ecs.send(new CreateClusterCommand({ clusterName: 'portfolio' }));
  await ecs.send(new RegisterTaskDefinitionCommand(taskDefinition(container)));
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const subnets = [Subnets?.[0]?.SubnetId ?? ''];
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'portfolio',
      serviceName: 'flask',
      taskDefinition: 'flask-app',
      desiredCount: 0,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets, assignPublicIp: 'ENABLED' } },
    }),
  );
}

export const service = { cluster: 'portfolio', service: 'flask' } as const;

/** Sets the desired count with these clients. */
export async function scale(
  { ecs }: Article['root'],
  desiredCount: number,
  more: { readonly taskDefinition?: string } = {},
): Promise<void> {
  await ecs.send(new UpdateServiceCommand({ ...service, desiredCount, ...more }));
}

/** Waits until one deployment runs what is desired, as the waiter of the SDKs does. */
export async function untilStable({ ecs }: Article['root'], desired: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const input = { cluster: 'portfolio', services: ['flask'] };
        const { services } = await ecs.send(new DescribeServicesCommand(input));
        const { deployments, runningCount, desiredCount } = services?.[0] ?? {};
        return [deployments?.length, runningCount, desiredCount];
      },
      { timeout: 60_000, interval: 300 },
    )
    .toEqual([1, desired, desired]);
}
