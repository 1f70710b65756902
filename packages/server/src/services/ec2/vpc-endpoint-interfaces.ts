/** The network interfaces of an interface endpoint: an address in each of its subnets. */
import type { SubnetConfiguration } from '@sekisho/catalog/types/ec2';
import type { Change } from '../../store/store.ts';
import type { OperationContext } from '../service.ts';
import { freeAddress, isFree } from './addresses.ts';
import type { EndpointInterface, SubnetRecord } from './entities.ts';
import { newId, newMacAddress } from './ids.ts';
import type { Inventory } from './inventory.ts';
import { invalidParameter } from './vpc-endpoint-check.ts';

/** New interfaces in the subnets; the changes that keep their addresses are added. */
export function takeInterfaces(
  endpointId: string,
  subnets: readonly SubnetRecord[],
  configurations: readonly SubnetConfiguration[],
  inventory: Inventory,
  { runtime }: OperationContext,
  changes: Change[],
): readonly EndpointInterface[] {
  const { random } = runtime.platform;
  return subnets.map((subnet) => {
    const wanted = configurations.find(({ SubnetId: id }) => id === subnet.id)?.Ipv4;
    // Unverified: the text.
    if (wanted !== undefined && !isFree(wanted, subnet, inventory)) {
      throw invalidParameter(`The address ${wanted} is not available in the subnet ${subnet.id}`);
    }
    const privateIp = wanted ?? freeAddress(subnet, inventory);
    const address = { instanceId: endpointId };
    changes.push(inventory.create('address', `${subnet.id}:${privateIp}`, address));
    return {
      networkInterfaceId: newId('eni', random),
      subnetId: subnet.id,
      privateIp,
      macAddress: newMacAddress(random),
    };
  });
}
