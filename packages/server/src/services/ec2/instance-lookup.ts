/** Instances by the ids of a request. */
import type { InstanceRecord } from './entities.ts';
import { malformedId, missingParameter, unknownInstances } from './errors.ts';
import { isId } from './ids.ts';
import type { Inventory, Stored } from './inventory.ts';

/** The instances in the order of the request, each once. Throws when one does not exist. */
export function requireInstances(
  ids: readonly string[],
  inventory: Inventory,
): readonly Stored<InstanceRecord>[] {
  const wanted = [...new Set(ids)];
  for (const id of wanted) if (!isId('i', id)) throw malformedId('InvalidInstanceID', id, 'i');
  const found = wanted.map((id) => inventory.find('instance', id));
  const unknown = wanted.filter((_id, index) => found[index] === undefined);
  if (unknown.length > 0) throw unknownInstances(unknown);
  return found.filter((stored) => stored !== undefined);
}

export function requireInstance(
  id: string | undefined,
  inventory: Inventory,
): Stored<InstanceRecord> {
  if (id === undefined || id === '') throw missingParameter('InstanceId');
  const [stored] = requireInstances([id], inventory);
  if (stored === undefined) throw unknownInstances([id]);
  return stored;
}
