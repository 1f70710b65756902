/** Limits of layers and their uploads. https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */

export const layerBytesMax = 52_000 * 1024 * 1024;
export const layerPartsMax = 4200;
/** Of every part that the API takes but the last. */
export const layerPartBytesMin = 5 * 1024 * 1024;
/** What InitiateLayerUpload tells clients to send at once. */
export const layerPartBytes = 10 * 1024 * 1024;
/** 20 MiB in base64, and what stands around it. */
export const layerPartBodyBytesMax = 28_000_000;
/** An upload that nobody goes on with is removed. */
export const uploadIdleMilliseconds = 24 * 3_600_000;
/** Ours: uploads in progress in one registry, each of which holds a file. */
export const uploadsPerRegistryMax = 1000;
/** Unverified: how long the URL of a layer can be used; S3's usual hour. */
export const downloadMilliseconds = 3_600_000;
