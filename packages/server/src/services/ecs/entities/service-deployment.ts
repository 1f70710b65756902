/** Service deployments and service revisions: the history of a service, kept apart from it. */
import type {
  DeploymentConfiguration,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
} from '@sekisho/catalog/types/ecs';
import { type Held, RecordFolder } from '../../records/record-folder.ts';
import type { EcsPlace } from '../arn.ts';
import { recordsPrefix } from './cluster.ts';
import type { DeploymentSource } from './deployment.ts';
import { partArn, type ServiceRecord } from './service.ts';

export type ServiceDeploymentStatus =
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOPPED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

/** `ecs/<account>/<region>/service-deployment/<cluster>/<service>/<id>`. Times in milliseconds. */
export interface ServiceDeploymentRecord {
  readonly id: string;
  readonly serviceName: string;
  readonly clusterName: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly finishedAt?: number;
  readonly stoppedAt?: number;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason?: string;
  readonly sourceRevisionIds: readonly string[];
  readonly targetRevisionId: string;
  readonly requestedTaskCount: number;
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly failureCount: number;
  readonly threshold: number;
  readonly rollback?: {
    readonly reason: string;
    readonly startedAt: number;
    readonly revisionId: string;
  };
}

/** `ecs/<account>/<region>/service-revision/<cluster>/<service>/<id>`: it never changes. */
export interface ServiceRevisionRecord {
  readonly id: string;
  readonly serviceName: string;
  readonly clusterName: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly createdAt: number;
  readonly source: DeploymentSource;
  readonly images: readonly { readonly containerName: string; readonly image: string }[];
}

function folderOf<T extends object>(place: EcsPlace, kind: string, cluster: string) {
  const folder = `${recordsPrefix(place)}${kind}/${encodeURIComponent(cluster)}/`;
  return new RecordFolder<T>(place.runtime.state, folder);
}

export function serviceDeploymentsOf(
  place: EcsPlace,
  clusterName: string,
): RecordFolder<ServiceDeploymentRecord> {
  return folderOf(place, 'service-deployment', clusterName);
}

export function serviceRevisionsOf(
  place: EcsPlace,
  clusterName: string,
): RecordFolder<ServiceRevisionRecord> {
  return folderOf(place, 'service-revision', clusterName);
}

/** The name of either record in its folder. */
export function partName({ serviceName }: { readonly serviceName: string }, id: string): string {
  return `${serviceName}/${id}`;
}

/** The deployments of one service, newest first. */
export function deploymentsOfService(
  place: EcsPlace,
  service: Pick<ServiceRecord, 'clusterName' | 'serviceName'>,
): readonly Held<ServiceDeploymentRecord>[] {
  return serviceDeploymentsOf(place, service.clusterName)
    .all()
    .filter(({ record }) => record.serviceName === service.serviceName)
    .sort((one, other) => other.record.createdAt - one.record.createdAt);
}

const dateOf = (time: number | undefined): Date | undefined =>
  time === undefined ? undefined : new Date(time);

/** The wire shape of a list. */
export function toBrief(place: EcsPlace, record: ServiceDeploymentRecord): ServiceDeploymentBrief {
  return {
    serviceDeploymentArn: partArn(place, 'service-deployment', record, record.id),
    serviceArn: record.serviceArn,
    clusterArn: record.clusterArn,
    startedAt: new Date(record.createdAt),
    createdAt: new Date(record.createdAt),
    finishedAt: dateOf(record.finishedAt),
    targetServiceRevisionArn: partArn(place, 'service-revision', record, record.targetRevisionId),
    status: record.status,
    statusReason: record.statusReason,
  };
}

/** How many tasks of a revision run, by the revision's id. */
export type RevisionCounts = ReadonlyMap<
  string,
  { readonly running: number; readonly pending: number }
>;

/** The wire shape. */
export function toServiceDeployment(
  place: EcsPlace,
  record: ServiceDeploymentRecord,
  counts: RevisionCounts,
): ServiceDeployment {
  const { rollback, deploymentConfiguration, ...deployment } = record;
  const revision = (id: string, requestedTaskCount: number) => ({
    arn: partArn(place, 'service-revision', record, id),
    requestedTaskCount,
    runningTaskCount: counts.get(id)?.running ?? 0,
    pendingTaskCount: counts.get(id)?.pending ?? 0,
  });
  return {
    serviceDeploymentArn: partArn(place, 'service-deployment', record, record.id),
    serviceArn: deployment.serviceArn,
    clusterArn: deployment.clusterArn,
    createdAt: new Date(deployment.createdAt),
    startedAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    finishedAt: dateOf(deployment.finishedAt),
    stoppedAt: dateOf(deployment.stoppedAt),
    sourceServiceRevisions: deployment.sourceRevisionIds.map((id) => revision(id, 0)),
    targetServiceRevision: revision(deployment.targetRevisionId, deployment.requestedTaskCount),
    status: deployment.status,
    statusReason: deployment.statusReason,
    deploymentConfiguration,
    rollback: rollback && {
      reason: rollback.reason,
      startedAt: new Date(rollback.startedAt),
      serviceRevisionArn: partArn(place, 'service-revision', record, rollback.revisionId),
    },
    deploymentCircuitBreaker: toCircuitBreaker(record),
  };
}

function toCircuitBreaker({ status, failureCount, threshold, ...record }: ServiceDeploymentRecord) {
  const isOn = record.deploymentConfiguration.deploymentCircuitBreaker?.enable === true;
  const opened = record.rollback !== undefined || (isOn && failureCount >= threshold);
  const watching = status === 'IN_PROGRESS' ? 'MONITORING' : 'MONITORING_COMPLETE';
  return {
    status: isOn ? (opened ? 'TRIGGERED' : watching) : 'DISABLED',
    failureCount,
    threshold,
  };
}

/** The wire shape. */
export function toServiceRevision(place: EcsPlace, record: ServiceRevisionRecord): ServiceRevision {
  const { source } = record;
  return {
    serviceRevisionArn: partArn(place, 'service-revision', record, record.id),
    serviceArn: record.serviceArn,
    clusterArn: record.clusterArn,
    taskDefinition: source.taskDefinitionArn,
    capacityProviderStrategy: source.capacityProviderStrategy,
    launchType: source.launchType,
    platformVersion: source.platformVersion,
    platformFamily: source.platformFamily,
    networkConfiguration: source.networkConfiguration,
    containerImages: record.images,
    guardDutyEnabled: false,
    createdAt: new Date(record.createdAt),
  };
}
