/** Durations and sizes of STS. https://docs.aws.amazon.com/STS/latest/APIReference/ */

export const sessionSecondsDefault = 3600;
export const sessionSecondsMin = 900;
/** Sessions that a role session makes. */
export const chainedSessionSecondsMax = 3600;
/** GetSessionToken and GetFederationToken. */
export const tokenSecondsDefault = 43_200;
/** The same for the root user: longer requests get this. */
export const rootTokenSecondsMax = 3600;
export const sessionPolicyCharactersMax = 2048;
export const sessionPolicyArnsMax = 10;
/**
 * Unverified: AWS packs session policies and tags into a binary form whose limit it does not
 * tell. Here their bytes count as they are.
 */
export const packedBytesMax = 4096;
