/** Pages of uploads under way: by key in byte order, and within a key by time of initiation. */
import type { Store } from '../../../store/store.ts';
import type { UploadRecord } from '../entities.ts';
import { commonPrefixOf } from './listing.ts';
import { indexed } from './object-index.ts';
import { afterEveryKey, encodeKey, uploadFolder } from './object-key.ts';

export interface UploadPageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly keyMarker: string;
  /** '' = all uploads of the key marker are behind. */
  readonly uploadIdMarker: string;
  readonly limit: number;
}

export interface UploadPage {
  readonly uploads: readonly UploadRecord[];
  readonly commonPrefixes: readonly string[];
  readonly next?: { readonly key: string; readonly uploadId: string };
}

export async function listUploadPage(
  store: Store,
  bucketId: string,
  request: UploadPageRequest,
): Promise<UploadPage> {
  const { prefix, delimiter, limit } = request;
  const folder = uploadFolder(bucketId);
  const uploads: UploadRecord[] = [];
  const commonPrefixes: string[] = [];
  let last = { key: '', uploadId: '' };
  let after = startAfter(folder, request);
  if (limit === 0) return { uploads, commonPrefixes };
  for (;;) {
    const batch = await store.list(folder + encodeKey(prefix), { after, limit: 200 });
    for (const stored of batch) {
      if (stored.key <= after) continue;
      after = stored.key;
      const upload = indexed<UploadRecord>(stored)?.record;
      if (upload === undefined) continue;
      if (uploads.length + commonPrefixes.length === limit) {
        return { uploads, commonPrefixes, next: last };
      }
      const common = commonPrefixOf(upload.key, prefix, delimiter);
      if (common === undefined) {
        uploads.push(upload);
        last = { key: upload.key, uploadId: upload.uploadId };
      } else {
        commonPrefixes.push(common);
        last = { key: common, uploadId: '' };
        after = folder + encodeKey(common) + afterEveryKey;
      }
    }
    if (batch.length < 200) return { uploads, commonPrefixes };
  }
}

function startAfter(folder: string, request: UploadPageRequest): string {
  const { keyMarker, uploadIdMarker, prefix, delimiter } = request;
  if (keyMarker === '') return '';
  const common = commonPrefixOf(keyMarker, prefix, delimiter);
  if (common !== undefined) return folder + encodeKey(common) + afterEveryKey;
  const key = folder + encodeKey(keyMarker);
  return `${key} ${uploadIdMarker === '' ? afterEveryKey : uploadIdMarker}`;
}
