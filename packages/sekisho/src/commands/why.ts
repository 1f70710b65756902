/** `sekisho why`: explains a refusal, from its id or the last one of the account. */
import { readArguments } from '../arguments.ts';
import { type Command, CommandError } from '../command.ts';
import { connect, connectionOptions, connectionUsage, getOwn } from '../connection.ts';
import { type Language, languageOption, readLanguage } from '../language.ts';

const usage = `Usage: sekisho why [ID | --last]

ID stands in the response header x-sekisho-decision-id of a refusal (it is the request id).

${connectionUsage}
  --format pretty|json   for people, or the whole record (pretty)
  --lang en|ja           the language (SEKISHO_LANG, else the locale)`;

const options = {
  ...connectionOptions,
  ...languageOption,
  last: { type: 'boolean' },
  format: { type: 'string' },
} as const;

/** The verb. Exit code 3 when it explains a refusal. */
export const why: Command = {
  name: 'why',
  summary: 'explain a refusal',
  usage,
  run: async (args) => {
    const { values, positionals } = readArguments(args, options, usage);
    const [id = 'last', extra] = positionals;
    if (extra !== undefined || !/^[0-9a-zA-Z-]{1,64}$/.test(id)) throw new CommandError(usage);
    const language = readLanguage(values);
    const format = values.get('format') ?? 'pretty';
    if (format !== 'pretty' && format !== 'json') throw new CommandError(usage);
    const entry = await getOwn(connect(values), `decisions/${id}`);
    process.stdout.write(
      format === 'json' ? `${JSON.stringify(entry, undefined, 2)}\n` : describe(entry, language),
    );
    return 3;
  },
};

/** The explanation of each pair that was refused. */
function describe(entry: unknown, language: Language): string {
  if (!isEntry(entry)) throw new CommandError('the server answered something else');
  const refused = entry.decisions.filter(({ outcome }) => outcome !== 'allow');
  const lines = refused.flatMap(({ explanation }) => [...explanation[language], '']);
  return [`${entry.service}:${entry.operation} ${entry.at} (${entry.id})`, '', ...lines].join('\n');
}

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly operation: string;
  readonly decisions: readonly {
    readonly outcome: string;
    readonly explanation: Readonly<Record<Language, readonly string[]>>;
  }[];
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'decisions' in value && 'id' in value;
}
