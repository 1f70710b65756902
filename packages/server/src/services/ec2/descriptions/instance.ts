/** An instance as DescribeInstances and RunInstances show it. */
import type {
  GroupIdentifier,
  Instance,
  InstanceNetworkInterface,
  Reservation,
} from '@sekisho/catalog/types/ec2';
import type { InstanceRecord } from '../entities.ts';
import { imageWithId } from '../images.ts';
import { stateOf } from '../instance-state.ts';
import { architectureOf, sizeOfType } from '../instance-types.ts';
import type { Inventory } from '../inventory.ts';
import { describeMetadataOptions } from '../metadata-options.ts';
import { describeTags } from '../tags.ts';

/** `ip-10-0-1-50.us-east-2.compute.internal`; us-east-1 has its own old domain. */
export function privateDnsName(address: string, region: string): string {
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return `ip-${address.replaceAll('.', '-')}.${domain}`;
}

/** '' without a public address, or when the VPC gives no host names. */
export function publicDnsName(instance: InstanceRecord, inventory: Inventory): string {
  const hostnames = inventory.find('vpc', instance.vpcId)?.record.enableDnsHostnames ?? false;
  if (instance.publicIp === undefined || !hostnames) return '';
  const { region } = inventory.place;
  const domain = region === 'us-east-1' ? 'compute-1' : `${region}.compute`;
  return `ec2-${instance.publicIp.replaceAll('.', '-')}.${domain}.amazonaws.com`;
}

/** EC2 keeps the moment of a launch in whole seconds. */
function wholeSecond(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}

/** The instances by reservation, in the order given. */
export function describeReservations(
  instances: readonly InstanceRecord[],
  inventory: Inventory,
  now: number,
): readonly Reservation[] {
  const byReservation = Map.groupBy(instances, ({ reservationId }) => reservationId);
  return [...byReservation].map(([id, members]) => ({
    ReservationId: id,
    OwnerId: inventory.place.account,
    Groups: [],
    Instances: members.map((instance) => describeInstance(instance, inventory, now)),
  }));
}

export function describeInstance(
  instance: InstanceRecord,
  inventory: Inventory,
  now: number,
): Instance {
  const alive = instance.target !== 'terminated';
  const state = stateOf(instance, now);
  const { region } = inventory.place;
  const image = imageWithId(region, instance.imageId);
  const groups = alive ? groupIdentifiers(instance, inventory) : [];
  return {
    Architecture: architectureOf(instance.instanceType),
    BlockDeviceMappings: alive ? blockDevices(instance, state.Name === 'pending') : [],
    ClientToken: instance.clientToken ?? '',
    EbsOptimized: instance.ebsOptimized,
    EnaSupport: true,
    Hypervisor: 'xen',
    IamInstanceProfile: profileOf(instance),
    NetworkInterfaces: alive ? [describeInterface(instance, groups, inventory)] : [],
    RootDeviceName: image.rootDeviceName,
    RootDeviceType: 'ebs',
    SecurityGroups: groups,
    SourceDestCheck: alive ? instance.sourceDestCheck : undefined,
    StateReason:
      state.Name === 'pending'
        ? { Code: 'pending', Message: 'pending' }
        : instance.stateReason && {
            Code: instance.stateReason.code,
            Message: instance.stateReason.message,
          },
    Tags: describeTags(instance.tags),
    VirtualizationType: 'hvm',
    CpuOptions: cpuOptions(instance.instanceType),
    CapacityReservationSpecification: {
      CapacityReservationPreference: instance.capacityReservationPreference,
    },
    HibernationOptions: { Configured: false },
    MetadataOptions: describeMetadataOptions(
      instance.metadataOptions,
      state.Name === 'pending' ? 'pending' : 'applied',
    ),
    EnclaveOptions: { Enabled: false },
    PlatformDetails: image.platformDetails,
    UsageOperation: 'RunInstances',
    UsageOperationUpdateTime: wholeSecond(instance.launchedAt),
    PrivateDnsNameOptions: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    MaintenanceOptions: { AutoRecovery: 'default' },
    CurrentInstanceBootMode: 'legacy-bios',
    InstanceId: instance.id,
    ImageId: instance.imageId,
    State: state,
    PrivateDnsName: alive ? privateDnsName(instance.privateIp, region) : '',
    PublicDnsName: alive ? publicDnsName(instance, inventory) : '',
    StateTransitionReason: instance.stateReason === undefined ? '' : transition(instance),
    KeyName: instance.keyName,
    AmiLaunchIndex: instance.launchIndex,
    ProductCodes: [],
    InstanceType: instance.instanceType,
    LaunchTime: wholeSecond(instance.launchedAt),
    Placement: {
      GroupName: instance.placementGroup,
      Tenancy: instance.tenancy,
      AvailabilityZone: instance.availabilityZone,
    },
    Monitoring: { State: instance.monitoring ? 'enabled' : 'disabled' },
    SubnetId: alive ? instance.subnetId : undefined,
    VpcId: alive ? instance.vpcId : undefined,
    PrivateIpAddress: alive ? instance.privateIp : undefined,
    PublicIpAddress: alive ? instance.publicIp : undefined,
  };
}

function transition({ targetSince }: InstanceRecord): string {
  const time = new Date(targetSince).toISOString().slice(0, 19).replace('T', ' ');
  return `User initiated (${time} GMT)`;
}

function profileOf({ association }: InstanceRecord): Instance['IamInstanceProfile'] {
  if (association === undefined) return undefined;
  return { Arn: association.profileArn, Id: association.profileId };
}

/** Ids and names of the instance's groups; a group that is gone is left out. */
export function groupIdentifiers(
  instance: InstanceRecord,
  inventory: Inventory,
): readonly GroupIdentifier[] {
  return instance.securityGroupIds.flatMap((id) => {
    const group = inventory.find('security-group', id)?.record;
    return group === undefined ? [] : [{ GroupId: id, GroupName: group.name }];
  });
}

function blockDevices(
  instance: InstanceRecord,
  pending: boolean,
): NonNullable<Instance['BlockDeviceMappings']> {
  if (pending) return [];
  return instance.volumes.map((volume) => ({
    DeviceName: volume.deviceName,
    Ebs: {
      AttachTime: wholeSecond(instance.launchedAt),
      DeleteOnTermination: volume.deleteOnTermination,
      Status: 'attached',
      VolumeId: volume.volumeId,
    },
  }));
}

function cpuOptions(instanceType: string): Instance['CpuOptions'] {
  const size = sizeOfType(instanceType);
  if (size === undefined) return undefined;
  return {
    CoreCount: Math.max(1, size.vcpus / size.threadsPerCore),
    ThreadsPerCore: size.threadsPerCore,
  };
}

function describeInterface(
  instance: InstanceRecord,
  groups: readonly GroupIdentifier[],
  inventory: Inventory,
): InstanceNetworkInterface {
  const { region, account } = inventory.place;
  const dnsName = privateDnsName(instance.privateIp, region);
  const association =
    instance.publicIp === undefined
      ? undefined
      : {
          IpOwnerId: 'amazon',
          PublicDnsName: publicDnsName(instance, inventory),
          PublicIp: instance.publicIp,
        };
  return {
    Association: association,
    Attachment: {
      AttachTime: wholeSecond(instance.launchedAt),
      AttachmentId: instance.attachmentId,
      DeleteOnTermination: true,
      DeviceIndex: 0,
      Status: 'attached',
      NetworkCardIndex: 0,
    },
    Description: instance.networkInterfaceDescription ?? '',
    Groups: groups,
    Ipv6Addresses: [],
    MacAddress: instance.macAddress,
    NetworkInterfaceId: instance.networkInterfaceId,
    OwnerId: account,
    PrivateDnsName: dnsName,
    PrivateIpAddress: instance.privateIp,
    PrivateIpAddresses: [
      {
        Association: association,
        Primary: true,
        PrivateDnsName: dnsName,
        PrivateIpAddress: instance.privateIp,
      },
    ],
    SourceDestCheck: instance.sourceDestCheck,
    Status: 'in-use',
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    InterfaceType: 'interface',
  };
}
