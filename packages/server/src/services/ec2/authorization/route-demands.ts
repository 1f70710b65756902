/** The demands of operations on route tables, their associations and internet gateways. */
import type {
  AssociateRouteTableRequest,
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  CreateRouteTableRequest,
  DeleteInternetGatewayRequest,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
} from '@sekisho/catalog/types/ec2';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import { ec2Arn } from '../arn.ts';
import { missingParameter } from '../errors.ts';
import { Inventory } from '../inventory.ts';
import { creation } from './network-demands.ts';
import { existing } from './vpc-endpoint-demands.ts';

export function createRouteTableDemands(
  input: CreateRouteTableRequest,
  context: DemandContext,
): readonly Demand[] {
  if (input.VpcId === undefined) throw missingParameter('vpcId');
  const { place } = Inventory.of(context);
  return [
    ...creation('CreateRouteTable', 'route-table', '*', input, context, [
      ['ec2:RouteTableID', '*'],
      ['ec2:Vpc', ec2Arn(place, 'vpc', input.VpcId)],
    ]),
    ...existing('ec2:CreateRouteTable', 'vpc', [input.VpcId], context),
  ];
}

/** An operation on one route table. */
export function oneRouteTable(operation: string): DemandRule<{ readonly RouteTableId: string }> {
  return (input, context) => {
    if (input.RouteTableId === undefined) throw missingParameter('routeTableId');
    return existing(`ec2:${operation}`, 'route-table', [input.RouteTableId], context);
  };
}

export function associateRouteTableDemands(
  input: AssociateRouteTableRequest,
  context: DemandContext,
): readonly Demand[] {
  if (input.RouteTableId === undefined) throw missingParameter('routeTableId');
  const action = 'ec2:AssociateRouteTable';
  return [
    ...existing(action, 'route-table', [input.RouteTableId], context),
    ...existing(action, 'subnet', [input.SubnetId], context),
    ...existing(action, 'internet-gateway', [input.GatewayId], context),
  ];
}

/** The table and the subnet of the association; an unknown association names no resource. */
function ofAssociation(
  action: string,
  id: string | undefined,
  context: DemandContext,
): readonly Demand[] {
  if (id === undefined) throw missingParameter('associationId');
  const table = Inventory.of(context)
    .list('route-table')
    .find(({ record }) => record.associations.some((each) => each.id === id))?.record;
  const subnetId = table?.associations.find((each) => each.id === id)?.subnetId;
  return [
    ...existing(action, 'route-table', [table?.id ?? '*'], context),
    ...existing(action, 'subnet', [subnetId], context),
  ];
}

export function disassociateRouteTableDemands(
  input: DisassociateRouteTableRequest,
  context: DemandContext,
): readonly Demand[] {
  return ofAssociation('ec2:DisassociateRouteTable', input.AssociationId, context);
}

export function replaceAssociationDemands(
  input: ReplaceRouteTableAssociationRequest,
  context: DemandContext,
): readonly Demand[] {
  const action = 'ec2:ReplaceRouteTableAssociation';
  if (input.RouteTableId === undefined) throw missingParameter('routeTableId');
  return [
    ...ofAssociation(action, input.AssociationId, context),
    ...existing(action, 'route-table', [input.RouteTableId], context),
  ];
}

export function createInternetGatewayDemands(
  input: CreateInternetGatewayRequest,
  context: DemandContext,
): readonly Demand[] {
  return creation('CreateInternetGateway', 'internet-gateway', '*', input, context, [
    ['ec2:InternetGatewayID', '*'],
  ]);
}

/** Attaching and detaching ask about both ends. */
export function gatewayAndVpc(operation: string): DemandRule<AttachInternetGatewayRequest> {
  return (input, context) => {
    if (input.InternetGatewayId === undefined) throw missingParameter('internetGatewayId');
    if (input.VpcId === undefined) throw missingParameter('vpcId');
    return [
      ...existing(`ec2:${operation}`, 'internet-gateway', [input.InternetGatewayId], context),
      ...existing(`ec2:${operation}`, 'vpc', [input.VpcId], context),
    ];
  };
}

export function deleteInternetGatewayDemands(
  input: DeleteInternetGatewayRequest,
  context: DemandContext,
): readonly Demand[] {
  if (input.InternetGatewayId === undefined) throw missingParameter('internetGatewayId');
  const action = 'ec2:DeleteInternetGateway';
  return existing(action, 'internet-gateway', [input.InternetGatewayId], context);
}
