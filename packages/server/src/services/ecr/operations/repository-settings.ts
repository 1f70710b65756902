/** PutImageTagMutability and PutImageScanningConfiguration. */
import type {
  PutImageScanningConfigurationRequest,
  PutImageScanningConfigurationResponse,
  PutImageTagMutabilityRequest,
  PutImageTagMutabilityResponse,
} from '@sekisho/catalog/types/ecr';
import type { OperationContext } from '../../service.ts';
import { exclusionFilters } from '../description.ts';
import { requireRepository } from '../registry-store.ts';
import { readTagMutability } from '../tag-mutability.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html */
export async function putImageTagMutability(
  input: PutImageTagMutabilityRequest,
  context: OperationContext,
): Promise<PutImageTagMutabilityResponse> {
  const found = requireRepository(input.repositoryName, input.registryId, context);
  const { record, store } = found;
  const { imageTagMutability: mutability, imageTagMutabilityExclusionFilters: filters } = input;
  const setting = readTagMutability(mutability, filters);
  await context.commit([store.repositories.replace(found, { ...record, ...setting })]);
  return {
    registryId: record.account,
    repositoryName: record.name,
    imageTagMutability: setting.tagMutability,
    imageTagMutabilityExclusionFilters: exclusionFilters(setting),
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html */
export async function putImageScanningConfiguration(
  input: PutImageScanningConfigurationRequest,
  context: OperationContext,
): Promise<PutImageScanningConfigurationResponse> {
  const found = requireRepository(input.repositoryName, input.registryId, context);
  const { record, store } = found;
  const scanOnPush = input.imageScanningConfiguration.scanOnPush ?? false;
  await context.commit([store.repositories.replace(found, { ...record, scanOnPush })]);
  return {
    registryId: record.account,
    repositoryName: record.name,
    imageScanningConfiguration: { scanOnPush },
  };
}
