/** CloudWatch Logs' limits. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */

export const batchBytesMax = 1_048_576;
/** What AWS adds to each event's bytes. */
export const eventOverheadBytes = 26;
export const batchSpanMilliseconds = 86_400_000;
export const pastMilliseconds = 14 * 86_400_000;
export const futureMilliseconds = 2 * 3_600_000;
export const eventsPerPageMax = 10_000;
export const describedMax = 50;
export const tagsPerGroupMax = 50;
export const retentionDays: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];
/** Ours, so that the store stays bounded: the oldest events of a fuller stream go. */
export const streamBytesMax = 64 * 1_048_576;
/** Ours: events join the last chunk up to this size, so that single lines make no heap of chunks. */
export const chunkBytesMax = 65_536;
/** Ours; AWS's is 1,000,000 groups. */
export const groupsPerRegionMax = 20_000;
