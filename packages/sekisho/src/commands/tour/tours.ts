/** The articles that can be replayed. */
import { tour002 } from './article-002/tour.ts';
import type { Tour } from './step.ts';

/** By number. */
export const tours: ReadonlyMap<string, Tour> = new Map(
  [tour002].map((tour) => [tour.article, tour]),
);
