/** The history of services: deployments and revisions listed, described, stopped. */
import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse,
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse,
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse,
  StopServiceDeploymentRequest,
  StopServiceDeploymentResponse,
} from '@sekisho/catalog/types/ecs';
import type { Held } from '../../records/record-folder.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { readOwnArn } from '../arn.ts';
import { findCluster } from '../entities/cluster.ts';
import { countTasks } from '../entities/deployment.ts';
import { lookUpService, primaryOf, servicesOf, tasksOfService } from '../entities/service.ts';
import {
  deploymentsOfService,
  partName,
  type RevisionCounts,
  type ServiceDeploymentRecord,
  serviceDeploymentsOf,
  serviceRevisionsOf,
  toBrief,
  toServiceDeployment,
  toServiceRevision,
} from '../entities/service-deployment.ts';
import { ecsError, invalidParameter, serviceNotFound } from '../errors.ts';
import { page } from '../pages.ts';
import { historyChanges } from '../scheduler/deployment-history.ts';
import { rollBack } from '../scheduler/deployments.ts';

const describedMax = 20;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html */
function listServiceDeployments(
  input: ListServiceDeploymentsRequest,
  context: OperationContext,
): ListServiceDeploymentsResponse {
  const { clusterName } = findCluster(context, input.cluster).record;
  const service = lookUpService(context, clusterName, input.service, context.now)?.record;
  if (service === undefined) throw serviceNotFound();
  const { status = [], createdAt } = input;
  const found = deploymentsOfService(context, service)
    .map(({ record }) => record)
    .filter((record) => status.length === 0 || status.includes(record.status))
    .filter((record) => record.createdAt >= (createdAt?.after?.getTime() ?? 0))
    .filter((record) => record.createdAt <= (createdAt?.before?.getTime() ?? Infinity));
  const keyOf = (record: ServiceDeploymentRecord) =>
    `${String(record.createdAt).padStart(15, '0')} ${record.id}`;
  const filters = ['ListServiceDeployments', service.serviceArn, ...status];
  const { items, nextToken } = page(
    [...found].sort((one, other) => (keyOf(one) < keyOf(other) ? 1 : -1)),
    keyOf,
    input,
    filters,
    context,
    'descending',
  );
  return { serviceDeployments: items.map((record) => toBrief(context, record)), nextToken };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html */
function describeServiceDeployments(
  input: DescribeServiceDeploymentsRequest,
  context: OperationContext,
): DescribeServiceDeploymentsResponse {
  const arns = input.serviceDeploymentArns;
  requireCount(arns);
  const found = arns.map((arn) => [arn, lookUpDeployment(arn, context)?.record] as const);
  return {
    serviceDeployments: found.flatMap(([, record]) =>
      record === undefined ? [] : [toServiceDeployment(context, record, countsOf(record, context))],
    ),
    failures: found.flatMap(([arn, record]) =>
      record === undefined ? [{ arn, reason: 'MISSING' }] : [],
    ),
  };
}

function requireCount(arns: readonly string[]): void {
  // Unverified: the text.
  if (arns.length === 0 || arns.length > describedMax) {
    throw invalidParameter(`Between 1 and ${describedMax} ARNs must be given.`);
  }
}

function lookUpDeployment(
  arn: string,
  context: OperationContext,
): Held<ServiceDeploymentRecord> | undefined {
  const [cluster = '', serviceName = '', id = ''] = readOwnArn(
    context,
    arn,
    'service-deployment',
  ).parts;
  return serviceDeploymentsOf(context, cluster).find(partName({ serviceName }, id));
}

function countsOf(record: ServiceDeploymentRecord, context: OperationContext): RevisionCounts {
  const { clusterName, serviceName } = record;
  const service = lookUpService(context, clusterName, serviceName, context.now)?.record;
  if (service === undefined) return new Map();
  const tasks = tasksOfService(context, service).map((held) => held.record);
  return new Map(
    service.deployments.map(({ id, serviceRevisionId }) => [
      serviceRevisionId,
      countTasks(tasks, id),
    ]),
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html */
function describeServiceRevisions(
  input: DescribeServiceRevisionsRequest,
  context: OperationContext,
): DescribeServiceRevisionsResponse {
  const arns = input.serviceRevisionArns;
  requireCount(arns);
  const found = arns.map((arn) => {
    const read = readOwnArn(context, arn, 'service-revision').parts;
    const [cluster = '', serviceName = '', id = ''] = read;
    const held = serviceRevisionsOf(context, cluster).find(partName({ serviceName }, id));
    return [arn, held?.record] as const;
  });
  return {
    serviceRevisions: found.flatMap(([, record]) =>
      record === undefined ? [] : [toServiceRevision(context, record)],
    ),
    failures: found.flatMap(([arn, record]) =>
      record === undefined ? [{ arn, reason: 'MISSING' }] : [],
    ),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html */
async function stopServiceDeployment(
  { serviceDeploymentArn, stopType = 'ROLLBACK' }: StopServiceDeploymentRequest,
  context: OperationContext,
): Promise<StopServiceDeploymentResponse> {
  const deployment = lookUpDeployment(serviceDeploymentArn, context)?.record;
  if (deployment === undefined) {
    // Unverified: the texts of these three.
    throw ecsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
  }
  const { clusterName, serviceName } = deployment;
  const held = lookUpService(context, clusterName, serviceName, context.now);
  const primary = held && primaryOf(held.record);
  const isCurrent = primary?.serviceDeploymentId === deployment.id;
  if (
    held === undefined ||
    primary === undefined ||
    !isCurrent ||
    deployment.status !== 'IN_PROGRESS'
  ) {
    throw ecsError('ConflictException', 'The service deployment is not in progress.');
  }
  if (stopType !== 'ROLLBACK') {
    throw ecsError(
      'UnsupportedOperation',
      `Stopping with ${stopType} is not implemented by this server.`,
    );
  }
  const reason = 'Service deployment rolled back because of StopServiceDeployment.';
  const next = rollBack(held.record, primary, reason, context.now);
  if (next === undefined) {
    throw ecsError('ConflictException', 'There is no earlier service revision to roll back to.');
  }
  const { partition, region, account, runtime } = context;
  const place = { partition, region, account, runtime };
  await context.commit([
    servicesOf(context, clusterName).replace(held, next),
    ...historyChanges(held.record, next, context.now, place),
  ]);
  return { serviceDeploymentArn };
}

export const serviceDeploymentOperations: Readonly<Record<string, Operation>> = {
  DescribeServiceDeployments: describeServiceDeployments,
  DescribeServiceRevisions: describeServiceRevisions,
  ListServiceDeployments: listServiceDeployments,
  StopServiceDeployment: stopServiceDeployment,
};
