/** The instance as its metadata service sees it: looked up anew at every request. */

import type { Place } from '../../services/ec2/arn.ts';
import type { InstanceRecord, SubnetRecord, VpcRecord } from '../../services/ec2/entities.ts';
import { type NamedProfile, profileWithArn } from '../../services/ec2/instance-profile.ts';
import { isGone } from '../../services/ec2/instance-state.ts';
import { Inventory } from '../../services/ec2/inventory.ts';
import type { Runtime } from '../../services/service.ts';

/** Which instance. */
export interface InstanceKey {
  readonly account: string;
  readonly region: string;
  readonly id: string;
}

/** Its records as they are now. */
export interface MetadataView {
  readonly place: Place;
  readonly instance: InstanceRecord;
  readonly inventory: Inventory;
  readonly subnet?: SubnetRecord | undefined;
  readonly vpc?: VpcRecord | undefined;
  /** `missing`: the instance has a profile that has been deleted (or made anew) since. */
  readonly profile?: NamedProfile | 'missing' | undefined;
}

/** undefined when the instance does not run. */
export function viewInstance(runtime: Runtime, key: InstanceKey): MetadataView | undefined {
  const place = { partition: runtime.partition, region: key.region, account: key.account };
  const now = runtime.platform.clock.now();
  const inventory = new Inventory(runtime, place, now);
  const instance = inventory.find('instance', key.id)?.record;
  if (instance === undefined || instance.target !== 'running' || isGone(instance, now)) {
    return undefined;
  }
  return {
    place,
    instance,
    inventory,
    subnet: inventory.find('subnet', instance.subnetId)?.record,
    vpc: inventory.find('vpc', instance.vpcId)?.record,
    profile: profileOf(instance, runtime, place),
  };
}

function profileOf(
  { association }: InstanceRecord,
  runtime: Runtime,
  place: Place,
): NamedProfile | 'missing' | undefined {
  if (association === undefined) return undefined;
  const profile = profileWithArn(association.profileArn, runtime.directory, place);
  return profile?.id === association.profileId ? profile : 'missing';
}
