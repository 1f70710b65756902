/** `npm start`: installs what is missing, builds, runs `sekisho up` with the given arguments. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, node, root } from './prepare.mjs';

install();
build();
const child = spawn(
  node,
  [join(root, 'packages', 'sekisho', 'dist', 'sekisho.js'), 'up', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
