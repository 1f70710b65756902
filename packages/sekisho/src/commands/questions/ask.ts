/** What the verbs that ask questions share: their options, the context, the answer's shape. */
import { CommandError } from '../../command.ts';
import { connect, connectionOptions, connectionUsage, postOwn } from '../../connection.ts';
import { type Language, readLanguage } from '../../language.ts';
import { readFormat, strangeAnswer } from '../../mistakes.ts';

export const questionOptions = {
  ...connectionOptions,
  context: { type: 'string', multiple: true },
  format: { type: 'string' },
} as const;

export const questionUsage = `${connectionUsage}
  --context KEY=VALUE    a condition key of the request; again for further keys or values;
                         KEY[]=VALUE makes a multivalued key of one value
  --format pretty|json   for people, or the server's whole answer (pretty)`;

/** An answer, or rather what of it can be relied on after looking. */
export interface Asked {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly format: 'pretty' | 'json';
  readonly language: Language;
}

/** Asks the server. Throws CommandError. */
export async function ask(
  question: string,
  members: Readonly<Record<string, string>>,
  values: ReadonlyMap<string, string | boolean | readonly string[]>,
): Promise<Asked> {
  const format = readFormat(values);
  const language = readLanguage(values);
  const context = readContext(values.get('context'));
  const body = { ...members, ...(Object.keys(context).length === 0 ? {} : { context }) };
  const answer = await postOwn(connect(values), `questions/${question}`, body);
  if (typeof answer !== 'object' || answer === null) {
    throw strangeAnswer();
  }
  return { answer: answer as Readonly<Record<string, unknown>>, format, language };
}

/** `KEY=VALUE`, several of one key as a list. Throws CommandError. */
export function readContext(given: unknown): Readonly<Record<string, string | readonly string[]>> {
  const keys = new Map<string, string | readonly string[]>();
  for (const text of Array.isArray(given) ? given.map(String) : []) {
    const [, name, list, value = ''] = /^([^=[\]]+)(\[\])?=(.*)$/s.exec(text) ?? [];
    if (name === undefined) {
      throw new CommandError({
        en: `--context ${text}: write KEY=VALUE`,
        ja: `--context ${text}: KEY=VALUE の形で指定します`,
      });
    }
    const known = keys.get(name);
    if (known !== undefined) keys.set(name, [...[known].flat(), value]);
    else keys.set(name, list === undefined ? value : [value]);
  }
  return Object.fromEntries(keys);
}

/** The members of a list of objects; whatever else is there is left out. */
export function objectsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one) => typeof one === 'object' && one !== null);
}

/** A text, or ''. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The texts of a list, or of the language's list in `{ en, ja }`. */
export function textsOf(value: unknown, language?: Language): readonly string[] {
  if (language !== undefined && typeof value === 'object' && value !== null) {
    return textsOf(Reflect.get(value, language));
  }
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Prints lines, or the whole answer as JSON. */
export function print({ answer, format }: Asked, lines: () => readonly string[]): void {
  const text = format === 'json' ? JSON.stringify(answer, undefined, 2) : lines().join('\n');
  process.stdout.write(`${text}\n`);
}
