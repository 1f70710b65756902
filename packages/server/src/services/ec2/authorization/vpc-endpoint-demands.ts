/** The demands of operations on VPC endpoints, route tables and internet gateways. */
import type {
  CreateVpcEndpointRequest,
  DeleteVpcEndpointsRequest,
  ModifyVpcEndpointRequest,
} from '@sekisho/catalog/types/ec2';
import type { Demand, DemandContext } from '../../service.ts';
import { ec2Arn } from '../arn.ts';
import { ec2Demand, type Keys } from '../demand.ts';
import type { VpcEndpointRecord } from '../entities.ts';
import { missingParameter } from '../errors.ts';
import { Inventory } from '../inventory.ts';
import { resourceTagKeys } from '../tags.ts';
import { attributeKeys } from './instance-demands.ts';
import { creation } from './network-demands.ts';
import { resourceKeys } from './resource-keys.ts';

/** Pairs of an action with resources that exist already, with what their records say. */
export function existing(
  action: string,
  type: string,
  ids: readonly (string | undefined)[] | undefined,
  context: DemandContext,
): readonly Demand[] {
  const inventory = Inventory.of(context);
  return [...new Set(ids ?? [])].flatMap((id) => {
    if (id === undefined) return [];
    const { arn, keys } = resourceKeys(inventory, type, id);
    return [ec2Demand(context, action, arn, keys)];
  });
}

/** What policies may say of the service that an endpoint is for; all here are Amazon's own. */
function serviceKeys(serviceName: string | undefined, region: string): Keys {
  return [
    ['ec2:VpceServiceName', serviceName],
    ['ec2:VpceServiceOwner', 'amazon'],
    ['ec2:VpceServiceRegion', region],
  ];
}

export function createVpcEndpointDemands(
  input: CreateVpcEndpointRequest,
  context: DemandContext,
): readonly Demand[] {
  if (input.VpcId === undefined || input.VpcId === '') throw missingParameter('VpcId');
  const action = 'ec2:CreateVpcEndpoint';
  const keys = serviceKeys(input.ServiceName, input.ServiceRegion ?? context.region);
  const subnets = input.SubnetConfigurations?.map(({ SubnetId: id }) => id) ?? [];
  return [
    ...creation('CreateVpcEndpoint', 'vpc-endpoint', '*', input, context, keys),
    ...existing(action, 'vpc', [input.VpcId], context),
    ...existing(action, 'route-table', input.RouteTableIds, context),
    ...existing(action, 'subnet', [...(input.SubnetIds ?? []), ...subnets], context),
    ...existing(action, 'security-group', input.SecurityGroupIds, context),
  ];
}

export function modifyVpcEndpointDemands(
  input: ModifyVpcEndpointRequest,
  context: DemandContext,
): readonly Demand[] {
  const { VpcEndpointId: id, DryRun: _, ...attributes } = input;
  if (id === undefined || id === '') throw missingParameter('VpcEndpointId');
  const action = 'ec2:ModifyVpcEndpoint';
  const inventory = Inventory.of(context);
  const record = inventory.find('vpc-endpoint', id)?.record;
  const both = (...lists: readonly (readonly string[] | undefined)[]) =>
    lists.flatMap((list) => list ?? []);
  const subnets = input.SubnetConfigurations?.flatMap(({ SubnetId: subnet }) => subnet ?? []);
  return [
    ec2Demand(context, action, ec2Arn(inventory.place, 'vpc-endpoint', id), [
      ...attributeKeys(new Map(Object.entries(attributes))),
      ['ec2:VpceServiceRegion', record === undefined ? undefined : context.region],
      ...resourceTagKeys(record?.tags ?? []),
    ]),
    ...existing(
      action,
      'route-table',
      both(input.AddRouteTableIds, input.RemoveRouteTableIds),
      context,
    ),
    ...existing(
      action,
      'subnet',
      both(input.AddSubnetIds, input.RemoveSubnetIds, subnets),
      context,
    ),
    ...existing(
      action,
      'security-group',
      both(input.AddSecurityGroupIds, input.RemoveSecurityGroupIds),
      context,
    ),
  ];
}

export function deleteVpcEndpointsDemands(
  input: DeleteVpcEndpointsRequest,
  context: DemandContext,
): readonly Demand[] {
  const ids = input.VpcEndpointIds ?? [];
  if (ids.length === 0) throw missingParameter('VpcEndpointIds');
  const inventory = Inventory.of(context);
  return [...new Set(ids)].map((id) => {
    const record = inventory.find('vpc-endpoint', id)?.record;
    const arn = ec2Arn(inventory.place, 'vpc-endpoint', id);
    const keys = record === undefined ? [] : vpcEndpointKeys(record, context.region);
    return ec2Demand(context, 'ec2:DeleteVpcEndpoints', arn, keys);
  });
}

function vpcEndpointKeys(record: VpcEndpointRecord, region: string): Keys {
  return [
    ['ec2:VpceServiceName', record.serviceName],
    ['ec2:VpceServiceRegion', region],
    ...resourceTagKeys(record.tags),
  ];
}
