/** Capacity providers in the store, and the two that every account has. */
import type {
  AutoScalingGroupProvider,
  CapacityProvider,
  ManagedInstancesProvider,
  Tag,
} from '@sekisho/catalog/types/ecs';
import { RecordFolder } from '../../records/record-folder.ts';
import { type EcsPlace, ecsArn, readOwnArn } from '../arn.ts';
import { recordsPrefix } from './cluster.ts';

/** `ecs/<account>/<region>/capacity-provider/<name>`: the wire shape. */
export interface CapacityProviderRecord {
  readonly capacityProviderArn: string;
  readonly name: string;
  /** Of managed instances: the cluster's name. */
  readonly cluster?: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly autoScalingGroupProvider?: AutoScalingGroupProvider;
  readonly managedInstancesProvider?: ManagedInstancesProvider;
  readonly updateStatus?: string;
  readonly tags: readonly Tag[];
  readonly type: 'EC2_AUTOSCALING' | 'MANAGED_INSTANCES';
}

export function capacityProvidersOf(place: EcsPlace): RecordFolder<CapacityProviderRecord> {
  return new RecordFolder(place.runtime.state, `${recordsPrefix(place)}capacity-provider/`);
}

/** Capacity providers of every account. */
export const fargateProviders: ReadonlySet<string> = new Set(['FARGATE', 'FARGATE_SPOT']);

/** The name in a name or ARN. Throws InvalidParameterException for a foreign ARN. */
export function capacityProviderNameOf(place: EcsPlace, nameOrArn: string): string {
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  return readOwnArn(place, nameOrArn, 'capacity-provider').parts[0] ?? '';
}

/** One of the account's own, or of the two; undefined where there is none. */
export function lookUpCapacityProvider(
  place: EcsPlace,
  nameOrArn: string,
): CapacityProvider | undefined {
  const name = capacityProviderNameOf(place, nameOrArn);
  if (fargateProviders.has(name)) {
    // Unverified: the ARN of these two.
    const capacityProviderArn = ecsArn(place, 'capacity-provider', name);
    return { capacityProviderArn, name, status: 'ACTIVE', type: name, tags: [] };
  }
  return capacityProvidersOf(place).find(name)?.record;
}
