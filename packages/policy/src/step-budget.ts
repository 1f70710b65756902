/** The step budget of one decision: bounds the work that a hostile document can cause. */

/** Enough for ten managed policies of full size against long names; about five milliseconds. */
export const decisionSteps = 600_000;

/** Counts down; once exhausted the decision is a denial with its own reason. */
export class StepBudget {
  #remaining: number;

  constructor(steps: number = decisionSteps) {
    this.#remaining = steps;
  }

  /** Whether the budget has run out: no answer found since may be trusted. */
  get exhausted(): boolean {
    return this.#remaining < 0;
  }

  /** Takes steps; false when the budget has run out. */
  spend(steps = 1): boolean {
    this.#remaining -= steps;
    return this.#remaining >= 0;
  }
}
