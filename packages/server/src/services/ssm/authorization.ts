/**
 * What Parameter Store's operations demand.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
import type {
  AddTagsToResourceRequest,
  DeleteParametersRequest,
  GetParameterHistoryRequest,
  GetParameterRequest,
  GetParametersByPathRequest,
  GetParametersRequest,
  PutParameterRequest,
} from '@sekisho/catalog/types/ssm';
import { forwardedDemands } from '../forward-access.ts';
import type { Demand, DemandContext, DemandRule } from '../service.ts';
import { decryptionDemands, parameterDemand, readDemands } from './demands.ts';
import { readReference } from './parameter-name.ts';
import { findParameter, latest } from './parameter-store.ts';
import { isManagedKey, writingRequests } from './parameter-value.ts';
import { pathPage } from './path-page.ts';
import { chooseTier } from './tier.ts';

function onParameter(action: string): DemandRule<{ readonly Name: string }> {
  return ({ Name }, context) => [parameterDemand(action, Name, context)];
}

async function putDemands(
  input: PutParameterRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const { Name: name } = input;
  const found = findParameter(readReference(name, context), context);
  const own = parameterDemand('PutParameter', name, context, [
    ['ssm:Overwrite', String(input.Overwrite ?? false)],
    // Unverified: whether policies are given, as true or false.
    ['ssm:Policies', String(input.Policies !== undefined)],
  ]);
  const demands = [own];
  if (input.Tags?.length) demands.push(parameterDemand('AddTagsToResource', name, context));
  const old = found && latest(found.record);
  const keyId = input.KeyId ?? old?.keyId;
  if ((input.Type ?? old?.type) !== 'SecureString' || keyId === undefined) return demands;
  if (isManagedKey(keyId)) return demands;
  const requests = writingRequests(keyId, own.resource, chooseTier(input, old));
  const asked = await Promise.all(requests.map((each) => forwardedDemands(each, context)));
  return [...demands, ...asked.flat()];
}

async function byPathDemands(
  input: GetParametersByPathRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const recursive = String(input.Recursive ?? false);
  const own = parameterDemand('GetParametersByPath', input.Path, context, [
    ['ssm:Recursive', recursive],
  ]);
  if (input.WithDecryption !== true) return [own];
  const demands = [own];
  for (const found of pathPage(input, context).items) {
    demands.push(...(await decryptionDemands(found, [latest(found.record)], context)));
  }
  return demands;
}

async function historyDemands(
  input: GetParameterHistoryRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const own = parameterDemand('GetParameterHistory', input.Name, context);
  const found = findParameter(readReference(input.Name, context), context);
  if (input.WithDecryption !== true || found === undefined) return [own];
  return [own, ...(await decryptionDemands(found, found.record.versions, context))];
}

/** Resource types of tags other than parameters, by their names in ARNs. */
const arnTypes: ReadonlyMap<string, string> = new Map([
  ['Document', 'document'],
  ['ManagedInstance', 'managed-instance'],
  ['MaintenanceWindow', 'maintenancewindow'],
  ['PatchBaseline', 'patchbaseline'],
  ['OpsItem', 'opsitem'],
  ['OpsMetadata', 'opsmetadata'],
  ['Automation', 'automation-execution'],
  ['Association', 'association'],
]);

function onTagged(
  action: string,
): DemandRule<Pick<AddTagsToResourceRequest, 'ResourceType' | 'ResourceId'>> {
  return ({ ResourceType: type, ResourceId: id }, context) => {
    const named = arnTypes.get(type);
    if (named === undefined) return [parameterDemand(action, id, context)];
    const { partition, region, account } = context;
    const resource = `arn:${partition}:ssm:${region}:${account}:${named}/${id}`;
    return [{ action: `ssm:${action}`, resource }];
  };
}

export const authorization: Readonly<Record<string, DemandRule>> = {
  AddTagsToResource: onTagged('AddTagsToResource'),
  DeleteParameter: onParameter('DeleteParameter'),
  DeleteParameters: ({ Names }: DeleteParametersRequest, context: DemandContext) =>
    Names.map((name) => parameterDemand('DeleteParameters', name, context)),
  DescribeParameters: (_: unknown, { partition, region, account }: DemandContext) => [
    {
      action: 'ssm:DescribeParameters',
      resource: '*',
      resourceText: `arn:${partition}:ssm:${region}:${account}:*`,
    },
  ],
  GetParameter: ({ Name, WithDecryption }: GetParameterRequest, context: DemandContext) =>
    readDemands('GetParameter', Name, WithDecryption === true, context),
  GetParameterHistory: historyDemands,
  GetParameters: async (
    { Names, WithDecryption }: GetParametersRequest,
    context: DemandContext,
  ): Promise<readonly Demand[]> => {
    const withDecryption = WithDecryption === true;
    const demands = await Promise.all(
      Names.map((name) => readDemands('GetParameters', name, withDecryption, context)),
    );
    return demands.flat();
  },
  GetParametersByPath: byPathDemands,
  LabelParameterVersion: onParameter('LabelParameterVersion'),
  ListTagsForResource: onTagged('ListTagsForResource'),
  PutParameter: putDemands,
  RemoveTagsFromResource: onTagged('RemoveTagsFromResource'),
  UnlabelParameterVersion: onParameter('UnlabelParameterVersion'),
};
