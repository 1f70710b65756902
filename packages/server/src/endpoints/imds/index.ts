/** Instance metadata services: one listener an instance, started and stopped with the EC2 service. */
import type { Service } from '../../services/service.ts';
import { InstanceFleet } from './fleet.ts';

export { type InstanceEndpoint, InstanceFleet } from './fleet.ts';
export { type ImdsEndpoint, startImds } from './listener.ts';
export type { InstanceKey } from './metadata-view.ts';

/**
 * The EC2 service with the metadata services of its instances: `start` opens them, `stop` closes
 * them, `describeEndpoint` tells where an instance's is.
 */
export function withInstanceMetadata(service: Service): Service {
  let fleet: InstanceFleet | undefined;
  return {
    ...service,
    start: async (runtime) => {
      await service.start?.(runtime);
      fleet = await InstanceFleet.start(runtime);
    },
    stop: async (runtime) => {
      await fleet?.close();
      fleet = undefined;
      await service.stop?.(runtime);
    },
    describeEndpoint: (account, id) => fleet?.describe(account, id),
  };
}
