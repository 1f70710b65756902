/** The step budget of one decision: bounds the work that hostile documents can cause together. */

/**
 * For all policies of a decision together, whatever their number: ten managed policies of full
 * size, or a single bucket policy, may take as long as each other. A step is about two nanoseconds
 * of the plain evaluator; `conformance/hostile` holds that, and that the largest sets of ordinary
 * policies that quotas permit stay far below.
 */
export const decisionSteps = 1_500_000;

/** For what is asked of a trace after the decision. */
export const explanationSteps = 10 * decisionSteps;

/** What work is charged to. */
export interface Steps {
  /** Whether the steps have run out: no answer found since may be trusted. */
  readonly exhausted: boolean;
  /** Takes steps; false when they have run out. */
  spend(steps?: number): boolean;
}

/** Counts down; once exhausted the decision is a denial with its own reason. */
export class StepBudget implements Steps {
  #remaining: number;

  constructor(steps: number = decisionSteps) {
    this.#remaining = steps;
  }

  get exhausted(): boolean {
    return this.#remaining < 0;
  }

  spend(steps = 1): boolean {
    this.#remaining -= steps;
    return this.#remaining >= 0;
  }

  /** Steps that are left; below zero where more were needed. */
  get remaining(): number {
    return this.#remaining;
  }
}
