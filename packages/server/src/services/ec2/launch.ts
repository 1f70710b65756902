/** The launch itself: a checked plan becomes instances, volumes and addresses. */
import type { RunInstancesRequest } from '@sekisho/catalog/types/ec2';
import type { Change } from '../../store/store.ts';
import type { OperationContext } from '../service.ts';
import type { InstanceRecord, SubnetRecord, VolumeRecord } from './entities.ts';
import { ec2Error, invalidParameterValue } from './errors.ts';
import { newId, newMacAddress } from './ids.ts';
import type { NamedProfile } from './instance-profile.ts';
import { defaultCredits, isBurstable } from './instance-types.ts';
import type { Inventory } from './inventory.ts';
import { contains, parseCidr, parseIpv4, printIpv4, sizeOf } from './ipv4.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { userDataBytesMax } from './limits.ts';
import { oneOf } from './metadata-options.ts';

/** What is launched once everything exists. */
export interface CheckedLaunch {
  readonly plan: LaunchPlan;
  readonly subnet: SubnetRecord;
  readonly securityGroupIds: readonly string[];
  readonly profile?: NamedProfile | undefined;
  readonly count: number;
}

/** The new instances and the changes that make them. */
export interface Launched {
  readonly instances: readonly InstanceRecord[];
  readonly changes: readonly Change[];
}

/** Makes the records; nothing is written yet. */
export function launch(
  input: RunInstancesRequest,
  checked: CheckedLaunch,
  inventory: Inventory,
  context: OperationContext,
): Launched {
  const { random } = context.runtime.platform;
  const addresses = takeAddresses(checked, inventory);
  const reservationId = newId('r', random);
  const instances: InstanceRecord[] = [];
  const changes: Change[] = [];
  for (const [launchIndex, privateIp] of addresses.entries()) {
    const id = newId('i', random);
    const volumes = makeVolumes(checked, id, context);
    const instance: InstanceRecord = {
      id,
      reservationId,
      launchIndex,
      privateIp,
      volumes: volumes.map((volume) => ({
        volumeId: volume.id,
        deviceName: volume.deviceName ?? '',
        deleteOnTermination: volume.deleteOnTermination ?? true,
      })),
      ...instanceFacts(checked, context),
      ...requestedFacts(input, checked, id, context),
    };
    instances.push(instance);
    changes.push(inventory.create('instance', id, instance));
    changes.push(...volumes.map((volume) => inventory.create('volume', volume.id, volume)));
    const address = `${checked.subnet.id}:${privateIp}`;
    changes.push(inventory.create('address', address, { instanceId: id }));
  }
  return { instances, changes };
}

function instanceFacts(
  { plan, subnet, securityGroupIds, profile }: CheckedLaunch,
  context: OperationContext,
) {
  const { random } = context.runtime.platform;
  const isPublic = plan.associatePublicIp ?? subnet.mapPublicIpOnLaunch;
  return {
    imageId: plan.image.id,
    instanceType: plan.instanceType,
    launchedAt: context.now,
    availabilityZone: subnet.availabilityZone,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    ...(isPublic ? { publicIp: unreachableAddress(random.bytes(3)) } : {}),
    securityGroupIds,
    networkInterfaceId: newId('eni', random),
    attachmentId: newId('eni-attach', random),
    macAddress: newMacAddress(random),
    target: 'running' as const,
    targetSince: context.now,
    ...(profile === undefined
      ? {}
      : {
          association: {
            id: newId('iip-assoc', random),
            profileArn: profile.arn,
            profileId: profile.id,
            since: context.now,
          },
        }),
    metadataOptions: plan.metadataOptions,
    tenancy: plan.tenancy,
    tags: plan.tags.get('instance') ?? [],
    networkInterfaceTags: plan.tags.get('network-interface') ?? [],
  };
}

/**
 * A "public" address that is nobody's: 198.18.0.0/15 is set aside for benchmarks (RFC 2544), so
 * that whoever connects to it reaches no stranger's machine.
 */
function unreachableAddress(bytes: Uint8Array): string {
  const [one = 0, two = 0, three = 0] = bytes;
  return `198.${18 + (one & 1)}.${two}.${three}`;
}

function requestedFacts(
  input: RunInstancesRequest,
  { plan }: CheckedLaunch,
  id: string,
  context: OperationContext,
) {
  const description = plan.networkInterface?.Description;
  const credits = oneOf('cpuCredits', input.CreditSpecification?.CpuCredits, [
    'standard',
    'unlimited',
  ]);
  const shutdown = oneOf(
    'instanceInitiatedShutdownBehavior',
    input.InstanceInitiatedShutdownBehavior,
    ['stop', 'terminate'],
  );
  return {
    ...(input.KeyName === undefined ? {} : { keyName: input.KeyName }),
    ...(description === undefined ? {} : { networkInterfaceDescription: description }),
    ...(isBurstable(plan.instanceType)
      ? { cpuCredits: credits ?? defaultCredits(plan.instanceType) }
      : {}),
    ...(input.ClientToken === undefined ? {} : { clientToken: input.ClientToken }),
    ...sealUserData(input.UserData, id, context),
    ebsOptimized: input.EbsOptimized ?? false,
    monitoring: input.Monitoring?.Enabled ?? false,
    placementGroup: '',
    capacityReservationPreference:
      input.CapacityReservationSpecification?.CapacityReservationPreference ?? 'open',
    disableApiTermination: input.DisableApiTermination ?? false,
    disableApiStop: input.DisableApiStop ?? false,
    shutdownBehavior: shutdown ?? 'stop',
    sourceDestCheck: true,
  };
}

const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;

/** User data checked and sealed for its instance. */
export function sealUserData(
  text: string | undefined,
  instanceId: string,
  context: OperationContext,
): { readonly sealedUserData?: string } {
  if (text === undefined || text === '') return {};
  const compact = text.replaceAll(/\s/g, '');
  if (compact.length % 4 !== 0 || !base64Pattern.test(compact)) {
    throw ec2Error('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(compact, 'base64').length > userDataBytesMax) {
    throw invalidParameterValue(`User data is limited to ${userDataBytesMax} bytes`);
  }
  const { sealer } = context.runtime;
  return { sealedUserData: sealer.seal(compact, userDataUse(context.account, instanceId)) };
}

/** What sealed user data is bound to. */
export function userDataUse(account: string, instanceId: string): string {
  return `ec2/user-data/${account}/${instanceId}`;
}

function makeVolumes(
  { plan, subnet }: CheckedLaunch,
  instanceId: string,
  context: OperationContext,
): readonly VolumeRecord[] {
  return plan.volumes.map((volume) => ({
    id: newId('vol', context.runtime.platform.random),
    sizeGib: volume.sizeGib,
    volumeType: volume.volumeType,
    encrypted: volume.encrypted,
    ...(volume.iops === undefined ? {} : { iops: volume.iops }),
    ...(volume.throughput === undefined ? {} : { throughput: volume.throughput }),
    ...(volume.snapshotId === undefined ? {} : { snapshotId: volume.snapshotId }),
    availabilityZone: subnet.availabilityZone,
    createdAt: context.now,
    instanceId,
    deviceName: volume.deviceName,
    deleteOnTermination: volume.deleteOnTermination,
    tags: plan.tags.get('volume') ?? [],
  }));
}

/** One free address an instance; the first four of a subnet and its last are AWS's own. */
function takeAddresses(
  { plan, subnet, count }: CheckedLaunch,
  inventory: Inventory,
): readonly string[] {
  const block = parseCidr(subnet.cidr);
  if (block === undefined) throw ec2Error('InternalError', 'An internal error has occurred', 500);
  const used = inventory.addressesIn(subnet.id);
  if (plan.privateIp !== undefined) {
    const address = parseIpv4(plan.privateIp);
    const offset = address === undefined ? -1 : address - block.address;
    if (address === undefined || !contains(block, address)) {
      throw invalidParameterValue(
        `Address ${plan.privateIp} does not fall within the subnet's address range`,
      );
    }
    if (offset < 4 || offset === sizeOf(block) - 1) {
      throw invalidParameterValue(
        `Address ${plan.privateIp} is in subnet's reserved address range`,
      );
    }
    if (count > 1) {
      throw ec2Error(
        'InvalidParameterCombination',
        'The parameter privateIpAddress cannot be used with more than one instance',
      );
    }
    if (used.has(plan.privateIp)) {
      throw ec2Error('InvalidIPAddress.InUse', `Address ${plan.privateIp} is in use.`);
    }
    return [plan.privateIp];
  }
  const taken: string[] = [];
  for (let offset = 4; offset < sizeOf(block) - 1 && taken.length < count; offset += 1) {
    const address = printIpv4(block.address + offset);
    if (!used.has(address)) taken.push(address);
  }
  if (taken.length < count) {
    throw ec2Error(
      'InsufficientFreeAddressesInSubnet',
      `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
    );
  }
  return taken;
}
