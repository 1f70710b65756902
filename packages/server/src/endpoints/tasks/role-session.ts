/** A role as ECS holds it for one task: assumed by `ecs-tasks.amazonaws.com`, renewed in time. */
import { ServiceError } from '../../protocol/service-error.ts';
import type { TaskLaunch } from '../../services/ecs/launcher.ts';
import type { Credentials, Runtime } from '../../services/service.ts';

/** Unverified: six hours, renewed when half of it has passed. */
export const sessionSeconds = 6 * 3600;
const renewalMilliseconds = (sessionSeconds * 1000) / 2;

type RoleTask = Pick<TaskLaunch, 'taskArn' | 'taskId' | 'account' | 'ec2InstanceId'>;

export class RoleSession {
  readonly roleArn: string;
  readonly #runtime: Runtime;
  readonly #service: string;
  readonly #task: RoleTask;
  #held: { readonly credentials: Credentials; readonly obtainedAt: number } | undefined;

  constructor(
    runtime: Runtime,
    roleArn: string,
    task: RoleTask,
    /** `ec2.amazonaws.com` for a container instance's role. */
    service = 'ecs-tasks.amazonaws.com',
  ) {
    this.#runtime = runtime;
    this.roleArn = roleArn;
    this.#task = task;
    this.#service = service;
  }

  /**
   * Throws ServiceError when the role can't be assumed and no earlier credentials are left. A role
   * whose trust was taken away keeps what it has until that expires, as on AWS; a deleted role's
   * credentials are refused by every service at once.
   */
  credentials(): Credentials {
    const now = this.#runtime.platform.clock.now();
    const held = this.#held;
    if (held !== undefined && now < held.obtainedAt + renewalMilliseconds) return held.credentials;
    try {
      const credentials = this.#assume();
      this.#held = { credentials, obtainedAt: now };
      return credentials;
    } catch (error) {
      const isLeft = held !== undefined && now < held.credentials.expiresAt;
      if (error instanceof ServiceError && isLeft) return held.credentials;
      throw error;
    }
  }

  #assume(): Credentials {
    const { account, taskArn, taskId, ec2InstanceId } = this.#task;
    const isTask = this.#service === 'ecs-tasks.amazonaws.com';
    return this.#runtime.assumeRoleAsService({
      service: this.#service,
      roleArn: this.roleArn,
      sessionName: isTask ? taskId : (ec2InstanceId ?? taskId),
      sessionSeconds,
      // Unverified: the value of aws:SourceArn is the task's ARN. EC2 sends neither key.
      context: isTask
        ? [
            ['aws:SourceArn', taskArn],
            ['aws:SourceAccount', account],
          ]
        : [],
      contextKeys: [],
    });
  }
}
