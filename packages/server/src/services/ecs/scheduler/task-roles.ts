/**
 * The two roles of a task are really assumed before it is accepted.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
import { ServiceError } from '../../../protocol/service-error.ts';
import { RefusedByPolicy } from '../../refused-by-policy.ts';
import { RoleNotAssumable } from '../errors.ts';
import type { TaskRoleKind } from '../task-cause.ts';
import type { TaskPlace } from './task-place.ts';

/** How long the credentials of one hand-out live on AWS. */
const sessionSeconds = 21_600;

/** The roles after overrides. */
export interface TaskRoles {
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
}

/**
 * Throws ClientException `ECS was unable to assume the role …` unless each role trusts
 * ecs-tasks.amazonaws.com for this task.
 */
export function requireAssumableRoles(
  roles: TaskRoles,
  task: { readonly taskArn: string; readonly taskId: string },
  { runtime, account }: TaskPlace,
): void {
  // Unverified: which of the two AWS tries first.
  const { executionRoleArn, taskRoleArn } = roles;
  for (const [role, roleArn] of [
    ['executionRole', executionRoleArn],
    ['taskRole', taskRoleArn],
  ] as const) {
    if (roleArn === undefined) continue;
    // Roles are passed within an account only, whatever a trust policy elsewhere says.
    if (roleArn.split(':')[4] !== account) throw notAssumable(role, roleArn);
    try {
      runtime.assumeRoleAsService({
        service: 'ecs-tasks.amazonaws.com',
        roleArn,
        sessionName: task.taskId,
        sessionSeconds,
        context: [
          ['aws:SourceAccount', account],
          // Unverified: that the value names the cluster; AWS's page wants a wildcard after `:`.
          ['aws:SourceArn', task.taskArn],
        ],
        contextKeys: [],
      });
    } catch (error) {
      if (error instanceof ServiceError) throw notAssumable(role, roleArn, error);
      throw error;
    }
  }
}

function notAssumable(role: TaskRoleKind, roleArn: string, error?: ServiceError): RoleNotAssumable {
  const decisions = error instanceof RefusedByPolicy ? error.decisions : [];
  return new RoleNotAssumable({ step: 'role', kind: 'refused', role, roleArn }, decisions);
}
