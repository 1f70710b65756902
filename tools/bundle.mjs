/**
 * Bundles the built command: hundreds of small modules cost more to load than to run. The server is
 * a chunk of its own, which only the verbs that start one load.
 */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './prepare.mjs';

const folder = join(root, 'packages', 'sekisho', 'dist');
const bundle = await rolldown({
  input: join(folder, 'main.js'),
  platform: 'node',
  // The catalogue finds its data beside itself.
  external: [/^node:/, /^@sekisho\/catalog/],
  logLevel: 'warn',
});
rmSync(join(folder, 'chunks'), { recursive: true, force: true });
await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: 'sekisho.js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();
// A tour reads its article's files; where the command is installed there is no repository.
rmSync(join(folder, 'examples'), { recursive: true, force: true });
cpSync(join(root, 'examples', '001'), join(folder, 'examples', '001'), { recursive: true });
