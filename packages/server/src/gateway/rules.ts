/** Temporary. */
import type { DemandRule, Service } from '../services/service.ts';
export async function createRules(
  _services: readonly Service[],
): Promise<(service: Service, operation: string) => DemandRule<unknown>> {
  return (service, operation) => (service.authorization.get(operation) as DemandRule<unknown>) ?? (() => [{ action: `${service.actionPrefix}:${operation}`, resource: '*' }]);
}
