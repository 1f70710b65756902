/** Actions, resource types and condition keys: the service authorization reference as data. */
import type { ActionNamesTable, ActionsTable } from './actions-table.ts';
import { loadJson } from './load-json.ts';

/** A kind of resource that an action works on. */
export interface ActionResourceType {
  readonly name: string;
  readonly required: boolean;
  /** Condition keys that apply only when this resource is asked for. */
  readonly conditionKeys: readonly string[];
}

export type AccessLevel = 'List' | 'Read' | 'Write' | 'Permissions management' | 'Tagging';

/** An IAM action. No resource type: only `*` in a policy's Resource matches it. */
export interface Action {
  /** Without the prefix: `CreateRole`. */
  readonly name: string;
  readonly accessLevel: AccessLevel;
  readonly resourceTypes: readonly ActionResourceType[];
  readonly conditionKeys: readonly string[];
}

/** A resource type; `arn` has variables `${Partition}`, `${Region}`, `${Account}` and its own. */
export interface ResourceType {
  readonly name: string;
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}

/** `String`, `ArrayOfString`, `ARN`, `ArrayOfARN`, `Bool`, `ArrayOfBool`, `Numeric`, `Date`,
 * `IPAddress`; '' when AWS's lists do not tell. */
export type ConditionKeyType = string;

/** Everything that AWS's reference says of one service prefix. */
export interface ServiceActions {
  readonly prefix: string;
  readonly serviceName: string;
  /** By name in lower case. */
  readonly actions: ReadonlyMap<string, Action>;
  readonly resourceTypes: ReadonlyMap<string, ResourceType>;
  /** As AWS writes them, `iam:ResourceTag/${TagKey}` → type. */
  readonly conditionKeys: ReadonlyMap<string, ConditionKeyType>;
  /** The action of that name in any case. */
  readonly action: (name: string) => Action | undefined;
}

/** Names of all services and actions, and what is the same for all services. */
export interface ActionIndex {
  readonly prefixes: readonly string[];
  readonly serviceName: (prefix: string) => string | undefined;
  /** Names of a service's actions, sorted; empty for an unknown prefix. */
  readonly actionNames: (prefix: string) => readonly string[];
  /** Whether `prefix:Action` exists, in any case. */
  readonly actionExists: (action: string) => boolean;
  /** The 59 global condition keys and their types. */
  readonly globalConditionKeys: ReadonlyMap<string, ConditionKeyType>;
  /** Prefixes of services whose resources obey resource control policies. */
  readonly resourceControlPolicyServices: ReadonlySet<string>;
}

const loading = new Map<string, Promise<ServiceActions>>();
let index: Promise<ActionIndex> | undefined;

/** The names of all actions (about 0.5 MB). */
export function loadActionIndex(): Promise<ActionIndex> {
  index ??= loadJson<ActionNamesTable>('action-names.json').then(openIndex);
  return index;
}

/** Actions of one service prefix. Throws RangeError for a prefix that AWS does not have. */
export async function loadActions(prefix: string): Promise<ServiceActions> {
  const known = await loadActionIndex();
  if (known.serviceName(prefix) === undefined) throw new RangeError(`No service prefix ${prefix}`);
  let actions = loading.get(prefix);
  if (actions === undefined) {
    actions = loadJson<ActionsTable>(`actions/${prefix}.json`).then(openActions);
    loading.set(prefix, actions);
  }
  return actions;
}

function openIndex(table: ActionNamesTable): ActionIndex {
  const services = new Map(
    table.services.map(([prefix, name, names]) => [prefix, { name, names }]),
  );
  const folded = new Map<string, ReadonlySet<string>>();
  const actionNames = (prefix: string): readonly string[] => {
    const names = services.get(prefix)?.names ?? '';
    return names === '' ? [] : names.split(' ');
  };
  return {
    prefixes: [...services.keys()],
    serviceName: (prefix) => services.get(prefix)?.name,
    actionNames,
    actionExists: (action) => {
      const colon = action.indexOf(':');
      const prefix = foldAscii(action.slice(0, colon));
      const name = foldAscii(action.slice(colon + 1));
      let names = folded.get(prefix);
      if (names === undefined) {
        if (!services.has(prefix)) return false;
        names = new Set(actionNames(prefix).map(foldAscii));
        folded.set(prefix, names);
      }
      return names.has(name);
    },
    globalConditionKeys: new Map(table.globalConditionKeys),
    resourceControlPolicyServices: new Set(table.servicesWithResourceControlPolicies),
  };
}

function openActions(table: ActionsTable): ServiceActions {
  const keyNames = (positions: readonly number[]): readonly string[] =>
    positions.flatMap((position) => table.conditionKeys[position]?.[0] ?? []);
  const actions = table.actions.map(([name, accessLevel, types, keys]): [string, Action] => [
    foldAscii(name),
    {
      name,
      // The generator's source has these five levels only.
      accessLevel: accessLevel as AccessLevel,
      resourceTypes: types.map(([type, required, typeKeys]) => ({
        name: type,
        required: required === 1,
        conditionKeys: keyNames(typeKeys),
      })),
      conditionKeys: keyNames(keys),
    },
  ]);
  const byName = new Map(actions);
  const types = table.resourceTypes.map(([name, arn, keys]): [string, ResourceType] => [
    name,
    { name, arn, conditionKeys: keyNames(keys) },
  ]);
  return {
    prefix: table.prefix,
    serviceName: table.name,
    actions: byName,
    resourceTypes: new Map(types),
    conditionKeys: new Map(table.conditionKeys),
    action: (name) => byName.get(foldAscii(name)),
  };
}

/** ASCII lower case only: other letters never become equal to an action's. */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));
}
