/** Where a pattern and a text part: the first character of the text that the pattern cannot take. */

/** Offset in the text, at most its length. Bounded work: only the first 2048 characters count. */
export function partingOffset(written: string, text: string): number {
  const pattern = written.replace(/\*+/g, '*');
  const limit = Math.min(text.length, 2048);
  let states = closeOver(new Set([0]), pattern);
  for (let offset = 0; offset < limit; offset++) {
    const next = new Set<number>();
    for (const state of states) {
      const token = pattern[state];
      if (token === '*') next.add(state);
      else if (token === '?' || token === text[offset]) next.add(state + 1);
    }
    if (next.size === 0 || next.size > 64) return offset;
    states = closeOver(next, pattern);
  }
  return limit;
}

/** A `*` may also stand for nothing. */
function closeOver(states: ReadonlySet<number>, pattern: string): Set<number> {
  const closed = new Set(states);
  for (const state of closed) if (pattern[state] === '*') closed.add(state + 1);
  return closed;
}

/** The value that agrees with the text for longest, and where they part. */
export function nearestValue(
  values: readonly string[],
  text: string,
): { readonly value: string; readonly offset: number } | undefined {
  let nearest: { value: string; offset: number } | undefined;
  for (const value of values.slice(0, 50)) {
    const offset = partingOffset(value, text);
    if (nearest === undefined || offset > nearest.offset) nearest = { value, offset };
  }
  return nearest;
}
