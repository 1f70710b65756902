/** The three evaluators on the same vector. */
import {
  type DecisionVector,
  decidePlainly,
  decideVector,
  keepReserved,
} from '../decision-vector.ts';
import { decideQuickly, type Outcome } from '../evaluators.ts';
import { evaluate } from '../reference/evaluate.ts';

/** What each says of a vector. */
export interface Answers {
  readonly plain: Outcome;
  readonly quick: Outcome;
  readonly reference: Outcome;
}

/** Asks all. */
export function compare(vector: DecisionVector): Answers {
  let quick: Outcome | undefined;
  // The policies are read once for both.
  const plain = decideVector(vector, (request, policies) => {
    quick = keepReserved(vector, decideQuickly(request, policies));
    return decidePlainly(request, policies);
  });
  return { plain, quick: quick ?? plain, reference: keepReserved(vector, evaluate(vector)) };
}

/** Whether not all say the same. */
export function differs(vector: DecisionVector): boolean {
  const { plain, quick, reference } = compare(vector);
  return plain !== reference || plain !== quick;
}
