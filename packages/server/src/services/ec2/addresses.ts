/** Private addresses of subnets: which are free. The first four and the last are AWS's own. */
import type { SubnetRecord } from './entities.ts';
import { ec2Error } from './errors.ts';
import type { Inventory } from './inventory.ts';
import { contains, parseCidr, parseIpv4, printIpv4, sizeOf } from './ipv4.ts';

/** The lowest free address. Throws InsufficientFreeAddressesInSubnet. */
export function freeAddress(subnet: SubnetRecord, inventory: Inventory): string {
  const block = parseCidr(subnet.cidr);
  const used = inventory.addressesIn(subnet.id);
  const last = block === undefined ? 0 : sizeOf(block) - 1;
  for (let offset = 4; block !== undefined && offset < last; offset += 1) {
    const address = printIpv4(block.address + offset);
    if (!used.has(address)) return address;
  }
  throw ec2Error(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
  );
}

/** Whether a named address can be had: in the subnet, not AWS's own, not in use. */
export function isFree(address: string, subnet: SubnetRecord, inventory: Inventory): boolean {
  const block = parseCidr(subnet.cidr);
  const number = parseIpv4(address);
  if (block === undefined || number === undefined || !contains(block, number)) return false;
  const offset = number - block.address;
  if (offset < 4 || offset === sizeOf(block) - 1) return false;
  return !inventory.addressesIn(subnet.id).has(address);
}
