/** What the files on article 004 need: a server that runs tasks, its administrator, an image. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  ECRClient,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import {
  type ContainerDefinition,
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { root, type Sekisho, startSekisho } from './harness.ts';

export const account = '123456789012';
export const region = 'us-east-1';
export const executionPolicyArn =
  'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
export const registryHost = `${account}.dkr.ecr.${region}.amazonaws.com`;

/** The ARN of a role of the account. */
export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;

/** A file of examples/004. */
export function example(name: string): Buffer {
  return readFileSync(join(root, 'examples', '004', name));
}

/** A policy document of examples/004 with the article's placeholders replaced. */
export function policy(name: string, values: Readonly<Record<string, string>> = {}): string {
  let text = example(name).toString();
  for (const [key, value] of Object.entries({
    '<region>': region,
    '<aws_account_id>': account,
    ...values,
  })) {
    text = text.replaceAll(key, value);
  }
  return text;
}

/** A policy of these statements. */
export function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Leave to do this on that. */
export const allow = (Action: string | readonly string[], Resource = '*'): object => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** What a role of a task may do besides the managed policy. */
export interface RoleOptions {
  readonly managed?: boolean;
  readonly inline?: string;
  readonly boundary?: string;
}

/** How a task is run. */
export interface RunOptions {
  readonly executionRole: string;
  readonly taskRole?: string;
  readonly subnets?: readonly string[];
}

/** How it ended. */
export interface EndedTask {
  readonly taskId: string;
  readonly stopCode: string;
  readonly stoppedReason: string;
  readonly exitCode: number | undefined;
  readonly launchedBy: string;
  /** What it has written to its log. */
  readonly lines: readonly string[];
}

/** Errors name requests, sessions and sealed texts that differ from run to run. */
export const withoutIds = (text: string): string =>
  text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID');

/** A server with `--tasks process`, and SDK clients of its administrator. */
export class TaskArticle {
  readonly sekisho: Sekisho;
  readonly iam: IAMClient;
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly ec2: EC2Client;
  readonly logs: CloudWatchLogsClient;
  readonly kms: KMSClient;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly settings: object;
  #families = 0;
  #subnets: readonly string[] = [];

  private constructor(sekisho: Sekisho) {
    this.sekisho = sekisho;
    const file = readFileSync(sekisho.credentialsFile, 'utf8');
    const settings = {
      endpoint: sekisho.endpoint,
      region,
      credentials: {
        accessKeyId: /aws_access_key_id = (\S+)/.exec(file)?.[1] ?? '',
        secretAccessKey: /aws_secret_access_key = (\S+)/.exec(file)?.[1] ?? '',
      },
    };
    this.settings = settings;
    this.iam = new IAMClient(settings);
    this.ecs = new ECSClient(settings);
    this.ecr = new ECRClient(settings);
    this.ec2 = new EC2Client(settings);
    this.logs = new CloudWatchLogsClient(settings);
    this.kms = new KMSClient(settings);
    this.secrets = new SecretsManagerClient(settings);
    this.ssm = new SSMClient(settings);
  }

  /** With the cluster and the log group that every task of the article uses. */
  static async open(): Promise<TaskArticle> {
    const article = new TaskArticle(await startSekisho('--tasks', 'process'));
    await article.ecs.send(new CreateClusterCommand({ clusterName: 'article' }));
    await article.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/article' }));
    const { Subnets } = await article.ec2.send(new DescribeSubnetsCommand({}));
    article.#subnets = [Subnets?.[0]?.SubnetId ?? ''];
    return article;
  }

  get subnets(): readonly string[] {
    return this.#subnets;
  }

  /** A role that tasks can assume; its ARN. */
  async role(RoleName: string, options: RoleOptions = {}): Promise<string> {
    const { managed, inline: PolicyDocument, boundary } = options;
    const { iam } = this;
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: example('ecs-tasks-trust-policy.json').toString(),
        ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
      }),
    );
    if (managed === true) {
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: executionPolicyArn }));
    }
    if (PolicyDocument !== undefined) await this.putPolicy(RoleName, PolicyDocument);
    return roleArn(RoleName);
  }

  async putPolicy(RoleName: string, PolicyDocument: string): Promise<void> {
    const PolicyName = 'inline';
    await this.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  }

  /** Puts the image of examples/004 into a new repository; its name. */
  async push(repositoryName: string): Promise<string> {
    const { ecr } = this;
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    for (const blob of [example('layer.tar'), example('image-config.json')]) {
      const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
      await ecr.send(
        new UploadLayerPartCommand({
          repositoryName,
          uploadId,
          partFirstByte: 0,
          partLastByte: blob.length - 1,
          layerPartBlob: blob,
        }),
      );
      const digest = `sha256:${hash('sha256', blob, 'hex')}`;
      await ecr.send(
        new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }),
      );
    }
    const imageManifest = example('image-manifest.json').toString();
    await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'latest' }));
    return `${registryHost}/${repositoryName}:latest`;
  }

  /** Registers a task definition of one container; its family. */
  async register(container: ContainerDefinition, options: RunOptions): Promise<string> {
    this.#families += 1;
    const family = `article-${this.#families}`;
    const { executionRole, taskRole } = options;
    await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        executionRoleArn: roleArn(executionRole),
        ...(taskRole === undefined ? {} : { taskRoleArn: roleArn(taskRole) }),
        containerDefinitions: [
          {
            name: 'main',
            image: 'busybox',
            command: ['true'],
            logConfiguration: logged('/ecs/article'),
            ...container,
          },
        ],
      }),
    );
    return family;
  }

  /** Runs a task of one container to its end. */
  async run(container: ContainerDefinition, options: RunOptions): Promise<EndedTask> {
    const taskDefinition = await this.register(container, options);
    const { tasks, failures } = await this.ecs.send(
      new RunTaskCommand({
        cluster: 'article',
        taskDefinition,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...(options.subnets ?? this.#subnets)],
            assignPublicIp: 'ENABLED',
          },
        },
      }),
    );
    if (failures?.length !== 0) throw new Error(JSON.stringify(failures));
    return await this.ended(tasks?.[0]?.taskArn ?? '');
  }

  /** Waits for the end of a task that runs already. */
  async ended(taskArn: string): Promise<EndedTask> {
    const { ecs: client } = this;
    const tasks = [taskArn];
    const waiting = { client, maxWaitTime: 60, minDelay: 0.2, maxDelay: 0.5 };
    await waitUntilTasksStopped(waiting, { cluster: 'article', tasks });
    const described = await client.send(new DescribeTasksCommand({ cluster: 'article', tasks }));
    const task = described.tasks?.[0] ?? {};
    const taskId = taskArn.split('/').at(-1) ?? '';
    const { attributes = [] } = task;
    return {
      taskId,
      stopCode: task.stopCode ?? '',
      stoppedReason: withoutIds(task.stoppedReason ?? '').replaceAll(taskId, 'TASK'),
      exitCode: task.containers?.[0]?.exitCode,
      launchedBy: attributes.find(({ name }) => name === 'sekisho.launched-by')?.value ?? '',
      lines: await this.lines('/ecs/article', `article/main/${taskId}`),
    };
  }

  /** The messages of a log stream; none when there is no such stream. */
  async lines(logGroupName: string, logStreamName: string): Promise<readonly string[]> {
    const input = { logGroupName, logStreamName, startFromHead: true };
    const { events = [] } = await this.logs
      .send(new GetLogEventsCommand(input))
      .catch(() => ({ events: [] }));
    return events.map(({ message }) => message ?? '');
  }
}

/** The awslogs driver for that group. */
export function logged(group: string, more: Readonly<Record<string, string>> = {}) {
  return {
    logDriver: 'awslogs' as const,
    options: {
      'awslogs-group': group,
      'awslogs-region': region,
      'awslogs-stream-prefix': 'article',
      ...more,
    },
  };
}
