/** Three-valued answers as small integers, for the loops of the quick evaluator. */
import type { Match } from '../match-result.ts';

export type Answer = 0 | 1 | 2;

export const no = 0;
export const yes = 1;
export const undecided = 2;

/** The same answer in the words of the plain evaluator, as a number. */
export function answerOf(match: Match): Answer {
  if (match === 'undecided') return undecided;
  return match === 'yes' ? yes : no;
}

/** The opposite; what is undecided stays undecided. */
export function negate(answer: Answer): Answer {
  if (answer === undecided) return undecided;
  return answer === yes ? no : yes;
}
