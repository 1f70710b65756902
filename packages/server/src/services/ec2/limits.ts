/** EC2's limits and times. */

/** How long an instance is pending, stopping or shutting down. */
export const transitionMilliseconds = 200;
/** Unverified: AWS says "about an hour". */
export const terminatedVisibleMilliseconds = 3_600_000;
export const tagsPerResourceMax = 50;
export const tagKeyLengthMax = 127;
export const tagValueLengthMax = 256;
export const userDataBytesMax = 16_384;
/** Instances of one RunInstances. Unverified: AWS's limit is the account's vCPU quota. */
export const instancesPerRequestMax = 100;
/** Live instances of one account and region: each has a listener of its own. */
export const instancesPerRegionMax = 1000;
export const keyPairsPerRegionMax = 5000;
export const vpcsPerRegionMax = 100;
export const subnetsPerVpcMax = 200;
/** Each has a listener of its own. */
export const vpcEndpointsPerVpcMax = 50;
export const routeTablesPerVpcMax = 200;
export const routesPerTableMax = 500;
export const internetGatewaysPerRegionMax = 100;
export const securityGroupsPerVpcMax = 500;
export const rulesPerSecurityGroupMax = 120;
export const securityGroupsPerInterfaceMax = 16;
export const filtersPerRequestMax = 50;
export const filterValuesMax = 200;
export const clientTokenLengthMax = 64;
/** How long a client token is remembered. Unverified. */
export const clientTokenMilliseconds = 86_400_000;
