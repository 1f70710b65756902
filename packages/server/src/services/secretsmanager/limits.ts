/** Secrets Manager's limits. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */

export const secretValueBytesMax = 65_536;
export const policyCharactersMax = 20_480;
export const tagsPerSecretMax = 50;
export const stagesPerVersionMax = 20;
/** Versions that are kept of a secret; unlabelled ones beyond go, the oldest first. */
export const versionsPerSecretMax = 100;
export const recoveryDaysMin = 7;
export const recoveryDaysMax = 30;
export const recoveryDaysDefault = 30;
export const listedMax = 100;
export const batchMax = 20;
/** Ours, below AWS's 500,000, so that the replica in memory stays bounded. */
export const secretsPerRegionMax = 50_000;
