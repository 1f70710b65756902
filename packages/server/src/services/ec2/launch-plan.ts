/** What a RunInstances request asks for, read once for its authorization and for the launch. */
import type {
  BlockDeviceMapping,
  InstanceNetworkInterfaceSpecification,
  RunInstancesRequest,
} from '@sekisho/catalog/types/ec2';
import type { Directory } from '../../directory/directory.ts';
import type { TagList } from '../../directory/records.ts';
import type { MetadataOptions, SecurityGroupRecord, SubnetRecord } from './entities.ts';
import { ec2Error, invalidParameterValue, malformedId, missingParameter } from './errors.ts';
import { isId } from './ids.ts';
import { type Image, imageWithId } from './images.ts';
import { type ProfileReference, readProfile } from './instance-profile.ts';
import type { Inventory } from './inventory.ts';
import { launchMetadataOptions } from './metadata-options.ts';
import { readTagSpecifications } from './tags.ts';

/** A volume to be made. */
export interface PlannedVolume {
  readonly deviceName: string;
  readonly sizeGib: number;
  readonly volumeType: string;
  readonly encrypted: boolean;
  readonly iops?: number | undefined;
  readonly throughput?: number | undefined;
  readonly snapshotId?: string | undefined;
  /** The request names the snapshot (the image's own is not asked for). */
  readonly snapshotNamed: boolean;
  readonly deleteOnTermination: boolean;
}

/** A named resource, and its record when it exists. */
export interface Named<T> {
  readonly id: string;
  readonly record?: T | undefined;
}

/** The launch, resolved as far as it exists: what is missing is found by `checkLaunch`. */
export interface LaunchPlan {
  readonly image: Image;
  readonly instanceType: string;
  readonly minCount: number;
  readonly maxCount: number;
  readonly keyName?: string | undefined;
  /** undefined when the region has no default subnet. */
  readonly subnet?: Named<SubnetRecord> | undefined;
  readonly availabilityZone?: string | undefined;
  readonly securityGroups: readonly Named<SecurityGroupRecord>[];
  /** Names (of the default VPC) that are no group's. */
  readonly unknownGroupNames: readonly string[];
  readonly networkInterface?: InstanceNetworkInterfaceSpecification | undefined;
  readonly privateIp?: string | undefined;
  readonly associatePublicIp?: boolean | undefined;
  readonly volumes: readonly PlannedVolume[];
  readonly profile?: ProfileReference | undefined;
  readonly metadataOptions: MetadataOptions;
  readonly tags: ReadonlyMap<string, TagList>;
  readonly marketType: string;
  readonly tenancy: string;
}

/** Types of resource that RunInstances makes and can tag. */
const taggableTypes = [
  'instance',
  'volume',
  'network-interface',
  'spot-instances-request',
  'elastic-gpu',
];

/** Reads the request. Throws what AWS answers to parameters that cannot be read. */
export function planLaunch(
  input: RunInstancesRequest,
  inventory: Inventory,
  directory: Directory,
): LaunchPlan {
  checkCounts(input);
  const image = imageWithId(inventory.place.region, readImageId(input));
  const networkInterface = readNetworkInterface(input);
  const subnet = readSubnet(input, networkInterface, inventory);
  const tags = readTagSpecifications(input.TagSpecifications, taggableTypes);
  return {
    image,
    instanceType: input.InstanceType ?? 'm1.small',
    minCount: input.MinCount,
    maxCount: input.MaxCount,
    keyName: input.KeyName,
    subnet,
    availabilityZone: subnet?.record?.availabilityZone ?? requestedZone(input),
    ...readGroups(input, networkInterface, subnet?.record, inventory),
    networkInterface,
    privateIp: networkInterface?.PrivateIpAddress ?? input.PrivateIpAddress,
    associatePublicIp: networkInterface?.AssociatePublicIpAddress,
    volumes: planVolumes(image, input.BlockDeviceMappings ?? []),
    profile: readProfile(input.IamInstanceProfile, directory, inventory.place),
    metadataOptions: launchMetadataOptions(input.MetadataOptions, inventory),
    tags,
    marketType: input.InstanceMarketOptions?.MarketType ?? 'on-demand',
    tenancy: input.Placement?.Tenancy || 'default',
  };
}

function checkCounts({ MinCount: min, MaxCount: max }: RunInstancesRequest): void {
  // The members are required by the model, but query parameters may lack them.
  if (typeof min !== 'number') throw missingParameter('MinCount');
  if (typeof max !== 'number') throw missingParameter('MaxCount');
  if (min < 1) {
    throw invalidParameterValue(
      `Value (${min}) for parameter minCount is invalid. Expecting a positive integer`,
    );
  }
  if (max < min) {
    throw invalidParameterValue(
      `Value (${max}) for parameter maxCount is invalid. MaxCount must be greater than or equal to MinCount`,
    );
  }
}

function readImageId({ ImageId: id }: RunInstancesRequest): string {
  if (id === undefined || id === '') throw missingParameter('ImageId');
  if (!isId('ami', id)) throw malformedId('InvalidAMIID', id, 'ami');
  return id;
}

/** The one interface that an instance may have here. */
function readNetworkInterface(
  input: RunInstancesRequest,
): InstanceNetworkInterfaceSpecification | undefined {
  const [first, ...others] = input.NetworkInterfaces ?? [];
  if (first === undefined) return undefined;
  if (input.SubnetId !== undefined || (input.SecurityGroupIds?.length ?? 0) > 0) {
    throw ec2Error(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  }
  if (others.length > 0 || (first.DeviceIndex ?? 0) !== 0) {
    throw ec2Error(
      'UnsupportedOperation',
      'Only one network interface (device index 0) is supported.',
    );
  }
  return first;
}

/** The zone asked for. Terraform sends an empty one when it asks for none. */
export function requestedZone(input: RunInstancesRequest): string | undefined {
  const zone = input.Placement?.AvailabilityZone;
  return zone === '' ? undefined : zone;
}

function readSubnet(
  input: RunInstancesRequest,
  networkInterface: InstanceNetworkInterfaceSpecification | undefined,
  inventory: Inventory,
): Named<SubnetRecord> | undefined {
  const id = networkInterface?.SubnetId ?? input.SubnetId;
  if (id === undefined || id === '') {
    const record = inventory.defaultSubnet(requestedZone(input));
    return record === undefined ? undefined : { id: record.id, record };
  }
  if (!isId('subnet', id)) throw malformedId('InvalidSubnetID', id, 'subnet');
  return { id, record: inventory.find('subnet', id)?.record };
}

function readGroups(
  input: RunInstancesRequest,
  networkInterface: InstanceNetworkInterfaceSpecification | undefined,
  subnet: SubnetRecord | undefined,
  inventory: Inventory,
): Pick<LaunchPlan, 'securityGroups' | 'unknownGroupNames'> {
  const ids = networkInterface?.Groups ?? input.SecurityGroupIds ?? [];
  const names = input.SecurityGroups ?? [];
  if (names.length > 0 && input.SubnetId !== undefined) {
    throw ec2Error(
      'InvalidParameterCombination',
      'The parameter groupName cannot be used with the parameter subnet',
    );
  }
  const securityGroups: Named<SecurityGroupRecord>[] = [];
  const unknownGroupNames: string[] = [];
  for (const id of new Set(ids)) {
    if (!isId('sg', id)) {
      throw ec2Error('InvalidGroupId.Malformed', `The security group ID '${id}' is malformed`);
    }
    securityGroups.push({ id, record: inventory.find('security-group', id)?.record });
  }
  const vpcId = subnet?.vpcId ?? '';
  for (const name of ids.length + names.length === 0 ? ['default'] : new Set(names)) {
    const record = inventory.securityGroupNamed(vpcId, name);
    if (record !== undefined) securityGroups.push({ id: record.id, record });
    else unknownGroupNames.push(name);
  }
  return { securityGroups, unknownGroupNames };
}

/** The image's root volume, changed and added to by the request. */
function planVolumes(
  image: Image,
  mappings: readonly BlockDeviceMapping[],
): readonly PlannedVolume[] {
  const volumes = new Map<string, PlannedVolume>([
    [
      image.rootDeviceName,
      {
        deviceName: image.rootDeviceName,
        sizeGib: image.rootVolumeGib,
        volumeType: image.rootVolumeType,
        encrypted: false,
        snapshotId: image.snapshotId,
        snapshotNamed: false,
        deleteOnTermination: true,
        ...speedOf(image.rootVolumeType, image.rootVolumeGib, {}),
      },
    ],
  ]);
  for (const { DeviceName: name, Ebs: ebs, NoDevice: noDevice } of mappings) {
    if (name === undefined || name === '') throw missingParameter('deviceName');
    if (noDevice !== undefined) volumes.delete(name);
    else if (ebs !== undefined) volumes.set(name, planVolume(name, ebs, volumes.get(name)));
  }
  return [...volumes.values()];
}

type EbsRequest = NonNullable<BlockDeviceMapping['Ebs']>;

function planVolume(
  deviceName: string,
  ebs: EbsRequest,
  base: PlannedVolume | undefined,
): PlannedVolume {
  const sizeGib = ebs.VolumeSize ?? base?.sizeGib;
  if (sizeGib === undefined) throw missingParameter('size/snapshot');
  if (base !== undefined && sizeGib < base.sizeGib) {
    throw ec2Error(
      'InvalidBlockDeviceMapping',
      `Volume of size ${sizeGib}GB is smaller than snapshot '${base.snapshotId}', expect size >= ${base.sizeGib}GB`,
    );
  }
  const volumeType = ebs.VolumeType ?? base?.volumeType ?? 'gp2';
  return {
    deviceName,
    sizeGib,
    volumeType,
    encrypted: ebs.Encrypted ?? base?.encrypted ?? false,
    snapshotId: ebs.SnapshotId ?? base?.snapshotId,
    snapshotNamed: ebs.SnapshotId !== undefined,
    deleteOnTermination: ebs.DeleteOnTermination ?? true,
    ...speedOf(volumeType, sizeGib, ebs),
  };
}

/** gp3 starts at 3000 and 125 MiB/s; gp2 has three a GiB, between 100 and 16 000. */
function speedOf(
  volumeType: string,
  sizeGib: number,
  ebs: EbsRequest,
): Pick<PlannedVolume, 'iops' | 'throughput'> {
  if (volumeType === 'gp3') return { iops: ebs.Iops ?? 3000, throughput: ebs.Throughput ?? 125 };
  if (volumeType === 'gp2') return { iops: Math.min(16_000, Math.max(100, sizeGib * 3)) };
  return { iops: ebs.Iops };
}
