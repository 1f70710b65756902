/**
 * The uploads in progress. They live in memory and end with the process: a client begins anew, and
 * what they left on disk is removed at the next start.
 */
import type { Platform } from '../../../platform/platform.ts';
import type { LayerFiles } from './layer-files.ts';
import { LayerUpload, type UploadPlace } from './layer-upload.ts';
import { uploadIdleMilliseconds, uploadsPerRegistryMax } from './limits.ts';

/** How often uploads are looked at that nobody goes on with. */
const checkMilliseconds = 600_000;

export class LayerUploads {
  readonly #platform: Platform;
  readonly #files: LayerFiles;
  readonly #uploads = new Map<string, LayerUpload>();
  #cancel: () => void = () => {};

  constructor(platform: Platform, files: LayerFiles) {
    this.#platform = platform;
    this.#files = files;
  }

  /** Looks for abandoned uploads from now on. */
  watch(): void {
    this.#cancel = this.#platform.clock.after(checkMilliseconds, () => {
      this.watch();
      this.discardAbandoned().catch((error: unknown) => {
        this.#platform.process.warn(`ecr: an abandoned upload stays: ${String(error)}`);
      });
    });
  }

  async stop(): Promise<void> {
    this.#cancel();
    const uploads = [...this.#uploads.values()];
    this.#uploads.clear();
    for (const { file } of uploads) await this.#files.remove(file);
  }

  /** A new upload; undefined when its registry has too many already. */
  async begin(place: UploadPlace): Promise<LayerUpload | undefined> {
    const { account, region } = place;
    let open = 0;
    for (const { place: other } of this.#uploads.values()) {
      if (other.account === account && other.region === region) open += 1;
    }
    if (open >= uploadsPerRegistryMax) return undefined;
    const { clock, random } = this.#platform;
    const id = random.uuid();
    const storage = { files: this.#files, file: await this.#files.create() };
    const upload = new LayerUpload(id, place, storage, clock.now());
    this.#uploads.set(id, upload);
    return upload;
  }

  /** The upload, in the repository that it was begun in only. */
  find(id: string, { account, region, repository }: UploadPlace): LayerUpload | undefined {
    const upload = this.#uploads.get(id);
    if (upload === undefined) return undefined;
    const { place } = upload;
    const isHere =
      place.account === account && place.region === region && place.repository === repository;
    return isHere ? upload : undefined;
  }

  /** The upload is known no more; its file has become a layer's. */
  release({ id }: LayerUpload): void {
    this.#uploads.delete(id);
  }

  async discard(upload: LayerUpload): Promise<void> {
    this.release(upload);
    await this.#files.remove(upload.file);
  }

  async discardAbandoned(): Promise<void> {
    const now = this.#platform.clock.now();
    for (const upload of [...this.#uploads.values()]) {
      const { idleSince } = upload;
      if (idleSince === undefined || now - idleSince < uploadIdleMilliseconds) continue;
      await this.discard(upload);
    }
  }
}
