/** The generic rules of a service, made from the catalogue and kept. */
import {
  loadActions,
  loadDemandRules,
  loadServiceLinkedRoles,
  type ServiceModel,
} from '@sekisho/catalog';
import type { DemandRule } from '../service.ts';
import { createDemandRule } from './demand-rule.ts';

/** What of a service the rules need. */
export interface RuledService {
  readonly id: string;
  readonly actionPrefix: string;
  readonly model: ServiceModel;
}

/** Loads the service's facts; the returned function gives each operation's rule, made once. */
export async function createGenericRules(
  service: RuledService,
): Promise<(operation: string) => DemandRule<unknown>> {
  const [actions, facts, serviceLinkedRoles] = await Promise.all([
    loadActions(service.actionPrefix),
    loadDemandRules(service.id),
    loadServiceLinkedRoles(),
  ]);
  const sources = { model: service.model, actions, facts, serviceLinkedRoles };
  const rules = new Map<string, DemandRule<unknown>>();
  return (operation) => {
    let rule = rules.get(operation);
    if (rule === undefined) {
      rule = createDemandRule(sources, operation);
      // Names come from the wire: only the model's own are kept.
      if (service.model.operation(operation) !== undefined) rules.set(operation, rule);
    }
    return rule;
  };
}
