/** CloudWatch's limits and times. */

export const metricDataPerRequestMax = 1000;
export const dimensionsPerMetricMax = 30;
export const valuesPerDatumMax = 150;
/** Datapoints that one GetMetricStatistics may span. */
export const datapointsPerRequestMax = 1440;
export const metricQueriesPerRequestMax = 500;
export const listedMetricsMax = 500;
export const pastMilliseconds = 14 * 86_400_000;
export const futureMilliseconds = 2 * 3_600_000;
/** Data is kept for 15 days at the resolution at which it came, then dropped. */
export const retentionMilliseconds = 15 * 86_400_000;
/** Ours, so that the store stays bounded: AWS has none. */
export const metricsPerRegionMax = 10_000;
/** Different values of a datapoint that are kept for percentiles. */
export const distinctValuesMax = 150;
export const alarmsPerRegionMax = 5000;
export const alarmsPerRequestMax = 100;
export const historyItemsPerAlarmMax = 100;
export const historyMilliseconds = 30 * 86_400_000;
export const evaluationSecondsMax = 86_400;
export const evaluationWeekSecondsMax = 604_800;
/** How often alarms are looked at; each is evaluated once a minute at most, on AWS as here. */
export const evaluationMilliseconds = 60_000;
export const dashboardsPerAccountMax = 5000;
export const dashboardBytesMax = 1_048_576;
export const tagsPerResourceMax = 50;
