/** The evaluators that vectors are run against, by the name of the `--evaluator` option. */
import { CompiledPolicies } from '@sekisho/policy';
import { type Decide, type DecisionVector, decideVector, keepReserved } from './decision-vector.ts';
import { evaluate } from './reference/evaluate.ts';

/** What an evaluator answers. */
export type Outcome = ReturnType<typeof decideVector>;

/** Decides a vector. */
export type Evaluator = (vector: DecisionVector) => Outcome;

const compiled = new CompiledPolicies();
/** The evaluator that compiles the policies first. */
export const decideQuickly: Decide = (request, policies) =>
  compiled.decide(compiled.principalSet(policies), request, policies);

/** `plain` is the package's `authorize`, `reference` the independent one. */
export const evaluators: ReadonlyMap<string, Evaluator> = new Map<string, Evaluator>([
  ['plain', (vector) => decideVector(vector)],
  ['reference', (vector) => keepReserved(vector, evaluate(vector))],
  ['quick', (vector) => decideVector(vector, decideQuickly)],
]);
