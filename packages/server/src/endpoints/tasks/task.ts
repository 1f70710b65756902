/** One task's life: prepared, started, watched, stopped, and reported at each step. */
import type { ContainerReport, TaskLaunch, TaskReport } from '../../services/ecs/launcher.ts';
import type { TaskCause } from '../../services/ecs/task-cause.ts';
import type { Runtime } from '../../services/service.ts';
import type { ContainerRunner, StartedContainer } from './container.ts';
import { LogStream } from './log-stream.ts';
import { RoleSession } from './role-session.ts';
import { Routes } from './routes.ts';
import { LaunchFailure, taskFailedToStart } from './stopped-reason.ts';
import type { TaskEndpoint } from './task-endpoint.ts';
import type { ContainerView, TaskView } from './task-metadata.ts';
import { type PreparedContainer, prepareTask } from './task-preparation.ts';

/** What a task is made of. */
export interface TaskParts {
  readonly runtime: Runtime;
  readonly endpoint: TaskEndpoint;
  readonly runner: ContainerRunner;
  readonly launch: TaskLaunch;
  readonly report: (report: TaskReport) => void;
}

interface Member extends ContainerView {
  report: ContainerReport;
  createdAt?: number;
  startedAt?: number;
  /** While its runner is at it. */
  starting?: Promise<StartedContainer>;
  started?: StartedContainer;
  log?: LogStream;
  /** Resolves when it runs, and when it has ended (with its exit code). */
  readonly running: PromiseWithResolvers<void>;
  readonly ended: PromiseWithResolvers<number | undefined>;
}

type Ending = Pick<TaskReport, 'stopCode' | 'stoppedReason' | 'cause'>;

const stopSecondsDefault = 30;

export class Task {
  readonly ended: Promise<void>;
  readonly #parts: TaskParts;
  readonly #routes: Routes;
  readonly #members: readonly Member[];
  readonly #credentialsId: string;
  readonly #authorizationToken: string;
  #lastStatus: TaskReport['lastStatus'] = 'PROVISIONING';
  /** Set once: the task is to end, and why. */
  #ending: Ending | undefined;
  #isWinding = false;
  #hasWarned = false;
  #stopMillisecondsMax = Number.POSITIVE_INFINITY;
  #pullStartedAt: number | undefined;
  #pullStoppedAt: number | undefined;
  readonly #stopRequested = Promise.withResolvers<void>();

  constructor(parts: TaskParts) {
    this.#parts = parts;
    this.#routes = new Routes(parts.runtime, parts.launch);
    const { random } = parts.runtime.platform;
    this.#credentialsId = random.uuid();
    // Base64url: no character that a header or an environment could not hold.
    this.#authorizationToken = Buffer.from(random.bytes(32)).toString('base64url');
    const definitions = parts.launch.taskDefinition.containerDefinitions ?? [];
    this.#members = definitions.map((definition) => ({
      definition,
      report: { name: definition.name ?? '', lastStatus: 'PENDING' },
      running: Promise.withResolvers<void>(),
      ended: Promise.withResolvers<number | undefined>(),
    }));
    this.ended = this.#live();
  }

  /** Where the task's containers find credentials and metadata, as they are told. */
  environment(index: number): ReadonlyMap<string, string> {
    const { launch, endpoint } = this.#parts;
    const { url } = endpoint;
    const path = `${launch.taskId}-${index + 1}`;
    const environment = new Map([
      ['ECS_CONTAINER_METADATA_URI', `${url}/v3/${path}`],
      ['ECS_CONTAINER_METADATA_URI_V4', `${url}/v4/${path}`],
      ['AWS_EXECUTION_ENV', `AWS_ECS_${launch.launchType}`],
    ]);
    if (launch.taskRoleArn !== undefined) {
      environment.set(
        'AWS_CONTAINER_CREDENTIALS_FULL_URI',
        `${url}/v2/credentials/${this.#credentialsId}`,
      );
      environment.set('AWS_CONTAINER_AUTHORIZATION_TOKEN', this.#authorizationToken);
    }
    return environment;
  }

  /** Asks it to end; its containers get no more than `millisecondsMax` beyond SIGTERM. */
  stop(millisecondsMax = Number.POSITIVE_INFINITY, stoppedReason?: string): void {
    this.#stopMillisecondsMax = Math.min(this.#stopMillisecondsMax, millisecondsMax);
    this.#end(stoppedReason === undefined ? {} : { stoppedReason });
    // A second wish may be a more urgent one.
    if (this.#isWinding) for (const member of this.#members) this.#stopMember(member);
  }

  async #live(): Promise<void> {
    this.#openEndpoint();
    // The caller has the task before it hears of it.
    await Promise.resolve();
    try {
      this.#advance('PROVISIONING');
      this.#advance('PENDING');
      await Promise.race([this.#start(), this.#stopRequested.promise]);
      if (this.#ending === undefined) this.#advance('RUNNING');
    } catch (error) {
      this.#fail(error);
    }
    await this.#stopRequested.promise;
    await this.#wind();
  }

  async #start(): Promise<void> {
    const { runtime, launch, runner } = this.#parts;
    const prepared = await prepareTask({
      runtime,
      launch,
      routes: this.#routes,
      unpacks: runner.unpacks,
      runsPrograms: runner.runsPrograms,
      asksLoopbackRegistries: runner.asksLoopbackRegistries,
      injected: (index) => this.environment(index),
      onPull: (event) => {
        const now = runtime.platform.clock.now();
        if (event === 'started') this.#pullStartedAt = now;
        else this.#pullStoppedAt = now;
      },
    });
    if (this.#ending !== undefined) return;
    this.#advance('ACTIVATING');
    await Promise.all(
      prepared.map((container, index) => this.#startMember(this.#members[index], container)),
    );
  }

  async #startMember(member: Member | undefined, { plan, log }: PreparedContainer): Promise<void> {
    if (member === undefined) return;
    await this.#dependencies(member);
    if (this.#ending !== undefined) return;
    const { clock } = this.#parts.runtime.platform;
    if (log !== undefined) {
      const onLoss = (error: unknown): void => this.#warnOfLoss(error);
      member.log = new LogStream(log.target, log.client, clock, onLoss);
    }
    const digest = plan.image?.digest;
    member.report = { ...member.report, ...(digest === undefined ? {} : { imageDigest: digest }) };
    member.createdAt = clock.now();
    let started: StartedContainer;
    try {
      member.starting = this.#parts.runner
        .start(plan, {
          onOutput: (chunk, stream) => member.log?.write(chunk, stream),
          onEnd: (end) => void this.#memberEnded(member, end),
        })
        .then((container) => {
          member.started = container;
          return container;
        });
      started = await member.starting;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const reason = `CannotStartContainerError: ${words}`;
      const isFargate = this.#parts.launch.launchType === 'FARGATE';
      throw new LaunchFailure(isFargate ? reason : taskFailedToStart, plan.name, reason).because(
        'start',
        error,
      );
    }
    member.startedAt = clock.now();
    const { launchedBy, runtimeId } = started;
    if (launchedBy.startsWith('declared')) {
      member.log?.write(Buffer.from(`This container runs no program (${launchedBy}).\n`), 'stdout');
    }
    if (member.report.lastStatus === 'PENDING') {
      member.report = {
        ...member.report,
        lastStatus: 'RUNNING',
        runtimeId: runtimeId ?? `${plan.taskId}-${this.#members.indexOf(member) + 1}`,
      };
    }
    member.running.resolve();
  }

  /** Said once: a role that may not write is asked again and again. */
  #warnOfLoss(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const words = error instanceof Error ? error.message : String(error);
    const { runtime, launch } = this.#parts;
    runtime.platform.process.warn(`task ${launch.taskId}: output was lost: ${words}`);
  }

  /** Nothing here checks the health of containers: HEALTHY is taken for START. */
  async #dependencies({ definition }: Member): Promise<void> {
    for (const { containerName, condition } of definition.dependsOn ?? []) {
      const other = this.#members.find(({ report }) => report.name === containerName);
      if (other === undefined) continue;
      await other.running.promise;
      if (condition !== 'COMPLETE' && condition !== 'SUCCESS') continue;
      const exitCode = await other.ended.promise;
      if (condition === 'SUCCESS' && exitCode !== 0) {
        throw new LaunchFailure(
          taskFailedToStart,
          definition.name,
          `dependency ${containerName} exited with code ${exitCode ?? 'unknown'}`,
        );
      }
    }
  }

  async #memberEnded(
    member: Member,
    { exitCode, error }: { readonly exitCode?: number; readonly error?: string },
  ): Promise<void> {
    await member.log?.end();
    member.report = {
      ...member.report,
      lastStatus: 'STOPPED',
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(error === undefined ? {} : { reason: `CannotStartContainerError: ${error}` }),
    };
    member.running.resolve();
    member.ended.resolve(exitCode);
    const isLast = this.#members.every(({ report }) => report.lastStatus === 'STOPPED');
    if (member.definition.essential !== false || isLast) {
      this.#end({
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
      });
    } else if (this.#ending === undefined) {
      this.#advance(this.#lastStatus);
    }
  }

  #fail(error: unknown): void {
    const failure =
      error instanceof LaunchFailure
        ? error
        : new LaunchFailure(error instanceof Error ? error.message : String(error));
    for (const member of this.#members) {
      if (failure.container !== member.report.name || failure.containerReason === undefined)
        continue;
      member.report = { ...member.report, reason: failure.containerReason };
    }
    const cause = this.#causeOf(failure);
    const stopCode = 'TaskFailedToStart';
    this.#end({ stopCode, stoppedReason: failure.message, ...(cause && { cause }) });
  }

  /** With the role whose credentials were used at that step. */
  #causeOf({ taskCause }: LaunchFailure): TaskCause | undefined {
    if (taskCause === undefined) return undefined;
    const { launchType, executionRoleArn, instanceRoleArn } = this.#parts.launch;
    const isInstances =
      executionRoleArn === undefined || (taskCause.step === 'logs' && launchType !== 'FARGATE');
    const roleArn = isInstances ? instanceRoleArn : executionRoleArn;
    const role = isInstances ? 'instanceRole' : 'executionRole';
    return { ...taskCause, role, ...(roleArn === undefined ? {} : { roleArn }) };
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#stopRequested.resolve();
  }

  /** From whatever state to STOPPED. */
  async #wind(): Promise<void> {
    const { runtime, launch, endpoint } = this.#parts;
    this.#advance('DEACTIVATING');
    this.#advance('STOPPING');
    // One that is being started this moment must not be missed.
    await Promise.allSettled(this.#members.map(({ starting }) => starting));
    this.#isWinding = true;
    const waiting: Promise<unknown>[] = [];
    for (const member of this.#members) {
      if (member.started === undefined) {
        member.report = { ...member.report, lastStatus: 'STOPPED' };
        continue;
      }
      waiting.push(member.ended.promise);
      this.#stopMember(member);
    }
    await Promise.all(waiting);
    this.#advance('DEPROVISIONING');
    endpoint.remove(launch.taskId);
    await this.#routes.close().catch(() => {});
    await runtime.platform.disk.removeFolder(`tasks/${launch.taskId}`).catch(() => {});
    this.#advance('STOPPED');
  }

  #stopMember({ started, report, definition }: Member): void {
    if (report.lastStatus === 'STOPPED') return;
    const seconds = definition.stopTimeout ?? stopSecondsDefault;
    started?.stop(Math.min(seconds * 1000, this.#stopMillisecondsMax));
  }

  #advance(lastStatus: TaskReport['lastStatus']): void {
    this.#lastStatus = lastStatus;
    const ways = new Set(
      this.#members.flatMap(({ started }) => (started === undefined ? [] : [started.launchedBy])),
    );
    this.#parts.report({
      lastStatus,
      containers: this.#members.map(({ report }) => report),
      ...(lastStatus === 'STOPPED' ? this.#ending : {}),
      ...(ways.size === 0 ? {} : { launchedBy: [...ways].join('; ') }),
    });
  }

  #openEndpoint(): void {
    const { runtime, launch, endpoint } = this.#parts;
    const { taskRoleArn } = launch;
    endpoint.add(launch.taskId, {
      ...(taskRoleArn === undefined
        ? {}
        : { taskRole: new RoleSession(runtime, taskRoleArn, launch) }),
      credentialsId: this.#credentialsId,
      authorizationToken: this.#authorizationToken,
      view: () => this.#view(),
    });
  }

  #view(): TaskView {
    return {
      launch: this.#parts.launch,
      lastStatus: this.#lastStatus,
      isStopping: this.#ending !== undefined,
      containers: this.#members,
      ...(this.#pullStartedAt === undefined ? {} : { pullStartedAt: this.#pullStartedAt }),
      ...(this.#pullStoppedAt === undefined ? {} : { pullStoppedAt: this.#pullStoppedAt }),
    };
  }
}
