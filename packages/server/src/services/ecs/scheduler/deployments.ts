/** A service's deployments: begun, completed, failed, rolled back to. */
import type { Random } from '../../../platform/platform.ts';
import type { DeploymentRecord, DeploymentSource } from '../entities/deployment.ts';
import type { ServiceRecord } from '../entities/service.ts';
import { said } from './service-events.ts';

const idDigits = 19;

/** Digits like those of deployment and revision ids; the first is no zero. */
export function newDigits(random: Random): string {
  const [first = 0, ...others] = random.bytes(idDigits);
  return `${(first % 9) + 1}${others.map((byte) => byte % 10).join('')}`;
}

const idCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** 21 characters, as in the ARNs of service deployments. */
function newServiceDeploymentId(random: Random): string {
  return Array.from(random.bytes(21), (byte) => idCharacters[byte % 64] ?? '').join('');
}

/** A new PRIMARY deployment. */
export function newDeployment(
  source: DeploymentSource,
  now: number,
  random: Random,
): DeploymentRecord {
  const id = `ecs-svc/${newDigits(random)}`;
  return {
    id,
    status: 'PRIMARY',
    source,
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
    wasComplete: false,
    serviceDeploymentId: newServiceDeploymentId(random),
    serviceRevisionId: newDigits(random),
  };
}

/** Ours: what lies under a deployment is remembered so far; tasks of older ones end all the same. */
const olderMax = 20;

/** The service with the deployment as its PRIMARY one, and no failures so far. */
export function deploy(service: ServiceRecord, deployment: DeploymentRecord): ServiceRecord {
  const older = service.deployments
    .filter(({ id }) => id !== deployment.id)
    .slice(0, olderMax)
    .map((each) => ({ ...each, status: 'ACTIVE' as const }));
  return {
    ...service,
    deployments: [deployment, ...older],
    failures: { count: 0, retryAt: 0 },
    isSteady: false,
  };
}

/** The PRIMARY deployment is complete: the only one, and what a rollback returns to. */
export function complete(
  service: ServiceRecord,
  primary: DeploymentRecord,
  now: number,
): ServiceRecord {
  const done: DeploymentRecord = {
    ...primary,
    rolloutState: 'COMPLETED',
    rolloutStateReason: `ECS deployment ${primary.id} completed.`,
    wasComplete: true,
    updatedAt: now,
  };
  return { ...service, deployments: [done], lastComplete: done };
}

/** How many tasks may fail one after the other before the circuit breaker opens. */
export function failureThreshold({ desiredCount, deploymentConfiguration }: ServiceRecord): number {
  const custom = deploymentConfiguration.deploymentCircuitBreaker?.thresholdConfiguration;
  if (custom?.type === 'COUNT') return Math.max(1, custom.value);
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}

/** The circuit breaker opens: the deployment has failed; the last complete one may come back. */
export function breakCircuit(
  service: ServiceRecord,
  primary: DeploymentRecord,
  now: number,
): { readonly service: ServiceRecord; readonly messages: readonly string[] } {
  const failed: DeploymentRecord = {
    ...primary,
    rolloutState: 'FAILED',
    rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    updatedAt: now,
  };
  const deployments = service.deployments.map((each) => (each.id === failed.id ? failed : each));
  const broken: ServiceRecord = { ...service, deployments };
  const { rollback } = service.deploymentConfiguration.deploymentCircuitBreaker ?? {};
  const to = service.lastComplete?.id ?? '';
  const reason = `ECS deployment circuit breaker: rolling back to deploymentId ${to}.`;
  const returned = rollback === true ? rollBack(broken, failed, reason, now) : undefined;
  if (returned === undefined) return { service: broken, messages: [said.failed(primary.id)] };
  return { service: returned, messages: [said.failed(primary.id), said.rollingBack(to)] };
}

/**
 * The last complete deployment is PRIMARY again, with the tasks it still has; undefined where there
 * is none, or where the rollback itself is what fails.
 */
export function rollBack(
  service: ServiceRecord,
  primary: DeploymentRecord,
  rolloutStateReason: string,
  now: number,
): ServiceRecord | undefined {
  const { lastComplete } = service;
  if (lastComplete === undefined || lastComplete.id === primary.id) return undefined;
  if (primary.rollsBack === true) return undefined;
  return deploy(service, {
    ...lastComplete,
    status: 'PRIMARY',
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason,
    failedTasks: 0,
    rollsBack: true,
    // Of the history it is the end of the deployment that failed.
    serviceDeploymentId: primary.serviceDeploymentId,
  });
}
