/** What a failed step of a task's launch says as data, for diagnoses. */
import { ServiceError } from '../../protocol/service-error.ts';
import type { TaskCause, TaskStep } from '../../services/ecs/task-cause.ts';
import { PullFailure } from './image-pull.ts';
import { NoRoute } from './routes.ts';
import { ServiceFailure, Unreachable } from './service-client.ts';

/** What the step was about. */
export type CauseSubject = Partial<
  Pick<TaskCause, 'subject' | 'jsonKey' | 'container' | 'decisionId' | 'kind'>
>;

/** The cause of a step that ended with `error`; without an error, what was configured is wrong. */
export function causeOf(step: TaskStep, error: unknown, about: CauseSubject = {}): TaskCause {
  if (error instanceof ServiceFailure) {
    const { operation, code, decisionId } = error;
    const absent = /NotFound/.test(code);
    return {
      step,
      kind: decisionId !== undefined ? 'refused' : absent ? 'absent' : 'failed',
      operation,
      code,
      ...(decisionId === undefined ? {} : { decisionId }),
      ...about,
    };
  }
  if (error instanceof PullFailure) {
    const { status, code, decisionId } = error;
    const kind = decisionId !== undefined ? 'refused' : status === 404 ? 'absent' : 'failed';
    return {
      step,
      kind,
      ...(code === '' ? {} : { code }),
      ...(decisionId === undefined ? {} : { decisionId }),
      ...about,
    };
  }
  // The role was assumable when the task was accepted, and is no longer.
  if (error instanceof ServiceError) return { ...about, step: 'role', kind: 'refused' };
  if (error instanceof Unreachable && step === 'pull') {
    return { step, kind: 'unreachable', operation: 'GetObject', ...about };
  }
  if (isNetworkError(error)) return { step, kind: 'unreachable', ...about };
  return { step, kind: error instanceof Error ? 'failed' : 'invalid', ...about };
}

/** Whether nobody answered. */
export function isNetworkError(error: unknown): boolean {
  if (error instanceof Unreachable || error instanceof NoRoute) return true;
  return error instanceof Error && ('code' in error || error.message === 'i/o timeout');
}
