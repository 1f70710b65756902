/** Removing uploads with their parts: on abort, and when their bucket is deleted. */
import type { Runtime } from '../../service.ts';
import type { UploadRecord } from '../entities.ts';
import { type Indexed, indexed, listParts } from './object-index.ts';
import { uploadFolder } from './object-key.ts';
import { storageOf } from './s3-storage.ts';

/** The upload's record and its parts', in one commit; then the files. */
export async function removeUpload(
  runtime: Runtime,
  upload: Indexed<UploadRecord>,
): Promise<boolean> {
  const { store } = runtime.state;
  const parts = await listParts(store, upload.record.uploadId);
  await runtime.state.commit([
    { key: upload.storeKey, value: undefined, ifRevision: upload.revision },
    ...parts.map((part) => ({ key: part.storeKey, value: undefined })),
  ]);
  await storageOf(runtime).files.remove(parts.map((part) => part.record.file));
  return true;
}

/** All uploads under way in a bucket that is gone. */
export async function removeUploads(runtime: Runtime, bucketId: string): Promise<void> {
  const { gate } = storageOf(runtime);
  for (;;) {
    const batch = await runtime.state.store.list(uploadFolder(bucketId), { limit: 100 });
    if (batch.length === 0) return;
    for (const stored of batch) {
      const upload = indexed<UploadRecord>(stored);
      if (upload === undefined) continue;
      const done = await gate.close(upload.record.uploadId, () => removeUpload(runtime, upload));
      // Another request completes or aborts it at this moment; the sweep finds what remains.
      if (done === undefined && batch.length === 1) return;
    }
  }
}
