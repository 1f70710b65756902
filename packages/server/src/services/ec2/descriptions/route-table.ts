/** A route table as the Describe operations show it, with the routes that nobody made. */
import type { Route, RouteTable } from '@sekisho/catalog/types/ec2';
import type { RouteRecord, RouteTableRecord } from '../entities.ts';
import type { Inventory } from '../inventory.ts';
import { describeTags } from '../tags.ts';
import { prefixListId } from '../vpc-endpoint-check.ts';

export function describeRouteTable(table: RouteTableRecord, inventory: Inventory): RouteTable {
  return {
    Associations: table.associations.map(({ id, subnetId }) => ({
      Main: subnetId === undefined,
      RouteTableAssociationId: id,
      RouteTableId: table.id,
      ...(subnetId === undefined ? {} : { SubnetId: subnetId }),
      AssociationState: { State: 'associated' },
    })),
    PropagatingVgws: [],
    RouteTableId: table.id,
    Routes: routesOf(table, inventory),
    Tags: describeTags(table.tags),
    VpcId: table.vpcId,
    OwnerId: inventory.place.account,
  };
}

/** The local route, the routes that were made, those of gateway endpoints. */
export function routesOf(table: RouteTableRecord, inventory: Inventory): readonly Route[] {
  const cidr = inventory.find('vpc', table.vpcId)?.record.cidr;
  const endpoints = inventory
    .list('vpc-endpoint')
    .map(({ record }) => record)
    .filter(({ routeTableIds }) => routeTableIds.includes(table.id));
  return [
    ...(cidr === undefined
      ? []
      : [
          {
            DestinationCidrBlock: cidr,
            GatewayId: 'local',
            Origin: 'CreateRouteTable',
            State: 'active',
          },
        ]),
    ...table.routes.map((route) => describeRoute(route, inventory)),
    ...endpoints.map(({ id, serviceName }) => ({
      DestinationPrefixListId: prefixListId(serviceName, inventory.place.region),
      GatewayId: id,
      Origin: 'CreateRoute',
      State: 'active',
    })),
  ];
}

function describeRoute(
  { destination, target, targetId }: RouteRecord,
  inventory: Inventory,
): Route {
  const isIpv6 = destination.includes(':');
  const gateway = target === 'GatewayId' ? inventory.find('internet-gateway', targetId) : undefined;
  const isLost = target === 'GatewayId' && gateway?.record.vpcId === undefined;
  return {
    ...(isIpv6 ? { DestinationIpv6CidrBlock: destination } : { DestinationCidrBlock: destination }),
    [target]: targetId,
    Origin: 'CreateRoute',
    State: isLost ? 'blackhole' : 'active',
  };
}
