/** The plain evaluator and the reference on the same vectors. */
import { type DecisionVector, decideVector } from '../decision-vector.ts';
import type { Outcome } from '../evaluators.ts';
import { evaluate } from '../reference/evaluate.ts';

/** What each says of a vector. */
export interface Answers {
  readonly plain: Outcome;
  readonly reference: Outcome;
}

/** Asks both. */
export function compare(vector: DecisionVector): Answers {
  return { plain: decideVector(vector), reference: evaluate(vector) };
}

/** Whether the two say different things. */
export function differs(vector: DecisionVector): boolean {
  const { plain, reference } = compare(vector);
  return plain !== reference;
}
