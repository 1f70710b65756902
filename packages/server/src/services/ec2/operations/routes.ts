/**
 * CreateRoute, ReplaceRoute, DeleteRoute.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
 * Unverified: the texts of the refusals.
 */
import { isIPv6 } from 'node:net';
import type {
  CreateRouteRequest,
  CreateRouteResult,
  DeleteRouteRequest,
  ReplaceRouteRequest,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import type { RouteRecord, RouteTableRecord } from '../entities.ts';
import {
  ec2Error,
  invalidParameterValue,
  unknownInternetGateway,
  unknownNetworkInterface,
} from '../errors.ts';
import { Inventory, type Stored } from '../inventory.ts';
import { parseCidr } from '../ipv4.ts';
import { routesPerTableMax } from '../limits.ts';
import { requireRouteTable } from './route-tables.ts';

export async function createRoute(
  input: CreateRouteRequest,
  context: OperationContext,
): Promise<CreateRouteResult> {
  const inventory = Inventory.of(context);
  const stored = requireRouteTable(input.RouteTableId, inventory);
  const { record } = stored;
  const route = readRoute(input, record, inventory);
  const same = record.routes.find(({ destination }) => destination === route.destination);
  if (same !== undefined && same.targetId !== route.targetId) {
    throw ec2Error(
      'RouteAlreadyExists',
      `The route identified by ${route.destination} already exists.`,
    );
  }
  if (record.routes.length >= routesPerTableMax) {
    throw ec2Error('RouteLimitExceeded', 'The maximum number of routes has been reached.');
  }
  if (same === undefined) await write(stored, [...record.routes, route], inventory, context);
  return { Return: true };
}

export async function replaceRoute(
  input: ReplaceRouteRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireRouteTable(input.RouteTableId, inventory);
  const { record } = stored;
  const route = readRoute(input, record, inventory);
  const rest = others(record, route.destination);
  await write(stored, [...rest, route], inventory, context);
  return {};
}

export async function deleteRoute(
  input: DeleteRouteRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireRouteTable(input.RouteTableId, inventory);
  const { record } = stored;
  const destination = readDestination(input);
  if (destination === inventory.find('vpc', record.vpcId)?.record.cidr) {
    throw invalidParameterValue(
      `cannot remove local route ${destination} in route table ${record.id}`,
    );
  }
  await write(stored, others(record, destination), inventory, context);
  return {};
}

/** The other routes of a table that has one to the destination. */
function others({ id, routes }: RouteTableRecord, destination: string): readonly RouteRecord[] {
  const rest = routes.filter((route) => route.destination !== destination);
  if (rest.length < routes.length) return rest;
  throw ec2Error(
    'InvalidRoute.NotFound',
    `no route with destination-cidr-block ${destination} in route table ${id}`,
  );
}

async function write(
  stored: Stored<RouteTableRecord>,
  routes: readonly RouteRecord[],
  inventory: Inventory,
  context: OperationContext,
): Promise<void> {
  await context.commit([inventory.replace(stored, { ...stored.record, routes })]);
}

function readDestination(input: {
  readonly DestinationCidrBlock?: string | undefined;
  readonly DestinationIpv6CidrBlock?: string | undefined;
  readonly DestinationPrefixListId?: string | undefined;
}): string {
  const { DestinationCidrBlock: ipv4, DestinationIpv6CidrBlock: ipv6 } = input;
  if (ipv4 !== undefined) {
    if (parseCidr(ipv4) !== undefined) return ipv4;
    throw invalidParameterValue(
      `Value (${ipv4}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  if (ipv6 !== undefined) {
    const [, address, prefix] = /^([0-9a-fA-F:.]{2,45})\/(\d{1,3})$/.exec(ipv6) ?? [];
    if (address !== undefined && isIPv6(address) && Number(prefix) <= 128) return ipv6;
    throw invalidParameterValue(
      `Value (${ipv6}) for parameter destinationIpv6CidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  if (input.DestinationPrefixListId !== undefined) {
    throw ec2Error(
      'UnsupportedOperation',
      'Routes to prefix lists are made by VPC endpoints only.',
    );
  }
  throw ec2Error('MissingParameter', 'The request must contain exactly one destination.');
}

const targets = ['GatewayId', 'NatGatewayId', 'NetworkInterfaceId', 'InstanceId'] as const;

function readRoute(
  input: CreateRouteRequest,
  table: RouteTableRecord,
  inventory: Inventory,
): RouteRecord {
  const destination = readDestination(input);
  const [target, another] = targets.filter((name) => input[name] !== undefined);
  const targetId = target === undefined ? undefined : input[target];
  if (target === undefined || targetId === undefined || another !== undefined) {
    throw ec2Error(
      'InvalidParameterCombination',
      'The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, instanceId.',
    );
  }
  checkTarget(target, targetId, table, inventory);
  return { destination, target, targetId };
}

function checkTarget(
  target: RouteRecord['target'],
  id: string,
  { id: tableId, vpcId }: RouteTableRecord,
  inventory: Inventory,
): void {
  if (target === 'GatewayId') {
    const gateway = inventory.find('internet-gateway', id)?.record;
    if (gateway === undefined) throw unknownInternetGateway(id);
    if (gateway.vpcId !== vpcId) {
      throw invalidParameterValue(
        `route table ${tableId} and network gateway ${id} belong to different networks`,
      );
    }
    return;
  }
  if (target === 'NetworkInterfaceId' && inventory.instanceOfInterface(id) === undefined) {
    throw unknownNetworkInterface(id);
  }
  if (target === 'NatGatewayId') {
    throw ec2Error('NatGatewayNotFound', `The Nat Gateway ${id} was not found`);
  }
  if (target === 'InstanceId' && inventory.find('instance', id) === undefined) {
    throw ec2Error('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  }
}
