/**
 * The demands of RunInstances: every resource in use, the tags, the role.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
 */
import type { RunInstancesRequest } from '@sekisho/catalog/types/ec2';
import type { Demand, DemandContext } from '../../service.ts';
import { ec2Arn, type Place } from '../arn.ts';
import { ec2Demand, type Keys } from '../demand.ts';
import { Inventory } from '../inventory.ts';
import { type LaunchPlan, type PlannedVolume, planLaunch } from '../launch-plan.ts';
import { requestTagKeys } from '../tags.ts';
import {
  keyPairKeys,
  metadataOptionKeys,
  securityGroupKeys,
  subnetKeys,
  zoneKeys,
} from './instance-keys.ts';
import { passRoleDemand } from './pass-role.ts';
import { createTagsDemands } from './tag-demands.ts';

const action = 'ec2:RunInstances';

/**
 * Unverified: which refused resource AWS reports first varies; this is image, subnet, security
 * groups, interface, volumes, key pair, instance, tags, role.
 */
export function runInstancesDemands(
  input: RunInstancesRequest,
  context: DemandContext,
): readonly Demand[] {
  const inventory = Inventory.of(context);
  const { place } = inventory;
  const plan = planLaunch(input, inventory, context.runtime.directory);
  const ask = (type: string, id: string, keys: Keys): Demand =>
    ec2Demand(context, action, ec2Arn(place, type, id), [
      ['ec2:IsLaunchTemplateResource', 'false'],
      ...keys,
    ]);
  const subnet = plan.subnet?.record;
  return [
    ask('image', plan.image.id, imageKeys(plan)),
    ask('subnet', plan.subnet?.id ?? '*', subnet === undefined ? [] : subnetKeys(place, subnet)),
    ...plan.securityGroups.map(({ id, record }) =>
      ask('security-group', id, record === undefined ? [] : securityGroupKeys(place, record)),
    ),
    ...plan.unknownGroupNames.map(() => ask('security-group', '*', [])),
    ask('network-interface', plan.networkInterface?.NetworkInterfaceId ?? '*', [
      ...interfaceKeys(plan, place),
      ...requestTagKeys(plan.tags.get('network-interface') ?? []),
    ]),
    ...plan.volumes.flatMap((volume) => volumeDemands(volume, plan, place, ask)),
    ...keyPairDemands(plan, inventory, ask),
    ...otherDemands(input, ask),
    ask('instance', '*', [
      ...plannedInstanceKeys(input, plan, place),
      ...requestTagKeys(plan.tags.get('instance') ?? []),
    ]),
    ...createTagsDemands(context, 'RunInstances', plan.tags),
    ...passRoleDemand(context, plan.profile?.profile?.role, ec2Arn(place, 'instance', '*')),
  ];
}

type Ask = (type: string, id: string, keys: Keys) => Demand;

function imageKeys({ image }: LaunchPlan): Keys {
  return [
    ['ec2:ImageID', image.id],
    ['ec2:ImageType', 'machine'],
    ['ec2:Owner', image.ownerAlias ?? image.ownerId],
    ['ec2:Public', 'true'],
    ['ec2:RootDeviceType', 'ebs'],
  ];
}

function interfaceKeys(plan: LaunchPlan, place: Place): Keys {
  const subnet = plan.subnet?.record;
  return [
    [
      'ec2:AssociatePublicIpAddress',
      plan.associatePublicIp === undefined ? undefined : String(plan.associatePublicIp),
    ],
    ...zoneKeys(place, plan.availabilityZone),
    ['ec2:NetworkInterfaceID', plan.networkInterface?.NetworkInterfaceId ?? '*'],
    ['ec2:Subnet', plan.subnet === undefined ? undefined : ec2Arn(place, 'subnet', plan.subnet.id)],
    ['ec2:Vpc', subnet === undefined ? undefined : ec2Arn(place, 'vpc', subnet.vpcId)],
  ];
}

function volumeDemands(
  volume: PlannedVolume,
  plan: LaunchPlan,
  place: Place,
  ask: Ask,
): readonly Demand[] {
  const snapshot = volume.snapshotId;
  const parent = snapshot === undefined ? undefined : ec2Arn(place, 'snapshot', snapshot);
  const made = ask('volume', '*', [
    ...zoneKeys(place, plan.availabilityZone),
    ['ec2:Encrypted', String(volume.encrypted)],
    ['ec2:ParentSnapshot', parent],
    ['ec2:VolumeID', '*'],
    ['ec2:VolumeIops', volume.iops === undefined ? undefined : String(volume.iops)],
    ['ec2:VolumeSize', String(volume.sizeGib)],
    [
      'ec2:VolumeThroughput',
      volume.throughput === undefined ? undefined : String(volume.throughput),
    ],
    ['ec2:VolumeType', volume.volumeType],
    ...requestTagKeys(plan.tags.get('volume') ?? []),
  ]);
  if (!volume.snapshotNamed || snapshot === undefined) return [made];
  const keys: Keys = [
    ['ec2:SnapshotID', snapshot],
    ['ec2:VolumeSize', String(volume.sizeGib)],
  ];
  return [made, ask('snapshot', snapshot, keys)];
}

function keyPairDemands(plan: LaunchPlan, inventory: Inventory, ask: Ask): readonly Demand[] {
  if (plan.keyName === undefined) return [];
  const record = inventory.keyPairNamed(plan.keyName)?.record;
  const keys: Keys =
    record === undefined ? [['ec2:KeyPairName', plan.keyName]] : keyPairKeys(record);
  return [ask('key-pair', plan.keyName, keys)];
}

/** Resources that do not exist here (the launch then fails), but are asked about all the same. */
function otherDemands(input: RunInstancesRequest, ask: Ask): readonly Demand[] {
  const group = input.Placement?.GroupName ?? input.Placement?.GroupId;
  const reservation =
    input.CapacityReservationSpecification?.CapacityReservationTarget?.CapacityReservationId;
  const template = input.LaunchTemplate;
  const demands: Demand[] = [];
  if (group !== undefined && group !== '') {
    demands.push(ask('placement-group', group, [['ec2:PlacementGroupName', group]]));
  }
  if (reservation !== undefined) demands.push(ask('capacity-reservation', reservation, []));
  if (template !== undefined) {
    demands.push(ask('launch-template', template.LaunchTemplateId ?? '*', []));
  }
  if (input.InstanceMarketOptions?.MarketType === 'spot') {
    demands.push(ask('spot-instances-request', '*', []));
  }
  return demands;
}

function plannedInstanceKeys(input: RunInstancesRequest, plan: LaunchPlan, place: Place): Keys {
  const group = input.Placement?.GroupName ?? '';
  return [
    ...zoneKeys(place, plan.availabilityZone),
    ['ec2:EbsOptimized', String(input.EbsOptimized ?? false)],
    ['ec2:InstanceID', '*'],
    ['ec2:InstanceMarketType', plan.marketType],
    ['ec2:InstanceMetadataTags', plan.metadataOptions.instanceMetadataTags],
    // A profile that does not exist is named as it would be, so that a Deny on it bites first.
    ['ec2:InstanceProfile', plan.profile?.profile?.arn ?? namedProfileArn(plan, place)],
    ['ec2:InstanceType', plan.instanceType],
    ...metadataOptionKeys(plan.metadataOptions),
    ['ec2:PlacementGroup', group === '' ? undefined : ec2Arn(place, 'placement-group', group)],
    ['ec2:RootDeviceType', 'ebs'],
    ['ec2:Tenancy', plan.tenancy],
  ];
}

function namedProfileArn({ profile }: LaunchPlan, place: Place): string | undefined {
  if (profile === undefined) return undefined;
  if (profile.by === 'arn') return profile.text;
  return `arn:${place.partition}:iam::${place.account}:instance-profile/${profile.text}`;
}
