/**
 * Repository creation templates: which one fits a name, and the repository that it makes.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 */
import type { Change } from '../../store/store.ts';
import type { Demand, DemandContext, OperationContext } from '../service.ts';
import { creationDemand, repositoryDemand } from './demands.ts';
import { tagList } from './description.ts';
import type { CreationTemplateRecord, RepositoryRecord } from './entities.ts';
import { newRepository } from './new-repository.ts';
import { readRepositoryPolicy } from './policy-check.ts';
import { findRepository, RegistryStore } from './registry-store.ts';

/** The prefix of the template for names that no other one fits. */
const rootPrefix = 'ROOT';

/** The template with the longest prefix that fits, of those made for pushes. */
export function templateForPush(
  name: string,
  registryId: string,
  context: DemandContext,
): CreationTemplateRecord | undefined {
  const fitting = new RegistryStore(context, registryId).templates
    .all()
    .map(({ record }) => record)
    .filter(({ appliedFor }) => appliedFor.includes('CREATE_ON_PUSH'))
    .filter(({ prefix }) => prefix === rootPrefix || name.startsWith(`${trimmed(prefix)}/`))
    .sort((one, other) => lengthOf(other) - lengthOf(one));
  return fitting[0];
}

/** A prefix may be written with its final slash. */
function trimmed(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
}

function lengthOf({ prefix }: CreationTemplateRecord): number {
  return prefix === rootPrefix ? 0 : prefix.length;
}

/**
 * What a push must be allowed besides when it makes its repository; undefined when no template
 * fits or the repository is there, and nothing is made.
 *
 * Unverified: that what the template sets is asked of the caller as well.
 */
export function createOnPushDemands(
  name: string,
  registryId: string,
  context: DemandContext,
): readonly Demand[] | undefined {
  if (findRepository(name, registryId, context) !== undefined) return undefined;
  const template = templateForPush(name, registryId, context);
  if (template === undefined) return undefined;
  const target = { repositoryName: name, registryId };
  const tags = tagList(template.tags);
  const further = [
    ...(template.repositoryPolicy === undefined ? [] : ['SetRepositoryPolicy']),
    ...(template.lifecyclePolicy === undefined ? [] : ['PutLifecyclePolicy']),
  ];
  return [
    creationDemand('CreateRepository', target, tags, context),
    ...(tags.length === 0 ? [] : [creationDemand('TagResource', target, tags, context)]),
    ...further.map((action) => repositoryDemand(action, target, context)),
  ];
}

/**
 * The repository that a push makes, to be committed before the push goes on; undefined when no
 * template fits. The demands above must have been allowed.
 */
export function createOnPush(
  name: string,
  registryId: string,
  context: OperationContext,
): { readonly record: RepositoryRecord; readonly change: Change } | undefined {
  const template = templateForPush(name, registryId, context);
  if (template === undefined) return undefined;
  const { encryption, tags, tagMutability, tagMutabilityExclusions } = template;
  const { repositoryPolicy, lifecyclePolicy: text } = template;
  const settings = {
    scanOnPush: false,
    encryption,
    tags,
    tagMutability,
    tagMutabilityExclusions,
    ...(repositoryPolicy === undefined
      ? {}
      : { policy: readRepositoryPolicy(repositoryPolicy, context).policy }),
    ...(text === undefined ? {} : { lifecyclePolicy: { text, evaluatedAt: context.now } }),
  };
  return newRepository(name, registryId, settings, context);
}
