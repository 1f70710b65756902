/** Which VPC endpoint a call from inside a VPC takes, as DNS and route tables would decide it. */
import type { VpcCall } from '../vpc-endpoints.ts';
import { endpointServiceNamed } from './endpoint-services.ts';
import type { RouteRecord, RouteTableRecord, VpcEndpointRecord } from './entities.ts';
import type { Inventory } from './inventory.ts';

/** The endpoint; undefined: the call goes out of the VPC to the public endpoint. */
export function endpointFor(call: VpcCall, inventory: Inventory): VpcEndpointRecord | undefined {
  const candidates = inventory
    .list('vpc-endpoint')
    .map(({ record }) => record)
    .filter(({ vpcId, serviceName }) => {
      const { name } = endpointServiceNamed(serviceName, call.region) ?? {};
      return vpcId === call.vpcId && name === call.service;
    });
  // The name resolves to the interface's address before any route is looked at.
  return (
    candidates.find(answersName) ??
    candidates.find((endpoint) => isRouted(endpoint, call.subnetId, inventory))
  );
}

function answersName(endpoint: VpcEndpointRecord): boolean {
  return (
    endpoint.type === 'Interface' &&
    endpoint.privateDnsEnabled &&
    endpoint.privateDnsOnlyForInboundResolver !== true
  );
}

function isRouted(
  { type, vpcId, routeTableIds }: VpcEndpointRecord,
  subnetId: string | undefined,
  inventory: Inventory,
): boolean {
  if (type !== 'Gateway') return false;
  if (subnetId === undefined) return routeTableIds.length > 0;
  const table = routeTableOf(subnetId, vpcId, inventory);
  return table !== undefined && routeTableIds.includes(table.id);
}

/** A network interface that wants to leave its VPC. */
interface Leaving {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly hasPublicAddress: boolean;
}

/**
 * Whether something leads out of the VPC: a default route. An internet gateway takes packets of
 * public addresses only; what stands behind other targets is not looked at.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
 */
export function hasWayOut(leaving: Leaving, inventory: Inventory): boolean {
  const { subnetId, vpcId, hasPublicAddress } = leaving;
  const routes = routeTableOf(subnetId, vpcId, inventory)?.routes ?? [];
  return routes
    .filter(({ destination }) => destination === '0.0.0.0/0')
    .some((route) => hasPublicAddress || !isToInternetGateway(route));
}

function isToInternetGateway({ target, targetId }: RouteRecord): boolean {
  return target === 'GatewayId' && targetId.startsWith('igw-');
}

/** The table associated with the subnet, else the VPC's main one. */
export function routeTableOf(
  subnetId: string,
  vpcId: string,
  inventory: Inventory,
): RouteTableRecord | undefined {
  const tables = inventory
    .list('route-table')
    .map(({ record }) => record)
    .filter((table) => table.vpcId === vpcId);
  return (
    tables.find(({ associations }) => associations.some((each) => each.subnetId === subnetId)) ??
    tables.find(isMain)
  );
}

/** Whether it is the table of every subnet that has none of its own. */
export function isMain({ associations }: RouteTableRecord): boolean {
  return associations.some(({ subnetId }) => subnetId === undefined);
}
