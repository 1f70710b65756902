/** The evaluators that vectors are run against, by the name of the `--evaluator` option. */
import { CompiledPolicies } from '@sekisho/policy';
import { type Decide, type DecisionVector, decideVector } from './decision-vector.ts';
import { evaluate } from './reference/evaluate.ts';

/** What an evaluator answers. */
export type Outcome = ReturnType<typeof decideVector>;

/** Decides a vector. */
export type Evaluator = (vector: DecisionVector) => Outcome;

const compiled = new CompiledPolicies();
const quickly: Decide = (request, policies) =>
  compiled.decide(compiled.principalSet(policies), request, policies);

/** The evaluator that compiles the policies first. */
export const decideQuickly: Evaluator = (vector) => decideVector(vector, quickly);

/** `plain` is the package's `authorize`, `reference` the independent one. */
export const evaluators: ReadonlyMap<string, Evaluator> = new Map<string, Evaluator>([
  ['plain', (vector) => decideVector(vector)],
  ['reference', evaluate],
  ['quick', decideQuickly],
]);
