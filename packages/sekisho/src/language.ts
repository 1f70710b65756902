/** The language of what the command prints: `--lang`, SEKISHO_LANG, else the locale. */
import { CommandError } from './command.ts';

/** English or Japanese. */
export type Language = 'en' | 'ja';

/** The option, for readArguments. */
export const languageOption = { lang: { type: 'string' } } as const;

/** Reads the language. Throws CommandError for any other. */
export function readLanguage(values: ReadonlyMap<string, unknown>): Language {
  const given = values.get('lang') ?? process.env['SEKISHO_LANG'];
  if (given === undefined) return localeLanguage();
  if (given === 'en' || given === 'ja') return given;
  const name = values.has('lang') ? '--lang' : 'SEKISHO_LANG';
  throw new CommandError({
    en: `${name} must be en or ja, not ${String(given)}`,
    ja: `${name} は en か ja にしてください (${String(given)} は指定できません)`,
  });
}

/** The language of a command line that may be wrong elsewhere: for saying what is wrong. */
export function guessLanguage(args: readonly string[]): Language {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const joined = own.findLast((argument) => argument.startsWith('--lang='))?.slice(7);
  const at = own.lastIndexOf('--lang');
  const wanted = [joined, at < 0 ? undefined : own[at + 1], process.env['SEKISHO_LANG']];
  for (const language of wanted) if (language === 'en' || language === 'ja') return language;
  return localeLanguage();
}

function localeLanguage(): Language {
  const { env } = process;
  // As the C library: the first that is set and not empty.
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.startsWith('ja') ? 'ja' : 'en';
}
