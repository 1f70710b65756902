/** Hand-kept facts: which demands an operation makes, which condition keys exist and why. */
import { loadJson } from './load-json.ts';

/** One demand of an operation, as a template over its input (`facts/action-map.json`). */
export interface DemandTemplate {
  /** `service:Action`. */
  readonly action?: string;
  /** ARN with `${…}` places, or `*`. */
  readonly resource?: string;
  /** Condition on the input; absent: always. */
  readonly when?: string;
  /** Needed beside the main action. */
  readonly dependent?: boolean;
  /** Condition keys that only this demand carries. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** No permission is asked; `grant`: a KMS grant decides. */
  readonly none?: true | 'grant';
  /** Where the fact is from: `SAR`, `API`, `UG`, `FAS`, `K` (unverified), `G` (guess). */
  readonly source?: string;
  readonly note?: string;
}

/** Operation → its demands, for operations whose demands are not the default ones. */
export interface DemandRules {
  readonly operations: ReadonlyMap<string, readonly DemandTemplate[]>;
  /** Demands that the service makes elsewhere in the caller's name (forward access sessions). */
  readonly forwarded: ReadonlyMap<string, readonly DemandTemplate[]>;
}

/** What is known of a condition key. */
export interface ContextKeyRule {
  readonly key: string;
  /** `global` or a service prefix. */
  readonly scope: string;
  readonly type: string;
  readonly multivalued: boolean;
  readonly source: string;
  readonly category?: string;
  readonly present?: string;
  readonly from?: string;
  readonly example?: string;
  readonly trap?: string;
  readonly description?: string;
  readonly actions?: readonly string[];
  readonly resourceTypes?: readonly string[];
  /** For people: from where the value comes. */
  readonly derive?: string;
  readonly note?: string;
}

export interface ContextKeyRules {
  readonly keys: readonly ContextKeyRule[];
  /** Keys that must not be compared with a value made of wildcards only. */
  readonly sensitiveNoWildcards: ReadonlySet<string>;
}

/** A role that a service makes for itself in the account. */
export interface ServiceLinkedRole {
  /** Service principal: `ecs.amazonaws.com`. */
  readonly service: string;
  readonly name: string;
  /** Name of the managed policy under `/aws-service-role/`. */
  readonly policy: string;
  readonly customSuffix?: boolean;
  readonly description?: string;
  readonly source: string;
}

type DemandsTable = {
  readonly operations: readonly (readonly [string, readonly DemandTemplate[]])[];
  readonly forwarded: readonly (readonly [string, readonly DemandTemplate[]])[];
};

/** Service ids for which the facts have demand rules. */
export const DEMAND_RULE_SERVICES: readonly string[] = [
  'access-analyzer',
  'cloudformation',
  'cloudwatch',
  'dynamodb',
  'dynamodbstreams',
  'ec2',
  'ecr',
  'ecs',
  'elasticache',
  'iam',
  'kms',
  'lambda',
  'logs',
  'rds',
  's3',
  's3control',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'sts',
];

/** Demand rules of one service; empty for a service without exceptions. */
export async function loadDemandRules(serviceId: string): Promise<DemandRules> {
  if (!DEMAND_RULE_SERVICES.includes(serviceId)) {
    return { operations: new Map(), forwarded: new Map() };
  }
  const table = await loadJson<DemandsTable>(`demands/${serviceId}.json`);
  return { operations: new Map(table.operations), forwarded: new Map(table.forwarded) };
}

/** The rules of all condition keys that the facts know (673). */
export async function loadContextKeyRules(): Promise<ContextKeyRules> {
  const table = await loadJson<{
    readonly keys: readonly ContextKeyRule[];
    readonly sensitiveNoWildcards: readonly string[];
  }>('context-keys.json');
  return { keys: table.keys, sensitiveNoWildcards: new Set(table.sensitiveNoWildcards) };
}

/** Service-linked roles by service principal. */
export async function loadServiceLinkedRoles(): Promise<ReadonlyMap<string, ServiceLinkedRole>> {
  const table = await loadJson<{ readonly roles: readonly ServiceLinkedRole[] }>(
    'service-linked-roles.json',
  );
  return new Map(table.roles.map((role) => [role.service, role]));
}
