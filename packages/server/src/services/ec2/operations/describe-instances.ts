/**
 * DescribeInstances and DescribeInstanceStatus.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  InstanceStatus,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import {
  describeReservations,
  groupIdentifiers,
  privateDnsName,
  publicDnsName,
} from '../descriptions/instance.ts';
import type { InstanceRecord } from '../entities.ts';
import { ec2Error } from '../errors.ts';
import { applyFilters, type FilterTable, filterTable } from '../filters.ts';
import { imageWithId } from '../images.ts';
import { requireInstances } from '../instance-lookup.ts';
import { stateOf } from '../instance-state.ts';
import { architectureOf } from '../instance-types.ts';
import { Inventory } from '../inventory.ts';
import { paginate } from '../paging.ts';
import { zoneNamed } from '../zones.ts';

export function describeInstances(
  input: DescribeInstancesRequest,
  context: OperationContext,
): DescribeInstancesResult {
  const inventory = Inventory.of(context);
  const ids = input.InstanceIds ?? [];
  checkPaging(ids, input.MaxResults);
  const instances = applyFilters(
    select(ids, inventory),
    input.Filters,
    instanceFilters(inventory, context.now),
    ({ tags }) => tags,
  );
  const page = paginate(instances, ({ id }) => id, input, context, 'DescribeInstances');
  return {
    Reservations: describeReservations(page.items, inventory, context.now),
    NextToken: page.NextToken,
  };
}

function checkPaging(ids: readonly string[], size: number | undefined): void {
  if (ids.length === 0 || size === undefined) return;
  throw ec2Error(
    'InvalidParameterCombination',
    'The parameter instancesSet cannot be used with the parameter maxResults',
  );
}

function select(ids: readonly string[], inventory: Inventory): readonly InstanceRecord[] {
  const stored = ids.length === 0 ? inventory.instances() : requireInstances(ids, inventory);
  return stored.map(({ record }) => record);
}

function instanceFilters(inventory: Inventory, now: number): FilterTable<InstanceRecord> {
  const { region, account } = inventory.place;
  const alive = (instance: InstanceRecord) => instance.target !== 'terminated';
  return filterTable<InstanceRecord>({
    architecture: ({ instanceType }) => architectureOf(instanceType),
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'block-device-mapping.volume-id': ({ volumes }) => volumes.map(({ volumeId }) => volumeId),
    'client-token': ({ clientToken }) => clientToken,
    'dns-name': (instance) => publicDnsName(instance, inventory),
    hypervisor: () => 'xen',
    'iam-instance-profile.arn': ({ association }) => association?.profileArn,
    'iam-instance-profile.id': ({ association }) => association?.profileId,
    'iam-instance-profile.name': ({ association }) => association?.profileArn.split('/').at(-1),
    'image-id': ({ imageId }) => imageId,
    'instance-id': ({ id }) => id,
    'instance-state-code': (instance) => String(stateOf(instance, now).Code),
    'instance-state-name': (instance) => stateOf(instance, now).Name,
    'instance-type': ({ instanceType }) => instanceType,
    'instance.group-id': ({ securityGroupIds }) => securityGroupIds,
    'instance.group-name': (instance) => groupNames(instance, inventory),
    'ip-address': ({ publicIp }) => publicIp,
    'key-name': ({ keyName }) => keyName,
    'launch-index': ({ launchIndex }) => String(launchIndex),
    'launch-time': ({ launchedAt }) => new Date(launchedAt).toISOString(),
    'metadata-options.http-endpoint': ({ metadataOptions }) => metadataOptions.httpEndpoint,
    'metadata-options.http-put-response-hop-limit': ({ metadataOptions }) =>
      String(metadataOptions.httpPutResponseHopLimit),
    'metadata-options.http-tokens': ({ metadataOptions }) => metadataOptions.httpTokens,
    'metadata-options.instance-metadata-tags': ({ metadataOptions }) =>
      metadataOptions.instanceMetadataTags,
    'monitoring-state': ({ monitoring }) => (monitoring ? 'enabled' : 'disabled'),
    'network-interface.network-interface-id': ({ networkInterfaceId }) => networkInterfaceId,
    'network-interface.subnet-id': ({ subnetId }) => subnetId,
    'network-interface.vpc-id': ({ vpcId }) => vpcId,
    'network-interface.group-id': ({ securityGroupIds }) => securityGroupIds,
    'network-interface.mac-address': ({ macAddress }) => macAddress,
    'network-interface.addresses.private-ip-address': ({ privateIp }) => privateIp,
    'owner-id': () => account,
    'placement-group-name': ({ placementGroup }) => placementGroup,
    'private-dns-name': ({ privateIp }) => privateDnsName(privateIp, region),
    'private-ip-address': (instance) => (alive(instance) ? instance.privateIp : undefined),
    'reservation-id': ({ reservationId }) => reservationId,
    'root-device-name': ({ imageId }) => imageWithId(region, imageId).rootDeviceName,
    'root-device-type': () => 'ebs',
    'source-dest-check': ({ sourceDestCheck }) => String(sourceDestCheck),
    'subnet-id': (instance) => (alive(instance) ? instance.subnetId : undefined),
    tenancy: ({ tenancy }) => tenancy,
    'virtualization-type': () => 'hvm',
    'vpc-id': (instance) => (alive(instance) ? instance.vpcId : undefined),
  });
}

function groupNames(instance: InstanceRecord, inventory: Inventory): readonly string[] {
  return groupIdentifiers(instance, inventory).flatMap(({ GroupName: name }) =>
    name === undefined ? [] : [name],
  );
}

export function describeInstanceStatus(
  input: DescribeInstanceStatusRequest,
  context: OperationContext,
): DescribeInstanceStatusResult {
  const inventory = Inventory.of(context);
  const ids = input.InstanceIds ?? [];
  checkPaging(ids, input.MaxResults);
  const all = select(ids, inventory).filter(
    (instance) =>
      input.IncludeAllInstances === true || stateOf(instance, context.now).Name === 'running',
  );
  const instances = applyFilters(all, input.Filters, statusFilters(context.now));
  const page = paginate(instances, ({ id }) => id, input, context, 'DescribeInstanceStatus');
  return {
    InstanceStatuses: page.items.map((instance) => statusOf(instance, inventory, context.now)),
    NextToken: page.NextToken,
  };
}

function statusFilters(now: number): FilterTable<InstanceRecord> {
  const status = (instance: InstanceRecord) => summary(instance, now).Status;
  return filterTable<InstanceRecord>({
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'instance-state-code': (instance) => String(stateOf(instance, now).Code),
    'instance-state-name': (instance) => stateOf(instance, now).Name,
    'instance-status.status': status,
    'system-status.status': status,
  });
}

function statusOf(instance: InstanceRecord, inventory: Inventory, now: number): InstanceStatus {
  const zone = zoneNamed(inventory.place.region, instance.availabilityZone);
  return {
    AvailabilityZone: instance.availabilityZone,
    AvailabilityZoneId: zone?.id,
    InstanceId: instance.id,
    InstanceState: stateOf(instance, now),
    InstanceStatus: summary(instance, now),
    SystemStatus: summary(instance, now),
  };
}

/** A running instance passes its checks at once: there is no machine that could fail them. */
function summary(instance: InstanceRecord, now: number) {
  const running = stateOf(instance, now).Name === 'running';
  if (!running) return { Status: 'not-applicable' };
  return { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] };
}
