/** `sekisho can-what`: on what a principal may perform each action of the catalogue. */
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

const usage = `Usage: sekisho can-what PRINCIPAL [--service PREFIX]

Without --service the services of which something is allowed, with the numbers of their actions;
with it each action of that service: allowed on all resources, on some (with an example), only
under conditions (with their keys), or denied.

  --service PREFIX       the prefix of a service's actions, such as s3
${questionUsage}`;

const reaches = ['all', 'some', 'conditions', 'none'] as const;

/** The verb. */
export const canWhat: Command = {
  name: 'can-what',
  summary: {
    en: 'what a principal may do, action by action',
    ja: 'プリンシパルが実行できること、アクションごとに',
  },
  usage,
  run: async (args) => {
    const options = { ...questionOptions, service: { type: 'string' } } as const;
    const { values, positionals } = readArguments(args, options, usage);
    const [principal] = takeWords(positionals, ['PRINCIPAL'], usage);
    const service = values.get('service');
    const members = { principal, ...(typeof service === 'string' ? { service } : {}) };
    const asked = await ask('can-what', members, values);
    const lines = typeof service === 'string' ? actionLines : serviceLines;
    print(asked, () => [
      textOf(asked.answer['principal']),
      '',
      ...lines(asked.answer, questionWords[asked.language]),
      ...noteLines(asked.answer, asked.language),
    ]);
    return 0;
  },
};

type Answer = Readonly<Record<string, unknown>>;

function serviceLines(answer: Answer, words: QuestionWords): readonly string[] {
  const rows = objectsOf(answer['services']).map((service) => {
    const [counts = {}] = objectsOf([service['counts']]);
    return [textOf(service['service']), ...reaches.map((reach) => textOf(counts[reach]))];
  });
  if (rows.length === 0) return [words.nothing];
  return table([words.service, ...reaches.map((reach) => words.reachValues[reach])], rows);
}

function actionLines(answer: Answer, words: QuestionWords): readonly string[] {
  const actions = objectsOf(answer['services']).flatMap(({ actions }) => objectsOf(actions));
  const rows = [...actions]
    .sort((a, b) => reaches.indexOf(reachOf(a)) - reaches.indexOf(reachOf(b)))
    .map((one) => {
      const keys = textsOf(one['conditionKeys']).join(', ');
      const detail = keys === '' ? textOf(one['example']) : keys;
      return [textOf(one['action']), words.reachValues[reachOf(one)], detail];
    });
  return table([words.action, words.answer, words.detail], rows);
}

function reachOf(one: Answer): (typeof reaches)[number] {
  return reaches.find((reach) => reach === one['reach']) ?? 'none';
}

function noteLines(answer: Answer, language: Language): readonly string[] {
  const { note } = questionWords[language];
  return ['', ...textsOf(answer['notes'], language).map((text) => `${note}: ${text}`)];
}
