/** The mistakes that can be made with every verb, said alike everywhere. */
import { CommandError, type Text } from './command.ts';

/** What is wrong, and then how the verb is written. */
export function usageError({ en, ja }: Text, usage: string): CommandError {
  return new CommandError({ en: `${en}\n\n${usage}`, ja: `${ja}\n\n${usage}` });
}

/** Checks how many words a verb got; `names` is what it needs. Throws CommandError. */
export function takeWords<const N extends readonly string[]>(
  given: readonly string[],
  names: N,
  usage: string,
): { readonly [K in keyof N]: string } {
  const missing = names.slice(given.length);
  if (missing.length > 0) {
    const list = missing.join(' ');
    throw usageError({ en: `${list} missing`, ja: `${list} がありません` }, usage);
  }
  const extra = given[names.length];
  if (extra !== undefined) throw unexpected(extra, usage);
  return given as { readonly [K in keyof N]: string };
}

/** A word too many. */
export function unexpected(extra: string, usage: string): CommandError {
  return usageError({ en: `unexpected argument ${extra}`, ja: `余分な引数 ${extra}` }, usage);
}

/** A word that must be one of a few. */
export function notOneOf(
  name: string,
  choices: readonly string[],
  given: unknown,
  usage?: string,
): CommandError {
  const last = choices.at(-1) ?? '';
  const before = choices.slice(0, -1);
  const wrong = given === '' || given === undefined ? undefined : String(given);
  const text = {
    en: `${name} must be ${before.join(', ')} or ${last}${wrong === undefined ? '' : `, not ${wrong}`}`,
    ja: `${name} は ${choices.join('、')} のいずれかです${wrong === undefined ? '' : ` (${wrong} は指定できません)`}`,
  };
  return usage === undefined ? new CommandError(text) : usageError(text, usage);
}

/** `--format`, of the verbs that have a pretty answer and a whole one. Throws CommandError. */
export function readFormat(values: ReadonlyMap<string, unknown>): 'pretty' | 'json' {
  const format = values.get('format') ?? 'pretty';
  if (format === 'pretty' || format === 'json') return format;
  throw notOneOf('--format', ['pretty', 'json'], format);
}

/** What has not the form of an answer of this server. */
export function strangeAnswer(): CommandError {
  return new CommandError({
    en: 'the server answered something else; is it a Sekisho of this version?',
    ja: 'サーバーの応答が想定と異なります。同じバージョンの Sekisho ですか',
  });
}

/** What the system says of a file, with the path. */
export function unreadable(path: string, error: unknown): CommandError {
  return new CommandError({
    en: `${path} cannot be read: ${systemText(error).en}`,
    ja: `${path} を読み取れません: ${systemText(error).ja}`,
  });
}

const systemTexts: ReadonlyMap<string, Text> = new Map([
  ['ENOENT', { en: 'it does not exist', ja: '存在しません' }],
  ['EISDIR', { en: 'it is a folder', ja: 'フォルダーです' }],
  [
    'ENOTDIR',
    { en: 'a part of the path is no folder', ja: 'パスの途中がフォルダーではありません' },
  ],
  ['EACCES', { en: 'permission denied', ja: 'アクセス許可がありません' }],
  ['EPERM', { en: 'permission denied', ja: 'アクセス許可がありません' }],
  ['EROFS', { en: 'the file system is read-only', ja: 'ファイルシステムが読み取り専用です' }],
  ['ENOSPC', { en: 'no space is left', ja: '空き容量がありません' }],
  [
    'EADDRNOTAVAIL',
    { en: 'this machine has no such address', ja: 'このマシンのアドレスではありません' },
  ],
  ['ENOTFOUND', { en: 'no such host is known', ja: 'ホスト名を解決できません' }],
  ['EAI_AGAIN', { en: 'no such host is known', ja: 'ホスト名を解決できません' }],
]);

/** What the system says, in plain words where it is one of the usual things. */
export function systemText(error: unknown): Text {
  const message = error instanceof Error ? error.message : String(error);
  return systemTexts.get(systemCode(error) ?? '') ?? { en: message, ja: message };
}

/** `ENOENT`, …; undefined for what the system has not said. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
