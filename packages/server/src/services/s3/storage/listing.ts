/** Pages of keys: prefix, delimiter and marker over the index, in UTF-8 byte order. */
import type { Store } from '../../../store/store.ts';
import { type Indexed, indexed } from './object-index.ts';
import { afterEveryKey, encodeKey } from './object-key.ts';

/** What a page is asked for. '' for absent texts; an empty delimiter groups nothing. */
export interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Entries at or before it are left out, and so is the whole common prefix that it lies in. */
  readonly after: string;
  readonly limit: number;
}

export type PageEntry<T> =
  | { readonly kind: 'record'; readonly text: string; readonly found: Indexed<T> }
  | { readonly kind: 'common-prefix'; readonly text: string };

export interface Page<T> {
  readonly entries: readonly PageEntry<T>[];
  readonly truncated: boolean;
}

/** The part of a key up to and with the first delimiter after the prefix. */
export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const index = key.indexOf(delimiter, prefix.length);
  return index < 0 ? undefined : key.slice(0, index + delimiter.length);
}

/**
 * One page of the records in a folder whose store keys are folder + encoded key. Whole common
 * prefixes are skipped by seeking, so a page costs what it shows, not what it hides.
 */
export async function listPage<T extends { readonly key: string }>(
  store: Store,
  folder: string,
  request: PageRequest,
  visible: (record: T) => boolean = () => true,
): Promise<Page<T>> {
  const { prefix, delimiter, limit } = request;
  if (limit === 0) return { entries: [], truncated: false };
  const entries: PageEntry<T>[] = [];
  const range = folder + encodeKey(prefix);
  let after = seekAfter(folder, request);
  for (;;) {
    const asked = Math.min(1000, delimiter === '' ? limit + 1 - entries.length : 200);
    const batch = await store.list(range, { after, limit: asked });
    for (const stored of batch) {
      if (stored.key <= after) continue;
      after = stored.key;
      const found = indexed<T>(stored);
      if (found === undefined || !visible(found.record)) continue;
      if (entries.length === limit) return { entries, truncated: true };
      const common = commonPrefixOf(found.record.key, prefix, delimiter);
      if (common === undefined) {
        entries.push({ kind: 'record', text: found.record.key, found });
      } else {
        entries.push({ kind: 'common-prefix', text: common });
        after = folder + encodeKey(common) + afterEveryKey;
      }
    }
    if (batch.length < asked) return { entries, truncated: false };
  }
}

function seekAfter(folder: string, request: PageRequest): string {
  if (request.after === '') return '';
  const common = commonPrefixOf(request.after, request.prefix, request.delimiter);
  return (
    folder + (common === undefined ? encodeKey(request.after) : encodeKey(common) + afterEveryKey)
  );
}
