/** After a crash: files that no record names, and records of buckets that are gone, are removed. */
import type { Runtime } from '../../service.ts';
import type { BucketRecord, DataPart } from '../entities.ts';
import type { DataFiles } from './data-files.ts';
import { bucketFolder, bulkPrefix, partsFolder } from './object-key.ts';

/** Kinds of bulk records in the order of scanning: parts first, since completing moves files on. */
const kinds = ['p', 'k', 'v'] as const;

/**
 * Looks only at what was there before `startedAt`; what is written meanwhile is left alone.
 * Files move from parts to objects in one commit: scanning parts first cannot miss them.
 */
export async function sweep(
  runtime: Runtime,
  files: DataFiles,
  startedAt: number,
): Promise<{ readonly removedFiles: number; readonly removedRecords: number }> {
  const named = new Set<string>();
  let removedRecords = 0;
  for (const kind of kinds) removedRecords += await scan(runtime, kind, startedAt, named);
  const unused: string[] = [];
  for await (const file of files.madeBefore(startedAt)) if (!named.has(file)) unused.push(file);
  await files.remove(unused);
  return { removedFiles: unused.length, removedRecords };
}

interface Scanned {
  readonly file?: string;
  readonly parts?: readonly DataPart[];
  readonly modifiedAt: number;
}

async function scan(
  runtime: Runtime,
  kind: (typeof kinds)[number],
  startedAt: number,
  named: Set<string>,
): Promise<number> {
  const { store } = runtime.state;
  const prefix = `${bulkPrefix}${kind}/`;
  let removed = 0;
  let after = '';
  for (;;) {
    const batch = await store.list(prefix, { after, limit: 1000 });
    for (const { key, revision, value } of batch) {
      after = key;
      const record = value as unknown as Scanned;
      const dead = prefix !== partsFolder && isOfDeadBucket(runtime, key.slice(prefix.length));
      if (dead && record.modifiedAt < startedAt) {
        await store.commit([{ key, value: undefined, ifRevision: revision }]);
        removed += 1;
        continue;
      }
      if (record.file !== undefined) named.add(record.file);
      for (const part of record.parts ?? []) named.add(part.file);
    }
    if (batch.length < 1000) return removed;
  }
}

function isOfDeadBucket(runtime: Runtime, rest: string): boolean {
  const id = rest.slice(0, rest.indexOf('/'));
  return !liveIds(runtime).has(id);
}

function liveIds(runtime: Runtime): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const key of runtime.state.keys(bucketFolder)) {
    const bucket = runtime.state.get(key) as unknown as BucketRecord | undefined;
    if (bucket !== undefined) ids.add(bucket.id);
  }
  return ids;
}
