/** The command `sekisho`: finds the verb, runs it, turns whatever happens into an exit code. */
import { type Command, CommandError, type CommandOutcome, type Text } from './command.ts';
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
import { guessLanguage, type Language } from './language.ts';
import { systemCode, systemText, usageError } from './mistakes.ts';

/** In the order in which they are listed. */
export const commands: readonly Command[] = [
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

const head: Text = {
  en: 'Sekisho: AWS IAM that you run yourself.\n\nUsage: sekisho VERB [options]\n       sekisho VERB --help',
  ja: 'Sekisho: 自分で動かす AWS IAM。\n\n使い方: sekisho 動詞 [オプション]\n        sekisho 動詞 --help',
};

function usage(language: Language): string {
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary[language]}`);
  return `${head[language]}\n\n${rows.join('\n')}`;
}

/** Runs a command line; prints what was wrong with it. Never throws. */
export async function runCommand(args: readonly string[]): Promise<CommandOutcome> {
  const language = guessLanguage(args);
  try {
    return await runVerb(args, language);
  } catch (error) {
    const { text, exitCode } = error instanceof CommandError ? error : unforeseen(error);
    process.stderr.write(`sekisho: ${text[language]}\n`);
    return exitCode;
  }
}

async function runVerb(args: readonly string[], language: Language): Promise<CommandOutcome> {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
    process.stdout.write(`${usage(language)}\n`);
    return 0;
  }
  const command = commands.find(({ name }) => name === verb);
  if (command === undefined) {
    throw usageError({ en: `unknown verb ${verb}`, ja: `不明な動詞 ${verb}` }, usage(language));
  }
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (own.includes('--help') || own.includes('-h')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return await command.run(rest);
}

/** What the system refuses is said in a line; a fault of this program with all that is known. */
function unforeseen(error: unknown): CommandError {
  const code = systemCode(error);
  if (code === undefined) {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return new CommandError({
      en: `a fault of this program, please report it:\n${trace}`,
      ja: `このプログラムの不具合です。報告してください:\n${trace}`,
    });
  }
  const { en, ja } = systemText(error);
  const path = error instanceof Error && 'path' in error ? `${String(error.path)}: ` : '';
  return new CommandError({ en: `${path}${en} (${code})`, ja: `${path}${ja} (${code})` });
}
