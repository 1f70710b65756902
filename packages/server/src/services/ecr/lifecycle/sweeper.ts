/** What ECR does by itself: lifecycle policies as time goes by, layers that nothing uses. */

import { StoreConflict } from '../../../store/store.ts';
import { RecordFolder } from '../../records/record-folder.ts';
import type { Runtime } from '../../service.ts';
import type { RepositoryRecord } from '../entities.ts';
import { planLayerRemoval, removeLayerFiles } from '../layers/layer-store.ts';
import { type FoundRepository, RegistryStore } from '../registry-store.ts';
import { expiryChanges } from './expiry.ts';

const sweepMilliseconds = 3_600_000;
/** Layers are pushed before the image that uses them. */
const unusedMilliseconds = 24 * 3_600_000;

/** Sweeps every hour, as long as it is started. */
export class Sweeper {
  #cancel: (() => void) | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #isStopped = false;

  start(runtime: Runtime): void {
    this.#isStopped = false;
    this.#wait(runtime);
  }

  /** Resolves when a sweep under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    await this.#sweeping;
  }

  #wait(runtime: Runtime): void {
    this.#cancel = runtime.platform.clock.after(sweepMilliseconds, () => {
      this.#sweeping = sweep(runtime).then(() => {
        if (!this.#isStopped) this.#wait(runtime);
      });
    });
  }
}

/** Applies every lifecycle policy and collects unused layers. Never rejects. */
export async function sweep(runtime: Runtime): Promise<void> {
  for (const repository of allRepositories(runtime)) {
    try {
      await sweepRepository(runtime, repository);
    } catch (error) {
      // A repository that is being changed is swept the next time.
      if (error instanceof StoreConflict) continue;
      runtime.platform.process.warn(`ecr: sweeping ${repository.record.arn}: ${String(error)}`);
    }
  }
}

const repositoryFolder = /^ecr\/(\d{12})\/([a-z0-9-]+)\/repository\/$/;

function allRepositories(runtime: Runtime): readonly FoundRepository[] {
  return runtime.state.folders('ecr/').flatMap((folder) => {
    const [, account, region] = repositoryFolder.exec(folder) ?? [];
    if (account === undefined || region === undefined) return [];
    const store = new RegistryStore({ runtime, account, region });
    const held = new RecordFolder<RepositoryRecord>(runtime.state, folder).all();
    return held.map((each) => ({ ...each, store }));
  });
}

async function sweepRepository(runtime: Runtime, repository: FoundRepository): Promise<void> {
  const { record, store } = repository;
  const { lifecyclePolicy } = record;
  const now = runtime.platform.clock.now();
  if (lifecyclePolicy !== undefined) {
    const evaluated = { ...record, lifecyclePolicy: { ...lifecyclePolicy, evaluatedAt: now } };
    const expired = expiryChanges(repository, { now, isPush: true });
    await runtime.state.commit([store.repositories.replace(repository, evaluated), ...expired]);
  }
  await collectLayers(runtime, store, record.name, now);
}

async function collectLayers(
  runtime: Runtime,
  store: RegistryStore,
  name: string,
  now: number,
): Promise<void> {
  const held = store.repositories.find(name);
  if (held === undefined) return;
  const { record } = held;
  const images = store.images(record).all();
  const used = new Set(images.flatMap(({ record: image }) => image.layers));
  const unused = store
    .layers(record)
    .all()
    .filter((layer) => !used.has(layer.name))
    .filter((layer) => now - layer.record.createdAt > unusedMilliseconds)
    .map((layer) => layer.name);
  if (unused.length === 0) return;
  const removal = planLayerRemoval(runtime, store, record.id, unused);
  await runtime.state.commit([store.repositories.replace(held, record), ...removal.changes]);
  await removeLayerFiles(runtime, removal);
}
