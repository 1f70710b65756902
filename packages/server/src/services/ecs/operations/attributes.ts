/** Operations on attributes of container instances. */
import type {
  Attribute,
  DeleteAttributesRequest,
  DeleteAttributesResponse,
  ListAttributesRequest,
  ListAttributesResponse,
  PutAttributesRequest,
  PutAttributesResponse,
} from '@sekisho/catalog/types/ecs';
import type { Held } from '../../records/record-folder.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { isAttribute, withAttributes } from '../container-instance-attributes.ts';
import { findCluster } from '../entities/cluster.ts';
import {
  type ContainerInstanceRecord,
  containerInstancesOf,
  lookUpContainerInstance,
} from '../entities/container-instance.ts';
import { ecsError, invalidParameter, targetNotFound } from '../errors.ts';
import { attributesPerRequestMax } from '../limits.ts';
import { page } from '../pages.ts';

const targetType = 'container-instance';

/** The attributes of a request by the container instance that they are of. */
type Targets = ReadonlyMap<Held<ContainerInstanceRecord>, readonly Attribute[]>;

function readTargets(
  clusterName: string,
  attributes: readonly Attribute[],
  context: OperationContext,
): Targets {
  // Unverified: the texts of this function.
  if (attributes.length === 0) throw invalidParameter('Attributes cannot be empty.');
  if (attributes.length > attributesPerRequestMax) {
    throw ecsError(
      'AttributeLimitExceededException',
      `A request can have ${attributesPerRequestMax} attributes at most.`,
    );
  }
  const held = new Map<string, Held<ContainerInstanceRecord>>();
  const targets = new Map<Held<ContainerInstanceRecord>, readonly Attribute[]>();
  for (const attribute of attributes) {
    if (!isAttribute(attribute)) throw invalidParameter(`Invalid attribute '${attribute.name}'.`);
    const { targetId = '' } = attribute;
    const found = lookUpContainerInstance(context, clusterName, targetId);
    if (found === undefined || found.record.status === 'INACTIVE') {
      throw targetNotFound(`Unable to find target ${targetId}.`);
    }
    const target = held.get(found.name) ?? found;
    held.set(found.name, target);
    targets.set(target, [...(targets.get(target) ?? []), attribute]);
  }
  return targets;
}

function withTarget(
  { name, value }: Attribute,
  { containerInstanceArn }: ContainerInstanceRecord,
): Attribute {
  const target = { targetType, targetId: containerInstanceArn };
  return value === undefined ? { name, ...target } : { name, value, ...target };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAttributes.html */
async function putAttributes(
  { cluster, attributes }: PutAttributesRequest,
  context: OperationContext,
): Promise<PutAttributesResponse> {
  const { clusterName } = findCluster(context, cluster).record;
  const targets = readTargets(clusterName, attributes, context);
  const instances = containerInstancesOf(context, clusterName);
  await context.commit(
    [...targets].map(([held, added]) =>
      instances.replace(held, {
        ...held.record,
        attributes: withAttributes(held.record.attributes, added),
      }),
    ),
  );
  return { attributes: namedIn(targets) };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteAttributes.html */
async function deleteAttributes(
  { cluster, attributes }: DeleteAttributesRequest,
  context: OperationContext,
): Promise<DeleteAttributesResponse> {
  const { clusterName } = findCluster(context, cluster).record;
  const targets = readTargets(clusterName, attributes, context);
  const instances = containerInstancesOf(context, clusterName);
  await context.commit(
    [...targets].map(([held, removed]) => {
      const names = new Set(removed.map(({ name }) => name));
      const remaining = held.record.attributes.filter(({ name }) => !names.has(name));
      return instances.replace(held, { ...held.record, attributes: remaining });
    }),
  );
  return { attributes: namedIn(targets) };
}

function namedIn(targets: Targets): readonly Attribute[] {
  return [...targets].flatMap(([{ record }, named]) =>
    named.map((attribute) => withTarget(attribute, record)),
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListAttributes.html */
function listAttributes(
  input: ListAttributesRequest,
  context: OperationContext,
): ListAttributesResponse {
  const { clusterName } = findCluster(context, input.cluster).record;
  const { attributeName, attributeValue } = input;
  const attributes = containerInstancesOf(context, clusterName)
    .all()
    .filter(({ record }) => record.status !== 'INACTIVE')
    .flatMap(({ record }) => record.attributes.map((attribute) => withTarget(attribute, record)))
    .filter(({ name }) => attributeName === undefined || name === attributeName)
    .filter(({ value }) => attributeValue === undefined || value === attributeValue);
  const keyOf = ({ targetId = '', name }: Attribute) => `${targetId} ${name}`;
  const sorted = attributes.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const filters = ['ListAttributes', clusterName, attributeName, attributeValue];
  const { items, nextToken } = page(sorted, keyOf, input, filters, context);
  return { attributes: items, nextToken };
}

export const attributeOperations: Readonly<Record<string, Operation>> = {
  DeleteAttributes: deleteAttributes,
  ListAttributes: listAttributes,
  PutAttributes: putAttributes,
};
