/** ECR's limits. https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */

export const manifestBytesMax = 4_194_304;
export const tagCharactersMax = 300;
export const tagsPerImageMax = 1000;
export const tagsPerRepositoryMax = 50;
export const listedMax = 100;
export const referrersListedMax = 50;
export const lifecycleRulesMax = 50;
export const tokenMilliseconds = 12 * 3600 * 1000;
/** The time of a pull is recorded no more often than this. */
export const pullRecordMilliseconds = 24 * 3600 * 1000;
export const templatesPerRegistryMax = 50;
export const cacheRulesPerRegistryMax = 50;
/** Ours, below AWS's 100,000, so that the replica in memory stays bounded. */
export const repositoriesPerRegionMax = 20_000;
export const imagesPerRepositoryMax = 20_000;
/** Ours: layers and listed manifests of one image, whose digests are held in memory. */
export const referencesPerImageMax = 1000;
/** Ours: the same of all images of a repository; that of so many is looked at only. */
export const referencesPerRepositoryMax = 500_000;
export const referencesCountedMin = referencesPerRepositoryMax / imagesPerRepositoryMax;
/** Ours: manifests in one answer. */
export const answeredManifestBytesMax = 16 * 1024 * 1024;
