/** All tasks of a server, its way of running them, and the endpoint that they ask. */
import type { TaskLaunch, TaskLauncher, TaskReport } from '../../services/ecs/launcher.ts';
import type { Runtime } from '../../services/service.ts';
import type { ContainerRunner } from './container.ts';
import { DeclaredRunner } from './declared-runner.ts';
import { DockerRunner } from './docker-runner.ts';
import { ProcessRunner } from './process-runner.ts';
import { Task } from './task.ts';
import { TaskEndpoint } from './task-endpoint.ts';

/** What somebody needs to know to be "inside" a task. Holds no credentials. */
export interface TaskDescription {
  readonly taskArn: string;
  readonly account: string;
  readonly region: string;
  readonly taskRoleArn?: string;
  /** Of the first container; `/task` behind it is the task's. */
  readonly metadataUri: string;
  /** What a client in the task has in its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

const tasksMax = 500;
/** How long programs may take to end when the server stops. */
const closeMilliseconds = 1500;
const closeMillisecondsMax = 4000;

export class TaskFleet implements TaskLauncher {
  readonly #runtime: Runtime;
  readonly #endpoint: TaskEndpoint;
  readonly #runner: ContainerRunner;
  readonly #tasks = new Map<string, { readonly task: Task; readonly launch: TaskLaunch }>();
  #isClosing = false;

  private constructor(runtime: Runtime, endpoint: TaskEndpoint, runner: ContainerRunner) {
    this.#runtime = runtime;
    this.#endpoint = endpoint;
    this.#runner = runner;
  }

  static async start(runtime: Runtime): Promise<TaskFleet> {
    // What a server that was killed has left behind.
    await runtime.platform.disk.removeFolder('tasks').catch(() => {});
    return new TaskFleet(runtime, await TaskEndpoint.start(), await chooseRunner(runtime));
  }

  launch(launch: TaskLaunch, report: (report: TaskReport) => void): void {
    if (this.#isClosing || this.#tasks.has(launch.taskArn)) return;
    if (this.#tasks.size >= tasksMax) {
      const stoppedReason = `CannotStartContainerError: this server runs at most ${tasksMax} tasks`;
      report({
        lastStatus: 'STOPPED',
        containers: [],
        stopCode: 'TaskFailedToStart',
        stoppedReason,
      });
      return;
    }
    const task = new Task({
      runtime: this.#runtime,
      endpoint: this.#endpoint,
      runner: this.#runner,
      launch,
      report,
    });
    this.#tasks.set(launch.taskArn, { task, launch });
    const forget = (): void => {
      this.#tasks.delete(launch.taskArn);
    };
    task.ended.then(forget, (error: unknown) => {
      forget();
      this.#runtime.platform.process.warn(`task ${launch.taskId}: ${String(error)}`);
    });
  }

  stop(taskArn: string): void {
    this.#tasks.get(taskArn)?.task.stop();
  }

  /** By id or ARN; undefined when the account has no such task here. */
  describe(account: string, id: string): TaskDescription | undefined {
    for (const { task, launch } of this.#tasks.values()) {
      if (launch.account !== account || (launch.taskId !== id && launch.taskArn !== id)) continue;
      const environment = task.environment(0);
      return {
        taskArn: launch.taskArn,
        account,
        region: launch.region,
        ...(launch.taskRoleArn === undefined ? {} : { taskRoleArn: launch.taskRoleArn }),
        metadataUri: environment.get('ECS_CONTAINER_METADATA_URI_V4') ?? '',
        environment: Object.fromEntries(environment),
      };
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const tasks = [...this.#tasks.values()].map(({ task }) => task);
    for (const task of tasks) task.stop(closeMilliseconds, 'The server that ran this task stopped');
    const { clock } = this.#runtime.platform;
    await Promise.race([
      Promise.allSettled(tasks.map(({ ended }) => ended)),
      new Promise<void>((resolve) => clock.after(closeMillisecondsMax, resolve)),
    ]);
    await this.#endpoint.close();
  }
}

async function chooseRunner(runtime: Runtime): Promise<ContainerRunner> {
  const { tasks = 'declared' } = runtime;
  if (tasks === 'process') return new ProcessRunner(runtime);
  if (tasks === 'declared') return new DeclaredRunner();
  const docker = await DockerRunner.find(runtime);
  const { engineSocket } = runtime.platform.process;
  return docker ?? new DeclaredRunner(`no container engine answers at ${engineSocket}`);
}
