/** Condition keys of EC2 resources that exist: what their records say of them. */
import { ec2Arn, type Place } from '../arn.ts';
import type { Keys } from '../demand.ts';
import type {
  InstanceRecord,
  KeyPairRecord,
  MetadataOptions,
  SecurityGroupRecord,
  SubnetRecord,
  VolumeRecord,
  VpcRecord,
} from '../entities.ts';
import { resourceTagKeys } from '../tags.ts';
import { zoneNamed } from '../zones.ts';

/** `ec2:AvailabilityZone` and `ec2:AvailabilityZoneId`. */
export function zoneKeys(place: Place, name: string | undefined): Keys {
  if (name === undefined) return [];
  return [
    ['ec2:AvailabilityZone', name],
    ['ec2:AvailabilityZoneId', zoneNamed(place.region, name)?.id],
  ];
}

/** The effective metadata options, asked for or not. */
export function metadataOptionKeys(options: MetadataOptions): Keys {
  return [
    ['ec2:MetadataHttpEndpoint', options.httpEndpoint],
    ['ec2:MetadataHttpPutResponseHopLimit', String(options.httpPutResponseHopLimit)],
    ['ec2:MetadataHttpTokens', options.httpTokens],
  ];
}

/** An existing instance, from its state. */
export function instanceKeys(place: Place, instance: InstanceRecord): Keys {
  return [
    ...zoneKeys(place, instance.availabilityZone),
    ['ec2:EbsOptimized', String(instance.ebsOptimized)],
    ['ec2:InstanceID', instance.id],
    ['ec2:InstanceMarketType', 'on-demand'],
    ['ec2:InstanceMetadataTags', instance.metadataOptions.instanceMetadataTags],
    ['ec2:InstanceProfile', instance.association?.profileArn],
    ['ec2:InstanceType', instance.instanceType],
    ...metadataOptionKeys(instance.metadataOptions),
    [
      'ec2:PlacementGroup',
      instance.placementGroup === ''
        ? undefined
        : ec2Arn(place, 'placement-group', instance.placementGroup),
    ],
    ['ec2:RootDeviceType', 'ebs'],
    ['ec2:Tenancy', instance.tenancy],
    ...resourceTagKeys(instance.tags),
  ];
}

export function subnetKeys(place: Place, subnet: SubnetRecord): Keys {
  return [
    ...zoneKeys(place, subnet.availabilityZone),
    ['ec2:SubnetID', subnet.id],
    ['ec2:Vpc', ec2Arn(place, 'vpc', subnet.vpcId)],
    ...resourceTagKeys(subnet.tags),
  ];
}

export function securityGroupKeys(place: Place, group: SecurityGroupRecord): Keys {
  return [
    ['ec2:SecurityGroupID', group.id],
    ['ec2:Vpc', ec2Arn(place, 'vpc', group.vpcId)],
    ...resourceTagKeys(group.tags),
  ];
}

export function vpcKeys(vpc: VpcRecord): Keys {
  return [['ec2:VpcID', vpc.id], ['ec2:Tenancy', vpc.tenancy], ...resourceTagKeys(vpc.tags)];
}

export function keyPairKeys(pair: KeyPairRecord): Keys {
  return [
    ['ec2:KeyPairName', pair.name],
    ['ec2:KeyPairType', pair.type],
    ...resourceTagKeys(pair.tags),
  ];
}

export function volumeKeys(place: Place, volume: VolumeRecord): Keys {
  return [
    ...zoneKeys(place, volume.availabilityZone),
    ['ec2:Encrypted', String(volume.encrypted)],
    [
      'ec2:ParentSnapshot',
      volume.snapshotId === undefined ? undefined : ec2Arn(place, 'snapshot', volume.snapshotId),
    ],
    ['ec2:VolumeID', volume.id],
    ['ec2:VolumeIops', volume.iops === undefined ? undefined : String(volume.iops)],
    ['ec2:VolumeSize', String(volume.sizeGib)],
    [
      'ec2:VolumeThroughput',
      volume.throughput === undefined ? undefined : String(volume.throughput),
    ],
    ['ec2:VolumeType', volume.volumeType],
    ...resourceTagKeys(volume.tags),
  ];
}

/** The interface of an instance. */
export function networkInterfaceKeys(place: Place, instance: InstanceRecord): Keys {
  return [
    ...zoneKeys(place, instance.availabilityZone),
    ['ec2:NetworkInterfaceID', instance.networkInterfaceId],
    ['ec2:Subnet', ec2Arn(place, 'subnet', instance.subnetId)],
    ['ec2:Vpc', ec2Arn(place, 'vpc', instance.vpcId)],
    ...resourceTagKeys(instance.networkInterfaceTags),
  ];
}
