/** Runs files of decision vectors against an evaluator and prints every miss. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { meets } from './decision-vector.ts';
import { type Evaluator, evaluators, type Outcome } from './evaluators.ts';
import { printable, type ReadVector, readVectors, VectorProblem } from './vector-file.ts';

const names = [...evaluators.keys()].join('|');
const usage = `Usage: npm run conformance -- [FILE…] [--evaluator ${names}]
Runs decision vectors (without files: all of conformance/decisions) and prints every miss.
Exit code 0: no miss; 1: a miss; 2: a file or an option cannot be used.`;

const ownFolder = fileURLToPath(new URL('./decisions/', import.meta.url));

/** Where the lines go. */
export interface Output {
  readonly log: (line: string) => void;
  readonly error: (line: string) => void;
}

/** A path as the user meant it: npm starts scripts in the package's folder. */
function pathOf(argument: string): string {
  const fromUser = resolve(process.env['INIT_CWD'] ?? process.cwd(), argument);
  return existsSync(fromUser) ? fromUser : resolve(argument);
}

/** A folder stands for the JSON files in it. */
function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const inside = readdirSync(path).filter((name) => name.endsWith('.json'));
  return inside.sort().map((name) => join(path, name));
}

function read<Value>(path: string, action: (path: string) => Value): Value {
  try {
    return action(path);
  } catch (error) {
    if (error instanceof VectorProblem) throw new VectorProblem(`${path}: ${error.message}`);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new VectorProblem(`${path}: cannot be read (${code})`);
  }
}

interface Tally {
  readonly passed: number;
  readonly misses: readonly string[];
}

/** Fields that nobody reads are named once for each file: one may be a misspelt name. */
function remark(path: string, vectors: readonly ReadVector[], output: Output): void {
  const names = new Set(vectors.flatMap((one) => ('remarks' in one ? one.remarks : [])));
  if (names.size === 0) return;
  const all = [...names].map((name) => printable(name)).join(', ');
  output.error(`${path}: not in the format and not read: ${all}`);
}

function missOf(one: ReadVector, path: string, decide: Evaluator): string | undefined {
  if ('problem' in one) return `${one.problem} (the vector cannot be read)`;
  const { id, source, expect } = one.vector;
  let outcome: Outcome;
  try {
    outcome = decide(one.vector);
  } catch (error) {
    const reason = error instanceof Error ? printable(error.message) : 'unknown';
    throw new VectorProblem(`${path}: ${printable(id)}: no decision (${reason})`);
  }
  if (meets(outcome, expect)) return undefined;
  return `${printable(id)}: expected ${expect}, got ${outcome} (${printable(source)})`;
}

function runFile(path: string, decide: Evaluator, output: Output): Tally {
  const vectors = read(path, (file) => readVectors(readFileSync(file)));
  remark(path, vectors, output);
  const misses = vectors
    .map((one) => missOf(one, path, decide))
    .filter((miss) => miss !== undefined);
  return { passed: vectors.length - misses.length, misses };
}

function run(options: readonly string[], output: Output): number {
  const { values, positionals } = parseArgs({
    args: [...options],
    allowPositionals: true,
    options: {
      evaluator: { type: 'string', default: 'plain' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    output.log(usage);
    return 0;
  }
  const decide = evaluators.get(values.evaluator);
  if (decide === undefined) throw new VectorProblem(`--evaluator must be one of ${names}`);
  const paths = positionals.length === 0 ? [ownFolder] : positionals.map(pathOf);
  let passed = 0;
  let failed = 0;
  for (const file of paths.flatMap((path) => read(path, filesOf))) {
    const tally = runFile(file, decide, output);
    for (const miss of tally.misses) output.log(miss);
    passed += tally.passed;
    failed += tally.misses.length;
  }
  output.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Answers the exit code: 0 without a miss, 1 with one, 2 when something cannot be used. */
export function runConformance(options: readonly string[], output: Output): 0 | 1 | 2 {
  try {
    return run(options, output) === 0 ? 0 : 1;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown problem';
    output.error(printable(message, 2_000));
    if (!(error instanceof VectorProblem)) output.error(usage);
    return 2;
  }
}
