/** `npm test`: installs what is missing, then runs every check and test; ends with one line of counts. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { build, install, run, runTool } from './prepare.mjs';

const debianPackages = new Map([
  ['/usr/bin/aws', 'awscli'],
  ['/usr/bin/s3cmd', 's3cmd'],
  ['/usr/bin/rclone', 'rclone'],
  ['/usr/bin/skopeo', 'skopeo'],
]);

let passed = 0;
let failed = 0;

/** One check that has no test runner of its own counts as one test. */
function check(name, code) {
  if (code === 0) passed += 1;
  else {
    failed += 1;
    console.error(`✗ ${name}`);
  }
}

/** The client tools of the end-to-end tests, where this is Debian and we may install. */
function installClients() {
  const missing = [...debianPackages].filter(([path]) => !existsSync(path));
  if (missing.length === 0) return;
  const names = missing.map(([, name]) => name);
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!debian) {
    console.error(
      `Not installed (only root on Debian can): ${names.join(', ')}; their tests skip.`,
    );
    return;
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env: environment, stdio: ['ignore', 'ignore', 'inherit'] };
  if (run('apt-get', ['-qq', 'update'], options) !== 0) return;
  const code = run(
    'apt-get',
    ['-qq', 'install', '-y', '--no-install-recommends', ...names],
    options,
  );
  if (code !== 0) console.error(`apt-get could not install ${names.join(', ')}; their tests skip.`);
}

/** PATH with the programs themselves before pyenv's shims: a shim runs three shells a call. */
function searchPath() {
  const { PATH = '' } = process.env;
  if (!PATH.split(delimiter).some((each) => each.endsWith('/.pyenv/shims'))) return PATH;
  const found = spawnSync('pyenv', ['which', 'aws'], { encoding: 'utf8' });
  return found.status === 0 ? `${dirname(found.stdout.trim())}${delimiter}${PATH}` : PATH;
}

function unitTests() {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-test-'));
  const report = join(folder, 'report.json');
  const code = runTool(
    'vitest/vitest.mjs',
    [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ],
    { env: { ...process.env, PATH: searchPath(), E2E_BUILT: '1' } },
  );
  let skipped = 0;
  if (existsSync(report)) {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    passed += result.numPassedTests;
    failed += result.numFailedTests;
    skipped = result.numPendingTests + (result.numTodoTests ?? 0);
    // A file that cannot be loaded fails without a failed test of its own.
    const brokenFiles = result.testResults.filter(
      (file) =>
        file.status === 'failed' && file.assertionResults.every((t) => t.status !== 'failed'),
    );
    failed += brokenFiles.length;
  }
  if (code !== 0 && failed === 0) failed += 1;
  rmSync(folder, { recursive: true, force: true });
  return skipped;
}

install();
build();
check('types (tsc)', runTool('typescript/bin/tsc', ['-p', 'tsconfig.json']));
check(
  'lint and format (biome)',
  runTool('@biomejs/biome/bin/biome', ['check', '--diagnostic-level=error', '.']),
);
installClients();
const skipped = unitTests();
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 ? 0 : 1);
