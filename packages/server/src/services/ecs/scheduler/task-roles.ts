/**
 * The two roles of a task are really assumed before it is accepted.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
import { ServiceError } from '../../../protocol/service-error.ts';
import { roleNotAssumable } from '../errors.ts';
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
  for (const roleArn of [roles.executionRoleArn, roles.taskRoleArn]) {
    if (roleArn === undefined) continue;
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
      if (error instanceof ServiceError) throw roleNotAssumable(roleArn);
      throw error;
    }
  }
}
