/** ECS with IAM and EC2 for tests: roles with trust policies, and a launcher that only declares. */
import type {
  DescribeServicesResponse,
  DescribeTasksResponse,
  Service as EcsService,
  ListTasksResponse,
  Task,
} from '@sekisho/catalog/types/ecs';
import type { Caller } from '../../../authentication/caller.ts';
import { createRecord } from '../../../directory/changes.ts';
import type { StoredRecord } from '../../../store/store.ts';
import { createEc2Service } from '../../ec2/index.ts';
import { createIamService } from '../../iam/index.ts';
import type { Service } from '../../service.ts';
import { account, root, type TestStatement, Workload } from '../../workload.fixture.ts';
import { createEcsService } from '../index.ts';
import {
  provideLauncher,
  type TaskLaunch,
  type TaskLauncher,
  type TaskReport,
} from '../launcher.ts';
import { schedulerOf } from './scheduler.ts';
import type { SchedulerSettings } from './settings.ts';

/** What a task of the image does: keep running, never start, end at once, or wait to be told. */
export type Behaviour = 'exits' | 'fails' | 'runs' | 'waits';

/** Reports what it is told to, by image; `runs` where nothing is said. */
export class DeclaredLauncher implements TaskLauncher {
  readonly behaviours = new Map<string, Behaviour>();
  readonly launches: TaskLaunch[] = [];
  readonly stopped: string[] = [];
  readonly #reports = new Map<string, (report: TaskReport) => void>();

  launch(task: TaskLaunch, report: (report: TaskReport) => void): void {
    this.launches.push(task);
    this.#reports.set(task.taskArn, report);
    const [container] = task.taskDefinition.containerDefinitions ?? [];
    const behaviour = this.behaviours.get(container?.image ?? '') ?? 'runs';
    this.tell(task.taskArn, 'PENDING');
    if (behaviour === 'fails') {
      this.tell(task.taskArn, 'STOPPED', {
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'CannotPullContainerError: not found',
      });
    }
    if (behaviour === 'fails' || behaviour === 'waits') return;
    this.tell(task.taskArn, 'ACTIVATING');
    this.tell(task.taskArn, 'RUNNING');
    if (behaviour === 'exits') this.exit(task.taskArn, 1);
  }

  stop(taskArn: string): void {
    this.stopped.push(taskArn);
    for (const status of ['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'] as const) {
      this.tell(taskArn, status);
    }
  }

  exit(taskArn: string, exitCode: number): void {
    this.tell(taskArn, 'STOPPED', {
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'web', lastStatus: 'STOPPED', exitCode }],
    });
  }

  tell(
    taskArn: string,
    lastStatus: TaskReport['lastStatus'],
    more: Partial<TaskReport> = {},
  ): void {
    const running = lastStatus === 'RUNNING';
    const containers = [{ name: 'web', lastStatus: running ? 'RUNNING' : 'PENDING' } as const];
    this.#reports.get(taskArn)?.({
      lastStatus,
      launchedBy: 'declared',
      containers: lastStatus === 'STOPPED' ? [] : containers,
      ...more,
    });
  }
}

/** A trust policy for ECS tasks; `condition` as on AWS's page. */
export function tasksTrust(condition?: unknown, service = 'ecs-tasks.amazonaws.com'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  });
}

export const executionRole = `arn:aws:iam::${account}:role/ecsTaskExecutionRole`;
export const taskRole = `arn:aws:iam::${account}:role/app`;

export class TaskWorld {
  readonly workload: Workload;
  readonly launcher = new DeclaredLauncher();

  readonly ecs: Service;

  private constructor(workload: Workload, ecs: Service) {
    this.workload = workload;
    this.ecs = ecs;
  }

  /** A cluster `web`, two roles, a Fargate family `web`. */
  static async open(settings: Partial<SchedulerSettings> = {}): Promise<TaskWorld> {
    const world = await TaskWorld.start(settings);
    await world.role('ecsTaskExecutionRole');
    await world.role('app');
    await world.call('CreateCluster', { clusterName: 'web' });
    await world.register('web');
    return world;
  }

  /** A server over what another one had written when it was killed. */
  async killed(): Promise<TaskWorld> {
    await this.idle();
    const records = await this.workload.state.store.list('');
    return await TaskWorld.start({}, records, this.workload.now);
  }

  private static async start(
    settings: Partial<SchedulerSettings>,
    records: readonly StoredRecord[] = [],
    now?: number,
  ): Promise<TaskWorld> {
    const ecs = await createEcsService({
      retryMillisecondsFirst: 1,
      retryMillisecondsMax: 1,
      restartMilliseconds: 1,
      ...settings,
    });
    const world = new TaskWorld(
      await Workload.open(ecs, await createIamService(), await createEc2Service()),
      ecs,
    );
    world.workload.now = now ?? world.workload.now;
    if (records.length > 0) {
      await world.workload.state.commit(records.map(({ key, value }) => ({ key, value })));
    }
    provideLauncher(world.workload.runtime, world.launcher);
    await ecs.start?.(world.workload.runtime);
    return world;
  }

  async role(name: string, trustPolicy = tasksTrust()): Promise<void> {
    const record = {
      name,
      id: `AROA${name.toUpperCase().padEnd(17, 'A').slice(0, 17)}`,
      path: '/',
      createdAt: this.workload.now,
      inlinePolicies: [],
      attachedPolicies: [],
      trustPolicy,
      trustPrincipalIds: [],
      maxSessionSeconds: 3600,
      tags: [],
    };
    const { key, value } = createRecord(account, 'role', name, record);
    await this.workload.state.commit([{ key, value }]);
  }

  /** A revision of a Fargate family with one container `web` of the image. */
  async register(family: string, image = 'nginx', more: object = {}): Promise<string> {
    const { taskDefinition } = await this.call<{ taskDefinition: { taskDefinitionArn: string } }>(
      'RegisterTaskDefinition',
      {
        family,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        executionRoleArn: executionRole,
        taskRoleArn: taskRole,
        containerDefinitions: [{ name: 'web', image, essential: true }],
        ...more,
      },
    );
    return taskDefinition.taskDefinitionArn;
  }

  async call<Output = Record<string, unknown>>(
    operation: string,
    input: object = {},
    caller: Caller = root,
  ): Promise<Output> {
    return await this.workload.call<Output>(`ecs:${operation}`, input, caller);
  }

  async answer(operation: string, input: object = {}, caller: Caller = root): Promise<string> {
    return await this.workload.answer(`ecs:${operation}`, input, caller);
  }

  async user(name: string, ...statements: readonly TestStatement[]): Promise<Caller> {
    return await this.workload.user(name, statements);
  }

  /** Of the default network. */
  async subnet(): Promise<string> {
    const { Subnets } = await this.workload.call<{ Subnets: { SubnetId: string }[] }>(
      'ec2:DescribeSubnets',
    );
    return Subnets[0]?.SubnetId ?? '';
  }

  /** Of a Fargate task or service of the family `web` in the cluster `web`. */
  async fargate(more: object = {}): Promise<object> {
    return {
      cluster: 'web',
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: [await this.subnet()] } },
      ...more,
    };
  }

  /** Everything that reports and the scheduler had to do is done. */
  async idle(): Promise<void> {
    await schedulerOf(this.workload.runtime).idle();
  }

  /** Lets time pass for pauses of the scheduler, which are 1 ms long, and whatever follows. */
  async pass(milliseconds = 1_000): Promise<void> {
    this.workload.now += milliseconds;
    await new Promise((resolve) => setTimeout(resolve, 10));
    await this.idle();
  }

  async task(arn: string): Promise<Task> {
    const answer = await this.call<DescribeTasksResponse>('DescribeTasks', {
      cluster: 'web',
      tasks: [arn],
      include: ['TAGS'],
    });
    const [task] = answer.tasks ?? [];
    if (task === undefined) throw new Error(`no task ${arn}`);
    return task;
  }

  async tasks(more: object = {}): Promise<readonly string[]> {
    const answer = await this.call<ListTasksResponse>('ListTasks', { cluster: 'web', ...more });
    return answer.taskArns ?? [];
  }

  async service(name = 'web'): Promise<EcsService> {
    const answer = await this.call<DescribeServicesResponse>('DescribeServices', {
      cluster: 'web',
      services: [name],
    });
    const [service] = answer.services ?? [];
    if (service === undefined) throw new Error(`no service ${name}`);
    return service;
  }

  /** What the service said, oldest first, without `(service …) ` and with ids of tasks as `T`. */
  async events(name = 'web'): Promise<readonly string[]> {
    const { events = [] } = await this.service(name);
    return [...events].reverse().map(({ message = '' }) =>
      message
        .replace(`(service ${name}) `, '')
        .replaceAll(/\(task [0-9a-f]{32}\)/g, '(task T)')
        .replaceAll(/ecs-svc\/\d{19}/g, 'ecs-svc/N'),
    );
  }
}
