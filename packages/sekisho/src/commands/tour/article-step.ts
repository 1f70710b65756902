/** Short forms of an article's steps. */
import { anything } from './expectation.ts';
import { type Expectation, type Step, words } from './step.ts';

/** What a step may have besides. */
export type More = Partial<Omit<Step, 'id' | 'title' | 'args' | 'expectation'>>;

/** A step of the article, typed outside, unless `more` says otherwise. */
export function articleStep(
  id: string,
  title: Step['title'],
  args: string | readonly string[],
  expectation: Expectation = anything,
  more: More = {},
): Step {
  const typed = typeof args === 'string' ? words(args) : args;
  return { id, part: 'article', title, where: 'outside', args: typed, expectation, ...more };
}

/** The commands that take a step back. */
export const undo = (...commands: readonly string[]): More => ({ undo: commands.map(words) });

/** A step that is not in the article. */
export const addition: More = { part: 'addition' };
