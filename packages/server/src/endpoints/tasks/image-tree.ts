/**
 * The files of an image as a tree in memory: layer over layer, whiteouts taken away. A path never
 * leaves the tree: `..` of its root is its root, links lead where they lead inside.
 * https://github.com/opencontainers/image-spec/blob/main/layer.md
 */

/** A folder, a file whose bytes lie elsewhere under a number, or a symbolic link. */
export type TreeNode =
  | { readonly kind: 'folder'; readonly children: Map<string, TreeNode>; layer: number }
  | { readonly kind: 'file'; readonly content: number; readonly mode: number; layer: number }
  | { readonly kind: 'link'; readonly target: string; layer: number };

type Folder = Extract<TreeNode, { kind: 'folder' }>;

const linksMax = 40;
const nodesMax = 400_000;
const whiteout = '.wh.';
const opaque = '.wh..wh..opq';

export class ImageTree {
  readonly root: Folder = { kind: 'folder', children: new Map(), layer: 0 };
  #layer = 0;
  #nodes = 0;

  /** What comes next lies over what came before. */
  beginLayer(): void {
    this.#layer += 1;
  }

  /** Puts a member of the layer into the tree, or takes away what it says is gone. */
  place(path: string, make: (layer: number) => TreeNode): void {
    const names = segments(path);
    const name = names.pop();
    if (name === undefined) return;
    const folder = this.#folder(names);
    if (name === opaque) {
      for (const [child, { layer }] of folder.children) {
        if (layer < this.#layer) folder.children.delete(child);
      }
      return;
    }
    if (name.startsWith(whiteout)) {
      const hidden = name.slice(whiteout.length);
      const node = folder.children.get(hidden);
      if (node !== undefined && node.layer < this.#layer) folder.children.delete(hidden);
      return;
    }
    const node = make(this.#layer);
    const before = folder.children.get(name);
    if (before?.kind === 'folder' && node.kind === 'folder') {
      before.layer = this.#layer;
      return;
    }
    this.#count();
    folder.children.set(name, node);
  }

  /** The node at a path, links followed; with the real names that lead to it. */
  find(
    path: string,
    from = '/',
  ): { readonly node: TreeNode; readonly path: readonly string[] } | undefined {
    const start = path.startsWith('/') ? [] : segments(from);
    return this.#walk([...start, ...rawSegments(path)], 0);
  }

  #walk(
    names: readonly string[],
    links: number,
  ): { readonly node: TreeNode; readonly path: readonly string[] } | undefined {
    let node: TreeNode = this.root;
    let real: string[] = [];
    for (const [index, name] of names.entries()) {
      if (name === '.' || name === '') continue;
      if (name === '..') {
        real = real.slice(0, -1);
        node = this.#real(real) ?? this.root;
        continue;
      }
      if (node.kind !== 'folder') return undefined;
      const child: TreeNode | undefined = node.children.get(name);
      if (child === undefined) return undefined;
      if (child.kind === 'link') {
        if (links >= linksMax) return undefined;
        const base = child.target.startsWith('/') ? [] : real;
        const onward = [...base, ...rawSegments(child.target), ...names.slice(index + 1)];
        return this.#walk(onward, links + 1);
      }
      node = child;
      real.push(name);
    }
    return { node, path: real };
  }

  #real(names: readonly string[]): TreeNode | undefined {
    let node: TreeNode | undefined = this.root;
    for (const name of names) {
      node = node?.kind === 'folder' ? node.children.get(name) : undefined;
    }
    return node;
  }

  /** The folder of those names, made where it is absent; links to folders are followed. */
  #folder(names: readonly string[]): Folder {
    const found = this.#walk(names, 0);
    if (found?.node.kind === 'folder') return found.node;
    let folder = this.root;
    for (const [index, name] of names.entries()) {
      const next = this.#walk(names.slice(0, index + 1), 0)?.node;
      if (next?.kind === 'folder') {
        folder = next;
        continue;
      }
      // A file, or a link that leads nowhere, stands in the way: the later layer wins.
      this.#count();
      const made: Folder = { kind: 'folder', children: new Map(), layer: this.#layer };
      folder.children.set(name, made);
      folder = made;
    }
    return folder;
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > nodesMax) throw new Error('the image has too many files');
  }
}

function rawSegments(path: string): readonly string[] {
  return path.split('/');
}

/** Names of a path without `.`; `..` takes the name before it away, and nothing at the root. */
function segments(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name.includes('\0')) throw new Error('the layer has a name with a zero byte');
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}
