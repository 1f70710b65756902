/** The files that a step writes to: GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE (pairs), GITHUB_PATH. */

/** A line that is no pair; the step fails with it. */
export class CommandFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandFileError';
  }
}

/** `NAME=value` and `NAME<<DELIMITER`, lines, `DELIMITER`. Throws CommandFileError. */
export function readPairs(text: string): readonly (readonly [name: string, value: string])[] {
  const lines = text.split(/\r?\n/);
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.push([nameOf(line, equals), line.slice(equals + 1)]);
      continue;
    }
    if (heredoc < 0) throw new CommandFileError(`Invalid format '${line}'`);
    const name = nameOf(line, heredoc);
    const delimiter = line.slice(heredoc + 2);
    if (delimiter === '') throw new CommandFileError(`Invalid format '${line}'`);
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0) {
      throw new CommandFileError(`Invalid value. Matching delimiter not found '${delimiter}'`);
    }
    pairs.push([name, lines.slice(index + 1, end).join('\n')]);
    index = end;
  }
  return pairs;
}

function nameOf(line: string, end: number): string {
  if (end === 0) throw new CommandFileError(`Invalid format '${line}'. Name must not be empty`);
  return line.slice(0, end);
}

/** The lines of GITHUB_PATH. */
export function readPaths(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}
