/** A container instance as it is described: what is stored, and what its tasks leave over. */
import type { ContainerInstance, Resource } from '@sekisho/catalog/types/ecs';
import type { EcsPlace } from './arn.ts';
import { isPending, isRunning } from './cluster-description.ts';
import type { ContainerInstanceRecord } from './entities/container-instance.ts';
import { liveTasks, type TaskRecord } from './entities/task.ts';

/** The wire shape; tags only where they are asked for. */
export function toContainerInstance(
  place: EcsPlace,
  clusterName: string,
  record: ContainerInstanceRecord,
  include: ReadonlySet<string>,
): ContainerInstance {
  const { registeredByRoleArn: _, registeredAt, agentConnected, ...stored } = record;
  const tasks = liveTasks(place, clusterName, record.containerInstanceArn);
  return {
    ...stored,
    remainingResources: remaining(record.registeredResources, tasks),
    agentConnected: agentConnected && record.status !== 'INACTIVE',
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    registeredAt: new Date(registeredAt),
    attachments: [],
    tags: include.has('TAGS') ? record.tags : [],
    ...(include.has('CONTAINER_INSTANCE_HEALTH')
      ? { healthStatus: { overallStatus: 'INSUFFICIENT_DATA', details: [] } }
      : {}),
  };
}

/** CPU and memory are taken away, ports are added. */
function remaining(
  registered: readonly Resource[],
  tasks: readonly TaskRecord[],
): readonly Resource[] {
  const reserved = tasks.map((task) => task.reserved);
  const cpu = reserved.reduce((sum, each) => sum + each.cpu, 0);
  const memory = reserved.reduce((sum, each) => sum + each.memoryMib, 0);
  return registered.map((resource) => {
    const { name, integerValue = 0, stringSetValue = [] } = resource;
    switch (name) {
      case 'CPU':
        return { ...resource, integerValue: integerValue - cpu };
      case 'MEMORY':
        return { ...resource, integerValue: integerValue - memory };
      case 'PORTS':
        return withPorts(
          resource,
          stringSetValue,
          reserved.flatMap(({ ports }) => ports),
        );
      case 'PORTS_UDP':
        return withPorts(
          resource,
          stringSetValue,
          reserved.flatMap(({ portsUdp }) => portsUdp),
        );
      default:
        return resource;
    }
  });
}

function withPorts(resource: Resource, own: readonly string[], taken: readonly string[]): Resource {
  return { ...resource, stringSetValue: [...own, ...taken] };
}
