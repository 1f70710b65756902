/** Runs programs until it is killed; for process-guard.test.ts. */
import { createNodeProcess } from './node-process.ts';

const runner = createNodeProcess();
const [kind = ''] = process.argv.slice(2);
const program = (script: string) =>
  runner.run({
    program: '/bin/sh',
    args: ['-c', script],
    environment: new Map([['PATH', runner.searchPath]]),
    folder: '/',
    onOutput: (chunk) => process.stdout.write(chunk),
    onEnd: ({ ...end }) => runner.log(`ended ${JSON.stringify(end)}`),
  });

const sleeper = 'sleep 600 & echo "running $$ $!"; wait';

// Each tells who it is, and one that it has started itself.
if (kind !== 'nothing else' && kind !== 'escaping') program(`trap "" TERM; ${sleeper}`);
if (kind === 'two') program(sleeper);
if (kind === 'brief' || kind === 'nothing else') program('exit 3');
if (kind === 'escaping') {
  // What has a group of its own is out of reach, and still holds the streams that it was given.
  const escaped = "require('node:child_process').spawn('sleep', ['600'], o).pid";
  const options = "{ detached: true, stdio: ['ignore', 'inherit', 'inherit'] }";
  const source = `const o = ${options}; console.log('running', ${escaped}); process.exit(3)`;
  program(`"${process.execPath}" -e "${source}"`);
}
