/** Why a task did not start, as data: what its texts are made of, for diagnoses. */

/** What was being done. */
export type TaskStep =
  | 'role'
  | 'registryToken'
  | 'registryCredentials'
  | 'secrets'
  | 'environmentFiles'
  | 'logs'
  | 'pull'
  | 'start';

/** A task's own roles, and that of the instance below it. */
export type TaskRoleKind = 'executionRole' | 'taskRole' | 'instanceRole';

/** Kept beside `stoppedReason`. Never holds a secret's value. */
export interface TaskCause {
  readonly step: TaskStep;
  /**
   * `refused`: by policies; `absent`: what was asked for does not exist; `unreachable`: nobody
   * answered; `invalid`: what was configured cannot be read; `failed`: anything else.
   */
  readonly kind: 'refused' | 'absent' | 'unreachable' | 'invalid' | 'failed';
  /** Whose credentials were used, or which role could not be assumed. */
  readonly role?: TaskRoleKind;
  readonly roleArn?: string;
  readonly container?: string;
  /** An image, a `valueFrom`, a parameter's name, a log group, an object's ARN. */
  readonly subject?: string;
  /** The member of a secret's JSON text. */
  readonly jsonKey?: string;
  /** `GetParameters`. */
  readonly operation?: string;
  /** AWS's, or the registry's. */
  readonly code?: string;
  /** The refusal in the decision journal. */
  readonly decisionId?: string;
}
