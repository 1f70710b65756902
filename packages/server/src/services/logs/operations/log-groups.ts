/** Log groups: created, described, deleted, kept for a time. */
import type {
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DeleteRetentionPolicyRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  LogGroup,
  PutRetentionPolicyRequest,
} from '@sekisho/catalog/types/logs';
import { foldCase } from '../../../directory/records.ts';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import type { LogGroupRecord } from '../entities.ts';
import {
  alreadyExists,
  invalidNextToken,
  invalidParameter,
  limitExceeded,
  notWritten,
} from '../errors.ts';
import { removeEvents } from '../events.ts';
import { checkKey } from '../key-check.ts';
import { describedMax, groupsPerRegionMax, retentionDays } from '../limits.ts';
import { groupArn, groupName } from '../log-arn.ts';
import { LogStore, requireGroup } from '../log-store.ts';
import { entriesOf, withTags } from '../tags.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export async function createLogGroup(
  input: CreateLogGroupRequest,
  context: OperationContext,
): Promise<object> {
  const { logGroupName: name, kmsKeyId } = input;
  if (input.deletionProtectionEnabled === true) throw notWritten('Deletion protection');
  if (foldCase(name).startsWith('aws/')) {
    throw invalidParameter('Log groups starting with AWS/ are reserved for AWS.');
  }
  const store = new LogStore(context);
  if (store.groups.find(name) !== undefined) throw alreadyExists('group');
  if (store.groups.count() >= groupsPerRegionMax) throw limitExceeded('Resource limit exceeded.');
  if (kmsKeyId !== undefined) await checkKey(kmsKeyId, groupArn(context, name), context);
  const record: LogGroupRecord = {
    name,
    id: context.runtime.platform.random.uuid(),
    createdAt: context.now,
    logGroupClass: input.logGroupClass ?? 'STANDARD',
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    tags: withTags([], entriesOf(input.tags)),
  };
  await context.commit([store.groups.create(name, record)]);
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html */
export async function deleteLogGroup(
  input: DeleteLogGroupRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireGroup(input, context);
  const { store, record } = found;
  // Events first: what a crash leaves behind is still a group that can be deleted.
  await removeEvents(store.eventsPrefix(record), context);
  const streams = store.streams(record);
  await context.commit([
    store.groups.remove(found),
    ...streams.all().map((stream) => streams.remove(stream)),
  ]);
  await removeEvents(store.eventsPrefix(record), context);
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export function describeLogGroups(
  input: DescribeLogGroupsRequest,
  context: OperationContext,
): DescribeLogGroupsResponse {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter(
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  const asked = input.logGroupIdentifiers?.map((identifier) => groupName(identifier, context));
  const store = new LogStore(context);
  const found = store.groups.all().filter(({ name, record }) => {
    if (prefix !== undefined && !name.startsWith(prefix)) return false;
    if (pattern !== undefined && !name.includes(pattern)) return false;
    if (asked !== undefined && !asked.includes(name)) return false;
    return input.logGroupClass === undefined || record.logGroupClass === input.logGroupClass;
  });
  const request = {
    token: input.nextToken,
    itemsMax: input.limit ?? describedMax,
    list: ['DescribeLogGroups', prefix, pattern, input.logGroupClass, asked?.join(' ')],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(found, ({ name }) => name, request, context);
  return {
    logGroups: items.map(({ record }) => describe(record, store, context)),
    nextToken,
  };
}

function describe(record: LogGroupRecord, store: LogStore, context: OperationContext): LogGroup {
  const arn = groupArn(context, record.name);
  const streams = store.streams(record).all();
  return {
    logGroupName: record.name,
    creationTime: record.createdAt,
    retentionInDays: record.retentionInDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes: streams.reduce((sum, { record: stream }) => sum + stream.storedBytes, 0),
    kmsKeyId: record.kmsKeyId,
    logGroupClass: record.logGroupClass,
    logGroupArn: arn,
    deletionProtectionEnabled: false,
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export async function putRetentionPolicy(
  input: PutRetentionPolicyRequest,
  context: OperationContext,
): Promise<object> {
  const { retentionInDays } = input;
  if (!retentionDays.includes(retentionInDays)) {
    // Unverified: the text.
    throw invalidParameter(
      `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to ` +
        `satisfy constraint: Member must satisfy enum value set: [${retentionDays.join(', ')}]`,
    );
  }
  const found = requireGroup(input, context);
  await context.commit([found.store.groups.replace(found, { ...found.record, retentionInDays })]);
  return {};
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html */
export async function deleteRetentionPolicy(
  input: DeleteRetentionPolicyRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireGroup(input, context);
  const { retentionInDays: _, ...record } = found.record;
  await context.commit([found.store.groups.replace(found, record)]);
  return {};
}
