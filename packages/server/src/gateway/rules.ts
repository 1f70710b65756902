/** The rule of each operation: the service's own, else the generic one from the catalogue's facts. */
import { createGenericRules } from '../services/demands/generic-rules.ts';
import type { DemandRule, Service } from '../services/service.ts';

/** Loads the facts of every service; the function then answers without waiting. */
export async function createRules(
  services: readonly Service[],
): Promise<(service: Service, operation: string) => DemandRule<unknown>> {
  const generic = new Map<string, (operation: string) => DemandRule<unknown>>();
  for (const service of services) generic.set(service.id, await createGenericRules(service));
  return (service, operation) => {
    const own = service.authorization.get(operation);
    // The input is of the operation's own type: both were chosen by the operation's name.
    if (own !== undefined) return own as DemandRule<unknown>;
    const rules = generic.get(service.id);
    if (rules === undefined) throw new Error(`service ${service.id} has no rules`);
    return rules(operation);
  };
}
