/** What a generator hands over: files, and where their content comes from. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this workspace. */
export const CATALOG = fileURLToPath(new URL('..', import.meta.url));

/** A generated file. */
export interface Output {
  /** Relative to the workspace. */
  readonly path: string;
  readonly content: string;
  readonly sources: readonly Source[];
  /** What is compared and listed in SOURCES.json; default: the SHA-256 of the content. */
  readonly digest?: (content: string) => string;
}

/** An npm package, or a file of ours (hand-kept facts). */
export interface Source {
  readonly package: string;
  readonly version: string;
  readonly license: string;
}

export const OUR_FACTS: Source = {
  package: 'packages/catalog/facts',
  version: '-',
  license: 'Apache-2.0',
};

const require = createRequire(import.meta.url);

/** The folder of an installed npm package. */
export function packageFolder(name: string): string {
  const entries = require.resolve.paths(name) ?? [];
  for (const folder of entries) {
    try {
      readFileSync(join(folder, name, 'package.json'));
      return join(folder, name);
    } catch {}
  }
  throw new Error(`${name} is not installed`);
}

/** Name, version and licence as the installed package states them. */
export function packageSource(name: string): Source {
  const manifest: unknown = readJson(join(packageFolder(name), 'package.json'));
  const { version, license } = manifest as { version: string; license: string };
  return { package: name, version, license };
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** A file of `packages/catalog/facts`, or undefined when there is none. */
export function readFacts(name: string): unknown {
  try {
    return readJson(join(CATALOG, 'facts', name));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

export function folderOf(path: string): string {
  return dirname(path);
}
