/** For tests: broken tasks on a whole server, their diagnosis, and its fixes carried out. */
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type Statement, TaskWorld } from '../../endpoints/tasks/tasks.fixture.ts';
import { signInHeader, type TestKey } from '../testing/client-signature.ts';
import { account } from '../testing/test-gateway.ts';
import type { Finding } from './finding.ts';
import { carryOut } from './shell.fixture.ts';
import type { TaskDiagnosis } from './task-diagnosis.ts';

export const region = 'us-east-1';

/** How a broken task is made. */
export interface BrokenTask {
  readonly container?: Partial<ContainerDefinition>;
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
  readonly subnets?: readonly string[];
  readonly key?: TestKey;
}

/** How far it came, and what is said of it. */
export interface Outcome {
  readonly lastStatus: string;
  readonly error?: string;
  readonly task?: Task;
  readonly findings: readonly Finding[];
  readonly diagnosis?: TaskDiagnosis;
}

/** The server with a cluster, an image `…/app:latest`, a log group `/app`. */
export class DiagnosisWorld {
  readonly world: TaskWorld;
  readonly image: string;
  readonly subnet: string;
  #families = 0;

  private constructor(world: TaskWorld, image: string, subnet: string) {
    this.world = world;
    this.image = image;
    this.subnet = subnet;
  }

  static async start(): Promise<DiagnosisWorld> {
    const world = await TaskWorld.start('declared');
    const image = await world.push('app', [[{ path: 'main', content: 'x' }]]);
    await world.logs.send(new CreateLogGroupCommand({ logGroupName: '/app' }));
    const { Subnets } = await world.ec2.send(new DescribeSubnetsCommand({}));
    const made = new DiagnosisWorld(world, image, Subnets?.[0]?.SubnetId ?? '');
    await made.ecs().send(new CreateClusterCommand({ clusterName: 'diagnosis' }));
    return made;
  }

  async stop(): Promise<void> {
    await this.world.stop();
  }

  settings({ id, secret, token } = this.world.gateway.root()) {
    const credentials = {
      accessKeyId: id,
      secretAccessKey: secret,
      ...(token === undefined ? {} : { sessionToken: token }),
    };
    const { endpoint } = this.world.gateway.server;
    return { endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 };
  }

  ecs(key?: TestKey): ECSClient {
    return new ECSClient(this.settings(key));
  }

  logsClient(key?: TestKey): CloudWatchLogsClient {
    return new CloudWatchLogsClient(this.settings(key));
  }

  /** A user with a policy, and its key. */
  async user(name: string, statements: readonly Statement[]): Promise<TestKey> {
    const { gateway } = this.world;
    await gateway.call('iam', { Action: 'CreateUser', UserName: name });
    await gateway.call('iam', {
      Action: 'PutUserPolicy',
      UserName: name,
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    });
    const { body } = await gateway.call('iam', { Action: 'CreateAccessKey', UserName: name });
    const value = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(body)?.[1] ?? '';
    return { id: value('AccessKeyId'), secret: value('SecretAccessKey') };
  }

  async iam(Action: string, parameters: Readonly<Record<string, string>>): Promise<void> {
    const { status, body } = await this.world.gateway.call('iam', { Action, ...parameters });
    if (status !== 200) throw new Error(body);
  }

  /** Registers the definition; its family. */
  async register(broken: BrokenTask): Promise<string> {
    this.#families += 1;
    const family = `broken-${this.#families}`;
    const { executionRoleArn, taskRoleArn, container } = broken;
    await this.ecs().send(
      new RegisterTaskDefinitionCommand({
        family,
        cpu: '256',
        memory: '512',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
        ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
        containerDefinitions: [{ name: 'app', image: this.image, essential: true, ...container }],
      }),
    );
    return family;
  }

  /** Runs it until it runs or ends, and asks why. */
  async run(
    taskDefinition: string,
    { key, subnets = [this.subnet] }: BrokenTask,
  ): Promise<Outcome> {
    return await this.runTask(
      {
        cluster: 'diagnosis',
        taskDefinition,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: [...subnets], assignPublicIp: 'ENABLED' },
        },
      },
      key,
    );
  }

  async runTask(input: RunTaskCommandInput, key?: TestKey): Promise<Outcome> {
    let taskArn: string;
    try {
      const { tasks } = await this.ecs(key).send(new RunTaskCommand(input));
      taskArn = tasks?.[0]?.taskArn ?? '';
    } catch (error) {
      return await this.#refused(error);
    }
    const task = await this.settled(taskArn);
    const diagnosis = await this.diagnose(taskArn);
    if (task.lastStatus === 'RUNNING') await this.end(taskArn);
    const { lastStatus = '' } = task;
    return { lastStatus, task, findings: diagnosis.findings, diagnosis };
  }

  /** Runs it and leaves it running; its ARN. */
  async begin(taskDefinition: string): Promise<string> {
    const { tasks } = await this.ecs().send(
      new RunTaskCommand({
        cluster: 'diagnosis',
        taskDefinition,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: [this.subnet], assignPublicIp: 'ENABLED' },
        },
      }),
    );
    const taskArn = tasks?.[0]?.taskArn ?? '';
    const { lastStatus, stoppedReason } = await this.settled(taskArn);
    if (lastStatus !== 'RUNNING') throw new Error(stoppedReason);
    return taskArn;
  }

  async createService(serviceName: string, taskDefinition: string): Promise<void> {
    await this.ecs().send(
      new CreateServiceCommand({
        cluster: 'diagnosis',
        serviceName,
        taskDefinition,
        desiredCount: 1,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: [this.subnet], assignPublicIp: 'ENABLED' },
        },
      }),
    );
  }

  /** As a program in the task has them. */
  async taskCredentials(taskId: string) {
    const { environment } = (await this.get(`tasks/${taskId}`)) as {
      readonly environment: Readonly<Record<string, string>>;
    };
    const answer = await fetch(environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '', {
      headers: { authorization: environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '' },
    });
    const held = (await answer.json()) as Readonly<Record<string, string>>;
    return {
      accessKeyId: held['AccessKeyId'] ?? '',
      secretAccessKey: held['SecretAccessKey'] ?? '',
      sessionToken: held['Token'] ?? '',
    };
  }

  async bucket(name: string): Promise<void> {
    await this.world.s3.send(new CreateBucketCommand({ Bucket: name }));
  }

  async #refused(error: unknown): Promise<Outcome> {
    const { message, $metadata } = error as Error & { readonly $metadata: { requestId: string } };
    const entry = await this.get(`decisions/${$metadata.requestId}`);
    const { decisions } = entry as {
      readonly decisions: readonly (Finding & { outcome: string })[];
    };
    const findings = decisions.filter(({ outcome }) => outcome !== 'allow');
    return { lastStatus: 'REFUSED', error: message, findings };
  }

  async settled(taskArn: string): Promise<Task> {
    for (;;) {
      const { tasks } = await this.ecs().send(
        new DescribeTasksCommand({ cluster: 'diagnosis', tasks: [taskArn] }),
      );
      const [task] = tasks ?? [];
      if (task?.lastStatus === 'RUNNING' || task?.lastStatus === 'STOPPED') return task;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async end(taskArn: string): Promise<void> {
    await this.ecs().send(new StopTaskCommand({ cluster: 'diagnosis', task: taskArn }));
  }

  async diagnose(taskArn: string): Promise<TaskDiagnosis> {
    const id = taskArn.slice(taskArn.lastIndexOf('/') + 1);
    return (await this.get(`tasks/${id}/diagnosis`)) as TaskDiagnosis;
  }

  async get(path: string, key = this.world.gateway.root()): Promise<unknown> {
    return await this.#own('GET', path, '', key);
  }

  async post(path: string, value: object, key = this.world.gateway.root()): Promise<unknown> {
    return await this.#own('POST', path, JSON.stringify(value), key);
  }

  async #own(method: string, path: string, text: string, key: TestKey): Promise<unknown> {
    const headers: [string, string][] = [['host', '127.0.0.1:4566']];
    const rawPath = `/_sekisho/${path}`;
    const request = { method, rawPath, rawQuery: '', headers, body: Buffer.from(text) };
    const scope = { service: 'sekisho', region, now: Date.now() };
    const answer = await this.world.gateway.send(signInHeader(request, key, scope));
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  }

  /** Carries out the commands of a finding's fixes. */
  async fix({ fixes }: Pick<Finding, 'fixes'>): Promise<void> {
    for (const { cli } of fixes) await carryOut(cli, this.settings());
  }
}

export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
