/** The checks of a launch that come after its authorization: does what it names exist? */
import type { RunInstancesRequest } from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../service.ts';
import { requirePassRoleAsked } from './authorization/pass-role.ts';
import {
  ec2Error,
  invalidParameterValue,
  unknownKeyPair,
  unknownNetworkInterface,
  unknownSecurityGroup,
  unknownSubnet,
} from './errors.ts';
import { requireProfile } from './instance-profile.ts';
import { architectureOf, isInstanceType } from './instance-types.ts';
import type { Inventory } from './inventory.ts';
import type { CheckedLaunch } from './launch.ts';
import { type LaunchPlan, requestedZone } from './launch-plan.ts';
import {
  instancesPerRegionMax,
  instancesPerRequestMax,
  securityGroupsPerInterfaceMax,
} from './limits.ts';
import { checkMetadataTags } from './tags.ts';
import { zoneNamed } from './zones.ts';

/** The launch with everything found. Throws EC2's errors otherwise. */
export function checkLaunch(
  input: RunInstancesRequest,
  plan: LaunchPlan,
  inventory: Inventory,
  context: OperationContext,
): CheckedLaunch {
  checkType(plan);
  checkUnsupported(input, plan);
  const { profile, role } =
    plan.profile === undefined
      ? { profile: undefined, role: undefined }
      : requireProfile(plan.profile);
  if (role !== undefined) requirePassRoleAsked(context, role);
  if (plan.keyName !== undefined && inventory.keyPairNamed(plan.keyName) === undefined) {
    throw unknownKeyPair(plan.keyName);
  }
  const subnet = checkSubnet(input, plan, inventory);
  const securityGroupIds = checkGroups(plan, subnet.vpcId);
  if (plan.metadataOptions.instanceMetadataTags === 'enabled') {
    checkMetadataTags(plan.tags.get('instance') ?? []);
  }
  return { plan, subnet, securityGroupIds, profile, count: countOf(plan, inventory) };
}

function checkType({ instanceType, image, ...plan }: LaunchPlan): void {
  if (!isInstanceType(instanceType)) {
    throw invalidParameterValue(`Invalid value '${instanceType}' for InstanceType.`);
  }
  if (!['default', 'dedicated', 'host'].includes(plan.tenancy)) {
    throw invalidParameterValue(`Value (${plan.tenancy}) for parameter tenancy is invalid.`);
  }
  // Ids that are not in the list stand for images of either architecture.
  const listedArm = image.architecture === 'arm64';
  if (listedArm && architectureOf(instanceType) !== 'arm64') {
    throw invalidParameterValue(
      `The architecture 'x86_64' of the specified instance type does not match the architecture 'arm64' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`,
    );
  }
}

/** What the request names that no account has here. */
function checkUnsupported(input: RunInstancesRequest, plan: LaunchPlan): void {
  const group = input.Placement?.GroupName ?? input.Placement?.GroupId ?? '';
  const reservation =
    input.CapacityReservationSpecification?.CapacityReservationTarget?.CapacityReservationId;
  const template = input.LaunchTemplate;
  if (template?.LaunchTemplateId !== undefined) {
    throw ec2Error(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${template.LaunchTemplateId}, does not exist.`,
    );
  }
  if (template !== undefined) {
    throw ec2Error(
      'InvalidLaunchTemplateName.NotFoundException',
      `The specified launch template, with template name ${template.LaunchTemplateName}, does not exist.`,
    );
  }
  if (group !== '') {
    throw ec2Error('InvalidPlacementGroup.Unknown', `The placement group '${group}' is unknown.`);
  }
  if (reservation !== undefined) {
    throw ec2Error(
      'InvalidCapacityReservationId.NotFound',
      `The capacity reservation ID '${reservation}' does not exist`,
    );
  }
  const existing = plan.networkInterface?.NetworkInterfaceId;
  if (existing !== undefined) throw unknownNetworkInterface(existing);
  if (plan.marketType !== 'on-demand') {
    throw ec2Error('UnsupportedOperation', `Market type '${plan.marketType}' is not supported.`);
  }
  const snapshot = plan.volumes.find((volume) => volume.snapshotNamed)?.snapshotId;
  if (snapshot !== undefined && snapshot !== plan.image.snapshotId) {
    throw ec2Error('InvalidSnapshot.NotFound', `The snapshot '${snapshot}' does not exist.`);
  }
}

function checkSubnet(
  input: RunInstancesRequest,
  plan: LaunchPlan,
  inventory: Inventory,
): CheckedLaunch['subnet'] {
  const zone = requestedZone(input);
  if (zone !== undefined && zoneNamed(inventory.place.region, zone) === undefined) {
    throw invalidParameterValue(`Invalid availability zone: [${zone}]`);
  }
  if (plan.subnet === undefined) {
    if (inventory.defaultVpc() === undefined) {
      throw ec2Error('VPCIdNotSpecified', 'No default VPC for this user');
    }
    throw ec2Error('MissingInput', `No default subnet for availability zone: '${zone ?? 'null'}'.`);
  }
  const subnet = plan.subnet.record;
  if (subnet === undefined) throw unknownSubnet(plan.subnet.id);
  if (zone !== undefined && subnet.availabilityZone !== zone) {
    throw invalidParameterValue(
      `The availability zone '${zone}' does not match the subnet's '${subnet.availabilityZone}'.`,
    );
  }
  return subnet;
}

function checkGroups(plan: LaunchPlan, vpcId: string): readonly string[] {
  const unknown = plan.unknownGroupNames[0];
  if (unknown !== undefined) {
    throw ec2Error(
      'InvalidGroup.NotFound',
      `The security group '${unknown}' does not exist in VPC '${vpcId}'`,
    );
  }
  for (const { id, record } of plan.securityGroups) {
    if (record === undefined) throw unknownSecurityGroup(id);
    if (record.vpcId !== vpcId) {
      throw ec2Error(
        'InvalidParameter',
        `Security group ${id} and subnet ${plan.subnet?.id} belong to different networks.`,
      );
    }
  }
  if (plan.securityGroups.length > securityGroupsPerInterfaceMax) {
    throw ec2Error(
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    );
  }
  return plan.securityGroups.map(({ id }) => id);
}

function countOf(plan: LaunchPlan, inventory: Inventory): number {
  const live = inventory.instances().filter(({ record }) => record.target !== 'terminated');
  const free = Math.min(instancesPerRequestMax, instancesPerRegionMax - live.length);
  if (plan.minCount > free) {
    throw ec2Error(
      'InstanceLimitExceeded',
      `You have requested more instances (${plan.minCount}) than your current instance limit of ${free} allows for the specified instance type.`,
    );
  }
  return Math.min(plan.maxCount, free);
}
