/** Amazon CloudWatch Logs: log groups, streams and their events. */
import { loadServiceModel } from '@sekisho/catalog';
import { defineService, type Service } from '../service.ts';
import { authorization } from './authorization.ts';
import {
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  putRetentionPolicy,
} from './operations/log-groups.ts';
import { createLogStream, deleteLogStream, describeLogStreams } from './operations/log-streams.ts';
import { putLogEvents } from './operations/put-log-events.ts';
import { filterLogEvents, getLogEvents } from './operations/read-log-events.ts';
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from './operations/tags.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html */
export async function createLogsService(): Promise<Service> {
  return defineService({
    id: 'logs',
    signingName: 'logs',
    actionPrefix: 'logs',
    model: await loadServiceModel('logs'),
    protocols: ['aws-json-1.1'],
    validation: 'json',
    validationCode: 'InvalidParameterException',
    authorization,
    operations: {
      CreateLogGroup: createLogGroup,
      CreateLogStream: createLogStream,
      DeleteLogGroup: deleteLogGroup,
      DeleteLogStream: deleteLogStream,
      DeleteRetentionPolicy: deleteRetentionPolicy,
      DescribeLogGroups: describeLogGroups,
      DescribeLogStreams: describeLogStreams,
      FilterLogEvents: filterLogEvents,
      GetLogEvents: getLogEvents,
      ListTagsForResource: listTagsForResource,
      ListTagsLogGroup: listTagsLogGroup,
      PutLogEvents: putLogEvents,
      PutRetentionPolicy: putRetentionPolicy,
      TagLogGroup: tagLogGroup,
      TagResource: tagResource,
      UntagLogGroup: untagLogGroup,
      UntagResource: untagResource,
    },
  });
}
