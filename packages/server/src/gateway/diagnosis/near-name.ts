/** The name that was meant: of those that are there, the one with the fewest changed characters. */

const textLengthMax = 256;

/** undefined where none is near: more than a third of the characters differ. */
export function nearName(wanted: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.floor(Math.max(wanted.length, 3) / 3) + 1;
  for (const name of names.slice(0, 1000)) {
    const distance = editDistance(wanted.slice(0, textLengthMax), name.slice(0, textLengthMax));
    if (distance >= least) continue;
    least = distance;
    best = name;
  }
  return best;
}

/** Insertions, deletions and replacements (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
