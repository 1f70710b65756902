/** The ARN and the condition keys of a resource that exists, by its type and id. */
import { ec2Arn } from '../arn.ts';
import type { Keys } from '../demand.ts';
import type { Inventory } from '../inventory.ts';
import { resourceTagKeys } from '../tags.ts';
import {
  instanceKeys,
  keyPairKeys,
  networkInterfaceKeys,
  securityGroupKeys,
  subnetKeys,
  volumeKeys,
  vpcKeys,
} from './instance-keys.ts';

/** Without keys when there is no such resource: the ARN is asked about all the same. */
export function resourceKeys(
  inventory: Inventory,
  type: string,
  id: string,
): { readonly arn: string; readonly keys: Keys } {
  if (type === 'key-pair') {
    const found = inventory.keyPairWithId(id)?.record;
    // Key pairs are named in ARNs, not numbered.
    const arn = ec2Arn(inventory.place, type, found?.name ?? id);
    return { arn, keys: found === undefined ? [] : keyPairKeys(found) };
  }
  return { arn: ec2Arn(inventory.place, type, id), keys: keysOf(inventory, type, id) ?? [] };
}

function keysOf(inventory: Inventory, type: string, id: string): Keys | undefined {
  const { place } = inventory;
  switch (type) {
    case 'instance':
      return of(inventory.find('instance', id), (record) => instanceKeys(place, record));
    case 'network-interface':
      return of(inventory.instanceOfInterface(id), (record) => networkInterfaceKeys(place, record));
    case 'volume':
      return of(inventory.find('volume', id), (record) => volumeKeys(place, record));
    case 'subnet':
      return of(inventory.find('subnet', id), (record) => subnetKeys(place, record));
    case 'vpc':
      return of(inventory.find('vpc', id), vpcKeys);
    case 'security-group':
      return of(inventory.find('security-group', id), (record) => securityGroupKeys(place, record));
    case 'vpc-endpoint':
      return of(inventory.find('vpc-endpoint', id), ({ tags }) => resourceTagKeys(tags));
    case 'route-table':
      return of(inventory.find('route-table', id), ({ vpcId, tags }) => [
        ['ec2:RouteTableID', id],
        ['ec2:Vpc', ec2Arn(place, 'vpc', vpcId)],
        ...resourceTagKeys(tags),
      ]);
    case 'internet-gateway':
      return of(inventory.find('internet-gateway', id), ({ tags }) => [
        ['ec2:InternetGatewayID', id],
        ...resourceTagKeys(tags),
      ]);
    default:
      return undefined;
  }
}

function of<T>(
  stored: { readonly record: T } | undefined,
  keys: (record: T) => Keys,
): Keys | undefined {
  return stored === undefined ? undefined : keys(stored.record);
}
