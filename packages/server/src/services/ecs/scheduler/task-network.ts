/** The network of a task: its subnets and groups exist here, and its interface gets an address. */
import type { NetworkConfiguration } from '@sekisho/catalog/types/ecs';
import type { Change } from '../../../store/store.ts';
import { newId, newMacAddress } from '../../ec2/ids.ts';
import { Inventory } from '../../ec2/inventory.ts';
import { parseCidr, printIpv4, sizeOf } from '../../ec2/ipv4.ts';
import type { TaskNetworkInterface } from '../entities/task.ts';
import { invalidParameter } from '../errors.ts';
import type { TaskPlace } from './task-place.ts';

const subnetsMax = 16;
const securityGroupsMax = 5;

/** What this server's EC2 has in the place. */
export function inventoryOf({ runtime, ...place }: TaskPlace): Inventory {
  const { partition, region, account } = place;
  const now = runtime.platform.clock.now();
  return new Inventory(runtime, { partition, region, account }, now);
}

/** The configuration with AWS's defaults filled in. */
export function readNetwork(
  configuration: NetworkConfiguration | undefined,
): NetworkConfiguration | undefined {
  const vpc = configuration?.awsvpcConfiguration;
  if (vpc === undefined) return undefined;
  const { subnets, securityGroups = [], assignPublicIp = 'DISABLED' } = vpc;
  return {
    awsvpcConfiguration: {
      subnets: [...subnets],
      securityGroups: [...securityGroups],
      assignPublicIp,
    },
  };
}

/** Throws InvalidParameterException unless the configuration fits the network mode and exists. */
export function checkNetwork(
  configuration: NetworkConfiguration | undefined,
  networkMode: string | undefined,
  launchType: string,
  place: TaskPlace,
): void {
  const vpc = configuration?.awsvpcConfiguration;
  if (networkMode !== 'awsvpc') {
    if (vpc === undefined) return;
    throw invalidParameter(
      'Network Configuration is not valid for the given networkMode of this task definition.',
    );
  }
  if (vpc === undefined) {
    throw invalidParameter(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  }
  const { subnets, securityGroups = [] } = vpc;
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  // Unverified: the texts of the two limits.
  if (subnets.length > subnetsMax) {
    throw invalidParameter(`subnets can have at most ${subnetsMax} items.`);
  }
  if (securityGroups.length > securityGroupsMax) {
    throw invalidParameter(`securityGroups can have at most ${securityGroupsMax} items.`);
  }
  // Unverified: the text.
  if (!['DISABLED', 'ENABLED'].includes(vpc.assignPublicIp ?? 'DISABLED')) {
    throw invalidParameter(`Invalid value for assignPublicIp: ${vpc.assignPublicIp}`);
  }
  if (vpc.assignPublicIp === 'ENABLED' && launchType !== 'FARGATE') {
    throw invalidParameter('Assign public IP is not supported for this launch type.');
  }
  checkExistence(subnets, securityGroups, inventoryOf(place));
}

function checkExistence(
  subnets: readonly string[],
  securityGroups: readonly string[],
  inventory: Inventory,
): void {
  let vpcId: string | undefined;
  for (const id of subnets) {
    const subnet = inventory.find('subnet', id)?.record;
    if (subnet === undefined) {
      throw invalidParameter(
        `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist ` +
          '(ErrorCode: InvalidSubnetID.NotFound)',
      );
    }
    if (vpcId !== undefined && subnet.vpcId !== vpcId) {
      // Unverified: the text.
      throw invalidParameter('subnets must belong to the same VPC.');
    }
    vpcId = subnet.vpcId;
  }
  for (const id of securityGroups) {
    const group = inventory.find('security-group', id)?.record;
    if (group === undefined) {
      throw invalidParameter(
        `Error retrieving security group information for [${id}]: The security group '${id}' ` +
          'does not exist (ErrorCode: InvalidGroup.NotFound)',
      );
    }
    if (group.vpcId !== vpcId) {
      // Unverified: the text.
      throw invalidParameter(`Security group ${id} does not belong to the VPC of the subnets.`);
    }
  }
}

/** An interface for one task, its zone, and the change that takes its address. */
export interface PlannedInterface {
  readonly networkInterface: TaskNetworkInterface;
  readonly availabilityZone: string;
  readonly change: Change;
}

/** undefined when no subnet has a free address. `taken`: keys of addresses taken in this commit. */
export function planInterface(
  configuration: NetworkConfiguration,
  taken: Set<string>,
  place: TaskPlace,
): PlannedInterface | undefined {
  const inventory = inventoryOf(place);
  const { random } = place.runtime.platform;
  const vpc = configuration.awsvpcConfiguration;
  for (const subnetId of vpc?.subnets ?? []) {
    const subnet = inventory.find('subnet', subnetId)?.record;
    const privateIp = subnet && freeAddress(subnet.id, subnet.cidr, inventory, taken);
    if (subnet === undefined || privateIp === undefined) continue;
    const networkInterfaceId = newId('eni', random);
    const change = inventory.create('address', `${subnet.id}:${privateIp}`, {
      instanceId: networkInterfaceId,
    });
    taken.add(change.key);
    const groups = vpc?.securityGroups ?? [];
    const ownGroup = inventory.securityGroupNamed(subnet.vpcId, 'default')?.id;
    return {
      availabilityZone: subnet.availabilityZone,
      change,
      networkInterface: {
        attachmentId: random.uuid(),
        status: 'PRECREATED',
        subnetId: subnet.id,
        vpcId: subnet.vpcId,
        networkInterfaceId,
        macAddress: newMacAddress(random),
        privateDnsName: `ip-${privateIp.replaceAll('.', '-')}.${dnsSuffix(place.region)}`,
        privateIp,
        securityGroupIds: groups.length > 0 || ownGroup === undefined ? groups : [ownGroup],
      },
    };
  }
  return undefined;
}

function dnsSuffix(region: string): string {
  return region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
}

/** The first four addresses of a subnet and its last are AWS's own. */
function freeAddress(
  subnetId: string,
  cidr: string,
  inventory: Inventory,
  taken: ReadonlySet<string>,
): string | undefined {
  const block = parseCidr(cidr);
  if (block === undefined) return undefined;
  const used = inventory.addressesIn(subnetId);
  for (let offset = 4; offset < sizeOf(block) - 1; offset += 1) {
    const address = printIpv4(block.address + offset);
    const key = inventory.keyOf('address', `${subnetId}:${address}`);
    if (!used.has(address) && !taken.has(key)) return address;
  }
  return undefined;
}

/** Gives the address of a stopped task back. */
export function releaseAddress(
  networkInterface: TaskNetworkInterface,
  place: TaskPlace,
): readonly Change[] {
  const { subnetId, privateIp, networkInterfaceId } = networkInterface;
  const held = inventoryOf(place).find('address', `${subnetId}:${privateIp}`);
  if (held?.record.instanceId !== networkInterfaceId) return [];
  return [{ key: held.key, value: undefined, ifRevision: held.revision }];
}
