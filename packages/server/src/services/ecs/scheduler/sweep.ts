/** Removes what nobody sees any more: tasks that stopped long ago, services deleted long ago, used tokens. */
import type { Change } from '../../../store/store.ts';
import type { Runtime } from '../../service.ts';
import { clientTokenMilliseconds, clientTokensOf } from '../entities/client-token.ts';
import { inactiveServiceMilliseconds, servicesOf } from '../entities/service.ts';
import {
  deploymentsOfService,
  serviceDeploymentsOf,
  serviceRevisionsOf,
} from '../entities/service-deployment.ts';
import { isForgotten, tasksOf } from '../entities/task.ts';
import { placeOf, readRecordKey } from './task-place.ts';

const sweptKinds: ReadonlySet<string> = new Set(['client-token', 'service', 'task']);

/** One commit for all of it. Throws StoreConflict when it lost a race; the next one succeeds. */
export async function sweep(runtime: Runtime): Promise<void> {
  const now = runtime.platform.clock.now();
  const changes = runtime.state
    .folders('ecs/')
    .filter((folder) => sweptKinds.has(folder.split('/')[3] ?? ''))
    .flatMap((folder) => runtime.state.keys(folder))
    .flatMap((key) => removalOf(key, runtime, now));
  if (changes.length > 0) await runtime.state.commit(changes);
}

function removalOf(key: string, runtime: Runtime, now: number): readonly Change[] {
  const read = readRecordKey(key);
  if (read === undefined) return [];
  const place = placeOf(runtime, read);
  if (read.kind === 'task') {
    const tasks = tasksOf(place, read.clusterName);
    const task = tasks.find(read.name);
    return task !== undefined && isForgotten(task.record, now) ? [tasks.remove(task)] : [];
  }
  if (read.kind === 'client-token') {
    const tokens = clientTokensOf(place, read.clusterName);
    const token = tokens.find(read.name);
    const isOver = token !== undefined && token.record.createdAt + clientTokenMilliseconds <= now;
    return isOver ? [tokens.remove(token)] : [];
  }
  const services = servicesOf(place, read.clusterName);
  const service = services.find(read.name);
  const { inactiveSince } = service?.record ?? {};
  if (service === undefined || inactiveSince === undefined) return [];
  if (inactiveSince + inactiveServiceMilliseconds > now) return [];
  const deployments = serviceDeploymentsOf(place, read.clusterName);
  const revisions = serviceRevisionsOf(place, read.clusterName);
  return [
    services.remove(service),
    ...deploymentsOfService(place, service.record).map((held) => deployments.remove(held)),
    ...revisions
      .all()
      .filter(({ record }) => record.serviceName === read.name)
      .map((held) => revisions.remove(held)),
  ];
}
