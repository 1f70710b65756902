/** Pages of versions: every key in byte order, and of each key the newest version first. */
import type { Store } from '../../../store/store.ts';
import type { ObjectRecord } from '../entities.ts';
import { listPage } from './listing.ts';
import { findObject } from './object-index.ts';
import { objectFolder } from './object-key.ts';
import { findVersion, listOlder } from './versions.ts';

export interface VersionPageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly keyMarker: string;
  /** '' = all versions of the key marker are behind. */
  readonly versionIdMarker: string;
  readonly limit: number;
}

interface Version {
  readonly record: ObjectRecord;
  readonly isLatest: boolean;
}

export interface VersionPage {
  readonly versions: readonly Version[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page starts; absent on the last one. */
  readonly next?: { readonly key: string; readonly versionId?: string };
}

/** A version or a common prefix, in the order of listing. */
type Item =
  | ({ readonly kind: 'version'; readonly key: string } & Version)
  | { readonly kind: 'common-prefix'; readonly key: string };

/** Every key that has versions has a current record, so the current ones lead the way. */
export async function listVersionPage(
  store: Store,
  bucketId: string,
  request: VersionPageRequest,
): Promise<VersionPage> {
  const items: Item[] = [];
  const isFull = (): boolean => items.length > request.limit;
  if (request.limit === 0) return { versions: [], commonPrefixes: [] };
  const { prefix, delimiter, keyMarker, versionIdMarker } = request;
  if (versionIdMarker !== '' && keyMarker.startsWith(prefix)) {
    for (const version of await versionsAfter(store, bucketId, keyMarker, versionIdMarker)) {
      items.push({ kind: 'version', key: keyMarker, ...version });
    }
  }
  let after = keyMarker;
  while (!isFull()) {
    const page = await listPage<ObjectRecord>(store, objectFolder(bucketId), {
      prefix,
      delimiter,
      after,
      limit: 100,
    });
    for (const entry of page.entries) {
      after = entry.text;
      if (entry.kind === 'common-prefix') {
        items.push({ kind: 'common-prefix', key: entry.text });
      } else {
        const { record } = entry.found;
        items.push({ kind: 'version', key: record.key, record, isLatest: true });
        for (const older of await listOlder(store, bucketId, record.key)) {
          items.push({ kind: 'version', key: record.key, record: older.record, isLatest: false });
        }
      }
      if (isFull()) break;
    }
    if (!page.truncated) break;
  }
  return cut(items, request.limit);
}

async function versionsAfter(
  store: Store,
  bucketId: string,
  key: string,
  versionId: string,
): Promise<readonly Version[]> {
  const marker = await findVersion(store, bucketId, key, versionId);
  const current = await findObject(store, bucketId, key);
  if (marker === undefined) return [];
  const isCurrent = marker.storeKey === current?.storeKey;
  const older = await listOlder(store, bucketId, key, {
    ...(isCurrent ? {} : { after: marker.record.order }),
  });
  return older.map(({ record }) => ({ record, isLatest: false }));
}

function cut(items: readonly Item[], limit: number): VersionPage {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return {
    versions: shown.flatMap((item) => (item.kind === 'version' ? [item] : [])),
    commonPrefixes: shown.flatMap((item) => (item.kind === 'common-prefix' ? [item.key] : [])),
    ...(items.length <= limit || last === undefined
      ? {}
      : {
          next: {
            key: last.key,
            ...(last.kind === 'version' ? { versionId: last.record.versionId ?? 'null' } : {}),
          },
        }),
  };
}
