/** Pull through cache rules: kept as they are put; nothing is fetched from upstream. */
import type {
  CreatePullThroughCacheRuleRequest,
  CreatePullThroughCacheRuleResponse,
  DeletePullThroughCacheRuleRequest,
  DeletePullThroughCacheRuleResponse,
  DescribePullThroughCacheRulesRequest,
  DescribePullThroughCacheRulesResponse,
  PullThroughCacheRule,
  UpdatePullThroughCacheRuleRequest,
  UpdatePullThroughCacheRuleResponse,
} from '@sekisho/catalog/types/ecr';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import type { PullThroughCacheRuleRecord } from '../entities.ts';
import {
  cacheRuleAlreadyExists,
  cacheRuleNotFound,
  invalidNextToken,
  limitExceeded,
} from '../errors.ts';
import { cacheRulesPerRegistryMax, listedMax } from '../limits.ts';
import { RegistryStore } from '../registry-store.ts';

function describe(rule: PullThroughCacheRuleRecord, registryId: string): PullThroughCacheRule {
  return {
    ecrRepositoryPrefix: rule.prefix,
    upstreamRegistryUrl: rule.upstreamUrl,
    createdAt: new Date(rule.createdAt),
    registryId,
    credentialArn: rule.credentialArn,
    customRoleArn: rule.customRoleArn,
    upstreamRepositoryPrefix: rule.upstreamPrefix,
    upstreamRegistry: rule.upstreamRegistry,
    updatedAt: new Date(rule.updatedAt),
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html */
export async function createPullThroughCacheRule(
  input: CreatePullThroughCacheRuleRequest,
  context: OperationContext,
): Promise<CreatePullThroughCacheRuleResponse> {
  const { ecrRepositoryPrefix: prefix, registryId = context.account } = input;
  const { cacheRules } = new RegistryStore(context, registryId);
  if (cacheRules.find(prefix) !== undefined) throw cacheRuleAlreadyExists(prefix, registryId);
  if (cacheRules.count() >= cacheRulesPerRegistryMax) {
    throw limitExceeded('The registry already has the maximum number of cache rules.');
  }
  const { credentialArn, customRoleArn, upstreamRegistry } = input;
  const { upstreamRepositoryPrefix: upstreamPrefix } = input;
  const record: PullThroughCacheRuleRecord = {
    prefix,
    upstreamUrl: input.upstreamRegistryUrl,
    ...(upstreamRegistry === undefined ? {} : { upstreamRegistry }),
    ...(upstreamPrefix === undefined ? {} : { upstreamPrefix }),
    ...(credentialArn === undefined ? {} : { credentialArn }),
    ...(customRoleArn === undefined ? {} : { customRoleArn }),
    createdAt: context.now,
    updatedAt: context.now,
  };
  await context.commit([cacheRules.create(prefix, record)]);
  return describe(record, registryId);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UpdatePullThroughCacheRule.html */
export async function updatePullThroughCacheRule(
  input: UpdatePullThroughCacheRuleRequest,
  context: OperationContext,
): Promise<UpdatePullThroughCacheRuleResponse> {
  const { ecrRepositoryPrefix: prefix, registryId = context.account } = input;
  const { cacheRules } = new RegistryStore(context, registryId);
  const held = cacheRules.find(prefix);
  if (held === undefined) throw cacheRuleNotFound(prefix, registryId);
  const { credentialArn, customRoleArn } = input;
  const record: PullThroughCacheRuleRecord = {
    ...held.record,
    ...(credentialArn === undefined ? {} : { credentialArn }),
    ...(customRoleArn === undefined ? {} : { customRoleArn }),
    updatedAt: context.now,
  };
  await context.commit([cacheRules.replace(held, record)]);
  return describe(record, registryId);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribePullThroughCacheRules.html */
export function describePullThroughCacheRules(
  input: DescribePullThroughCacheRulesRequest,
  context: OperationContext,
): DescribePullThroughCacheRulesResponse {
  const { ecrRepositoryPrefixes: prefixes, registryId = context.account } = input;
  const { cacheRules } = new RegistryStore(context, registryId);
  const absent = prefixes?.find((prefix) => cacheRules.find(prefix) === undefined);
  if (absent !== undefined) throw cacheRuleNotFound(absent, registryId);
  const rules = cacheRules
    .all()
    .filter(({ name }) => prefixes === undefined || prefixes.includes(name));
  const request = {
    token: input.nextToken,
    itemsMax: input.maxResults ?? listedMax,
    list: ['DescribePullThroughCacheRules', registryId, JSON.stringify(prefixes), context.region],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(rules, ({ name }) => name, request, context);
  return {
    pullThroughCacheRules: items.map(({ record }) => describe(record, registryId)),
    nextToken,
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeletePullThroughCacheRule.html */
export async function deletePullThroughCacheRule(
  input: DeletePullThroughCacheRuleRequest,
  context: OperationContext,
): Promise<DeletePullThroughCacheRuleResponse> {
  const { ecrRepositoryPrefix: prefix, registryId = context.account } = input;
  const { cacheRules } = new RegistryStore(context, registryId);
  const held = cacheRules.find(prefix);
  if (held === undefined) throw cacheRuleNotFound(prefix, registryId);
  await context.commit([cacheRules.remove(held)]);
  return describe(held.record, registryId);
}
