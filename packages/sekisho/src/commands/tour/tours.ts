/** The articles that can be replayed. */
import { tour000 } from './article-000/tour.ts';
import { tour001 } from './article-001/tour.ts';
import { tour002 } from './article-002/tour.ts';
import { tour004 } from './article-004/tour.ts';
import type { Tour } from './step.ts';

/** By number. */
export const tours: ReadonlyMap<string, Tour> = new Map(
  [tour000, tour001, tour002, tour004].map((tour) => [tour.article, tour]),
);
