/**
 * What ECR operations demand: the action of their own name, on the repository or on the registry.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
import type {
  BatchGetRepositoryScanningConfigurationRequest,
  CreatePullThroughCacheRuleRequest,
  CreateRepositoryCreationTemplateRequest,
  CreateRepositoryRequest,
  DescribeRepositoriesRequest,
  ListTagsForResourceRequest,
  PutAccountSettingRequest,
  TagResourceRequest,
  UntagResourceRequest,
  UpdatePullThroughCacheRuleRequest,
  UpdateRepositoryCreationTemplateRequest,
} from '@sekisho/catalog/types/ecr';
import { canonicalArn } from '../demands/entity-arn.ts';
import type { Demand, DemandContext, DemandRule } from '../service.ts';
import {
  creationDemand,
  type Keys,
  type RepositoryTarget,
  registryDemand,
  repositoryDemand,
  requestTagKeys,
} from './demands.ts';
import { keyDemands } from './encryption.ts';
import { findRepositoryArn } from './repository-arn.ts';

function onRepository(action: string): DemandRule<RepositoryTarget> {
  return (input, context) => [repositoryDemand(action, input, context)];
}

function onRegistry(action: string): DemandRule<{ readonly registryId?: string | undefined }> {
  return ({ registryId }) => [registryDemand(action, registryId)];
}

function onArn(
  action: string,
  resourceArn: string,
  context: DemandContext,
  keys: Keys = [],
): readonly Demand[] {
  const named = findRepositoryArn(resourceArn, context);
  // What is no ARN here is asked about as it was written; the operation refuses it afterwards.
  if (named === undefined || named.region !== context.region) {
    return [{ action: `ecr:${action}`, resource: resourceArn, context: keys }];
  }
  const target = { repositoryName: named.name, registryId: named.account };
  return [repositoryDemand(action, target, context, keys)];
}

async function createRepositoryDemands(
  input: CreateRepositoryRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const tags = input.tags ?? [];
  return [
    creationDemand('CreateRepository', input, tags, context),
    // Unverified: that tags given at creation are asked for by name.
    ...(tags.length === 0 ? [] : [creationDemand('TagResource', input, tags, context)]),
    ...(await keyDemands(input.encryptionConfiguration, context)),
  ];
}

/** The resource of a denial is the one that was recorded: without names, every repository. */
function describeRepositoriesDemands(
  { repositoryNames, registryId }: DescribeRepositoriesRequest,
  context: DemandContext,
): readonly Demand[] {
  const names = repositoryNames ?? ['*'];
  return names.map((repositoryName) =>
    repositoryDemand('DescribeRepositories', { repositoryName, registryId }, context),
  );
}

function passRole(roleArn: string | undefined, context: DemandContext): readonly Demand[] {
  if (roleArn === undefined) return [];
  return [
    {
      action: 'iam:PassRole',
      // In the role's own spelling: a Deny on it is not walked around by another one.
      resource: canonicalArn(context, 'role', roleArn),
      context: [['iam:PassedToService', 'ecr.amazonaws.com']],
    },
  ];
}

function templateDemands(
  action: string,
): DemandRule<CreateRepositoryCreationTemplateRequest | UpdateRepositoryCreationTemplateRequest> {
  return (input, context) => [
    registryDemand(action),
    registryDemand('CreateRepository'),
    ...(input.lifecyclePolicy === undefined ? [] : [registryDemand('PutLifecyclePolicy')]),
    ...(input.repositoryPolicy === undefined ? [] : [registryDemand('SetRepositoryPolicy')]),
    ...passRole(input.customRoleArn, context),
  ];
}

function cacheRuleDemands(
  action: string,
): DemandRule<CreatePullThroughCacheRuleRequest | UpdatePullThroughCacheRuleRequest> {
  return (input, context) => [
    registryDemand(action, input.registryId),
    ...passRole(input.customRoleArn, context),
  ];
}

function accountSettingDemands(action: string): DemandRule<Pick<PutAccountSettingRequest, 'name'>> {
  return ({ name }) => [registryDemand(action, undefined, [['ecr:AccountSetting', name]])];
}

const registryActions = [
  'DeletePullThroughCacheRule',
  'DeleteRegistryPolicy',
  'DeleteRepositoryCreationTemplate',
  'DescribePullThroughCacheRules',
  'DescribeRegistry',
  'DescribeRepositoryCreationTemplates',
  'GetAuthorizationToken',
  'GetRegistryPolicy',
  'GetRegistryScanningConfiguration',
  'PutRegistryPolicy',
  'PutRegistryScanningConfiguration',
  'PutReplicationConfiguration',
  'ValidatePullThroughCacheRule',
];

const repositoryActions = [
  'BatchCheckLayerAvailability',
  'BatchDeleteImage',
  'BatchGetImage',
  'CompleteLayerUpload',
  'DeleteLifecyclePolicy',
  'DeleteRepository',
  'DeleteRepositoryPolicy',
  'DescribeImageReplicationStatus',
  'DescribeImageScanFindings',
  'DescribeImageSigningStatus',
  'DescribeImages',
  'GetDownloadUrlForLayer',
  'GetLifecyclePolicy',
  'GetLifecyclePolicyPreview',
  'GetRepositoryPolicy',
  'InitiateLayerUpload',
  'ListImages',
  'PutImage',
  'PutImageScanningConfiguration',
  'PutImageTagMutability',
  'PutLifecyclePolicy',
  'SetRepositoryPolicy',
  'StartImageScan',
  'StartLifecyclePolicyPreview',
  'UpdateImageStorageClass',
  'UploadLayerPart',
];

export const authorization: Readonly<Record<string, DemandRule>> = {
  ...Object.fromEntries(registryActions.map((action) => [action, onRegistry(action)])),
  ...Object.fromEntries(repositoryActions.map((action) => [action, onRepository(action)])),
  BatchGetRepositoryScanningConfiguration: (
    { repositoryNames }: BatchGetRepositoryScanningConfigurationRequest,
    context: DemandContext,
  ) =>
    repositoryNames.map((repositoryName) =>
      repositoryDemand('BatchGetRepositoryScanningConfiguration', { repositoryName }, context),
    ),
  CreatePullThroughCacheRule: cacheRuleDemands('CreatePullThroughCacheRule'),
  CreateRepository: createRepositoryDemands,
  CreateRepositoryCreationTemplate: templateDemands('CreateRepositoryCreationTemplate'),
  DescribeRepositories: describeRepositoriesDemands,
  GetAccountSetting: accountSettingDemands('GetAccountSetting'),
  // Unverified: the operation has no action of its own.
  ListImageReferrers: onRepository('BatchGetImage'),
  ListTagsForResource: ({ resourceArn }: ListTagsForResourceRequest, context: DemandContext) =>
    onArn('ListTagsForResource', resourceArn, context),
  PutAccountSetting: accountSettingDemands('PutAccountSetting'),
  TagResource: ({ resourceArn, tags }: TagResourceRequest, context: DemandContext) =>
    onArn('TagResource', resourceArn, context, requestTagKeys(tags)),
  UntagResource: ({ resourceArn, tagKeys }: UntagResourceRequest, context: DemandContext) =>
    onArn('UntagResource', resourceArn, context, [['aws:TagKeys', tagKeys]]),
  UpdatePullThroughCacheRule: cacheRuleDemands('UpdatePullThroughCacheRule'),
  UpdateRepositoryCreationTemplate: templateDemands('UpdateRepositoryCreationTemplate'),
};
