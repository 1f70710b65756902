/**
 * ModifyVpcEndpoint.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
 */
import type { ModifyVpcEndpointRequest, ModifyVpcEndpointResult } from '@sekisho/catalog/types/ec2';
import type { Change } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { endpointServiceNamed } from '../endpoint-services.ts';
import type { VpcEndpointRecord } from '../entities.ts';
import { ec2Error } from '../errors.ts';
import { Inventory } from '../inventory.ts';
import {
  checkPrivateDns,
  checkRouteTables,
  checkSecurityGroups,
  checkSubnets,
  invalidParameter,
} from '../vpc-endpoint-check.ts';
import { takeInterfaces } from '../vpc-endpoint-interfaces.ts';
import { fullAccess, readEndpointPolicy } from '../vpc-endpoint-policy.ts';
import { requireVpcEndpoint } from './vpc-endpoints.ts';
import { requireVpc } from './vpcs.ts';

export async function modifyVpcEndpoint(
  input: ModifyVpcEndpointRequest,
  context: OperationContext,
): Promise<ModifyVpcEndpointResult> {
  const inventory = Inventory.of(context);
  const stored = requireVpcEndpoint(input.VpcEndpointId, inventory);
  checkShape(input, stored.record);
  const changes: Change[] = [];
  const base: VpcEndpointRecord = {
    ...stored.record,
    policy: policyOf(input, stored.record),
    privateDnsEnabled: input.PrivateDnsEnabled ?? stored.record.privateDnsEnabled,
  };
  const inbound = input.DnsOptions?.PrivateDnsOnlyForInboundResolverEndpoint;
  const resolved: VpcEndpointRecord = {
    ...base,
    ...(inbound === undefined ? {} : { privateDnsOnlyForInboundResolver: inbound }),
  };
  const changed =
    resolved.type === 'Gateway'
      ? withRouteTables(resolved, input, inventory, changes)
      : withNetwork(resolved, input, inventory, context, changes);
  const vpc = requireVpc(changed.vpcId, inventory);
  const service = endpointServiceNamed(changed.serviceName, inventory.place.region);
  if (service !== undefined && changesDns(input)) {
    checkPrivateDns(changed, service, vpc.record, inventory);
  }
  await context.commit([
    inventory.replace(stored, changed),
    inventory.replace(vpc, vpc.record),
    ...changes,
  ]);
  return { Return: true };
}

function changesDns({ PrivateDnsEnabled, DnsOptions }: ModifyVpcEndpointRequest): boolean {
  return PrivateDnsEnabled === true || DnsOptions !== undefined;
}

function checkShape(input: ModifyVpcEndpointRequest, { type }: VpcEndpointRecord): void {
  const routes = [...(input.AddRouteTableIds ?? []), ...(input.RemoveRouteTableIds ?? [])];
  const subnets = [
    ...(input.AddSubnetIds ?? []),
    ...(input.RemoveSubnetIds ?? []),
    ...(input.SubnetConfigurations ?? []),
  ];
  const groups = [...(input.AddSecurityGroupIds ?? []), ...(input.RemoveSecurityGroupIds ?? [])];
  if (type === 'Interface' && routes.length > 0) {
    throw invalidParameter('Route table IDs are only supported for Gateway type VPC Endpoint.');
  }
  if (type === 'Gateway' && subnets.length > 0) {
    throw invalidParameter(
      'Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.',
    );
  }
  // Unverified: the two texts.
  if (type === 'Gateway' && groups.length > 0) {
    throw invalidParameter(
      'Security group IDs are only supported for Interface type VPC Endpoint.',
    );
  }
  if (type === 'Gateway' && input.PrivateDnsEnabled === true) {
    throw invalidParameter('Private DNS is only supported for Interface type VPC Endpoint.');
  }
  if ((input.IpAddressType ?? 'ipv4') !== 'ipv4') {
    throw ec2Error('UnsupportedOperation', 'Only the IP address type ipv4 is served.');
  }
}

function policyOf(input: ModifyVpcEndpointRequest, { policy }: VpcEndpointRecord): string {
  const { ResetPolicy: reset, PolicyDocument: document } = input;
  const isGiven = document !== undefined && document !== '';
  if (reset === true && isGiven) {
    // Unverified: the text.
    throw ec2Error(
      'InvalidParameterCombination',
      'The parameters PolicyDocument and ResetPolicy cannot be used together.',
    );
  }
  if (reset === true) return fullAccess;
  return isGiven ? readEndpointPolicy(document) : policy;
}

function withRouteTables(
  record: VpcEndpointRecord,
  input: ModifyVpcEndpointRequest,
  inventory: Inventory,
  changes: Change[],
): VpcEndpointRecord {
  const removed = new Set(input.RemoveRouteTableIds ?? []);
  const added = checkRouteTables(input.AddRouteTableIds ?? [], record, inventory);
  changes.push(...added.map((table) => inventory.replace(table, table.record)));
  const ids = [...record.routeTableIds, ...added.map((table) => table.record.id)];
  return { ...record, routeTableIds: [...new Set(ids)].filter((id) => !removed.has(id)) };
}

function withNetwork(
  record: VpcEndpointRecord,
  input: ModifyVpcEndpointRequest,
  inventory: Inventory,
  context: OperationContext,
  changes: Change[],
): VpcEndpointRecord {
  const removed = new Set(input.RemoveSubnetIds ?? []);
  const kept = record.interfaces.filter(({ subnetId }) => !removed.has(subnetId));
  const ids = [...kept.map(({ subnetId }) => subnetId), ...(input.AddSubnetIds ?? [])];
  const subnets = checkSubnets(ids, record.vpcId, inventory);
  const fresh = subnets.filter(({ id }) => !kept.some(({ subnetId }) => subnetId === id));
  const configurations = input.SubnetConfigurations ?? [];
  const added = takeInterfaces(record.id, fresh, configurations, inventory, context, changes);
  for (const { subnetId, privateIp } of record.interfaces) {
    const address = inventory.find('address', `${subnetId}:${privateIp}`);
    if (removed.has(subnetId) && address !== undefined) changes.push(inventory.remove(address));
  }
  const dropped = new Set(input.RemoveSecurityGroupIds ?? []);
  const groups = [...record.securityGroupIds, ...(input.AddSecurityGroupIds ?? [])];
  const wanted = groups.filter((id) => !dropped.has(id));
  return {
    ...record,
    interfaces: [...kept, ...added],
    securityGroupIds: checkSecurityGroups(wanted, record.vpcId, inventory),
  };
}
