/**
 * Why a task did not start, in the words of Fargate's launcher and of the agent on EC2 instances.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
import type { TaskCause, TaskStep } from '../../services/ecs/task-cause.ts';
import { type CauseSubject, causeOf } from './launch-cause.ts';
import { ServiceFailure, Unreachable } from './service-client.ts';

/** Ends the launch of a task. */
export class LaunchFailure extends Error {
  /** The container that it is about, and what is said of it where that differs. */
  readonly container: string | undefined;
  readonly containerReason: string | undefined;
  /** What the words are made of, where it was told. */
  taskCause: TaskCause | undefined;

  constructor(stoppedReason: string, container?: string, containerReason = stoppedReason) {
    super(stoppedReason);
    this.name = 'LaunchFailure';
    this.container = container;
    this.containerReason = container === undefined ? undefined : containerReason;
  }

  /** Tells what the words are made of; gives itself back, to be thrown. */
  because(step: TaskStep, error?: unknown, about: CauseSubject = {}): this {
    const { container } = this;
    this.taskCause = causeOf(
      step,
      error,
      container === undefined ? about : { container, ...about },
    );
    return this;
  }
}

/** What the agent on an EC2 instance says of a task one of whose containers did not start. */
export const taskFailedToStart = 'Task failed to start';

/** A failure as version 2 of AWS's Go SDK prints it; anything else by its message. */
export function sdkText(error: unknown): string {
  if (error instanceof ServiceFailure) {
    const { service, operation, status, requestId, code, message } = error;
    const exception = service.modelled.has(code)
      ? `${code}: ${message}`
      : `api error ${code}: ${message}`;
    return (
      `operation error ${service.title}: ${operation}, https response error ` +
      `StatusCode: ${status}, RequestID: ${requestId}, ${exception}`
    );
  }
  if (error instanceof Unreachable) {
    const method = error.method === 'GET' ? 'Get' : 'Post';
    return `RequestError: send request failed caused by: ${method} "${error.url}": ${error.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** A failure as version 1 of the Go SDK prints it, lines joined: Docker's awslogs driver. */
export function driverText(error: unknown): string {
  if (!(error instanceof ServiceFailure)) return sdkText(error);
  const { code, message, service, status, requestId } = error;
  const line = `${code}: ${message}`;
  if (service.modelled.has(code)) return line;
  return `${line} status code: ${status}, request id: ${requestId}`;
}

/** How often AWS's launchers say that they have tried. */
export function retried(error: unknown): string {
  return `service call has been retried ${error instanceof Unreachable ? 3 : 1} time(s)`;
}

/** Fargate: secrets or registry credentials could not be had. */
export function retrievalFailure(what: string, error: unknown, detail = sdkText(error)): string {
  const network =
    error instanceof Unreachable ? '. Please check your task network configuration.' : '';
  return (
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource ' +
    `retrieval failed: ${what}: ${retried(error)}: ${detail}${network}`
  );
}
