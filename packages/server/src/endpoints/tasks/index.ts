/** The task launcher: started and stopped with the ECS service, which finds it by its server. */
import { provideLauncher } from '../../services/ecs/launcher.ts';
import type { Service } from '../../services/service.ts';
import { TaskFleet } from './fleet.ts';

export { type TaskDescription, TaskFleet } from './fleet.ts';

/**
 * The ECS service with what runs its tasks: `start` makes it before the service starts, `stop` ends
 * every task, `describeEndpoint` tells what a task's containers see.
 */
export function withTaskLauncher(service: Service): Service {
  let fleet: TaskFleet | undefined;
  return {
    ...service,
    start: async (runtime) => {
      fleet = await TaskFleet.start(runtime);
      provideLauncher(runtime, fleet);
      await service.start?.(runtime);
    },
    stop: async (runtime) => {
      // The service first: otherwise it would start new tasks for those that end here.
      await service.stop?.(runtime);
      await fleet?.close();
      fleet = undefined;
    },
    describeEndpoint: (account, id) => fleet?.describe(account, id),
  };
}
