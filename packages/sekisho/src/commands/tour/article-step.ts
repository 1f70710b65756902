/** Short forms of an article's steps. */
import { anything } from './expectation.ts';
import { type Expectation, type Step, words } from './step.ts';

/** What a step may have besides. */
export type More = Partial<Omit<Step, 'id' | 'title' | 'args' | 'expectation'>>;

/** A step of that part of the tour, typed outside, unless `more` says otherwise. */
export function stepOf(
  id: string,
  part: Step['part'],
  title: Step['title'],
  command: string | readonly string[],
  more: Partial<Step> = {},
): Step {
  const args = typeof command === 'string' ? words(command) : command;
  return { id, part, title, where: 'outside', args, expectation: anything, ...more };
}

/** A step of the article. */
export function articleStep(
  id: string,
  title: Step['title'],
  command: string | readonly string[],
  expectation: Expectation = anything,
  more: More = {},
): Step {
  return stepOf(id, 'article', title, command, { expectation, ...more });
}

/** The commands that take a step back. */
export const undo = (...commands: readonly string[]): More => ({ undo: commands.map(words) });

/** A step that is not in the article. */
export const addition: More = { part: 'addition' };
