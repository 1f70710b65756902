/**
 * Route tables and their associations.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html
 * Unverified: the texts of the refusals.
 */
import type {
  AssociateRouteTableRequest,
  AssociateRouteTableResult,
  CreateRouteTableRequest,
  CreateRouteTableResult,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { describeRouteTable, routesOf } from '../descriptions/route-table.ts';
import type { RouteTableRecord } from '../entities.ts';
import { ec2Error, missingParameter, unknownAssociation, unknownRouteTable } from '../errors.ts';
import { applyFilters, type FilterTable, filterTable } from '../filters.ts';
import { newId } from '../ids.ts';
import { Inventory, type Stored } from '../inventory.ts';
import { routeTablesPerVpcMax } from '../limits.ts';
import { paginate } from '../paging.ts';
import { isMain } from '../route-choice.ts';
import { readTagSpecifications } from '../tags.ts';
import { requireSubnet } from './subnets.ts';
import { requireVpc } from './vpcs.ts';

const associated = { AssociationState: { State: 'associated' } } as const;

export async function createRouteTable(
  input: CreateRouteTableRequest,
  context: OperationContext,
): Promise<CreateRouteTableResult> {
  const inventory = Inventory.of(context);
  const vpc = requireVpc(input.VpcId, inventory);
  const siblings = inventory
    .list('route-table')
    .filter(({ record }) => record.vpcId === vpc.record.id);
  if (siblings.length >= routeTablesPerVpcMax) {
    throw ec2Error(
      'RouteTableLimitExceeded',
      'The maximum number of route tables has been reached.',
    );
  }
  const table: RouteTableRecord = {
    id: newId('rtb', context.runtime.platform.random),
    vpcId: vpc.record.id,
    associations: [],
    routes: [],
    tags: readTagSpecifications(input.TagSpecifications, ['route-table']).get('route-table') ?? [],
  };
  await context.commit([
    inventory.create('route-table', table.id, table),
    inventory.replace(vpc, vpc.record),
  ]);
  return { RouteTable: describeRouteTable(table, inventory) };
}

export function requireRouteTable(
  id: string | undefined,
  inventory: Inventory,
): Stored<RouteTableRecord> {
  if (id === undefined || id === '') throw missingParameter('routeTableId');
  const stored = inventory.find('route-table', id);
  if (stored === undefined) throw unknownRouteTable(id);
  return stored;
}

export async function deleteRouteTable(
  input: DeleteRouteTableRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireRouteTable(input.RouteTableId, inventory);
  const { id, associations } = stored.record;
  const leads = inventory
    .list('vpc-endpoint')
    .some(({ record }) => record.routeTableIds.includes(id));
  if (associations.length > 0 || leads) {
    throw ec2Error(
      'DependencyViolation',
      `The routeTable '${id}' has dependencies and cannot be deleted.`,
    );
  }
  await context.commit([inventory.remove(stored)]);
  return {};
}

export async function associateRouteTable(
  input: AssociateRouteTableRequest,
  context: OperationContext,
): Promise<AssociateRouteTableResult> {
  const inventory = Inventory.of(context);
  const stored = requireRouteTable(input.RouteTableId, inventory);
  const { SubnetId: subnetId } = input;
  if (subnetId === undefined) {
    throw ec2Error('UnsupportedOperation', 'Only subnets can be associated with a route table.');
  }
  const subnet = requireSubnet(subnetId, inventory);
  if (subnet.record.vpcId !== stored.record.vpcId) {
    throw ec2Error(
      'InvalidParameterValue',
      `Route table ${stored.record.id} and subnet ${subnetId} belong to different networks`,
    );
  }
  const taken = inventory
    .list('route-table')
    .some(({ record }) => record.associations.some((each) => each.subnetId === subnetId));
  if (taken) {
    throw ec2Error(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${stored.record.id} conflicts with an existing association`,
    );
  }
  const id = newId('rtbassoc', context.runtime.platform.random);
  const { record } = stored;
  // Writing the subnet as it is makes two associations of one subnet at once impossible.
  await context.commit([
    inventory.replace(stored, {
      ...record,
      associations: [...record.associations, { id, subnetId }],
    }),
    inventory.replace(subnet, subnet.record),
  ]);
  return { AssociationId: id, ...associated };
}

function tableOfAssociation(
  id: string | undefined,
  inventory: Inventory,
): Stored<RouteTableRecord> {
  if (id === undefined || id === '') throw missingParameter('associationId');
  const stored = inventory
    .list('route-table')
    .find(({ record }) => record.associations.some((each) => each.id === id));
  if (stored === undefined) throw unknownAssociation(id);
  return stored;
}

function without(table: RouteTableRecord, associationId: string): RouteTableRecord {
  const associations = table.associations.filter(({ id }) => id !== associationId);
  return { ...table, associations };
}

export async function disassociateRouteTable(
  input: DisassociateRouteTableRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = tableOfAssociation(input.AssociationId, inventory);
  const { record } = stored;
  const association = record.associations.find(({ id }) => id === input.AssociationId);
  if (association?.subnetId === undefined) {
    throw ec2Error(
      'InvalidParameterValue',
      `cannot disassociate the main route table association ${input.AssociationId}`,
    );
  }
  await context.commit([inventory.replace(stored, without(record, association.id))]);
  return {};
}

export async function replaceRouteTableAssociation(
  input: ReplaceRouteTableAssociationRequest,
  context: OperationContext,
): Promise<ReplaceRouteTableAssociationResult> {
  const inventory = Inventory.of(context);
  const old = tableOfAssociation(input.AssociationId, inventory);
  const table = requireRouteTable(input.RouteTableId, inventory);
  if (old.record.vpcId !== table.record.vpcId) {
    throw ec2Error(
      'InvalidParameterValue',
      `Route table ${table.record.id} belongs to a different network`,
    );
  }
  const association = old.record.associations.find(({ id }) => id === input.AssociationId);
  if (association === undefined) throw unknownAssociation(input.AssociationId);
  if (old.key === table.key) return { NewAssociationId: association.id, ...associated };
  const id = newId('rtbassoc', context.runtime.platform.random);
  await context.commit([
    inventory.replace(old, without(old.record, association.id)),
    inventory.replace(table, {
      ...table.record,
      associations: [...table.record.associations, { ...association, id }],
    }),
  ]);
  return { NewAssociationId: id, ...associated };
}

function tableFilters(inventory: Inventory): FilterTable<RouteTableRecord> {
  const routes = (table: RouteTableRecord) => routesOf(table, inventory);
  const present = (values: readonly (string | undefined)[]) =>
    values.filter((value) => value !== undefined);
  return filterTable<RouteTableRecord>({
    'association.main': (table) => (isMain(table) ? 'true' : 'false'),
    'association.route-table-association-id': ({ associations }) =>
      associations.map(({ id }) => id),
    'association.route-table-id': ({ id, associations }) => (associations.length > 0 ? id : []),
    'association.subnet-id': ({ associations }) =>
      associations.flatMap(({ subnetId }) => (subnetId === undefined ? [] : [subnetId])),
    'owner-id': () => inventory.place.account,
    'route-table-id': ({ id }) => id,
    'route.destination-cidr-block': (table) =>
      present(routes(table).map((route) => route.DestinationCidrBlock)),
    'route.destination-ipv6-cidr-block': (table) =>
      present(routes(table).map((route) => route.DestinationIpv6CidrBlock)),
    'route.destination-prefix-list-id': (table) =>
      present(routes(table).map((route) => route.DestinationPrefixListId)),
    'route.gateway-id': (table) => present(routes(table).map(({ GatewayId: id }) => id)),
    'route.nat-gateway-id': (table) => present(routes(table).map(({ NatGatewayId: id }) => id)),
    'route.origin': (table) => present(routes(table).map(({ Origin: origin }) => origin)),
    'route.state': (table) => present(routes(table).map(({ State: state }) => state)),
    'vpc-id': ({ vpcId }) => vpcId,
  });
}

export function describeRouteTables(
  input: DescribeRouteTablesRequest,
  context: OperationContext,
): DescribeRouteTablesResult {
  const inventory = Inventory.of(context);
  const ids = [...new Set(input.RouteTableIds ?? [])];
  const stored =
    ids.length === 0
      ? inventory.list('route-table')
      : ids.map((id) => requireRouteTable(id, inventory));
  const records = stored.map(({ record }) => record);
  const filters = tableFilters(inventory);
  const tables = applyFilters(records, input.Filters, filters, ({ tags }) => tags);
  const sorted = [...tables].sort((one, other) => (one.id < other.id ? -1 : 1));
  const bounds = { min: 5, max: 100 };
  const page = paginate(sorted, ({ id }) => id, input, context, 'DescribeRouteTables', bounds);
  return {
    RouteTables: page.items.map((table) => describeRouteTable(table, inventory)),
    NextToken: page.NextToken,
  };
}
