/** The compact form of a service's actions: the file format of `generated/actions/`. */

export type ActionRow = readonly [
  name: string,
  accessLevel: string,
  resourceTypes: readonly (readonly [
    name: string,
    required: number,
    conditionKeys: readonly number[],
  ])[],
  conditionKeys: readonly number[],
];

export type ResourceTypeRow = readonly [
  name: string,
  arn: string,
  conditionKeys: readonly number[],
];

/** One prefix's file; condition keys are indices in `conditionKeys`. */
export interface ActionsTable {
  readonly generated: string;
  readonly prefix: string;
  readonly name: string;
  readonly actions: readonly ActionRow[];
  readonly resourceTypes: readonly ResourceTypeRow[];
  readonly conditionKeys: readonly (readonly [key: string, type: string])[];
}

/** `generated/action-names.json`: names of one service are one string, separated by spaces. */
export interface ActionNamesTable {
  readonly services: readonly (readonly [prefix: string, name: string, actionNames: string])[];
  readonly globalConditionKeys: readonly (readonly [key: string, type: string])[];
  readonly servicesWithResourceControlPolicies: readonly string[];
}
