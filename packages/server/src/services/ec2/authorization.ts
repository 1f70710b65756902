/** What each EC2 operation demands (facts: service authorization reference of Amazon EC2). */
import type { DemandRule } from '../service.ts';
import {
  associateProfileDemands,
  attributeKeys,
  describeAttributeDemands,
  disassociateProfileDemands,
  eachInstance,
  modifyAttributeDemands,
  modifyMetadataOptionsDemands,
  replaceProfileDemands,
} from './authorization/instance-demands.ts';
import {
  createKeyPairDemands,
  createSecurityGroupDemands,
  createSubnetDemands,
  createVpcDemands,
  deleteKeyPairDemands,
  oneSecurityGroup,
  oneSubnet,
  oneVpc,
} from './authorization/network-demands.ts';
import {
  associateRouteTableDemands,
  createInternetGatewayDemands,
  createRouteTableDemands,
  deleteInternetGatewayDemands,
  disassociateRouteTableDemands,
  gatewayAndVpc,
  oneRouteTable,
  replaceAssociationDemands,
} from './authorization/route-demands.ts';
import { runInstancesDemands } from './authorization/run-instances.ts';
import { deleteTagsDemands, directCreateTagsDemands } from './authorization/tag-demands.ts';
import {
  createVpcEndpointDemands,
  deleteVpcEndpointsDemands,
  modifyVpcEndpointDemands,
} from './authorization/vpc-endpoint-demands.ts';
import { ec2Demand, type Keys } from './demand.ts';

/** Operations that name no resource: only `*` in Resource matches. */
const withoutResource = [
  'DescribeAccountAttributes',
  'DescribeAvailabilityZones',
  'DescribeIamInstanceProfileAssociations',
  'DescribeImages',
  'DescribeInstanceCreditSpecifications',
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeInstanceTypes',
  'DescribeInternetGateways',
  'DescribeKeyPairs',
  'DescribeManagedPrefixLists',
  'DescribeNetworkAcls',
  'DescribeNetworkInterfaces',
  'DescribePrefixLists',
  'DescribeRegions',
  'DescribeRouteTables',
  'DescribeSecurityGroupRules',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeTags',
  'DescribeVolumes',
  'DescribeVpcEndpoints',
  'DescribeVpcEndpointServices',
  'DescribeVpcs',
  'GetInstanceMetadataDefaults',
] as const;

function noResource(operation: string): DemandRule {
  return (_input, context) => [ec2Demand(context, `ec2:${operation}`, '*')];
}

/** Attributes of a request: every member but those that name the resource. */
function attributesExcept(...names: readonly string[]): (input: object) => Keys {
  return (input) =>
    attributeKeys(
      new Map(Object.entries(input).filter(([name]) => name !== 'DryRun' && !names.includes(name))),
    );
}

const modifyMetadataDefaultsDemands: DemandRule<object> = (input, context) => [
  ec2Demand(context, 'ec2:ModifyInstanceMetadataDefaults', '*', attributesExcept()(input)),
];

export const authorization: Readonly<Record<string, DemandRule>> = {
  ...Object.fromEntries(withoutResource.map((name) => [name, noResource(name)])),
  RunInstances: runInstancesDemands,
  StartInstances: eachInstance('ec2:StartInstances'),
  StopInstances: eachInstance('ec2:StopInstances'),
  RebootInstances: eachInstance('ec2:RebootInstances'),
  TerminateInstances: eachInstance('ec2:TerminateInstances'),
  AssociateIamInstanceProfile: associateProfileDemands,
  ReplaceIamInstanceProfileAssociation: replaceProfileDemands,
  DisassociateIamInstanceProfile: disassociateProfileDemands,
  DescribeInstanceAttribute: describeAttributeDemands,
  ModifyInstanceAttribute: modifyAttributeDemands,
  ModifyInstanceMetadataOptions: modifyMetadataOptionsDemands,
  ModifyInstanceMetadataDefaults: modifyMetadataDefaultsDemands,
  CreateTags: directCreateTagsDemands,
  DeleteTags: deleteTagsDemands,
  CreateKeyPair: createKeyPairDemands('CreateKeyPair'),
  ImportKeyPair: createKeyPairDemands('ImportKeyPair'),
  DeleteKeyPair: deleteKeyPairDemands,
  CreateVpc: createVpcDemands,
  DeleteVpc: oneVpc('DeleteVpc'),
  DescribeVpcAttribute: oneVpc('DescribeVpcAttribute', attributesExcept('VpcId')),
  ModifyVpcAttribute: oneVpc('ModifyVpcAttribute', attributesExcept('VpcId')),
  CreateSubnet: createSubnetDemands,
  DeleteSubnet: oneSubnet('DeleteSubnet'),
  ModifySubnetAttribute: oneSubnet('ModifySubnetAttribute', attributesExcept('SubnetId')),
  CreateVpcEndpoint: createVpcEndpointDemands,
  ModifyVpcEndpoint: modifyVpcEndpointDemands,
  DeleteVpcEndpoints: deleteVpcEndpointsDemands,
  CreateRouteTable: createRouteTableDemands,
  DeleteRouteTable: oneRouteTable('DeleteRouteTable'),
  CreateRoute: oneRouteTable('CreateRoute'),
  ReplaceRoute: oneRouteTable('ReplaceRoute'),
  DeleteRoute: oneRouteTable('DeleteRoute'),
  AssociateRouteTable: associateRouteTableDemands,
  DisassociateRouteTable: disassociateRouteTableDemands,
  ReplaceRouteTableAssociation: replaceAssociationDemands,
  CreateInternetGateway: createInternetGatewayDemands,
  AttachInternetGateway: gatewayAndVpc('AttachInternetGateway'),
  DetachInternetGateway: gatewayAndVpc('DetachInternetGateway'),
  DeleteInternetGateway: deleteInternetGatewayDemands,
  CreateSecurityGroup: createSecurityGroupDemands,
  DeleteSecurityGroup: oneSecurityGroup('DeleteSecurityGroup'),
  AuthorizeSecurityGroupIngress: oneSecurityGroup('AuthorizeSecurityGroupIngress'),
  AuthorizeSecurityGroupEgress: oneSecurityGroup('AuthorizeSecurityGroupEgress'),
  RevokeSecurityGroupIngress: oneSecurityGroup('RevokeSecurityGroupIngress'),
  RevokeSecurityGroupEgress: oneSecurityGroup('RevokeSecurityGroupEgress'),
};
