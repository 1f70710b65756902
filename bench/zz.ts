import { loadActionIndex } from '@sekisho/catalog';
import { measureAccount } from './decisions.ts';
import { printFigures } from './figures.ts';
const index = await loadActionIndex();
const actions = index.prefixes.flatMap((prefix) => index.actionNames(prefix).map((name) => `${prefix}:${name}`));
for (const n of process.argv.slice(2)) printFigures(measureAccount(Number(n), actions), false);
