/** What a container agent does about its instance: register, re-register, deregister. */
import type {
  DeregisterContainerInstanceRequest,
  DeregisterContainerInstanceResponse,
  RegisterContainerInstanceRequest,
  RegisterContainerInstanceResponse,
  Resource,
} from '@sekisho/catalog/types/ecs';
import type { InstanceRecord } from '../../ec2/entities.ts';
import { isSignedIdentityDocument, readIdentityDocument } from '../../ec2/identity-document.ts';
import { stateOf } from '../../ec2/instance-state.ts';
import { Inventory } from '../../ec2/inventory.ts';
import type { Operation, OperationContext } from '../../service.ts';
import { ecsArn } from '../arn.ts';
import { allClusterFields } from '../cluster-description.ts';
import {
  instanceAttributes,
  isAttribute,
  withAttributes,
} from '../container-instance-attributes.ts';
import { toContainerInstance } from '../container-instance-description.ts';
import { findCluster, lookUpCluster } from '../entities/cluster.ts';
import {
  type ContainerInstanceRecord,
  containerInstancesOf,
  findContainerInstance,
} from '../entities/container-instance.ts';
import { liveTasks } from '../entities/task.ts';
import { clientException, ecsError, invalidParameter } from '../errors.ts';
import { containerInstancesPerClusterMax } from '../limits.ts';
import { plainCopy } from '../plain.ts';
import { withTags } from '../tags.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterContainerInstance.html */
async function registerContainerInstance(
  input: RegisterContainerInstanceRequest,
  context: OperationContext,
): Promise<RegisterContainerInstanceResponse> {
  const cluster = lookUpCluster(context, input.cluster)?.record;
  // The agent makes the default cluster when it is told this, in these words.
  if (cluster?.status !== 'ACTIVE') throw clientException('Cluster not found.');
  const { clusterName } = cluster;
  const record = toRecord(input, clusterName, identifiedInstance(input, context), context);
  const instances = containerInstancesOf(context, clusterName);
  const id = record.containerInstanceArn.slice(record.containerInstanceArn.lastIndexOf('/') + 1);
  const held = instances.find(id);
  if (held === undefined && instances.count() >= containerInstancesPerClusterMax) {
    // Unverified: the text.
    throw ecsError('LimitExceededException', 'The limit for container instances is exceeded.');
  }
  await context.commit([
    held === undefined ? instances.create(id, record) : instances.replace(held, record),
  ]);
  return {
    containerInstance: toContainerInstance(context, clusterName, record, allClusterFields),
  };
}

/**
 * The EC2 instance that the document proves; undefined when there is no document. Throws
 * ClientException.
 */
function identifiedInstance(
  input: RegisterContainerInstanceRequest,
  context: OperationContext,
): InstanceRecord | undefined {
  const { instanceIdentityDocument: document, instanceIdentityDocumentSignature: signature } =
    input;
  if (!document && !signature) return undefined;
  const identity = readIdentityDocument(document ?? '');
  const isSigned = isSignedIdentityDocument(
    document ?? '',
    signature ?? '',
    context.runtime.sealer,
  );
  const isOwn = identity?.accountId === context.account && identity.region === context.region;
  const instance =
    identity !== undefined && isSigned && isOwn
      ? Inventory.of(context).find('instance', identity.instanceId)?.record
      : undefined;
  if (instance === undefined || stateOf(instance, context.now).Name !== 'running') {
    throw clientException('The identity document and identity document signature were not valid');
  }
  return instance;
}

function toRecord(
  input: RegisterContainerInstanceRequest,
  clusterName: string,
  instance: InstanceRecord | undefined,
  context: OperationContext,
): ContainerInstanceRecord {
  const existing = reRegistered(input.containerInstanceArn, clusterName, context);
  const { caller, runtime } = context;
  const id = runtime.platform.random.uuid().replaceAll('-', '');
  // What ECS does not take is left out: the agent compares the answer with what it sent.
  const reported = (input.attributes ?? []).filter(isAttribute);
  const known = instance === undefined ? [] : instanceAttributes(instance);
  const ec2InstanceId = instance?.id ?? existing?.ec2InstanceId;
  return {
    containerInstanceArn:
      existing?.containerInstanceArn ?? ecsArn(context, 'container-instance', clusterName, id),
    ...(ec2InstanceId === undefined ? {} : { ec2InstanceId }),
    version: (existing?.version ?? 0) + 1,
    versionInfo: plainCopy(input.versionInfo ?? {}),
    registeredResources: readResources(input.totalResources ?? []),
    status: existing?.status ?? 'ACTIVE',
    agentConnected: true,
    attributes: withAttributes(withAttributes(existing?.attributes ?? [], reported), known),
    registeredAt: existing?.registeredAt ?? context.now,
    tags: withTags(existing?.tags ?? [], input.tags),
    ...(caller.kind === 'role-session' ? { registeredByRoleArn: caller.roleArn } : {}),
  };
}

/** The instance that the agent says it is; undefined: a new one. Throws ClientException. */
function reRegistered(
  arn: string | undefined,
  clusterName: string,
  context: OperationContext,
): ContainerInstanceRecord | undefined {
  if (arn === undefined || arn === '') return undefined;
  const { name, record } = findContainerInstance(context, clusterName, arn);
  if (record.status !== 'INACTIVE') return record;
  throw clientException(`Container instance ${name} is inactive.`);
}

const resourceTypes: ReadonlyMap<string, string> = new Map([
  ['CPU', 'INTEGER'],
  ['MEMORY', 'INTEGER'],
  ['PORTS', 'STRINGSET'],
  ['PORTS_UDP', 'STRINGSET'],
]);

function readResources(resources: readonly Resource[]): readonly Resource[] {
  return resources.map((resource) => {
    const { name = '', integerValue = 0 } = resource;
    const type = resourceTypes.get(name) ?? resource.type ?? 'INTEGER';
    // Unverified: the text.
    if (integerValue < 0) throw invalidParameter(`Invalid resource ${name}.`);
    return plainCopy({ doubleValue: 0, longValue: 0, integerValue, ...resource, type });
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html */
async function deregisterContainerInstance(
  { cluster, containerInstance, force }: DeregisterContainerInstanceRequest,
  context: OperationContext,
): Promise<DeregisterContainerInstanceResponse> {
  const { clusterName } = findCluster(context, cluster).record;
  const held = findContainerInstance(context, clusterName, containerInstance);
  const tasks = liveTasks(context, clusterName, held.record.containerInstanceArn);
  if (tasks.length > 0 && force !== true) {
    throw invalidParameter('Found running tasks on the instance.');
  }
  const record: ContainerInstanceRecord = {
    ...held.record,
    version: held.record.version + 1,
    status: 'INACTIVE',
    agentConnected: false,
  };
  await context.commit([containerInstancesOf(context, clusterName).replace(held, record)]);
  return {
    containerInstance: toContainerInstance(context, clusterName, record, allClusterFields),
  };
}

export const registrationOperations: Readonly<Record<string, Operation>> = {
  DeregisterContainerInstance: deregisterContainerInstance,
  RegisterContainerInstance: registerContainerInstance,
};
