/** The three evaluators on the same vector. */
import { type DecisionVector, decideVector } from '../decision-vector.ts';
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
  const [plain, quick] = [decideVector(vector), decideQuickly(vector)];
  return { plain, quick, reference: evaluate(vector) };
}

/** Whether not all say the same. */
export function differs(vector: DecisionVector): boolean {
  const { plain, quick, reference } = compare(vector);
  return plain !== reference || plain !== quick;
}
