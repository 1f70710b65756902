/**
 * DescribeVolumes: what instances were launched with.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
 */
import type {
  DescribeVolumesRequest,
  DescribeVolumesResult,
  Volume,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import type { VolumeRecord } from '../entities.ts';
import { unknownVolume } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { Inventory } from '../inventory.ts';
import { paginate } from '../paging.ts';
import { describeTags } from '../tags.ts';

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
