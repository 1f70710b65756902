/** KMS's limits. https://docs.aws.amazon.com/kms/latest/developerguide/limits.html */

export const policyBytesMax = 32_768;
export const tagsPerKeyMax = 50;
export const deletionDaysMin = 7;
export const deletionDaysMax = 30;
export const deletionDaysDefault = 30;
export const rotationDaysDefault = 365;
export const listedDefault = 100;
export const aliasesListedDefault = 50;
export const grantsListedDefault = 50;
export const randomBytesDefault = 32;
/** Ours, below AWS's 100,000 keys, 50 aliases and 50,000 grants of a key: memory stays bounded. */
export const keysPerRegionMax = 20_000;
export const aliasesPerKeyMax = 50;
export const grantsPerKeyMax = 2000;
