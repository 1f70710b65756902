/** Scanning: its settings, and the answers of a registry in which nothing scans. */
import type {
  BatchGetRepositoryScanningConfigurationRequest,
  BatchGetRepositoryScanningConfigurationResponse,
  DescribeImageScanFindingsRequest,
  DescribeImageScanFindingsResponse,
  GetRegistryScanningConfigurationRequest,
  GetRegistryScanningConfigurationResponse,
  PutRegistryScanningConfigurationRequest,
  PutRegistryScanningConfigurationResponse,
  RegistryScanningConfiguration,
  RepositoryScanningConfiguration,
  RepositoryScanningConfigurationFailure,
} from '@sekisho/catalog/types/ecr';
import type { OperationContext } from '../../service.ts';
import type { RegistryScanning, RepositoryRecord } from '../entities.ts';
import { scanNotFound } from '../errors.ts';
import { registrySettings, settingsChange } from '../registry-settings.ts';
import {
  findRepository,
  RegistryStore,
  requireImage,
  requireRepository,
} from '../registry-store.ts';
import { matchesWildcard } from '../wildcard.ts';
import { checkImageId } from './describe-images.ts';

/** No image is ever scanned. */
export function describeImageScanFindings(
  { repositoryName, registryId, imageId }: DescribeImageScanFindingsRequest,
  context: OperationContext,
): DescribeImageScanFindingsResponse {
  const repository = requireRepository(repositoryName, registryId, context);
  checkImageId(imageId);
  requireImage(repository, imageId);
  throw scanNotFound(imageId, repository.record);
}

const wildcardFilter = 'WILDCARD';

function describeScanning({ scanType, rules }: RegistryScanning): RegistryScanningConfiguration {
  return {
    scanType,
    rules: rules.map(({ scanFrequency, filters }) => ({
      scanFrequency,
      repositoryFilters: filters.map((filter) => ({ filter, filterType: wildcardFilter })),
    })),
  };
}

const scanningDefault: RegistryScanning = { scanType: 'BASIC', rules: [] };

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryScanningConfiguration.html */
export function getRegistryScanningConfiguration(
  _: GetRegistryScanningConfigurationRequest,
  context: OperationContext,
): GetRegistryScanningConfigurationResponse {
  const { scanning = scanningDefault } = registrySettings(new RegistryStore(context));
  return { registryId: context.account, scanningConfiguration: describeScanning(scanning) };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryScanningConfiguration.html */
export async function putRegistryScanningConfiguration(
  input: PutRegistryScanningConfigurationRequest,
  context: OperationContext,
): Promise<PutRegistryScanningConfigurationResponse> {
  const store = new RegistryStore(context);
  const scanning: RegistryScanning = {
    scanType: input.scanType === 'ENHANCED' ? 'ENHANCED' : 'BASIC',
    rules: (input.rules ?? []).map(({ scanFrequency, repositoryFilters }) => ({
      scanFrequency,
      filters: repositoryFilters.map(({ filter }) => filter),
    })),
  };
  await context.commit([settingsChange(store, { ...registrySettings(store), scanning })]);
  return { registryScanningConfiguration: describeScanning(scanning) };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetRepositoryScanningConfiguration.html */
export function batchGetRepositoryScanningConfiguration(
  { repositoryNames }: BatchGetRepositoryScanningConfigurationRequest,
  context: OperationContext,
): BatchGetRepositoryScanningConfigurationResponse {
  const { scanning = scanningDefault } = registrySettings(new RegistryStore(context));
  const scanningConfigurations: RepositoryScanningConfiguration[] = [];
  const failures: RepositoryScanningConfigurationFailure[] = [];
  for (const repositoryName of repositoryNames) {
    const found = findRepository(repositoryName, undefined, context);
    if (found === undefined) {
      failures.push({
        repositoryName,
        failureCode: 'REPOSITORY_NOT_FOUND',
        // Unverified: the text.
        failureReason: `The repository with name '${repositoryName}' does not exist`,
      });
    } else scanningConfigurations.push(repositoryScanning(found.record, scanning));
  }
  return { scanningConfigurations, failures };
}

/** A rule of the registry wins over the repository's own setting. */
function repositoryScanning(
  { arn, name, scanOnPush }: RepositoryRecord,
  { rules }: RegistryScanning,
): RepositoryScanningConfiguration {
  const rule = rules.find(({ filters }) => filters.some((each) => matchesWildcard(each, name)));
  const applied = (rule?.filters ?? []).filter((each) => matchesWildcard(each, name));
  const scanFrequency = rule?.scanFrequency ?? (scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL');
  return {
    repositoryArn: arn,
    repositoryName: name,
    scanOnPush: scanFrequency === 'SCAN_ON_PUSH',
    scanFrequency,
    appliedScanFilters: applied.map((filter) => ({ filter, filterType: wildcardFilter })),
  };
}
