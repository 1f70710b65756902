/** What a change of a service means for its history of deployments and revisions. */
import type { Change } from '../../../store/store.ts';
import type { DeploymentRecord } from '../entities/deployment.ts';
import { primaryOf, type ServiceRecord } from '../entities/service.ts';
import {
  deploymentsOfService,
  partName,
  type ServiceDeploymentRecord,
  serviceDeploymentsOf,
  serviceRevisionsOf,
} from '../entities/service-deployment.ts';
import { lookUpTaskDefinition } from '../entities/task-definition.ts';
import { isSame } from '../plain.ts';
import { failureThreshold } from './deployments.ts';
import type { TaskPlace } from './task-place.ts';

/** How many deployments of a service are remembered. */
const rememberedMax = 50;

/** The changes that go with writing `after` over `before` (undefined: a new service). */
export function historyChanges(
  before: ServiceRecord | undefined,
  after: ServiceRecord,
  now: number,
  place: TaskPlace,
): readonly Change[] {
  const primary = primaryOf(after);
  const was = before && primaryOf(before);
  if (primary === undefined) return [];
  const history = deploymentsOfService(place, after);
  const current = history.find(({ record }) => record.id === primary.serviceDeploymentId);
  const folder = serviceDeploymentsOf(place, after.clusterName);
  if (current === undefined) {
    return [
      ...begun(after, primary, before, now, place),
      ...superseded(was, history, now).map(([held, record]) => folder.replace(held, record)),
      ...forgotten(after, history, place),
    ];
  }
  const next = updated(current.record, primary, after, now);
  return next === undefined ? [] : [folder.replace(current, next)];
}

type History = ReturnType<typeof deploymentsOfService>;

function begun(
  service: ServiceRecord,
  primary: DeploymentRecord,
  before: ServiceRecord | undefined,
  now: number,
  place: TaskPlace,
): readonly Change[] {
  const { serviceName, clusterName, serviceArn, clusterArn } = service;
  const names = { serviceName, clusterName, serviceArn, clusterArn };
  const definition = lookUpTaskDefinition(place, primary.source.taskDefinitionArn)?.record;
  const record: ServiceDeploymentRecord = {
    ...names,
    id: primary.serviceDeploymentId,
    createdAt: now,
    updatedAt: now,
    status: 'IN_PROGRESS',
    sourceRevisionIds: (before?.deployments ?? []).map((each) => each.serviceRevisionId),
    targetRevisionId: primary.serviceRevisionId,
    requestedTaskCount: service.desiredCount,
    deploymentConfiguration: service.deploymentConfiguration,
    failureCount: 0,
    threshold: failureThreshold(service),
  };
  const images = (definition?.definition.containerDefinitions ?? []).map((container) => ({
    containerName: container.name ?? '',
    image: container.image ?? '',
  }));
  return [
    serviceDeploymentsOf(place, clusterName).create(partName(service, record.id), record),
    serviceRevisionsOf(place, clusterName).create(partName(service, record.targetRevisionId), {
      ...names,
      id: record.targetRevisionId,
      createdAt: now,
      source: primary.source,
      images,
    }),
  ];
}

/** A deployment that another one replaced before it was complete. */
function superseded(
  was: DeploymentRecord | undefined,
  history: History,
  now: number,
): readonly (readonly [History[number], ServiceDeploymentRecord])[] {
  const held = history.find(({ record }) => record.id === was?.serviceDeploymentId);
  if (held === undefined || held.record.finishedAt !== undefined) return [];
  // Unverified: the reason.
  const statusReason = 'A newer service deployment has started.';
  const end = { stoppedAt: now, finishedAt: now, updatedAt: now, statusReason };
  return [[held, { ...held.record, ...end, status: 'STOPPED' }]];
}

/** undefined: nothing of it has changed. */
function updated(
  record: ServiceDeploymentRecord,
  primary: DeploymentRecord,
  service: ServiceRecord,
  now: number,
): ServiceDeploymentRecord | undefined {
  if (record.finishedAt !== undefined) return undefined;
  const statusReason = primary.rolloutStateReason;
  const isRolledBack = primary.rollsBack === true;
  const base: ServiceDeploymentRecord = {
    ...record,
    updatedAt: now,
    requestedTaskCount: service.desiredCount,
    failureCount: failuresOf(record, primary, service),
    ...(isRolledBack && record.rollback === undefined
      ? { rollback: rollbackOf(primary, now), status: 'ROLLBACK_IN_PROGRESS', statusReason }
      : {}),
  };
  if (primary.rolloutState === 'COMPLETED') {
    const status = isRolledBack ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL';
    return { ...base, status, statusReason, finishedAt: now };
  }
  if (primary.rolloutState === 'FAILED') {
    const status = isRolledBack ? 'ROLLBACK_FAILED' : 'STOPPED';
    return { ...base, status, statusReason, finishedAt: now, stoppedAt: now };
  }
  return isSame({ ...base, updatedAt: record.updatedAt }, record) ? undefined : base;
}

/** After a rollback the failures stay those of the deployment that failed. */
function failuresOf(
  record: ServiceDeploymentRecord,
  primary: DeploymentRecord,
  { deployments }: ServiceRecord,
): number {
  if (primary.rollsBack !== true) return primary.failedTasks;
  const failed = deployments.find(
    ({ serviceRevisionId }) => serviceRevisionId === record.targetRevisionId,
  );
  return failed?.failedTasks ?? record.failureCount;
}

function rollbackOf(primary: DeploymentRecord, startedAt: number) {
  return {
    reason: primary.rolloutStateReason,
    startedAt,
    revisionId: primary.serviceRevisionId,
  };
}

/** The oldest deployments beyond what is remembered, and their revisions. */
function forgotten(service: ServiceRecord, history: History, place: TaskPlace): readonly Change[] {
  const kept = new Set(
    [...service.deployments, ...(service.lastComplete ? [service.lastComplete] : [])].map(
      (each) => each.serviceRevisionId,
    ),
  );
  const revisions = serviceRevisionsOf(place, service.clusterName);
  return history
    .slice(rememberedMax - 1)
    .filter(({ record }) => !kept.has(record.targetRevisionId))
    .flatMap((held) => {
      const revision = revisions.find(partName(service, held.record.targetRevisionId));
      return [
        serviceDeploymentsOf(place, service.clusterName).remove(held),
        ...(revision === undefined ? [] : [revisions.remove(revision)]),
      ];
    });
}
