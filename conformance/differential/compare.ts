/** The plain evaluator and the reference on the same vectors. */
import { type DecisionVector, decideVector } from '../decision-vector.ts';
import type { Outcome } from '../evaluators.ts';
import { evaluate } from '../reference/evaluate.ts';

/** A vector on which the two do not agree. */
export interface Disagreement {
  readonly vector: DecisionVector;
  readonly plain: Outcome;
  readonly reference: Outcome;
}

/** Undefined when both say the same. */
export function compare(vector: DecisionVector): Disagreement | undefined {
  const plain = decideVector(vector);
  const reference = evaluate(vector);
  return plain === reference ? undefined : { vector, plain, reference };
}
