/** Options of a verb, read strictly: an unknown one is an error that names the known ones. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { CommandError } from './command.ts';

/** Options by name, and the rest in order. */
export interface Arguments {
  readonly values: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly positionals: readonly string[];
}

/** Parses; everything after `--` is positional. Throws CommandError. */
export function readArguments(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
  usage: string,
): Arguments {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const values = new Map<string, string | boolean | readonly string[]>();
    for (const [name, value] of Object.entries(parsed.values)) {
      if (typeof value === 'string' || typeof value === 'boolean') values.set(name, value);
      else if (Array.isArray(value)) values.set(name, value.map(String));
    }
    return { values, positionals: parsed.positionals };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${message}\n\n${usage}`);
  }
}
