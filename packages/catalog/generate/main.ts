/** Writes everything under `generated/` and `src/types/`; `--check` compares instead of writing. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateActions } from './actions.ts';
import { generateFacts } from './facts.ts';
import { generateManagedPolicies } from './managed-policies.ts';
import { writeTypes } from './operation-types.ts';
import type { Output } from './output.ts';
import { CATALOG, folderOf, OUR_FACTS, packageSource, sha256 } from './output.ts';
import { readService } from './service-model.ts';
import { SERVICES } from './services.ts';

/** One file for each service's table and one for its types. */
async function generateServices(): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const service of SERVICES) {
    const table = await readService(service);
    const sources = [packageSource(service.package), OUR_FACTS];
    const content = `${JSON.stringify(table)}\n`;
    outputs.push({ path: `generated/services/${service.id}.json`, content, sources });
    outputs.push({ path: `src/types/${service.id}.ts`, content: writeTypes(table), sources });
  }
  return outputs;
}

function listSources(outputs: readonly Output[]): Output {
  const entries = outputs.map((output) => ({
    path: output.path,
    sha256: digestOf(output, output.content),
    sources: output.sources.map((source) => Object.values(source).join(' ')),
  }));
  const lines = entries.map((entry) => `  ${JSON.stringify(entry)}`);
  const content = `[\n${lines.join(',\n')}\n]\n`;
  return { path: 'generated/SOURCES.json', content, sources: [] };
}

/** Everything that is generated, in memory. */
export async function generate(): Promise<readonly Output[]> {
  const outputs = [
    ...(await generateServices()),
    ...(await generateActions()),
    generateManagedPolicies(),
    ...generateFacts(),
  ];
  return [...outputs, listSources(outputs)];
}

function digestOf(output: Output, content: string): string {
  return output.digest?.(content) ?? sha256(content);
}

/** A file that cannot be read, or not as what it should be, is not current. */
function isCurrent(output: Output): boolean {
  try {
    const committed = readFileSync(join(CATALOG, output.path), 'utf8');
    return digestOf(output, committed) === digestOf(output, output.content);
  } catch {
    return false;
  }
}

function write(output: Output): void {
  const path = join(CATALOG, output.path);
  mkdirSync(folderOf(path), { recursive: true });
  writeFileSync(path, output.content);
}

const outputs = await generate();
const stale = outputs.filter((output) => !isCurrent(output));
if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`packages/catalog/${path} is not what is generated`);
  if (stale.length > 0) {
    console.error('Run `npm run generate` and commit what it writes.');
    process.exit(1);
  }
} else {
  for (const output of stale) {
    write(output);
    console.log(`wrote packages/catalog/${output.path}`);
  }
}
