/** What templates and conditions are evaluated over: one request's input and its surroundings. */
import type { ServiceLinkedRole } from '@sekisho/catalog';
import type { DemandContext } from '../service.ts';

/** One request. */
export interface Scope {
  readonly input: unknown;
  readonly context: DemandContext;
  /** By service principal. */
  readonly serviceLinkedRoles: ReadonlyMap<string, ServiceLinkedRole>;
}

/** Values of a place in a template: none when the input has nothing there. */
export type Values = readonly string[];

export type Evaluate = (scope: Scope) => Values;
