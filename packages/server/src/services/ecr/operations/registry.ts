/** The registry as a whole: its policy, replication rules and account settings. */
import type {
  DeleteRegistryPolicyRequest,
  DeleteRegistryPolicyResponse,
  DescribeRegistryRequest,
  DescribeRegistryResponse,
  GetAccountSettingRequest,
  GetAccountSettingResponse,
  GetRegistryPolicyRequest,
  GetRegistryPolicyResponse,
  PutAccountSettingRequest,
  PutAccountSettingResponse,
  PutRegistryPolicyRequest,
  PutRegistryPolicyResponse,
  PutReplicationConfigurationRequest,
  PutReplicationConfigurationResponse,
} from '@sekisho/catalog/types/ecr';
import type { OperationContext } from '../../service.ts';
import { accountSetting, checkAccountSetting } from '../account-settings.ts';
import { registryPolicyNotFound } from '../errors.ts';
import { readRegistryPolicy } from '../policy-check.ts';
import { registrySettings, settingsChange } from '../registry-settings.ts';
import { RegistryStore } from '../registry-store.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRegistry.html */
export function describeRegistry(
  _: DescribeRegistryRequest,
  context: OperationContext,
): DescribeRegistryResponse {
  const { replicationRules = [] } = registrySettings(new RegistryStore(context));
  const rules = replicationRules.map(({ destinations, prefixes }) => ({
    destinations,
    ...(prefixes.length === 0
      ? {}
      : {
          repositoryFilters: prefixes.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' })),
        }),
  }));
  return { registryId: context.account, replicationConfiguration: { rules } };
}

/**
 * The rules are kept; nothing is replicated by this server.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html
 */
export async function putReplicationConfiguration(
  { replicationConfiguration }: PutReplicationConfigurationRequest,
  context: OperationContext,
): Promise<PutReplicationConfigurationResponse> {
  const store = new RegistryStore(context);
  const replicationRules = replicationConfiguration.rules.map((rule) => ({
    destinations: rule.destinations.map(({ region, registryId }) => ({ region, registryId })),
    prefixes: (rule.repositoryFilters ?? []).map(({ filter }) => filter),
  }));
  const settings = { ...registrySettings(store), replicationRules };
  await context.commit([settingsChange(store, settings)]);
  return { replicationConfiguration };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryPolicy.html */
export async function putRegistryPolicy(
  { policyText }: PutRegistryPolicyRequest,
  context: OperationContext,
): Promise<PutRegistryPolicyResponse> {
  const store = new RegistryStore(context);
  const { policy } = readRegistryPolicy(policyText, context);
  await context.commit([settingsChange(store, { ...registrySettings(store), policy })]);
  return { registryId: context.account, policyText };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryPolicy.html */
export function getRegistryPolicy(
  _: GetRegistryPolicyRequest,
  context: OperationContext,
): GetRegistryPolicyResponse {
  const { policy } = registrySettings(new RegistryStore(context));
  if (policy === undefined) throw registryPolicyNotFound(context.account);
  return { registryId: context.account, policyText: policy.text };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRegistryPolicy.html */
export async function deleteRegistryPolicy(
  _: DeleteRegistryPolicyRequest,
  context: OperationContext,
): Promise<DeleteRegistryPolicyResponse> {
  const store = new RegistryStore(context);
  const { policy, ...settings } = registrySettings(store);
  if (policy === undefined) throw registryPolicyNotFound(context.account);
  await context.commit([settingsChange(store, settings)]);
  return { registryId: context.account, policyText: policy.text };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAccountSetting.html */
export function getAccountSetting(
  { name }: GetAccountSettingRequest,
  context: OperationContext,
): GetAccountSettingResponse {
  checkAccountSetting(name);
  return { name, value: accountSetting(name, new RegistryStore(context)) };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html */
export async function putAccountSetting(
  { name, value }: PutAccountSettingRequest,
  context: OperationContext,
): Promise<PutAccountSettingResponse> {
  checkAccountSetting(name, value);
  const store = new RegistryStore(context);
  const settings = registrySettings(store);
  const accountSettings = [...new Map(settings.accountSettings ?? []).set(name, value)];
  await context.commit([settingsChange(store, { ...settings, accountSettings })]);
  return { name, value };
}
