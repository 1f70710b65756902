/** Files of `examples/NNN` that a tour reads rather than repeats; the bundle carries them beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside the bundle, beside its chunks, in the repository. */
const places = ['./examples/', '../examples/', '../../../../../examples/'];

/** Name → text. Throws when the installation lacks them. */
export function readExamples(
  article: string,
  names: readonly string[],
): ReadonlyMap<string, string> {
  const folders = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const folder = folders.map((path) => join(path, article)).find(existsSync);
  if (folder === undefined) throw new Error(`examples/${article} is not installed`);
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
