/** How the refusals of a tour are written down. */
import type { Principal, Step } from './step.ts';

/** A title in both languages. */
export type Title = Step['title'];

/** What a refusal is made of. */
export interface Refusal {
  readonly id: string;
  readonly title: Title;
  readonly args: readonly string[];
  readonly says: readonly string[];
  readonly deniedAction?: string;
  readonly fix: Title;
}

const refusal = (where: Step['where'], { says, ...rest }: Refusal): Step => ({
  ...rest,
  part: 'refusal',
  where,
  expectation: { kind: 'refusal', words: says },
});
/** A refusal outside the instance. */
export const outside = (given: Refusal): Step => refusal('outside', given);
/** A refusal of a principal outside the instance. */
export const by = (principal: Principal, given: Refusal): Step => ({
  ...refusal('outside', given),
  by: principal,
});
/** A refusal in the instance. */
export const inside = (given: Refusal): Step => refusal('in the instance', given);
/** A refusal in the task. */
export const inTask = (given: Refusal): Step => refusal('in the task', given);

/** A step that prepares a refusal. */
export function setUp(
  id: string,
  title: Title,
  args: readonly string[],
  more: Partial<Omit<Step, 'id' | 'part' | 'title' | 'args'>> = {},
): Step {
  const expectation = { kind: 'success', output: { kind: 'anything' } } as const;
  return { id, part: 'set-up', title, where: 'outside', args, expectation, ...more };
}

/** The end of AWS's words for an implicit deny. */
export const because = (action: string): string =>
  `because no identity-based policy allows the ${action} action`;
