/** The refusal of an operation whose authorization is not known: closed, and it says so. */
import { ServiceError } from '../../protocol/service-error.ts';

/** Answered instead of AccessDenied's usual text when no rule tells what to ask. */
export class NotMapped extends ServiceError {
  /** `service:Operation`. */
  readonly operation: string;
  /** What could not be resolved, for logs and people. */
  readonly reason: string;

  constructor(operation: string, reason: string) {
    const text = `The authorization of ${operation} is not mapped in Sekisho: ${reason}`;
    super('AccessDenied', `${text}. What cannot be authorized is denied.`, 403);
    this.name = 'NotMapped';
    this.operation = operation;
    this.reason = reason;
  }
}

/** A fact or model that the engine cannot express; becomes NotMapped when the operation is called. */
export class Unmappable extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Unmappable';
  }
}
