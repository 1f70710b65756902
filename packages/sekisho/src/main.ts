#!/usr/bin/env node
/** The command `sekisho`: finds the verb, runs it, turns its outcome into an exit code. */
import { type Command, CommandError, type CommandOutcome } from './command.ts';
import { can } from './commands/can.ts';
import { canWhat } from './commands/can-what.ts';
import { checklist } from './commands/checklist.ts';
import { env } from './commands/env.ts';
import { github } from './commands/github.ts';
import { instance } from './commands/instance.ts';
import { oidc } from './commands/oidc.ts';
import { task } from './commands/task.ts';
import { tour } from './commands/tour.ts';
import { up } from './commands/up.ts';
import { whoCan } from './commands/who-can.ts';
import { why } from './commands/why.ts';

const commands: readonly Command[] = [
  up,
  env,
  why,
  can,
  whoCan,
  canWhat,
  checklist,
  instance,
  task,
  oidc,
  github,
  tour,
];

function usage(): string {
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`);
  return `Sekisho: AWS IAM that you run yourself.\n\nUsage: sekisho VERB [options]\n\n${rows.join('\n')}\n`;
}

async function main(args: readonly string[]): Promise<CommandOutcome> {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
    process.stdout.write(usage());
    return 0;
  }
  const command = commands.find(({ name }) => name === verb);
  if (command === undefined) {
    throw new CommandError(`unknown verb ${verb}\n\n${usage()}`);
  }
  if (rest.includes('--help') && !rest.slice(0, rest.indexOf('--help')).includes('--')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return await command.run(rest);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`sekisho: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
