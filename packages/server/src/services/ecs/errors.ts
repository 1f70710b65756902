/**
 * ECS's errors; all answer with status 400 unless said.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
 */
import type { Decision } from '@sekisho/policy';
import { ServiceError } from '../../protocol/service-error.ts';
import { RefusedByPolicy } from '../refused-by-policy.ts';
import type { TaskCause } from './task-cause.ts';

/** A ServiceError of ECS. */
export function ecsError(code: string, message: string): ServiceError {
  return new ServiceError(code, message, 400);
}

export function clientException(message: string): ServiceError {
  return ecsError('ClientException', message);
}

export function invalidParameter(message: string): ServiceError {
  return ecsError('InvalidParameterException', message);
}

export function accessDenied(message: string): ServiceError {
  return ecsError('AccessDeniedException', message);
}

export function clusterNotFound(): ServiceError {
  return ecsError('ClusterNotFoundException', 'Cluster not found.');
}

export function serviceNotFound(): ServiceError {
  return ecsError('ServiceNotFoundException', 'Service not found.');
}

export function serviceNotActive(): ServiceError {
  return ecsError('ServiceNotActiveException', 'Service was not ACTIVE.');
}

export function taskNotFound(): ServiceError {
  return invalidParameter('The referenced task was not found.');
}

export function containerInstanceNotFound(): ServiceError {
  // Unverified: the text.
  return invalidParameter('The referenced container instance was not found.');
}

export function taskDefinitionNotDescribable(): ServiceError {
  return clientException('Unable to describe task definition.');
}

export function taskDefinitionNotFound(): ServiceError {
  return clientException('TaskDefinition not found.');
}

export function taskDefinitionInactive(): ServiceError {
  return clientException('TaskDefinition is inactive');
}

export function targetNotFound(message: string): ServiceError {
  return ecsError('TargetNotFoundException', message);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html */
export function serviceLinkedRoleMissing(): ServiceError {
  return invalidParameter(
    'Unable to assume the service linked role. Please verify that the ECS service linked role ' +
      'exists.',
  );
}

/** RunTask, StartTask and a service's events; `cause` is for diagnoses. */
export class RoleNotAssumable extends RefusedByPolicy {
  override readonly cause: TaskCause;

  constructor(cause: TaskCause & { readonly roleArn: string }, decisions: readonly Decision[]) {
    super('ClientException', roleNotAssumable(cause.roleArn), 400, decisions);
    this.cause = cause;
  }
}

function roleNotAssumable(roleArn: string): string {
  return (
    `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please ` +
    'verify that the role being passed has the proper trust relationship and permissions and ' +
    'that your IAM user has permissions to pass this role.'
  );
}

export function invalidNextToken(): ServiceError {
  // Unverified: the text.
  return invalidParameter('Invalid token');
}
