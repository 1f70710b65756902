/** Bundles the built command into one file: hundreds of small modules cost more to load than to run. */
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
await bundle.write({ file: join(folder, 'sekisho.js'), format: 'esm', codeSplitting: false });
await bundle.close();
