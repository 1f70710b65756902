/** A refusal inside of an operation: what a service itself may not do, with the decisions why. */
import type { Decision } from '@sekisho/policy';
import { ServiceError } from '../protocol/service-error.ts';

/** On the wire a ServiceError like any other; its decisions are kept for explanations. */
export class RefusedByPolicy extends ServiceError {
  readonly decisions: readonly Decision[];

  constructor(code: string, message: string, status: number, decisions: readonly Decision[]) {
    super(code, message, status);
    this.name = 'RefusedByPolicy';
    this.decisions = decisions;
  }
}
