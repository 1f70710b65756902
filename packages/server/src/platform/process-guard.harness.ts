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
if (kind !== 'nothing else') program(`trap "" TERM; ${sleeper}`);
if (kind === 'two') program(sleeper);
if (kind === 'brief' || kind === 'nothing else') program('exit 3');
