/** The public interface of the catalogue. */
export type {
  AccessLevel,
  Action,
  ActionIndex,
  ActionResourceType,
  ConditionKeyType,
  ResourceType,
  ServiceActions,
} from './actions.ts';
export { loadActionIndex, loadActions } from './actions.ts';
export type {
  ContextKeyRule,
  ContextKeyRules,
  DemandRules,
  DemandTemplate,
  ServiceLinkedRole,
} from './facts.ts';
export {
  DEMAND_RULE_SERVICES,
  loadContextKeyRules,
  loadDemandRules,
  loadServiceLinkedRoles,
} from './facts.ts';
export { loadServiceModel, SERVICE_IDS } from './load-service-model.ts';
export type { ManagedPolicies, ManagedPolicy, ManagedPolicyHeader } from './managed-policies.ts';
export { loadManagedPolicies } from './managed-policies.ts';
export type {
  Constraints,
  ErrorModel,
  ListShape,
  MapShape,
  Member,
  OperationModel,
  ScalarKind,
  ScalarShape,
  ServiceModel,
  Shape,
  StructureShape,
  TimestampFormat,
  Traits,
} from './shape.ts';
