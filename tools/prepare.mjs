/** Installs what is missing: node_modules as the lock file says. Runs on any Node before that. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

/** The pinned Node, as installed by the devDependency `node`. */
export const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

/** Runs a program to its end; its exit code (128 + n when a signal ended it). */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    shell: windows && program === 'npm',
    ...options,
  });
  if (result.error) throw result.error;
  return result.status ?? 128;
}

/** Runs one of the installed command-line tools on the pinned Node. */
export function runTool(script, args, options = {}) {
  return run(node, [join(root, 'node_modules', ...script.split('/')), ...args], options);
}

/** `npm ci` unless node_modules already is what package-lock.json says. */
export function install() {
  if (isInstalled()) return;
  console.error('Installing what is missing (npm ci) …');
  const code = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) process.exit(code);
  if (!existsSync(node)) {
    // Where install scripts are switched off, the pinned Node's own script has to be asked for.
    run('npm', ['rebuild', 'node', '--foreground-scripts', '--loglevel=error']);
  }
  if (!existsSync(node)) {
    console.error('The pinned Node (devDependency "node") could not be installed.');
    process.exit(1);
  }
}

/** npm keeps a copy of the lock file beside what it installed. */
function isInstalled() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden) || !existsSync(node)) return false;
  const versions = (path, skip) =>
    Object.entries(JSON.parse(readFileSync(path, 'utf8')).packages)
      .filter(([name, entry]) => name !== '' && name.startsWith('node_modules/') && !skip(entry))
      .map(([name, entry]) => `${name}@${entry.version ?? 'link'}`);
  const installed = new Set(versions(hidden, () => false));
  const optional = (entry) => entry.optional === true || entry.link === true;
  return versions(join(root, 'package-lock.json'), optional).every((name) => installed.has(name));
}

/** Compiles the packages (quick when nothing has changed) and bundles the command. */
export function build() {
  const code = runTool('typescript/bin/tsc', ['-b', 'packages/sekisho']);
  if (code !== 0) process.exit(code);
  if (isBundled()) return;
  const bundled = run(node, [join(root, 'tools', 'bundle.mjs')]);
  if (bundled !== 0) process.exit(bundled);
}

/** The compiler touches its notes of a package only when it has compiled it. */
function isBundled() {
  const bundle = join(root, 'packages', 'sekisho', 'dist', 'sekisho.js');
  if (!existsSync(bundle)) return false;
  const { mtimeMs } = statSync(bundle);
  const examples = join(root, 'examples', '001');
  const isOlder = (name) => statSync(join(examples, name)).mtimeMs > mtimeMs;
  if (readdirSync(examples, { recursive: true }).some(isOlder)) return false;
  return ['policy', 'catalog', 'analysis', 'server', 'sekisho'].every((name) => {
    const notes = join(root, 'packages', name, 'tsconfig.tsbuildinfo');
    return existsSync(notes) && statSync(notes).mtimeMs <= mtimeMs;
  });
}
