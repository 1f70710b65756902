/** S3's quotas and limits, in AWS's own figures. */

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html and the API reference. */
export const limits = {
  /** Bytes of UTF-8. */
  keyBytesMax: 1024,
  /** Names and values of user-defined metadata together, in bytes of UTF-8. */
  metadataBytesMax: 2048,
  /** One PUT, one part, or one CopyObject. */
  putBytesMax: 5 * 1024 ** 3,
  partBytesMin: 5 * 1024 ** 2,
  partNumberMax: 10_000,
  objectTagsMax: 10,
  bucketTagsMax: 50,
  tagKeyCharactersMax: 128,
  tagValueCharactersMax: 256,
  /** DeleteObjects. */
  deleteKeysMax: 1000,
  /** Every listing of objects, uploads and parts. */
  pageMax: 1000,
  bucketsPageMax: 10_000,
  policyBytesMax: 20_480,
  retentionDaysMax: 36_500,
  retentionYearsMax: 100,
  corsRulesMax: 100,
  /** The CORS configuration; other sub-resources, of which AWS names no figure. */
  corsBytesMax: 65_536,
  settingBytesMax: 1_048_576,
  /** Names in one preflight: far more than any browser asks for. */
  preflightHeadersMax: 100,
  lifecycleRulesMax: 1000,
  routingRulesMax: 50,
  /** Of CORS and lifecycle rules. */
  ruleIdCharactersMax: 255,
  /** Default quota per account since 2024-11. */
  bucketsPerAccountMax: 10_000,
} as const;
