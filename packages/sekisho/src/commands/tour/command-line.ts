/** A command as one would type it into a POSIX shell. */

const columnsMax = 96;

/** Quotes what needs quotes; a long line is broken before its options. */
export function commandLine(args: readonly string[]): string {
  const quoted = args.map(quote);
  const line = quoted.join(' ');
  if (line.length <= columnsMax) return line;
  const parts: string[] = [];
  for (const [index, arg] of args.entries()) {
    const startsPart = arg.startsWith('--') && arg !== '--';
    const text = quoted[index] ?? '';
    if (startsPart || parts.length === 0) parts.push(text);
    else parts.push(`${parts.pop()} ${text}`);
  }
  return parts.join(' \\\n    ');
}

function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`;
}
