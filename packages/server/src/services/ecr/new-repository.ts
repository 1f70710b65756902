/** A repository that is to be made: by CreateRepository, or from a template by a push. */
import type { Change } from '../../store/store.ts';
import type { OperationContext } from '../service.ts';
import type { RepositoryRecord } from './entities.ts';
import { limitExceeded, repositoryAlreadyExists } from './errors.ts';
import { repositoriesPerRegionMax } from './limits.ts';
import { RegistryStore } from './registry-store.ts';

/** What a repository is made with. */
export type RepositorySettings = Pick<
  RepositoryRecord,
  'encryption' | 'scanOnPush' | 'tagMutability' | 'tagMutabilityExclusions' | 'tags'
> &
  Partial<Pick<RepositoryRecord, 'policy' | 'lifecyclePolicy'>>;

/**
 * The record and the change that makes it. Throws RepositoryAlreadyExistsException,
 * LimitExceededException.
 */
export function newRepository(
  name: string,
  registryId: string,
  settings: RepositorySettings,
  context: OperationContext,
): { readonly record: RepositoryRecord; readonly change: Change } {
  const { partition, region, now, runtime } = context;
  const store = new RegistryStore(context, registryId);
  if (store.repositories.find(name) !== undefined) throw repositoryAlreadyExists(name, registryId);
  if (store.repositories.count() >= repositoriesPerRegionMax) {
    throw limitExceeded('The registry already has the maximum number of repositories.');
  }
  const record: RepositoryRecord = {
    id: runtime.platform.random.uuid(),
    arn: `arn:${partition}:ecr:${region}:${registryId}:repository/${name}`,
    account: registryId,
    region,
    name,
    createdAt: now,
    ...settings,
  };
  return { record, change: store.repositories.create(name, record) };
}
