/** Options of a verb, read strictly: unknown, repeated and unfinished ones are errors. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Text } from './command.ts';
import { readLanguage } from './language.ts';
import { usageError } from './mistakes.ts';

/** Options by name, and the rest in order. */
export interface Arguments {
  readonly values: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly positionals: readonly string[];
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** Parses; everything after `--` is positional. Throws CommandError. */
export function readArguments(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
  usage: string,
): Arguments {
  const settings = { options, allowPositionals: true, strict: false, tokens: true } as const;
  const { tokens, positionals } = parseArgs({ ...settings, args: [...args] });
  const values = new Map<string, string | boolean | readonly string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, value } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    const mistake = mistakeIn(token, option, values.has(name));
    if (mistake !== undefined) throw usageError(mistake, usage);
    if (value === undefined) values.set(name, true);
    else values.set(name, option?.multiple === true ? [...listOf(values.get(name)), value] : value);
  }
  if (Object.hasOwn(options, 'lang')) readLanguage(values);
  return { values, positionals };
}

function mistakeIn(
  { rawName: name, value, inlineValue: isInline }: OptionToken,
  option: ParseArgsOptionsConfig[string] | undefined,
  isRepeated: boolean,
): Text | undefined {
  if (option === undefined) return { en: `unknown option ${name}`, ja: `不明なオプション ${name}` };
  if (option.type === 'boolean') {
    if (value !== undefined)
      return { en: `${name} takes no value`, ja: `${name} は値を取りません` };
  } else if (value === undefined || (isInline !== true && /^-(?!\d+$)./.test(value))) {
    // A number may be negative; anything else that begins with a dash is the next option.
    return { en: `${name} needs a value`, ja: `${name} には値が必要です` };
  }
  if (isRepeated && option.multiple !== true) {
    return { en: `${name} is given twice`, ja: `${name} が 2 回指定されています` };
  }
  return undefined;
}

function listOf(value: string | boolean | readonly string[] | undefined): readonly string[] {
  return typeof value === 'object' ? value : [];
}
