/**
 * DescribeImages and DescribeInstanceTypes.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
 */
import type {
  Image as DescribedImage,
  DescribeImagesRequest,
  DescribeImagesResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  InstanceTypeInfo,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { ec2Error, malformedId } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { isId } from '../ids.ts';
import { type Image, imageWithId, listedImages } from '../images.ts';
import {
  architectureOf,
  instanceTypeNames,
  isBurstable,
  isInstanceType,
  sizeOfType,
} from '../instance-types.ts';
import { paginate } from '../paging.ts';

export function describeImages(
  input: DescribeImagesRequest,
  context: OperationContext,
): DescribeImagesResult {
  const ids = input.ImageIds ?? [];
  for (const id of ids) if (!isId('ami', id)) throw malformedId('InvalidAMIID', id, 'ami');
  const all =
    ids.length === 0
      ? listedImages(context.region)
      : [...new Set(ids)].map((id) => imageWithId(context.region, id));
  const owners = input.Owners ?? [];
  const owned = all.filter(
    (image) => owners.length === 0 || owners.some((owner) => isOwner(image, owner)),
  );
  const images = applyFilters(owned, input.Filters, imageFilters, () => []);
  const sorted = [...images].sort((one, other) => (one.id < other.id ? -1 : 1));
  const bounds = { min: 1, max: 1000 };
  const page = paginate(sorted, ({ id }) => id, input, context, 'DescribeImages', bounds);
  return { NextToken: page.NextToken, Images: page.items.map(describe) };
}

function isOwner(image: Image, owner: string): boolean {
  return owner === image.ownerId || owner === image.ownerAlias;
}

const imageFilters = filterTable<Image>({
  architecture: ({ architecture }) => architecture,
  'block-device-mapping.device-name': ({ rootDeviceName }) => rootDeviceName,
  'block-device-mapping.snapshot-id': ({ snapshotId }) => snapshotId,
  'block-device-mapping.volume-size': ({ rootVolumeGib }) => String(rootVolumeGib),
  'block-device-mapping.volume-type': ({ rootVolumeType }) => rootVolumeType,
  'creation-date': ({ createdAt }) => createdAt,
  description: ({ description }) => description,
  'ena-support': () => 'true',
  hypervisor: () => 'xen',
  'image-id': ({ id }) => id,
  'image-type': () => 'machine',
  'is-public': () => 'true',
  name: ({ name }) => name,
  'owner-alias': ({ ownerAlias }) => ownerAlias,
  'owner-id': ({ ownerId }) => ownerId,
  platform: () => undefined,
  'root-device-name': ({ rootDeviceName }) => rootDeviceName,
  'root-device-type': () => 'ebs',
  state: () => 'available',
  'virtualization-type': () => 'hvm',
});

function describe(image: Image): DescribedImage {
  return {
    PlatformDetails: image.platformDetails,
    UsageOperation: 'RunInstances',
    BlockDeviceMappings: [
      {
        Ebs: {
          DeleteOnTermination: true,
          SnapshotId: image.snapshotId,
          VolumeSize: image.rootVolumeGib,
          VolumeType: image.rootVolumeType,
          Encrypted: false,
        },
        DeviceName: image.rootDeviceName,
      },
    ],
    Description: image.description,
    EnaSupport: true,
    Hypervisor: 'xen',
    ImageOwnerAlias: image.ownerAlias,
    Name: image.name,
    RootDeviceName: image.rootDeviceName,
    RootDeviceType: 'ebs',
    SriovNetSupport: 'simple',
    VirtualizationType: 'hvm',
    BootMode: 'uefi-preferred',
    ImdsSupport: 'v2.0',
    ImageId: image.id,
    ImageLocation: `${image.ownerAlias ?? image.ownerId}/${image.name}`,
    State: 'available',
    OwnerId: image.ownerId,
    CreationDate: image.createdAt,
    Public: true,
    Architecture: image.architecture,
    ImageType: 'machine',
  };
}

export function describeInstanceTypes(
  input: DescribeInstanceTypesRequest,
  context: OperationContext,
): DescribeInstanceTypesResult {
  const asked = input.InstanceTypes ?? [];
  const unknown = asked.filter((name) => !isInstanceType(name));
  if (unknown.length > 0) {
    throw ec2Error(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
    );
  }
  const names = asked.length === 0 ? instanceTypeNames() : [...new Set(asked)].sort();
  const types = applyFilters(names.map(describeType), input.Filters, typeFilters);
  // Without a size the API answers a hundred at a time.
  const request = asked.length === 0 ? { ...input, MaxResults: input.MaxResults ?? 100 } : input;
  const keyOf = ({ InstanceType: name = '' }: InstanceTypeInfo) => name;
  const bounds = { min: 5, max: 100 };
  const page = paginate(types, keyOf, request, context, 'DescribeInstanceTypes', bounds);
  return { InstanceTypes: page.items, NextToken: page.NextToken };
}

const typeFilters = filterTable<InstanceTypeInfo>({
  'bare-metal': ({ BareMetal: metal }) => String(metal),
  'burstable-performance-supported': (type) => String(type.BurstablePerformanceSupported),
  'instance-type': ({ InstanceType: name }) => name,
  'memory-info.size-in-mib': ({ MemoryInfo: memory }) => memory && String(memory.SizeInMiB),
  'processor-info.supported-architecture': (type) => type.ProcessorInfo?.SupportedArchitectures,
  'supported-root-device-type': () => 'ebs',
  'supported-virtualization-type': () => 'hvm',
  'vcpu-info.default-vcpus': ({ VCpuInfo: cpus }) => cpus && String(cpus.DefaultVCpus),
});

/** What is known of a type; sizes of families without a rule are left out rather than guessed. */
function describeType(name: string): InstanceTypeInfo {
  const size = sizeOfType(name);
  return {
    InstanceType: name,
    FreeTierEligible: name === 't2.micro' || name === 't3.micro',
    SupportedUsageClasses: ['on-demand'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: name.includes('.metal'),
    ProcessorInfo: { SupportedArchitectures: [architectureOf(name)] },
    VCpuInfo: size && {
      DefaultVCpus: size.vcpus,
      DefaultCores: Math.max(1, size.vcpus / size.threadsPerCore),
      DefaultThreadsPerCore: size.threadsPerCore,
    },
    MemoryInfo: size && { SizeInMiB: size.memoryMib },
    BurstablePerformanceSupported: isBurstable(name),
  };
}
