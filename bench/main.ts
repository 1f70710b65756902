/** `npm run bench -- NAME [--json]`: prints the figures of one benchmark, or of all. */
import { measureDecisions } from './decisions.ts';
import { type Figure, printFigures } from './figures.ts';
import { measureHostile } from './hostile.ts';
import { measureRegistry } from './registry.ts';
import { measureRequests } from './requests.ts';
import { measureStart } from './start.ts';

const benches: ReadonlyMap<string, () => Promise<readonly Figure[]>> = new Map([
  ['decisions', measureDecisions],
  ['hostile', measureHostile],
  ['requests', measureRequests],
  ['registry', measureRegistry],
  ['start', measureStart],
]);

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const asJson = process.argv.includes('--json');
const unknown = names.find((name) => !benches.has(name));
if (unknown !== undefined) {
  process.stderr.write(
    `there is no bench ${unknown}; there are ${[...benches.keys()].join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  for (const name of names.length > 0 ? names : benches.keys()) {
    printFigures((await benches.get(name)?.()) ?? [], asJson);
  }
}
