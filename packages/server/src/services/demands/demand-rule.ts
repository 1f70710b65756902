/** The generic rule: an operation's demands from the catalogue's facts and reference data. */
import type {
  DemandRules,
  ServiceActions,
  ServiceLinkedRole,
  ServiceModel,
} from '@sekisho/catalog';
import type { Demand, DemandContext, DemandRule } from '../service.ts';
import { compileDefault } from './default-rule.ts';
import type { Demands } from './fact-rule.ts';
import { compileFacts } from './fact-rule.ts';
import { NotMapped, Unmappable } from './not-mapped.ts';
import { resourceText } from './resource-text.ts';
import type { Scope } from './scope.ts';

/** What the rules of one service are made from. */
export interface DemandSources {
  readonly model: ServiceModel;
  /** Of the service's action prefix. */
  readonly actions: ServiceActions;
  readonly facts: DemandRules;
  readonly serviceLinkedRoles: ReadonlyMap<string, ServiceLinkedRole>;
}

/**
 * The rule of one operation: its facts where there are any, else the action of the same name. A
 * rule that cannot be made, or not for this input, throws NotMapped when it is asked.
 */
export function createDemandRule(sources: DemandSources, operation: string): DemandRule<unknown> {
  const name = `${sources.actions.prefix}:${operation}`;
  let demands: Demands;
  try {
    demands = compile(sources, operation);
  } catch (error) {
    if (!(error instanceof Unmappable)) throw error;
    const { message } = error;
    return () => {
      throw new NotMapped(name, message);
    };
  }
  return (input, context) => {
    const scope: Scope = { input, context, serviceLinkedRoles: sources.serviceLinkedRoles };
    try {
      return distinct(demands(scope)).map((demand) => complete(demand, operation, input, context));
    } catch (error) {
      if (error instanceof Unmappable) throw new NotMapped(name, error.message);
      throw error;
    }
  };
}

function compile({ model, actions, facts }: DemandSources, operation: string): Demands {
  const known = facts.operations.get(operation);
  if (known !== undefined) return compileFacts(known);
  const shape = model.operation(operation);
  if (shape === undefined) throw new Unmappable('the service has no such operation');
  return compileDefault(shape, actions);
}

/** The same pair is asked once; of the same pair with other keys, each. */
function distinct(demands: readonly Demand[]): readonly Demand[] {
  const seen = new Set<string>();
  return demands.filter((demand) => {
    const key = JSON.stringify([demand.action, demand.resource, demand.context]);
    return seen.size < seen.add(key).size;
  });
}

function complete(
  demand: Demand,
  operation: string,
  input: unknown,
  { partition, account }: DemandContext,
): Demand {
  const { action, resource } = demand;
  const text = resourceText({ action, resource, operation, input, partition, account });
  return {
    ...demand,
    ...(text === undefined ? {} : { resourceText: text }),
    ...(asksTrustPolicy(demand) ? TRUST_REQUIRED : {}),
  };
}

/**
 * A role is assumed by its trust policy's leave. STS's own rules attach the policy; a demand from
 * here has none, and is therefore refused.
 */
const TRUST_REQUIRED = { combining: 'resource-required', resourceIsTrustPolicy: true } as const;

function asksTrustPolicy({ action, resource }: Demand): boolean {
  return action.startsWith('sts:') && /^arn:[^:]+:iam::[^:]*:role\//.test(resource);
}
