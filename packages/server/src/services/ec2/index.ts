/** Amazon EC2, as far as roles reach: instances as metadata, with their profiles, tags, network. */
import { loadServiceModel } from '@sekisho/catalog';
import type { IamInstanceProfileSpecification } from '@sekisho/catalog/types/ec2';
import { defineService, type Operation, type Service } from '../service.ts';
import { authorization } from './authorization.ts';
import { unauthorizedOperation } from './demand.ts';
import { dryRunOperation } from './errors.ts';
import { readProfile, requireProfile } from './instance-profile.ts';
import { loadInstanceTypes } from './instance-types.ts';
import { Inventory } from './inventory.ts';
import { describeInstanceStatus, describeInstances } from './operations/describe-instances.ts';
import {
  describeEndpointServices,
  describeManagedPrefixLists,
  describePrefixLists,
} from './operations/endpoint-services.ts';
import { describeImages, describeInstanceTypes } from './operations/images.ts';
import {
  describeInstanceAttribute,
  describeInstanceCreditSpecifications,
  modifyInstanceAttribute,
} from './operations/instance-attributes.ts';
import {
  rebootInstances,
  startInstances,
  stopInstances,
  terminateInstances,
} from './operations/instance-states.ts';
import {
  attachInternetGateway,
  createInternetGateway,
  deleteInternetGateway,
  describeInternetGateways,
  detachInternetGateway,
} from './operations/internet-gateways.ts';
import {
  createKeyPair,
  deleteKeyPair,
  describeKeyPairs,
  importKeyPair,
} from './operations/key-pairs.ts';
import {
  getMetadataDefaults,
  modifyMetadataDefaults,
  modifyMetadataOptions,
} from './operations/metadata-options.ts';
import { describeNetworkAcls } from './operations/network-acls.ts';
import { describeNetworkInterfaces } from './operations/network-interfaces.ts';
import {
  associateProfile,
  describeProfileAssociations,
  disassociateProfile,
  replaceProfile,
} from './operations/profile-associations.ts';
import {
  associateRouteTable,
  createRouteTable,
  deleteRouteTable,
  describeRouteTables,
  disassociateRouteTable,
  replaceRouteTableAssociation,
} from './operations/route-tables.ts';
import { createRoute, deleteRoute, replaceRoute } from './operations/routes.ts';
import { runInstances } from './operations/run-instances.ts';
import {
  authorizeSecurityGroup,
  createSecurityGroup,
  deleteSecurityGroup,
  describeSecurityGroupRules,
  describeSecurityGroups,
  revokeSecurityGroup,
} from './operations/security-groups.ts';
import {
  createSubnet,
  deleteSubnet,
  describeSubnets,
  modifySubnetAttribute,
} from './operations/subnets.ts';
import { createTags, deleteTags, describeTags } from './operations/tags.ts';
import { describeVolumes } from './operations/volumes.ts';
import { modifyVpcEndpoint } from './operations/vpc-endpoint-changes.ts';
import {
  createVpcEndpoint,
  deleteVpcEndpoints,
  describeVpcEndpoints,
} from './operations/vpc-endpoints.ts';
import {
  createVpc,
  deleteVpc,
  describeVpcAttribute,
  describeVpcs,
  modifyVpcAttribute,
} from './operations/vpcs.ts';
import {
  describeAccountAttributes,
  describeAvailabilityZones,
  describeRegions,
} from './operations/zones.ts';

const operations: Readonly<Record<string, Operation>> = {
  AssociateIamInstanceProfile: associateProfile,
  AssociateRouteTable: associateRouteTable,
  AttachInternetGateway: attachInternetGateway,
  AuthorizeSecurityGroupEgress: authorizeSecurityGroup(true),
  AuthorizeSecurityGroupIngress: authorizeSecurityGroup(false),
  CreateInternetGateway: createInternetGateway,
  CreateKeyPair: createKeyPair,
  CreateRoute: createRoute,
  CreateRouteTable: createRouteTable,
  CreateSecurityGroup: createSecurityGroup,
  CreateSubnet: createSubnet,
  CreateTags: createTags,
  CreateVpc: createVpc,
  CreateVpcEndpoint: createVpcEndpoint,
  DeleteInternetGateway: deleteInternetGateway,
  DeleteKeyPair: deleteKeyPair,
  DeleteRoute: deleteRoute,
  DeleteRouteTable: deleteRouteTable,
  DeleteSecurityGroup: deleteSecurityGroup,
  DeleteSubnet: deleteSubnet,
  DeleteTags: deleteTags,
  DeleteVpc: deleteVpc,
  DeleteVpcEndpoints: deleteVpcEndpoints,
  DescribeAccountAttributes: describeAccountAttributes,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeIamInstanceProfileAssociations: describeProfileAssociations,
  DescribeImages: describeImages,
  DescribeInstanceAttribute: describeInstanceAttribute,
  DescribeInstanceCreditSpecifications: describeInstanceCreditSpecifications,
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInternetGateways: describeInternetGateways,
  DescribeKeyPairs: describeKeyPairs,
  DescribeManagedPrefixLists: describeManagedPrefixLists,
  DescribeNetworkAcls: describeNetworkAcls,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribePrefixLists: describePrefixLists,
  DescribeRegions: describeRegions,
  DescribeRouteTables: describeRouteTables,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVolumes: describeVolumes,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcEndpoints: describeVpcEndpoints,
  DescribeVpcEndpointServices: describeEndpointServices,
  DescribeVpcs: describeVpcs,
  DetachInternetGateway: detachInternetGateway,
  DisassociateIamInstanceProfile: disassociateProfile,
  DisassociateRouteTable: disassociateRouteTable,
  GetInstanceMetadataDefaults: getMetadataDefaults,
  ImportKeyPair: importKeyPair,
  ModifyInstanceAttribute: modifyInstanceAttribute,
  ModifyInstanceMetadataDefaults: modifyMetadataDefaults,
  ModifyInstanceMetadataOptions: modifyMetadataOptions,
  ModifySubnetAttribute: modifySubnetAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  ModifyVpcEndpoint: modifyVpcEndpoint,
  RebootInstances: rebootInstances,
  ReplaceIamInstanceProfileAssociation: replaceProfile,
  ReplaceRoute: replaceRoute,
  ReplaceRouteTableAssociation: replaceRouteTableAssociation,
  RevokeSecurityGroupEgress: revokeSecurityGroup(true),
  RevokeSecurityGroupIngress: revokeSecurityGroup(false),
  RunInstances: runInstances,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
};

/**
 * The EC2 service. DryRun is answered after authorization and before anything but the profile.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html
 */
export async function createEc2Service(): Promise<Service> {
  await loadInstanceTypes();
  return defineService({
    id: 'ec2',
    signingName: 'ec2',
    actionPrefix: 'ec2',
    model: await loadServiceModel('ec2'),
    protocols: ['ec2-query'],
    authorization,
    whenDenied: unauthorizedOperation,
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, withDryRun(operation)]),
    ),
  });
}

interface DryRunInput {
  readonly DryRun?: boolean | undefined;
  readonly IamInstanceProfile?: IamInstanceProfileSpecification | undefined;
}

/** Without a profile and its role nobody can say whether the role may be passed. */
function withDryRun(operation: Operation): Operation {
  return (input: DryRunInput, context) => {
    if (input.DryRun === true) {
      const { place } = Inventory.of(context);
      const profile = readProfile(input.IamInstanceProfile, context.runtime.directory, place);
      if (profile !== undefined) requireProfile(profile);
      throw dryRunOperation();
    }
    // The input is of the operation's own type; only these members were looked at.
    return (operation as Operation<unknown>)(input, context);
  };
}
