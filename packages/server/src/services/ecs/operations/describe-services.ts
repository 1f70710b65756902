/** DescribeServices and ListServices. */
import type {
  DescribeServicesRequest,
  DescribeServicesResponse,
  ListServicesRequest,
  ListServicesResponse,
} from '@sekisho/catalog/types/ecs';
import type { Operation, OperationContext } from '../../service.ts';
import { ecsArn } from '../arn.ts';
import { findCluster } from '../entities/cluster.ts';
import { liveServices, lookUpService, primaryOf, toService } from '../entities/service.ts';
import { invalidParameter } from '../errors.ts';
import { describedServicesMax } from '../limits.ts';
import { page } from '../pages.ts';

/** AWS's page size where none is asked for. */
const listedDefault = 10;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
function describeServices(
  input: DescribeServicesRequest,
  context: OperationContext,
): DescribeServicesResponse {
  const { clusterName } = findCluster(context, input.cluster).record;
  if (input.services.length === 0) throw invalidParameter('Services cannot be empty.');
  if (input.services.length > describedServicesMax) {
    // Unverified: the text.
    throw invalidParameter(`Services cannot have more than ${describedServicesMax} elements.`);
  }
  const withTags = input.include?.includes('TAGS') === true;
  const found = input.services.map(
    (named) => [named, lookUpService(context, clusterName, named, context.now)?.record] as const,
  );
  return {
    services: found.flatMap(([, record]) =>
      record === undefined ? [] : [toService(context, record, withTags)],
    ),
    failures: found.flatMap(([named, record]) => {
      if (record !== undefined) return [];
      const isArn = named.startsWith('arn:');
      const arn = isArn ? named : ecsArn(context, 'service', clusterName, named);
      return [{ arn, reason: 'MISSING' }];
    }),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html */
function listServices(input: ListServicesRequest, context: OperationContext): ListServicesResponse {
  const { clusterName } = findCluster(context, input.cluster).record;
  const { launchType, schedulingStrategy } = input;
  const services = liveServices(context, clusterName)
    .filter((service) => {
      const own = primaryOf(service)?.source.launchType;
      return launchType === undefined || own === launchType;
    })
    .filter(
      (service) =>
        schedulingStrategy === undefined || service.schedulingStrategy === schedulingStrategy,
    );
  const filters = ['ListServices', clusterName, launchType, schedulingStrategy];
  const request = { ...input, maxResults: input.maxResults ?? listedDefault };
  const { items, nextToken } = page(
    services,
    ({ serviceName }) => serviceName,
    request,
    filters,
    context,
  );
  return { serviceArns: items.map(({ serviceArn }) => serviceArn), nextToken };
}

export const describeServiceOperations: Readonly<Record<string, Operation>> = {
  DescribeServices: describeServices,
  ListServices: listServices,
};
