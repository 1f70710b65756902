/** `sekisho who-can`: every principal of the account that may perform an action on a resource. */
import { readArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { Language } from '../language.ts';
import { takeWords } from '../mistakes.ts';
import {
  ask,
  objectsOf,
  print,
  questionOptions,
  questionUsage,
  textOf,
  textsOf,
} from './questions/ask.ts';
import { table } from './questions/table.ts';
import { type QuestionWords, questionWords } from './questions/words.ts';

const usage = `Usage: sekisho who-can ACTION RESOURCE [--context KEY=VALUE]…

Lists root, users, roles (as a session without tags), and the services that the resource's own
policy names: those that always may, whose conditions are met now, and that may under conditions.

${questionUsage}`;

/** The verb. */
export const whoCan: Command = {
  name: 'who-can',
  summary: {
    en: 'every principal that may perform an action on a resource',
    ja: 'リソースに対してアクションを実行できるすべてのプリンシパル',
  },
  usage,
  run: async (args) => {
    const { values, positionals } = readArguments(args, questionOptions, usage);
    const [action, resource] = takeWords(positionals, ['ACTION', 'RESOURCE'], usage);
    const asked = await ask('who-can', { action, resource }, values);
    print(asked, () => linesOf(asked.answer, asked.language));
    return 0;
  },
};

function linesOf(answer: Readonly<Record<string, unknown>>, language: Language): readonly string[] {
  const words = questionWords[language];
  const rows = objectsOf(answer['able']).map((one) => [
    textOf(one['principal']),
    words.whenValues[whenOf(one['when'])],
    throughOf(one, words),
    textsOf(one['conditionKeys']).join(', '),
  ]);
  const headings = [words.principal, words.when, words.through, words.conditionKeys];
  const elsewhere = textsOf(answer['elsewhere']);
  return [
    `${textOf(answer['action'])} ${textOf(answer['resource'])}`,
    '',
    ...(rows.length === 0 ? [words.nobody] : table(headings, rows)),
    ...(elsewhere.length === 0 ? [] : ['', `${words.elsewhere}:`]),
    ...elsewhere.map((name) => `  ${name}`),
    '',
    `${textOf(answer['examined'])} ${words.examined}`,
    ...textsOf(answer['notes'], language).map((note) => `${words.note}: ${note}`),
  ];
}

function whenOf(value: unknown): keyof QuestionWords['whenValues'] {
  return value === 'always' || value === 'now' ? value : 'conditions';
}

function throughOf(one: Readonly<Record<string, unknown>>, words: QuestionWords): string {
  const policy = textOf(one['policy']);
  const statement = textOf(one['statement']);
  if (policy !== '') return statement === '' ? policy : `${policy} [${statement}]`;
  const type = textOf(one['policyType']);
  return one['kind'] === 'root' ? 'root' : (words.policyTypes[type] ?? type);
}
