/** The command line of `instance exec` and `task exec`: what to run, inside what. */
import { readArguments } from '../arguments.ts';
import { connectionOptions } from '../connection.ts';
import { takeWords, unexpected, usageError } from '../mistakes.ts';

/** What was asked for. */
export interface InsideRequest {
  readonly values: ReadonlyMap<string, unknown>;
  /** The instance or task. */
  readonly name: string;
  readonly program: string;
  readonly programArguments: readonly string[];
}

/** `exec NAME [options] -- COMMAND …`. Throws CommandError. */
export function readInside(args: readonly string[], noun: string, usage: string): InsideRequest {
  const separator = args.indexOf('--');
  const own = separator < 0 ? args : args.slice(0, separator);
  const { values, positionals } = readArguments(own, connectionOptions, usage);
  const [verb, name] = takeWords(positionals, ['exec', noun], usage);
  if (verb !== 'exec') throw unexpected(verb, usage);
  const [program, ...programArguments] = separator < 0 ? [] : args.slice(separator + 1);
  if (program !== undefined) return { values, name, program, programArguments };
  throw usageError({ en: '-- COMMAND missing', ja: '-- COMMAND がありません' }, usage);
}
