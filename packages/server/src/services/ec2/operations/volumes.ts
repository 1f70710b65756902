/**
 * DescribeVolumes and DescribeNetworkInterfaces: what instances were launched with.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
 */
import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  NetworkInterface,
  Volume,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { describeInstance } from '../descriptions/instance.ts';
import type { InstanceRecord, VolumeRecord } from '../entities.ts';
import { unknownNetworkInterface, unknownVolume } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { Inventory } from '../inventory.ts';
import { paginate } from '../paging.ts';
import { describeTags } from '../tags.ts';
import { zoneNamed } from '../zones.ts';

export function describeVolumes(
  input: DescribeVolumesRequest,
  context: OperationContext,
): DescribeVolumesResult {
  const inventory = Inventory.of(context);
  const ids = [...new Set(input.VolumeIds ?? [])];
  const records =
    ids.length === 0
      ? inventory.list('volume').map(({ record }) => record)
      : ids.map((id) => {
          const stored = inventory.find('volume', id);
          if (stored === undefined) throw unknownVolume(id);
          return stored.record;
        });
  const volumes = applyFilters(records, input.Filters, volumeFilters, ({ tags }) => tags);
  const page = paginate(volumes, ({ id }) => id, input, context, 'DescribeVolumes');
  return { NextToken: page.NextToken, Volumes: page.items.map(describeVolume) };
}

const volumeFilters = filterTable<VolumeRecord>({
  'attachment.delete-on-termination': ({ deleteOnTermination }) => String(deleteOnTermination),
  'attachment.device': ({ deviceName }) => deviceName,
  'attachment.instance-id': ({ instanceId }) => instanceId,
  'attachment.status': ({ instanceId }) => (instanceId === undefined ? undefined : 'attached'),
  'availability-zone': ({ availabilityZone }) => availabilityZone,
  encrypted: ({ encrypted }) => String(encrypted),
  size: ({ sizeGib }) => String(sizeGib),
  'snapshot-id': ({ snapshotId }) => snapshotId,
  status: ({ instanceId }) => (instanceId === undefined ? 'available' : 'in-use'),
  'volume-id': ({ id }) => id,
  'volume-type': ({ volumeType }) => volumeType,
});

function describeVolume(volume: VolumeRecord): Volume {
  const attached = volume.instanceId !== undefined;
  return {
    Iops: volume.iops,
    Tags: describeTags(volume.tags),
    VolumeType: volume.volumeType,
    MultiAttachEnabled: false,
    Throughput: volume.throughput,
    VolumeId: volume.id,
    Size: volume.sizeGib,
    SnapshotId: volume.snapshotId ?? '',
    AvailabilityZone: volume.availabilityZone,
    State: attached ? 'in-use' : 'available',
    CreateTime: new Date(volume.createdAt),
    Attachments: attached
      ? [
          {
            DeleteOnTermination: volume.deleteOnTermination,
            VolumeId: volume.id,
            InstanceId: volume.instanceId,
            Device: volume.deviceName,
            State: 'attached',
            AttachTime: new Date(volume.createdAt),
          },
        ]
      : [],
    Encrypted: volume.encrypted,
  };
}

export function describeNetworkInterfaces(
  input: DescribeNetworkInterfacesRequest,
  context: OperationContext,
): DescribeNetworkInterfacesResult {
  const inventory = Inventory.of(context);
  const ids = new Set(input.NetworkInterfaceIds ?? []);
  const all = inventory
    .instances()
    .map(({ record }) => record)
    .filter((instance) => instance.target !== 'terminated')
    .filter((instance) => ids.size === 0 || ids.has(instance.networkInterfaceId));
  for (const id of ids) {
    if (!all.some((instance) => instance.networkInterfaceId === id)) {
      throw unknownNetworkInterface(id);
    }
  }
  const found = applyFilters(
    all,
    input.Filters,
    interfaceFilters,
    ({ networkInterfaceTags }) => networkInterfaceTags,
  );
  const keyOf = ({ id }: InstanceRecord) => id;
  const page = paginate(found, keyOf, input, context, 'DescribeNetworkInterfaces');
  const interfaces = page.items.map((instance) => describeInterface(instance, inventory, context));
  return { NetworkInterfaces: interfaces, NextToken: page.NextToken };
}

const interfaceFilters = filterTable<InstanceRecord>({
  'addresses.private-ip-address': ({ privateIp }) => privateIp,
  'attachment.attachment-id': ({ attachmentId }) => attachmentId,
  'attachment.instance-id': ({ id }) => id,
  'availability-zone': ({ availabilityZone }) => availabilityZone,
  description: ({ networkInterfaceDescription }) => networkInterfaceDescription ?? '',
  'group-id': ({ securityGroupIds }) => securityGroupIds,
  'mac-address': ({ macAddress }) => macAddress,
  'network-interface-id': ({ networkInterfaceId }) => networkInterfaceId,
  'private-ip-address': ({ privateIp }) => privateIp,
  status: () => 'in-use',
  'subnet-id': ({ subnetId }) => subnetId,
  'vpc-id': ({ vpcId }) => vpcId,
});

function describeInterface(
  instance: InstanceRecord,
  inventory: Inventory,
  context: OperationContext,
): NetworkInterface {
  const shown = describeInstance(instance, inventory, context.now).NetworkInterfaces?.[0] ?? {};
  const { Attachment: attachment, ...rest } = shown;
  return {
    ...rest,
    Attachment: { ...attachment, InstanceId: instance.id, InstanceOwnerId: context.account },
    AvailabilityZone: instance.availabilityZone,
    AvailabilityZoneId: zoneNamed(context.region, instance.availabilityZone)?.id,
    RequesterManaged: false,
    TagSet: describeTags(instance.networkInterfaceTags),
  };
}
