/** CreateRepository, DescribeRepositories and DeleteRepository. */
import type {
  CreateRepositoryRequest,
  CreateRepositoryResponse,
  DeleteRepositoryRequest,
  DeleteRepositoryResponse,
  DescribeRepositoriesRequest,
  DescribeRepositoriesResponse,
} from '@sekisho/catalog/types/ecr';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import { describeRepository } from '../description.ts';
import { readEncryption } from '../encryption.ts';
import { invalidNextToken, invalidParameter, repositoryNotEmpty } from '../errors.ts';
import { planLayerRemoval, removeLayerFiles } from '../layers/layer-store.ts';
import { listedMax } from '../limits.ts';
import { newRepository } from '../new-repository.ts';
import { RegistryStore, requireRepository } from '../registry-store.ts';
import { readTagMutability } from '../tag-mutability.ts';
import { withTags } from '../tags.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
export async function createRepository(
  input: CreateRepositoryRequest,
  context: OperationContext,
): Promise<CreateRepositoryResponse> {
  const registryId = input.registryId ?? context.account;
  if (!context.runtime.accounts.includes(registryId)) {
    // Unverified: the text.
    throw invalidParameter('registryId', `The registry with id '${registryId}' does not exist`);
  }
  const settings = {
    ...readTagMutability(input.imageTagMutability, input.imageTagMutabilityExclusionFilters),
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: await readEncryption(input.encryptionConfiguration, context),
    tags: withTags([], input.tags ?? []),
  };
  const { record, change } = newRepository(input.repositoryName, registryId, settings, context);
  await context.commit([change]);
  return { repository: describeRepository(record, context) };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html */
export function describeRepositories(
  input: DescribeRepositoriesRequest,
  context: OperationContext,
): DescribeRepositoriesResponse {
  const { repositoryNames: names, registryId, maxResults, nextToken: token } = input;
  if (names !== undefined) {
    if (maxResults !== undefined || token !== undefined) {
      // Unverified: the text.
      throw invalidParameter('maxResults', 'Cannot be specified with repositoryNames');
    }
    const repositories = names.map((name) => {
      const { record } = requireRepository(name, registryId, context);
      return describeRepository(record, context);
    });
    return { repositories };
  }
  const all = new RegistryStore(context, registryId).repositories.all();
  const request = {
    token,
    itemsMax: maxResults ?? listedMax,
    list: ['DescribeRepositories', registryId, context.region],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(all, ({ name }) => name, request, context);
  return {
    repositories: items.map(({ record }) => describeRepository(record, context)),
    nextToken,
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html */
export async function deleteRepository(
  { repositoryName, registryId, force }: DeleteRepositoryRequest,
  context: OperationContext,
): Promise<DeleteRepositoryResponse> {
  const found = requireRepository(repositoryName, registryId, context);
  const { record, store } = found;
  const images = store.images(record);
  const tags = store.tags(record);
  if (force !== true && images.count() > 0) throw repositoryNotEmpty(record);
  const layers = planLayerRemoval(context.runtime, record, record.id);
  await context.commit([
    store.repositories.remove(found),
    ...images
      .all()
      .flatMap((held) => [images.remove(held), store.removeManifest(record, held.name)]),
    ...tags.all().map((held) => tags.remove(held)),
    ...layers.changes,
  ]);
  await removeLayerFiles(context.runtime, layers);
  return { repository: describeRepository(record, context) };
}
