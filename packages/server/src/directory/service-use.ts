/** When each user and role last reached each service: beside IAM's records, as it changes no policy. */
import type { State } from '../store/state.ts';
import type { Change } from '../store/store.ts';

/** `at` in milliseconds since 1970. */
export interface ServiceUse {
  readonly at: number;
  readonly region: string;
}

/** The user or role, by its unique id. */
export interface UsingEntity {
  readonly account: string;
  readonly id: string;
}

function folderOf({ account, id }: UsingEntity): string {
  return `iam-use/${account}/${id}/`;
}

/** The last use of the service with that prefix (`s3`); undefined when there was none. */
export function serviceUse(
  state: State,
  entity: UsingEntity,
  prefix: string,
): ServiceUse | undefined {
  // Written by serviceUseChange only.
  return state.get(`${folderOf(entity)}${prefix}`) as unknown as ServiceUse | undefined;
}

export function serviceUseChange(
  state: State,
  entity: UsingEntity,
  prefix: string,
  { at, region }: ServiceUse,
): Change {
  const key = `${folderOf(entity)}${prefix}`;
  return { key, value: { at, region }, ifRevision: state.revisionOf(key) };
}

/** What goes with an entity that is deleted. */
export function removedServiceUses(state: State, entity: UsingEntity): readonly Change[] {
  return state
    .keys(folderOf(entity))
    .map((key) => ({ key, value: undefined, ifRevision: state.revisionOf(key) }));
}
