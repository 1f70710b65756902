/**
 * CreateVpcEndpoint, DeleteVpcEndpoints, DescribeVpcEndpoints.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
 */
import type {
  CreateVpcEndpointRequest,
  CreateVpcEndpointResult,
  DeleteVpcEndpointsRequest,
  DeleteVpcEndpointsResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
} from '@sekisho/catalog/types/ec2';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { Change } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { describeVpcEndpoint } from '../descriptions/vpc-endpoint.ts';
import { type EndpointService, endpointServiceNamed } from '../endpoint-services.ts';
import type { VpcEndpointRecord, VpcRecord } from '../entities.ts';
import { ec2Error, missingParameter, unknownVpcEndpoint } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { isId, newId } from '../ids.ts';
import { Inventory, type Stored } from '../inventory.ts';
import { vpcEndpointsPerVpcMax } from '../limits.ts';
import { oneOf } from '../metadata-options.ts';
import { paginate } from '../paging.ts';
import { readTagSpecifications } from '../tags.ts';
import {
  checkPrivateDns,
  checkRouteTables,
  checkSecurityGroups,
  checkSubnets,
  invalidParameter,
} from '../vpc-endpoint-check.ts';
import { takeInterfaces } from '../vpc-endpoint-interfaces.ts';
import { fullAccess, readEndpointPolicy } from '../vpc-endpoint-policy.ts';
import { requireVpc } from './vpcs.ts';

export async function createVpcEndpoint(
  input: CreateVpcEndpointRequest,
  context: OperationContext,
): Promise<CreateVpcEndpointResult> {
  const inventory = Inventory.of(context);
  const vpc = requireVpc(input.VpcId, inventory);
  const { ClientToken: token } = input;
  const known = token === undefined ? undefined : createdWith(token, inventory);
  if (known !== undefined) {
    return {
      VpcEndpoint: await describeVpcEndpoint(known, inventory, context),
      ClientToken: token,
    };
  }
  const service = readService(input, inventory.place.region);
  const type =
    oneOf('vpcEndpointType', input.VpcEndpointType, ['Gateway', 'Interface']) ?? 'Gateway';
  checkShape(input, type, service);
  const endpoints = inventory.list('vpc-endpoint').map(({ record }) => record);
  if (endpoints.filter(({ vpcId }) => vpcId === vpc.record.id).length >= vpcEndpointsPerVpcMax) {
    throw ec2Error(
      'VpcEndpointLimitExceeded',
      'The maximum number of VPC endpoints has been reached.',
    );
  }
  const record = newEndpoint(input, type, service, vpc.record, context);
  const changes: Change[] = [];
  const endpoint =
    type === 'Gateway'
      ? gatewayEndpoint(record, input, inventory, changes)
      : interfaceEndpoint(record, input, inventory, context, changes);
  checkPrivateDns(endpoint, service, vpc.record, inventory);
  // Writing the VPC as it is makes two endpoints that exclude each other at once impossible.
  await context.commit([
    inventory.create('vpc-endpoint', endpoint.id, endpoint),
    inventory.replace(vpc, vpc.record),
    ...changes,
  ]);
  const described = await describeVpcEndpoint(endpoint, inventory, context);
  const state = type === 'Interface' ? { State: 'pending' } : {};
  return { VpcEndpoint: { ...described, ...state }, ...(token && { ClientToken: token }) };
}

function createdWith(token: string, inventory: Inventory): VpcEndpointRecord | undefined {
  const all = inventory.list('vpc-endpoint');
  return all.find(({ record }) => record.clientToken === token)?.record;
}

function readService(
  { ServiceName: name }: CreateVpcEndpointRequest,
  region: string,
): EndpointService {
  if (name === undefined || name === '') throw missingParameter('ServiceName');
  const service = endpointServiceNamed(name, region);
  if (service !== undefined) return service;
  throw ec2Error('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
}

/** Which parameters a type of endpoint may have. */
function checkShape(
  input: CreateVpcEndpointRequest,
  type: VpcEndpointRecord['type'],
  { types }: EndpointService,
): void {
  const { SubnetIds, SubnetConfigurations, RouteTableIds, SecurityGroupIds } = input;
  const subnets = [...(SubnetIds ?? []), ...(SubnetConfigurations ?? [])];
  if (type === 'Gateway' && subnets.length > 0) {
    throw invalidParameter(
      'Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.',
    );
  }
  // Unverified: the two texts after this one.
  if (type === 'Interface' && (RouteTableIds ?? []).length > 0) {
    throw invalidParameter('Route table IDs are only supported for Gateway type VPC Endpoint.');
  }
  if (type === 'Gateway' && (SecurityGroupIds ?? []).length > 0) {
    throw invalidParameter(
      'Security group IDs are only supported for Interface type VPC Endpoint.',
    );
  }
  if (type === 'Gateway' && input.PrivateDnsEnabled === true) {
    throw invalidParameter('Private DNS is only supported for Interface type VPC Endpoint.');
  }
  // Unverified: the text.
  if (!types.includes(type)) {
    throw invalidParameter(
      `Endpoint type (${type}) does not match available service types ([${types.join(', ')}]).`,
    );
  }
  if ((input.IpAddressType ?? 'ipv4') !== 'ipv4') {
    throw ec2Error('UnsupportedOperation', 'Only the IP address type ipv4 is served.');
  }
}

function newEndpoint(
  input: CreateVpcEndpointRequest,
  type: VpcEndpointRecord['type'],
  service: EndpointService,
  vpc: VpcRecord,
  context: OperationContext,
): VpcEndpointRecord {
  const { PolicyDocument: policy, ClientToken: clientToken, ServiceName: serviceName = '' } = input;
  // Private DNS is the default, but not of services that have gateway endpoints too.
  const byDefault = type === 'Interface' && !service.types.includes('Gateway');
  const privateDnsEnabled = input.PrivateDnsEnabled ?? byDefault;
  const inbound = input.DnsOptions?.PrivateDnsOnlyForInboundResolverEndpoint;
  const resolver =
    service.types.includes('Gateway') && privateDnsEnabled ? (inbound ?? true) : inbound;
  return {
    id: newId('vpce', context.runtime.platform.random),
    type,
    vpcId: vpc.id,
    serviceName,
    policy: policy === undefined || policy === '' ? fullAccess : readEndpointPolicy(policy),
    routeTableIds: [],
    interfaces: [],
    securityGroupIds: [],
    privateDnsEnabled,
    ...(resolver === undefined ? {} : { privateDnsOnlyForInboundResolver: resolver }),
    createdAt: context.now,
    ...(clientToken === undefined ? {} : { clientToken }),
    tags:
      readTagSpecifications(input.TagSpecifications, ['vpc-endpoint']).get('vpc-endpoint') ?? [],
  };
}

function gatewayEndpoint(
  record: VpcEndpointRecord,
  { RouteTableIds: ids = [] }: CreateVpcEndpointRequest,
  inventory: Inventory,
  changes: Change[],
): VpcEndpointRecord {
  const tables = checkRouteTables(ids, record, inventory);
  // The tables are written as they are: none can be deleted, or led elsewhere, meanwhile.
  changes.push(...tables.map((table) => inventory.replace(table, table.record)));
  return { ...record, routeTableIds: tables.map((table) => table.record.id) };
}

function interfaceEndpoint(
  record: VpcEndpointRecord,
  input: CreateVpcEndpointRequest,
  inventory: Inventory,
  context: OperationContext,
  changes: Change[],
): VpcEndpointRecord {
  const configurations = input.SubnetConfigurations ?? [];
  const ids = [
    ...(input.SubnetIds ?? []),
    ...configurations.flatMap(({ SubnetId: id }) => (id === undefined ? [] : [id])),
  ];
  const subnets = checkSubnets(ids, record.vpcId, inventory);
  const interfaces = takeInterfaces(
    record.id,
    subnets,
    configurations,
    inventory,
    context,
    changes,
  );
  const groups = checkSecurityGroups(input.SecurityGroupIds ?? [], record.vpcId, inventory);
  return { ...record, interfaces, securityGroupIds: groups };
}

export async function deleteVpcEndpoints(
  input: DeleteVpcEndpointsRequest,
  context: OperationContext,
): Promise<DeleteVpcEndpointsResult> {
  const inventory = Inventory.of(context);
  const unsuccessful = [];
  const changes: Change[] = [];
  for (const id of new Set(input.VpcEndpointIds ?? [])) {
    try {
      const stored = requireVpcEndpoint(id, inventory);
      changes.push(inventory.remove(stored), ...releaseAddresses(stored.record, inventory));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { code, message } = error;
      unsuccessful.push({ Error: { Code: code, Message: message }, ResourceId: id });
    }
  }
  if (changes.length > 0) await context.commit(changes);
  return { Unsuccessful: unsuccessful };
}

function releaseAddresses(
  { interfaces }: VpcEndpointRecord,
  inventory: Inventory,
): readonly Change[] {
  return interfaces.flatMap(({ subnetId, privateIp }) => {
    const address = inventory.find('address', `${subnetId}:${privateIp}`);
    return address === undefined ? [] : [inventory.remove(address)];
  });
}

/** Throws for an id that is none, or that the account has not. */
export function requireVpcEndpoint(
  id: string | undefined,
  inventory: Inventory,
): Stored<VpcEndpointRecord> {
  if (id === undefined || id === '') throw missingParameter('VpcEndpointId');
  if (!isId('vpce', id)) {
    throw ec2Error(
      'InvalidVpcEndpointId.Malformed',
      `Invalid Vpc Endpoint Id: '${id}' (expecting 'vpce-...; the Id may only contain lowercase alphanumeric characters and a single dash')`,
    );
  }
  const stored = inventory.find('vpc-endpoint', id);
  if (stored === undefined) throw unknownVpcEndpoint(id);
  return stored;
}

const endpointFilters = filterTable<VpcEndpointRecord>({
  'ip-address-type': () => 'ipv4',
  'service-name': ({ serviceName }) => serviceName,
  'vpc-endpoint-id': ({ id }) => id,
  'vpc-endpoint-state': () => 'available',
  'vpc-endpoint-type': ({ type }) => type,
  'vpc-id': ({ vpcId }) => vpcId,
});

export async function describeVpcEndpoints(
  input: DescribeVpcEndpointsRequest,
  context: OperationContext,
): Promise<DescribeVpcEndpointsResult> {
  const inventory = Inventory.of(context);
  const ids = [...new Set(input.VpcEndpointIds ?? [])];
  const stored =
    ids.length === 0
      ? inventory.list('vpc-endpoint')
      : ids.map((id) => requireVpcEndpoint(id, inventory));
  const records = stored.map(({ record }) => record);
  const found = applyFilters(records, input.Filters, endpointFilters, ({ tags }) => tags);
  const sorted = [...found].sort((one, other) => (one.id < other.id ? -1 : 1));
  const page = paginate(sorted, ({ id }) => id, input, context, 'DescribeVpcEndpoints');
  return {
    VpcEndpoints: await Promise.all(
      page.items.map((record) => describeVpcEndpoint(record, inventory, context)),
    ),
    NextToken: page.NextToken,
  };
}
