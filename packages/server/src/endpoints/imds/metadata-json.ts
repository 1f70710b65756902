/** JSON as the metadata service prints it: two blanks, and a blank on both sides of the colon. */

/** An object of plain values; null prints as null. */
export function printMetadataJson(
  members: readonly (readonly [name: string, value: string | null])[],
): string {
  const lines = members.map(
    ([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(',\n')}\n}`;
}

/** ISO 8601 in seconds. */
export function metadataTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
