/** The token of the command line, or of the standard input. */
import { text } from 'node:stream/consumers';
import { CommandError } from '../../command.ts';

/** `-` stands for the standard input. Throws CommandError for an empty token. */
export async function readToken(given: string): Promise<string> {
  const token = (given === '-' ? await text(process.stdin) : given).trim();
  if (token === '') {
    throw new CommandError({ en: 'the token is empty', ja: 'トークンが空です' });
  }
  return token;
}
