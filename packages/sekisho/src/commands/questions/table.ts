/** Tables in the terminal: columns as wide as their widest cell, wide characters counted twice. */

/** Lines of a table with its headings. Empty columns are left out. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const used = headings.map((_, index) => rows.some((row) => (row[index] ?? '') !== ''));
  const lines = [headings, ...rows].map((row) => row.filter((_, index) => used[index]));
  const widths = (lines[0] ?? []).map((_, index) =>
    Math.max(...lines.map((row) => displayWidth(row[index] ?? ''))),
  );
  const rule = widths.map((width) => '─'.repeat(width));
  const [head = [], ...body] = lines;
  return [head, rule, ...body].map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - displayWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Columns that a text takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return width;
}

/** East Asian wide and full-width characters. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
