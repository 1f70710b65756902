/**
 * Records of layers: the content once in a registry, and a link in each repository that it was
 * pushed to. A layer is read through a link only, so that one repository does not show another's.
 */
import type { State } from '../../../store/state.ts';
import type { Change } from '../../../store/store.ts';
import { RecordFolder } from '../../records/record-folder.ts';
import type { LayerRecord } from '../entities.ts';

/** `ecr/<account>/<region>/content/<digest>`. `links` counts the repositories that hold it. */
export interface ContentRecord {
  readonly file: string;
  readonly sizeBytes: number;
  readonly links: number;
}

/** A registry: an account in a region. */
export interface Registry {
  readonly account: string;
  readonly region: string;
}

const root = 'ecr/';
const contentFolder = /^ecr\/\d{12}\/[a-z0-9-]+\/content\/$/;

/** The layers of a registry; `repository` is the repository's id, not its name. */
export class LayerRecords {
  readonly contents: RecordFolder<ContentRecord>;
  readonly #state: State;
  readonly #base: string;

  constructor(state: State, { account, region }: Registry) {
    this.#state = state;
    this.#base = `${root}${account}/${region}/`;
    this.contents = new RecordFolder(state, `${this.#base}content/`);
  }

  links(repository: string): RecordFolder<LayerRecord> {
    return new RecordFolder(this.#state, `${this.#base}layer/${repository}/`);
  }

  /** The content of a digest, if the repository holds it. */
  find(repository: string, digest: string): ContentRecord | undefined {
    if (this.links(repository).find(digest) === undefined) return undefined;
    return this.contents.find(digest)?.record;
  }

  /** Puts the layer into the repository; `usesFile`: its content is now stored as that file. */
  link(
    repository: string,
    digest: string,
    { file, sizeBytes }: Omit<ContentRecord, 'links'>,
    createdAt: number,
  ): { readonly changes: readonly Change[]; readonly usesFile: boolean } {
    const known = this.contents.find(digest);
    const content =
      known === undefined
        ? this.contents.create(digest, { file, sizeBytes, links: 1 })
        : this.contents.replace(known, { ...known.record, links: known.record.links + 1 });
    const link = this.links(repository).create(digest, { digest, sizeBytes, createdAt });
    return { changes: [content, link], usesFile: known === undefined };
  }

  /** Takes layers out of the repository, and their content away where no other one holds it. */
  unlink(repository: string, digests: readonly string[]): LayerRemoval {
    const links = this.links(repository);
    const changes: Change[] = [];
    const files: string[] = [];
    for (const digest of digests) {
      const link = links.find(digest);
      if (link === undefined) continue;
      changes.push(links.remove(link));
      const content = this.contents.find(digest);
      if (content === undefined) continue;
      const { record } = content;
      if (record.links > 1) {
        changes.push(this.contents.replace(content, { ...record, links: record.links - 1 }));
      } else {
        changes.push(this.contents.remove(content));
        files.push(record.file);
      }
    }
    return { changes, files };
  }
}

/** Changes to commit, and the files to remove once they are committed. */
export interface LayerRemoval {
  readonly changes: readonly Change[];
  readonly files: readonly string[];
}

/** The files of every registry's layers. */
export function storedFiles(state: State): ReadonlySet<string> {
  const files = new Set<string>();
  for (const folder of state.folders(root)) {
    if (!contentFolder.test(folder)) continue;
    const contents = new RecordFolder<ContentRecord>(state, folder);
    for (const { record } of contents.all()) files.add(record.file);
  }
  return files;
}
