/** Unpacks an image's layers below the data folder, for a container that runs as a process. */
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Disk } from '../../platform/platform.ts';
import { ImageTree, type TreeNode } from './image-tree.ts';
import { readArchive } from './layer-archive.ts';

/** What one image may take of the disk. */
const unpackedBytesMax = 4 * 1024 * 1024 * 1024;
const entriesMax = 500_000;

/**
 * Contents are written under numbers while layers are read, so that no name of an archive ever
 * chooses where bytes go. Files are copied to their places when the tree is whole, links last of all.
 */
export class ImageStore {
  readonly tree = new ImageTree();
  /** Below the data folder. */
  readonly folder: string;
  readonly #disk: Disk;
  /** Of each content, by its number. */
  readonly #sizes = new Map<number, number>();
  readonly #bytesMax: number;
  #contents = 0;
  #bytes = 0;
  #entries = 0;

  constructor(disk: Disk, folder: string, bytesMax = unpackedBytesMax) {
    this.#disk = disk;
    this.folder = folder;
    this.#bytesMax = bytesMax;
  }

  get root(): string {
    return `${this.folder}/root`;
  }

  /** Reads one layer to its end. Rejects when it is unreadable or too large. */
  async addLayer(chunks: AsyncIterable<Uint8Array>, mediaType: string): Promise<void> {
    await this.#disk.makeFolder(`${this.folder}/contents`);
    this.tree.beginLayer();
    if (mediaType.endsWith('+zstd')) throw new Error('layers compressed by zstd are not read');
    if (!/[+.]gzip$/.test(mediaType)) return await this.#readEntries(chunks);
    await pipeline(chunks, createGunzip(), (bytes) => this.#readEntries(bytes));
  }

  async #readEntries(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const entry of readArchive(this.#counted(chunks))) {
      this.#entries += 1;
      if (this.#entries > entriesMax) throw new Error('the image has too many files');
      const { path, target, mode, type } = entry;
      if (type === 'folder') {
        this.tree.place(path, (layer) => ({ kind: 'folder', children: new Map(), layer }));
      } else if (type === 'link') {
        this.tree.place(path, (layer) => ({ kind: 'link', target, layer }));
      } else if (type === 'hard-link') {
        const linked = this.tree.find(`/${target}`)?.node;
        if (linked?.kind !== 'file') continue;
        // Each name gets bytes of its own when the tree is written.
        this.#count(this.#sizes.get(linked.content) ?? 0);
        this.tree.place(path, (layer) => ({ ...linked, layer }));
      } else if (type === 'file') {
        const content = await this.#keep(entry.content);
        this.tree.place(path, (layer) => ({ kind: 'file', content, mode, layer }));
      }
    }
  }

  /** All that comes out of the compression counts, whatever it is. */
  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#count(chunk.length);
      yield chunk;
    }
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#bytesMax) throw new Error('the image is too large to unpack');
  }

  async #keep(chunks: AsyncIterable<Uint8Array>): Promise<number> {
    this.#contents += 1;
    let size = 0;
    const file = await this.#disk.open(`${this.folder}/contents/${this.#contents}`, 'wx');
    try {
      for await (const chunk of chunks) {
        size += chunk.length;
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
    this.#sizes.set(this.#contents, size);
    return this.#contents;
  }

  /** Puts everything in its place below `root`. */
  async materialize(): Promise<void> {
    await this.#disk.makeFolder(this.root);
    const links: (readonly [path: readonly string[], target: string])[] = [];
    await this.#write(this.tree.root, [], links);
    for (const [path, target] of links) {
      const found = this.tree.find(target, `/${path.slice(0, -1).join('/')}`);
      // Where a link leads outside or nowhere there is nothing to lead to.
      if (found === undefined) continue;
      const up = '../'.repeat(path.length - 1);
      await this.#disk.link(`${up}${found.path.join('/')}` || '.', this.#at(path));
    }
    await this.#disk.removeFolder(`${this.folder}/contents`);
  }

  async #write(
    node: TreeNode,
    path: readonly string[],
    links: (readonly [path: readonly string[], target: string])[],
  ): Promise<void> {
    if (node.kind === 'link') {
      links.push([path, node.target]);
    } else if (node.kind === 'file') {
      await this.#writeFile(node, path);
    } else {
      await this.#disk.makeFolder(this.#at(path));
      for (const [name, child] of node.children) {
        await this.#write(child, [...path, name], links);
      }
    }
  }

  /** Of files with two names each gets bytes of its own. */
  async #writeFile(
    { content, mode }: Extract<TreeNode, { kind: 'file' }>,
    path: readonly string[],
  ): Promise<void> {
    const file = await this.#disk.open(this.#at(path), 'wx');
    try {
      const source = await this.#disk.open(`${this.folder}/contents/${content}`, 'r');
      try {
        for await (const chunk of source.createReadStream({ autoClose: false })) {
          await file.writeFile(chunk);
        }
      } finally {
        await source.close();
      }
      // Never a bit that would run it as somebody else.
      await file.chmod((mode & 0o755) | 0o600);
    } finally {
      await file.close();
    }
  }

  #at(path: readonly string[]): string {
    return [this.root, ...path].join('/');
  }
}
