/** Amazon Elastic Container Registry: repositories, images, their policies and settings. */
import { loadServiceModel } from '@sekisho/catalog';
import { defineService, type Service } from '../service.ts';
import { authorization } from './authorization.ts';
import { startLayers, stopLayers } from './layers/layer-store.ts';
import { layerPartBodyBytesMax } from './layers/limits.ts';
import { Sweeper } from './lifecycle/sweeper.ts';
import { getAuthorizationToken } from './operations/authorization-token.ts';
import { batchDeleteImage, batchGetImage } from './operations/batch-images.ts';
import {
  createPullThroughCacheRule,
  deletePullThroughCacheRule,
  describePullThroughCacheRules,
  updatePullThroughCacheRule,
} from './operations/cache-rules.ts';
import {
  createRepositoryCreationTemplate,
  deleteRepositoryCreationTemplate,
  describeRepositoryCreationTemplates,
  updateRepositoryCreationTemplate,
} from './operations/creation-templates.ts';
import { describeImages, listImageReferrers, listImages } from './operations/describe-images.ts';
import {
  batchCheckLayerAvailability,
  completeLayerUpload,
  getDownloadUrlForLayer,
  initiateLayerUpload,
  uploadLayerPart,
} from './operations/layers.ts';
import {
  deleteLifecyclePolicy,
  getLifecyclePolicy,
  getLifecyclePolicyPreview,
  putLifecyclePolicy,
  startLifecyclePolicyPreview,
} from './operations/lifecycle-policies.ts';
import { putImage } from './operations/put-image.ts';
import {
  deleteRegistryPolicy,
  describeRegistry,
  getAccountSetting,
  getRegistryPolicy,
  putAccountSetting,
  putRegistryPolicy,
  putReplicationConfiguration,
} from './operations/registry.ts';
import {
  createRepository,
  deleteRepository,
  describeRepositories,
} from './operations/repositories.ts';
import {
  deleteRepositoryPolicy,
  getRepositoryPolicy,
  setRepositoryPolicy,
} from './operations/repository-policies.ts';
import {
  putImageScanningConfiguration,
  putImageTagMutability,
} from './operations/repository-settings.ts';
import {
  batchGetRepositoryScanningConfiguration,
  describeImageScanFindings,
  getRegistryScanningConfiguration,
  putRegistryScanningConfiguration,
} from './operations/scanning.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';
import { moveStoredManifests } from './stored-manifests.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html */
export async function createEcrService(): Promise<Service> {
  const sweeper = new Sweeper();
  return defineService({
    id: 'ecr',
    signingName: 'ecr',
    actionPrefix: 'ecr',
    model: await loadServiceModel('ecr'),
    protocols: ['aws-json-1.1'],
    validation: 'ecr',
    bodyBytesMax: new Map([['UploadLayerPart', layerPartBodyBytesMax]]),
    authorization,
    start: async (runtime) => {
      await moveStoredManifests(runtime);
      await startLayers(runtime);
      sweeper.start(runtime);
    },
    stop: async (runtime) => {
      await sweeper.stop();
      await stopLayers(runtime);
    },
    operations: {
      BatchCheckLayerAvailability: batchCheckLayerAvailability,
      BatchDeleteImage: batchDeleteImage,
      BatchGetImage: batchGetImage,
      BatchGetRepositoryScanningConfiguration: batchGetRepositoryScanningConfiguration,
      CompleteLayerUpload: completeLayerUpload,
      CreatePullThroughCacheRule: createPullThroughCacheRule,
      CreateRepository: createRepository,
      CreateRepositoryCreationTemplate: createRepositoryCreationTemplate,
      DeleteLifecyclePolicy: deleteLifecyclePolicy,
      DeletePullThroughCacheRule: deletePullThroughCacheRule,
      DeleteRegistryPolicy: deleteRegistryPolicy,
      DeleteRepository: deleteRepository,
      DeleteRepositoryCreationTemplate: deleteRepositoryCreationTemplate,
      DeleteRepositoryPolicy: deleteRepositoryPolicy,
      DescribeImageScanFindings: describeImageScanFindings,
      DescribeImages: describeImages,
      DescribePullThroughCacheRules: describePullThroughCacheRules,
      DescribeRegistry: describeRegistry,
      DescribeRepositories: describeRepositories,
      DescribeRepositoryCreationTemplates: describeRepositoryCreationTemplates,
      GetAccountSetting: getAccountSetting,
      GetAuthorizationToken: getAuthorizationToken,
      GetDownloadUrlForLayer: getDownloadUrlForLayer,
      GetLifecyclePolicy: getLifecyclePolicy,
      GetLifecyclePolicyPreview: getLifecyclePolicyPreview,
      GetRegistryPolicy: getRegistryPolicy,
      GetRegistryScanningConfiguration: getRegistryScanningConfiguration,
      GetRepositoryPolicy: getRepositoryPolicy,
      InitiateLayerUpload: initiateLayerUpload,
      ListImageReferrers: listImageReferrers,
      ListImages: listImages,
      ListTagsForResource: listTagsForResource,
      PutAccountSetting: putAccountSetting,
      PutImage: putImage,
      PutImageScanningConfiguration: putImageScanningConfiguration,
      PutImageTagMutability: putImageTagMutability,
      PutLifecyclePolicy: putLifecyclePolicy,
      PutRegistryPolicy: putRegistryPolicy,
      PutRegistryScanningConfiguration: putRegistryScanningConfiguration,
      PutReplicationConfiguration: putReplicationConfiguration,
      SetRepositoryPolicy: setRepositoryPolicy,
      StartLifecyclePolicyPreview: startLifecyclePolicyPreview,
      TagResource: tagResource,
      UntagResource: untagResource,
      UpdatePullThroughCacheRule: updatePullThroughCacheRule,
      UpdateRepositoryCreationTemplate: updateRepositoryCreationTemplate,
      UploadLayerPart: uploadLayerPart,
    },
  });
}
