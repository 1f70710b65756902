/**
 * What CloudWatch Logs operations demand. Operations on a group are asked on its ARN with an empty
 * stream, so that patterns ending in `:*` fit; those on tags on the ARN without it.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
 */
import type {
  CreateLogGroupRequest,
  FilterLogEventsRequest,
  GetLogEventsRequest,
  PutDeliveryDestinationRequest,
  PutDeliverySourceRequest,
  TagLogGroupRequest,
  TagResourceRequest,
  UntagLogGroupRequest,
  UntagResourceRequest,
} from '@sekisho/catalog/types/logs';
import type { ContextValue } from '@sekisho/policy';
import type { Demand, DemandContext, DemandRule } from '../service.ts';
import { groupArn, groupName, streamArn } from './log-arn.ts';
import { findGroup, type GroupChoice } from './log-store.ts';
import { entriesOf } from './tags.ts';

type Keys = readonly (readonly [key: string, value: ContextValue])[];

function resourceTagKeys(identifier: string, context: DemandContext): Keys {
  const tags = findGroup(identifier, context)?.record.tags ?? [];
  return tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
}

function requestTagKeys(tags: readonly (readonly [string, string])[]): Keys {
  if (tags.length === 0) return [];
  return [
    ...tags.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
    ['aws:TagKeys', tags.map(([key]) => key)],
  ];
}

/** The group's demand; an ARN of another place is asked as it is. */
function groupDemand(
  action: string,
  { logGroupName, logGroupIdentifier }: GroupChoice,
  context: DemandContext,
  more: Keys = [],
): Demand {
  const identifier = logGroupName ?? logGroupIdentifier ?? '';
  const name = groupName(identifier, context);
  return {
    action: `logs:${action}`,
    resource: name === undefined ? identifier : streamArn(context, name, ''),
    context: [...resourceTagKeys(identifier, context), ...more],
  };
}

function onGroup(action: string): DemandRule<GroupChoice> {
  return (input, context) => [groupDemand(action, input, context)];
}

function streamDemand(
  action: string,
  input: GroupChoice & { readonly logStreamName: string },
  context: DemandContext,
): Demand {
  const identifier = input.logGroupName ?? input.logGroupIdentifier ?? '';
  const name = groupName(identifier, context);
  const resource = name === undefined ? identifier : streamArn(context, name, input.logStreamName);
  return { action: `logs:${action}`, resource };
}

function onStream(action: string): DemandRule<GroupChoice & { readonly logStreamName: string }> {
  return (input, context) => [streamDemand(action, input, context)];
}

function createGroupDemands(
  input: CreateLogGroupRequest,
  context: DemandContext,
): readonly Demand[] {
  const keys = requestTagKeys(entriesOf(input.tags));
  const own = groupDemand('CreateLogGroup', input, context, keys);
  if (keys.length === 0) return [own];
  const resource = groupArn(context, input.logGroupName);
  return [own, { action: 'logs:TagResource', resource, context: keys }];
}

function unmask(
  input: FilterLogEventsRequest | GetLogEventsRequest,
  context: DemandContext,
): readonly Demand[] {
  return input.unmask === true ? [groupDemand('Unmask', input, context)] : [];
}

/** Sources and destinations of vended logs are not kept here: they are guarded only. */
function deliveryDemands(
  action: string,
  [kind, name]: readonly [kind: string, name: string],
  keys: Keys,
  asked: { readonly context: DemandContext; readonly tags: CreateLogGroupRequest['tags'] },
): readonly Demand[] {
  const { partition, region, account } = asked.context;
  const resource = `arn:${partition}:logs:${region}:${account}:${kind}:${name}`;
  const tagged = requestTagKeys(entriesOf(asked.tags));
  return [{ action: `logs:${action}`, resource, context: [...keys, ...tagged] }];
}

/** Tags: the group's ARN as given, without what stands for its streams. */
function tagDemand(action: string, arn: string, keys: Keys, context: DemandContext): Demand {
  const resource = arn.replace(/:\*$/, '');
  return {
    action: `logs:${action}`,
    resource,
    context: [...resourceTagKeys(resource, context), ...keys],
  };
}

export const authorization: Readonly<Record<string, DemandRule>> = {
  CreateLogGroup: createGroupDemands,
  CreateLogStream: onStream('CreateLogStream'),
  DeleteLogGroup: onGroup('DeleteLogGroup'),
  DeleteLogStream: onStream('DeleteLogStream'),
  DeleteRetentionPolicy: onGroup('DeleteRetentionPolicy'),
  DescribeLogGroups: (_: unknown, context: DemandContext) => [
    // AWS asks about a group without a name, also when a prefix is given.
    { action: 'logs:DescribeLogGroups', resource: streamArn(context, '', '') },
  ],
  DescribeLogStreams: onGroup('DescribeLogStreams'),
  FilterLogEvents: (input: FilterLogEventsRequest, context: DemandContext) => [
    groupDemand('FilterLogEvents', input, context),
    ...unmask(input, context),
  ],
  GetLogEvents: (input: GetLogEventsRequest, context: DemandContext) => [
    streamDemand('GetLogEvents', input, context),
    ...unmask(input, context),
  ],
  ListTagsForResource: (
    { resourceArn }: { readonly resourceArn: string },
    context: DemandContext,
  ) => [tagDemand('ListTagsForResource', resourceArn, [], context)],
  ListTagsLogGroup: onGroup('ListTagsLogGroup'),
  PutDeliveryDestination: (
    { name, deliveryDestinationConfiguration: sink, tags }: PutDeliveryDestinationRequest,
    context: DemandContext,
  ) => {
    const arn = sink?.destinationResourceArn;
    const keys: Keys = arn === undefined ? [] : [['logs:DeliveryDestinationResourceArn', arn]];
    return deliveryDemands('PutDeliveryDestination', ['delivery-destination', name], keys, {
      context,
      tags,
    });
  },
  PutDeliverySource: (
    { name, resourceArn, tags }: PutDeliverySourceRequest,
    context: DemandContext,
  ) => {
    const keys: Keys = [['logs:LogGeneratingResourceArns', [resourceArn]]];
    return deliveryDemands('PutDeliverySource', ['delivery-source', name], keys, { context, tags });
  },
  PutLogEvents: onStream('PutLogEvents'),
  PutRetentionPolicy: onGroup('PutRetentionPolicy'),
  TagLogGroup: (input: TagLogGroupRequest, context: DemandContext) => [
    groupDemand('TagLogGroup', input, context, requestTagKeys(entriesOf(input.tags))),
  ],
  TagResource: ({ resourceArn, tags }: TagResourceRequest, context: DemandContext) => [
    tagDemand('TagResource', resourceArn, requestTagKeys(entriesOf(tags)), context),
  ],
  UntagLogGroup: (input: UntagLogGroupRequest, context: DemandContext) => [
    groupDemand('UntagLogGroup', input, context, [['aws:TagKeys', input.tags]]),
  ],
  UntagResource: ({ resourceArn, tagKeys }: UntagResourceRequest, context: DemandContext) => [
    tagDemand('UntagResource', resourceArn, [['aws:TagKeys', tagKeys]], context),
  ],
};
