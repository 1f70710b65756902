/** Repository creation templates: made, changed, listed, deleted. */
import type {
  CreateRepositoryCreationTemplateRequest,
  CreateRepositoryCreationTemplateResponse,
  DeleteRepositoryCreationTemplateRequest,
  DeleteRepositoryCreationTemplateResponse,
  DescribeRepositoryCreationTemplatesRequest,
  DescribeRepositoryCreationTemplatesResponse,
  RepositoryCreationTemplate,
  UpdateRepositoryCreationTemplateRequest,
  UpdateRepositoryCreationTemplateResponse,
} from '@sekisho/catalog/types/ecr';
import { paginate } from '../../records/page.ts';
import type { Held } from '../../records/record-folder.ts';
import type { OperationContext } from '../../service.ts';
import { encryptionConfiguration, exclusionFilters, tagList } from '../description.ts';
import { readEncryption } from '../encryption.ts';
import type { CreationTemplateRecord } from '../entities.ts';
import {
  invalidNextToken,
  limitExceeded,
  templateAlreadyExists,
  templateNotFound,
} from '../errors.ts';
import { readLifecyclePolicy } from '../lifecycle/policy.ts';
import { listedMax, templatesPerRegistryMax } from '../limits.ts';
import { readRepositoryPolicy } from '../policy-check.ts';
import { RegistryStore } from '../registry-store.ts';
import { readTagMutability } from '../tag-mutability.ts';
import { withTags } from '../tags.ts';

type Settings = Omit<CreateRepositoryCreationTemplateRequest, 'prefix'>;

async function readTemplate(
  prefix: string,
  input: Settings,
  createdAt: number,
  context: OperationContext,
): Promise<CreationTemplateRecord> {
  const { description, repositoryPolicy, lifecyclePolicy, customRoleArn } = input;
  if (repositoryPolicy !== undefined) readRepositoryPolicy(repositoryPolicy, context);
  if (lifecyclePolicy !== undefined) readLifecyclePolicy(lifecyclePolicy);
  return {
    prefix,
    ...(description === undefined ? {} : { description }),
    appliedFor: [...new Set(input.appliedFor)],
    encryption: await readEncryption(input.encryptionConfiguration, context),
    tags: withTags([], input.resourceTags ?? []),
    ...readTagMutability(input.imageTagMutability, input.imageTagMutabilityExclusionFilters),
    ...(repositoryPolicy === undefined ? {} : { repositoryPolicy }),
    ...(lifecyclePolicy === undefined ? {} : { lifecyclePolicy }),
    ...(customRoleArn === undefined ? {} : { customRoleArn }),
    createdAt,
    updatedAt: context.now,
  };
}

function describe(template: CreationTemplateRecord): RepositoryCreationTemplate {
  return {
    prefix: template.prefix,
    description: template.description,
    encryptionConfiguration: encryptionConfiguration(template.encryption),
    resourceTags: tagList(template.tags),
    imageTagMutability: template.tagMutability,
    imageTagMutabilityExclusionFilters: exclusionFilters(template),
    repositoryPolicy: template.repositoryPolicy,
    lifecyclePolicy: template.lifecyclePolicy,
    appliedFor: template.appliedFor,
    customRoleArn: template.customRoleArn,
    createdAt: new Date(template.createdAt),
    updatedAt: new Date(template.updatedAt),
  };
}

/** Throws TemplateNotFoundException. */
function requireTemplate(
  prefix: string,
  context: OperationContext,
): Held<CreationTemplateRecord> & { readonly store: RegistryStore } {
  const store = new RegistryStore(context);
  const held = store.templates.find(prefix);
  if (held === undefined) throw templateNotFound(prefix, context.account);
  return { ...held, store };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepositoryCreationTemplate.html */
export async function createRepositoryCreationTemplate(
  input: CreateRepositoryCreationTemplateRequest,
  context: OperationContext,
): Promise<CreateRepositoryCreationTemplateResponse> {
  const { templates } = new RegistryStore(context);
  const { prefix } = input;
  if (templates.find(prefix) !== undefined) throw templateAlreadyExists(prefix, context.account);
  if (templates.count() >= templatesPerRegistryMax) {
    throw limitExceeded('The registry already has the maximum number of templates.');
  }
  const record = await readTemplate(prefix, input, context.now, context);
  await context.commit([templates.create(prefix, record)]);
  return { registryId: context.account, repositoryCreationTemplate: describe(record) };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UpdateRepositoryCreationTemplate.html */
export async function updateRepositoryCreationTemplate(
  input: UpdateRepositoryCreationTemplateRequest,
  context: OperationContext,
): Promise<UpdateRepositoryCreationTemplateResponse> {
  const held = requireTemplate(input.prefix, context);
  const { store } = held;
  const before = describe(held.record);
  // Unverified: what the request leaves out stays as it was.
  const mutability =
    input.imageTagMutability === undefined
      ? {
          imageTagMutability: before.imageTagMutability,
          imageTagMutabilityExclusionFilters: before.imageTagMutabilityExclusionFilters,
        }
      : {
          imageTagMutability: input.imageTagMutability,
          imageTagMutabilityExclusionFilters: input.imageTagMutabilityExclusionFilters,
        };
  const settings: Settings = {
    description: input.description ?? before.description,
    encryptionConfiguration: input.encryptionConfiguration ?? before.encryptionConfiguration,
    resourceTags: input.resourceTags ?? before.resourceTags,
    ...mutability,
    repositoryPolicy: input.repositoryPolicy ?? before.repositoryPolicy,
    lifecyclePolicy: input.lifecyclePolicy ?? before.lifecyclePolicy,
    appliedFor: input.appliedFor ?? held.record.appliedFor,
    customRoleArn: input.customRoleArn ?? before.customRoleArn,
  };
  const record = await readTemplate(input.prefix, settings, held.record.createdAt, context);
  await context.commit([store.templates.replace(held, record)]);
  return { registryId: context.account, repositoryCreationTemplate: describe(record) };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositoryCreationTemplates.html */
export function describeRepositoryCreationTemplates(
  { prefixes, maxResults, nextToken: token }: DescribeRepositoryCreationTemplatesRequest,
  context: OperationContext,
): DescribeRepositoryCreationTemplatesResponse {
  const templates = new RegistryStore(context).templates
    .all()
    .filter(({ name }) => prefixes === undefined || prefixes.includes(name));
  const request = {
    token,
    itemsMax: maxResults ?? listedMax,
    list: ['DescribeRepositoryCreationTemplates', JSON.stringify(prefixes), context.region],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(templates, ({ name }) => name, request, context);
  return {
    registryId: context.account,
    repositoryCreationTemplates: items.map(({ record }) => describe(record)),
    nextToken,
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryCreationTemplate.html */
export async function deleteRepositoryCreationTemplate(
  { prefix }: DeleteRepositoryCreationTemplateRequest,
  context: OperationContext,
): Promise<DeleteRepositoryCreationTemplateResponse> {
  const held = requireTemplate(prefix, context);
  await context.commit([held.store.templates.remove(held)]);
  return { registryId: context.account, repositoryCreationTemplate: describe(held.record) };
}
