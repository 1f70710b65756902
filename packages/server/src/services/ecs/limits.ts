/** ECS's limits. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */

export const clustersPerRegionMax = 10_000;
export const containerInstancesPerClusterMax = 5_000;
export const servicesPerClusterMax = 5_000;
export const revisionsPerFamilyMax = 1_000_000;
export const containersPerTaskDefinitionMax = 10;
export const taskDefinitionBytesMax = 65_536;
export const capacityProvidersPerClusterMax = 20;
export const tagsPerResourceMax = 50;
/** Ours, of every list in a request; AWS's own limits of single lists are lower. */
export const listMembersMax = 200;
/** Ours: AWS's largest input is a task definition of 64 KiB. */
export const requestBytesMax = 1024 * 1024;
/** Of all overrides of a task as JSON. */
export const overrideCharactersMax = 8192;
export const startedByCharactersMax = 128;
export const listedMax = 100;
export const describedClustersMax = 100;
export const describedContainerInstancesMax = 100;
export const describedTasksMax = 100;
export const describedServicesMax = 10;
export const startedTasksMax = 10;
export const tasksPerServiceMax = 5_000;
export const deletedTaskDefinitionsMax = 10;
/** How long a deleted task definition is still described. */
export const deletedTaskDefinitionMilliseconds = 3_600_000;
export const attributesPerRequestMax = 10;
