/** `sekisho why`: explains a refusal, and why a task or a service's tasks do not start. */
import { readArguments } from '../arguments.ts';
import type { Command, CommandOutcome } from '../command.ts';
import { connect, connectionOptions, connectionUsage, getOwn } from '../connection.ts';
import { type Language, readLanguage } from '../language.ts';
import { readFormat, strangeAnswer, takeWords, unexpected, usageError } from '../mistakes.ts';
import { readDiagnosis, readFixes } from './diagnosis/answer.ts';
import {
  describeDiagnosis,
  type FixForm,
  fixLines,
  fixOption,
  fixUsage,
  printable,
  readFixForm,
} from './diagnosis/describe.ts';

const usage = `Usage: sekisho why [ID | --last]
       sekisho why --task TASK
       sekisho why --service CLUSTER/SERVICE

ID stands in the response header x-sekisho-decision-id of a refusal (it is the request id).
TASK is the ARN or id of an ECS task, SERVICE an ECS service (its ARN will do): which of deployer,
service, execution role and task role lacks what, or that it is the network, the image or the name
of a secret; with the smallest fix. Exit code 3: a refusal was explained; with --task and --service
0: nothing is wrong, 1: something is.

${connectionUsage}
${fixUsage}
  --format pretty|json   for people, or the whole record (pretty)`;

const options = {
  ...connectionOptions,
  ...fixOption,
  last: { type: 'boolean' },
  task: { type: 'string' },
  service: { type: 'string' },
  format: { type: 'string' },
} as const;

interface Asked {
  readonly values: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly language: Language;
  readonly form: FixForm;
  readonly isJson: boolean;
}

/** The verb. Exit code 3 when it explains a refusal, 1 when it finds what a task lacks. */
export const why: Command = {
  name: 'why',
  summary: {
    en: 'explain a refusal, or why a task does not start',
    ja: '拒否の理由、またはタスクが起動しない理由を説明',
  },
  usage,
  run: async (args) => {
    const { values, positionals } = readArguments(args, options, usage);
    const language = readLanguage(values);
    const format = readFormat(values);
    const asked = { values, language, form: readFixForm(values), isJson: format === 'json' };
    const task = values.get('task');
    const service = values.get('service');
    if (task !== undefined || service !== undefined) {
      takeWords(positionals, [], usage);
      return await diagnose(pathOf(task, service), asked);
    }
    const [id = 'last', extra] = positionals;
    if (extra !== undefined) throw unexpected(extra, usage);
    if (id !== 'last' && values.has('last')) throw unexpected('--last', usage);
    if (!/^[0-9a-zA-Z-]{1,64}$/.test(id)) {
      throw usageError(
        { en: `${id} is no id of a refusal`, ja: `${id} は拒否の ID ではありません` },
        usage,
      );
    }
    const entry = await getOwn(connect(values), `decisions/${id}`);
    print(entry, asked, () => describe(entry, asked));
    return 3;
  },
};

/** The path of a task's or service's diagnosis. Throws CommandError for what is neither. */
function pathOf(task: unknown, service: unknown): string {
  if (task !== undefined) {
    if (service !== undefined) throw unexpected('--service', usage);
    const [, id] = /^(?:arn:[a-z-]+:ecs:[^/]+\/(?:.+\/)?)?([0-9a-f]{32})$/.exec(String(task)) ?? [];
    if (id !== undefined) return `tasks/${id}/diagnosis`;
    throw usageError(
      {
        en: `${task} is no id or ARN of a task`,
        ja: `${task} はタスクの ID でも ARN でもありません`,
      },
      usage,
    );
  }
  const named = /^(?:arn:[a-z-]+:ecs:[^/]+\/)?([\w-]+)\/([\w-]+)$/.exec(String(service));
  const [, cluster, name] = named ?? [];
  if (cluster !== undefined) return `services/${cluster}/${name}/diagnosis`;
  throw usageError(
    {
      en: `${service} is neither CLUSTER/SERVICE nor a service's ARN`,
      ja: `${service} は CLUSTER/SERVICE でもサービスの ARN でもありません`,
    },
    usage,
  );
}

async function diagnose(path: string, asked: Asked): Promise<CommandOutcome> {
  const answer = await getOwn(connect(asked.values), path);
  const diagnosis = readDiagnosis(answer);
  print(answer, asked, () => printable(describeDiagnosis(diagnosis, asked.form, asked.language)));
  return diagnosis.findings.length + diagnosis.ahead.length > 0 ? 1 : 0;
}

function print(answer: unknown, { isJson }: Asked, text: () => string): void {
  process.stdout.write(isJson ? `${JSON.stringify(answer, undefined, 2)}\n` : text());
}

/** The explanation of each pair that was refused, and its fixes. */
function describe(entry: unknown, { language, form }: Asked): string {
  if (!isEntry(entry)) throw strangeAnswer();
  const refused = entry.decisions.filter(({ outcome }) => outcome !== 'allow');
  const lines = refused.flatMap(({ explanation, fixes }) => [
    ...explanation[language],
    ...readFixes(fixes).flatMap((fix) => fixLines(fix, form, language)),
    '',
  ]);
  const head = `${entry.service}:${entry.operation} ${entry.at} (${entry.id})`;
  return printable([head, '', ...lines.slice(0, -1)]);
}

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly operation: string;
  readonly decisions: readonly {
    readonly outcome: string;
    readonly explanation: Readonly<Record<Language, readonly string[]>>;
    readonly fixes?: unknown;
  }[];
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'decisions' in value && 'id' in value;
}
