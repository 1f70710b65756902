/** What the ECS service asks of whatever runs its tasks, and what it is told in return. */
import type {
  Container,
  NetworkConfiguration,
  Tag,
  TaskDefinition,
  TaskOverride,
} from '@sekisho/catalog/types/ecs';
import type { Runtime } from '../service.ts';
import type { TaskCause } from './task-cause.ts';

/** A task that is to run. Its roles were assumable when it was accepted. */
export interface TaskLaunch {
  readonly account: string;
  readonly region: string;
  readonly taskArn: string;
  /** 32 lower-case hexadecimal digits: also the session name of both roles. */
  readonly taskId: string;
  readonly clusterArn: string;
  readonly launchType: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly taskDefinition: TaskDefinition;
  readonly overrides: TaskOverride;
  readonly networkConfiguration?: NetworkConfiguration;
  /** The roles after overrides; absent: the task has none. */
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
  /** The container instance's role, for launch type EC2. */
  readonly instanceRoleArn?: string;
  /** The session name of that role. */
  readonly ec2InstanceId?: string;
  /** `family:web` or `service:web`. */
  readonly group?: string;
  /** The private address of its network interface, with network mode `awsvpc`. */
  readonly privateIpv4?: string;
  /** The subnet of that interface. */
  readonly subnetId?: string;
  /** The task's own tags, for its metadata. */
  readonly tags?: readonly Tag[];
  /** ARN of each container, by its name. */
  readonly containerArns: ReadonlyMap<string, string>;
}

/** One container as its launcher sees it. */
export type ContainerReport = Required<Pick<Container, 'name'>> &
  Pick<Container, 'exitCode' | 'reason' | 'imageDigest' | 'runtimeId'> & {
    readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  };

/** How far a task has come. Reports arrive in the order of the task's life; the last is STOPPED. */
export interface TaskReport {
  readonly lastStatus:
    | 'PROVISIONING'
    | 'PENDING'
    | 'ACTIVATING'
    | 'RUNNING'
    | 'DEACTIVATING'
    | 'STOPPING'
    | 'DEPROVISIONING'
    | 'STOPPED';
  readonly containers: readonly ContainerReport[];
  /** With STOPPED only; absent where the ECS service itself asked for the stop. */
  readonly stopCode?: 'TaskFailedToStart' | 'EssentialContainerExited';
  readonly stoppedReason?: string;
  /** What `stoppedReason` of a task that failed to start is made of. */
  readonly cause?: TaskCause;
  /** How the task runs, for people: `process`, `docker`, `declared: no entry point …`. */
  readonly launchedBy?: string;
}

/** Runs tasks. Nothing here throws or rejects: what goes wrong is reported. */
export interface TaskLauncher {
  launch(task: TaskLaunch, report: (report: TaskReport) => void): void;
  /** SIGTERM, after stopTimeout SIGKILL; ends with a report STOPPED. Unknown tasks are ignored. */
  stop(taskArn: string): void;
}

/** Makes the launcher when the server starts; `close` stops every task and resolves when all ended. */
export type TaskLauncherFactory = (
  runtime: Runtime,
) => Promise<TaskLauncher & { close(): Promise<void> }>;

/** Launchers by server: `endpoints/tasks` puts one here before the ECS service starts. */
const launchers = new WeakMap<Runtime, TaskLauncher>();

/** Tells the ECS service of a server what runs its tasks. */
export function provideLauncher(runtime: Runtime, launcher: TaskLauncher): void {
  launchers.set(runtime, launcher);
}

/** What runs the tasks of this server; undefined where nothing does (tests of the API alone). */
export function launcherOf(runtime: Runtime): TaskLauncher | undefined {
  return launchers.get(runtime);
}
