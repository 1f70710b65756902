/** What S3 keeps for one running server: its data files and its gate. */
import type { Runtime } from '../../service.ts';
import { DataFiles } from './data-files.ts';
import { Gate } from './gate.ts';
import { bucketFolder } from './object-key.ts';
import { sweep } from './sweep.ts';

/** Present only while no server runs, after an orderly stop: then nothing needs sweeping. */
const cleanMark = 's3/stopped-cleanly';

export interface S3Storage {
  readonly files: DataFiles;
  /** By bucket id: closed while the bucket is deleted. By upload id: while it is completed. */
  readonly gate: Gate;
  /** Resolves when the sweep after a crash is over. */
  readonly swept: Promise<void>;
}

const storages = new WeakMap<Runtime, S3Storage>();

/** Prepares the folders; after a crash, removes in the background what was left half-done. */
export async function startStorage(runtime: Runtime): Promise<S3Storage> {
  const { disk, clock, process } = runtime.platform;
  const files = new DataFiles(runtime.platform);
  await files.prepare();
  const wasClean = await stoppedCleanly(runtime);
  await disk.remove(cleanMark);
  const startedAt = clock.now();
  const swept = wasClean
    ? Promise.resolve()
    : sweep(runtime, files, startedAt).then(
        ({ removedFiles }) => {
          if (removedFiles > 0) process.log(`s3: removed ${removedFiles} files left by a crash`);
        },
        (error: unknown) => process.warn(`s3: the sweep failed: ${String(error)}`),
      );
  const storage = { files, gate: new Gate(), swept };
  storages.set(runtime, storage);
  return storage;
}

/** A store that has lost the buckets of then (one in memory) no longer names their files. */
async function stoppedCleanly(runtime: Runtime): Promise<boolean> {
  const mark = await runtime.platform.disk.read(cleanMark);
  if (mark === undefined) return false;
  const text = new TextDecoder().decode(mark);
  return text === runtime.state.keys(bucketFolder).join('\n');
}

/** Call before the store closes. */
export async function stopStorage(runtime: Runtime): Promise<void> {
  const storage = storages.get(runtime);
  if (storage === undefined) return;
  await storage.swept;
  const { state, platform } = runtime;
  await platform.disk.writeAtomically(cleanMark, state.keys(bucketFolder).join('\n'));
  storages.delete(runtime);
}

export function storageOf(runtime: Runtime): S3Storage {
  const storage = storages.get(runtime);
  if (storage === undefined) throw new Error('the s3 service was not started');
  return storage;
}
