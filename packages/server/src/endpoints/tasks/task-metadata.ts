/**
 * Task metadata, version 4: what a container can ask about itself and its task.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 */
import type { ContainerDefinition } from '@sekisho/catalog/types/ecs';
import type { ContainerReport, TaskLaunch, TaskReport } from '../../services/ecs/launcher.ts';

/** A task as its metadata tells it. */
export interface TaskView {
  readonly launch: TaskLaunch;
  readonly lastStatus: TaskReport['lastStatus'];
  readonly isStopping: boolean;
  readonly containers: readonly ContainerView[];
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
}

export interface ContainerView {
  readonly definition: ContainerDefinition;
  readonly report: ContainerReport;
  readonly createdAt?: number;
  readonly startedAt?: number;
}

/** `/task`. */
export function taskMetadata(view: TaskView): object {
  const { launch, lastStatus, isStopping } = view;
  const { taskDefinition, clusterArn, taskArn, launchType, group } = launch;
  const { cpu, memory, family, revision } = taskDefinition;
  return {
    // The ARN on Fargate, the name on an instance.
    Cluster: launchType === 'FARGATE' ? clusterArn : (clusterArn.split('/').at(-1) ?? ''),
    TaskARN: taskArn,
    Family: family ?? '',
    Revision: String(revision ?? ''),
    DesiredStatus: isStopping ? 'STOPPED' : 'RUNNING',
    KnownStatus: lastStatus,
    ...(cpu === undefined && memory === undefined ? {} : { Limits: taskLimits(cpu, memory) }),
    ...(view.pullStartedAt === undefined ? {} : { PullStartedAt: time(view.pullStartedAt) }),
    ...(view.pullStoppedAt === undefined ? {} : { PullStoppedAt: time(view.pullStoppedAt) }),
    AvailabilityZone: `${launch.region}a`,
    LaunchType: launchType,
    ...(group?.startsWith('service:') === true ? { ServiceName: group.slice(8) } : {}),
    Containers: view.containers.map((container) => containerMetadata(container, view)),
  };
}

function taskLimits(cpu: string | undefined, memory: string | undefined): object {
  return {
    // Of virtual CPUs, where definitions count 1024 to one.
    ...(cpu === undefined ? {} : { CPU: Number(cpu) / 1024 }),
    ...(memory === undefined ? {} : { Memory: Number(memory) }),
  };
}

/** A container without its task. */
export function containerMetadata(container: ContainerView, view: TaskView): object {
  const { definition, report, createdAt, startedAt } = container;
  const { launch, isStopping } = view;
  const name = definition.name ?? '';
  const log = definition.logConfiguration;
  return {
    DockerId: report.runtimeId ?? '',
    Name: name,
    DockerName: name,
    Image: definition.image ?? '',
    ImageID: report.imageDigest ?? '',
    Labels: {
      'com.amazonaws.ecs.cluster': launch.clusterArn,
      'com.amazonaws.ecs.container-name': name,
      'com.amazonaws.ecs.task-arn': launch.taskArn,
      'com.amazonaws.ecs.task-definition-family': launch.taskDefinition.family ?? '',
      'com.amazonaws.ecs.task-definition-version': String(launch.taskDefinition.revision ?? ''),
    },
    DesiredStatus: isStopping ? 'STOPPED' : 'RUNNING',
    KnownStatus: report.lastStatus,
    Limits: { CPU: definition.cpu ?? 0, Memory: definition.memory ?? 0 },
    ...(createdAt === undefined ? {} : { CreatedAt: time(createdAt) }),
    ...(startedAt === undefined ? {} : { StartedAt: time(startedAt) }),
    ...(report.exitCode === undefined ? {} : { ExitCode: report.exitCode }),
    Type: 'NORMAL',
    ...(log === undefined ? {} : { LogDriver: log.logDriver }),
    ...(log?.options === undefined ? {} : { LogOptions: Object.fromEntries(optionsOf(log)) }),
    ContainerARN: launch.containerArns.get(name) ?? '',
  };
}

/** Options of a log configuration, however they are held. */
export function optionsOf({
  options,
}: NonNullable<ContainerDefinition['logConfiguration']>): ReadonlyMap<string, string> {
  if (options === undefined) return new Map();
  return options instanceof Map ? options : new Map(Object.entries(options));
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
