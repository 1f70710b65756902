/** The language of what the command prints: `--lang`, SEKISHO_LANG, else the locale. */
import { CommandError } from './command.ts';

/** English or Japanese. */
export type Language = 'en' | 'ja';

/** The option, for readArguments. */
export const languageOption = { lang: { type: 'string' } } as const;

/** Reads the language. Throws CommandError for any other. */
export function readLanguage(values: ReadonlyMap<string, unknown>): Language {
  const { env } = process;
  const given = values.get('lang') ?? env['SEKISHO_LANG'];
  if (given === 'en' || given === 'ja') return given;
  if (given !== undefined) throw new CommandError('--lang must be en or ja');
  return (env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '').startsWith('ja') ? 'ja' : 'en';
}
