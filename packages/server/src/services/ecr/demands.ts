/** Demands on repositories: their ARN, their policy, their tags, and the registry's own policy. */
import type { ContextValue, PolicySource } from '@sekisho/policy';
import { policySource } from '../attached-policy.ts';
import type { Demand, DemandContext } from '../service.ts';
import { accountSetting } from './account-settings.ts';
import type { RepositoryRecord } from './entities.ts';
import { registrySettings } from './registry-settings.ts';
import { findRepository, RegistryStore } from './registry-store.ts';

export type Keys = readonly (readonly [key: string, value: ContextValue])[];

/** Which repository; `registryId` defaults to the caller's account. */
export interface RepositoryTarget {
  readonly repositoryName: string;
  readonly registryId?: string | undefined;
}

/** `arn:aws:ecr:<region>:<account>:repository/<name>`. */
export function repositoryArn(
  { repositoryName, registryId }: RepositoryTarget,
  { partition, region, account }: Pick<DemandContext, 'partition' | 'region' | 'account'>,
): string {
  return `arn:${partition}:ecr:${region}:${registryId ?? account}:repository/${repositoryName}`;
}

/** The demand on a repository, whether it exists or not. `action` without its prefix. */
export function repositoryDemand(
  action: string,
  target: RepositoryTarget,
  context: DemandContext,
  more: Keys = [],
): Demand {
  const { repositoryName, registryId = context.account } = target;
  const record = findRepository(repositoryName, registryId, context)?.record;
  const policy = policyOf(record, registryId, context);
  return {
    action: `ecr:${action}`,
    resource: repositoryArn(target, context),
    context: [...(record === undefined ? [] : resourceTagKeys(record.tags)), ...more],
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
  };
}

/**
 * The demand on a repository that is to be made: nothing hangs on it yet but the registry's policy.
 * The tags are those of the request.
 */
export function creationDemand(
  action: string,
  target: RepositoryTarget,
  tags: readonly { readonly Key: string; readonly Value: string }[],
  context: DemandContext,
): Demand {
  const policy = registryPolicy(target.registryId ?? context.account, context);
  return {
    action: `ecr:${action}`,
    resource: repositoryArn(target, context),
    context: requestTagKeys(tags),
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
  };
}

/** The demand of an operation on the registry as a whole: nobody's but its account's. */
export function registryDemand(action: string, registryId?: string, more: Keys = []): Demand {
  return {
    action: `ecr:${action}`,
    resource: '*',
    ...(registryId === undefined ? {} : { resourceAccount: registryId }),
    ...(more.length === 0 ? {} : { context: more }),
  };
}

function resourceTagKeys(tags: RepositoryRecord['tags']): Keys {
  return tags.flatMap(
    ([key, value]): Keys => [
      [`aws:ResourceTag/${key}`, value],
      [`ecr:ResourceTag/${key}`, value],
    ],
  );
}

/** `aws:RequestTag/*` and `aws:TagKeys`. */
export function requestTagKeys(
  tags: readonly { readonly Key: string; readonly Value: string }[],
): Keys {
  if (tags.length === 0) return [];
  return [
    ...tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const),
    ['aws:TagKeys', [...new Set(tags.map(({ Key }) => Key))]],
  ];
}

/** The registry's policy speaks of every action only when its scope is the second version. */
function policyOf(
  record: RepositoryRecord | undefined,
  registryId: string,
  context: DemandContext,
): PolicySource | undefined {
  const { directory } = context.runtime;
  const own =
    record?.policy && policySource(record.policy, `policy of repository ${record.name}`, directory);
  const store = new RegistryStore(context, registryId);
  if (accountSetting('REGISTRY_POLICY_SCOPE', store) !== 'V2') return own;
  const registry = registryPolicy(registryId, context);
  if (own === undefined || registry === undefined) return own ?? registry;
  return together(own, registry);
}

function registryPolicy(registryId: string, context: DemandContext): PolicySource | undefined {
  const policy = registrySettings(new RegistryStore(context, registryId)).policy;
  const { directory } = context.runtime;
  return policy && policySource(policy, `policy of registry ${registryId}`, directory);
}

const combined = new WeakMap<PolicySource, WeakMap<PolicySource, PolicySource>>();

/** Both policies as one: either may allow, each may deny. The same pair is combined once. */
function together(own: PolicySource, registry: PolicySource): PolicySource {
  const known = combined.get(own) ?? new WeakMap<PolicySource, PolicySource>();
  combined.set(own, known);
  const made = known.get(registry) ?? {
    document: {
      ...own.document,
      statements: [...own.document.statements, ...registry.document.statements],
    },
    name: `${own.name} and ${registry.name}`,
    principalIds: new Map([...(own.principalIds ?? []), ...(registry.principalIds ?? [])]),
  };
  known.set(registry, made);
  return made;
}
