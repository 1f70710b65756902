/** PutBucketNotificationConfiguration and its reader: kept, but no event is delivered. */
import type {
  NotificationConfiguration,
  PutBucketNotificationConfigurationRequest,
} from '@sekisho/catalog/types/s3';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { type BucketInput, findBucket } from '../authorization/bucket.ts';
import { invalidArgument, malformedXml } from '../errors.ts';
import { putSetting, readSetting } from '../settings.ts';

/** A destination of whichever kind. */
interface Destination {
  readonly Id?: string | undefined;
  readonly arn: string;
  readonly service: 'sns' | 'sqs' | 'lambda';
  readonly Events: readonly string[];
}

const eventForm =
  /^s3:(?:TestEvent|ObjectCreated|ObjectRemoved|ObjectRestore|ReducedRedundancyLostObject|Replication|LifecycleExpiration|LifecycleTransition|IntelligentTiering|ObjectAcl|ObjectTagging|ObjectAnnotation)(?::[A-Za-z*]+)?$/;
const arnForm = /^arn:[a-z-]+:(sns|sqs|lambda):[a-z0-9-]+:\d{12}:[A-Za-z0-9_:.$-]+$/;
const words = { sns: 'topic', sqs: 'queue', lambda: 'Lambda' } as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html */
export async function putBucketNotification(
  input: PutBucketNotificationConfigurationRequest,
  context: OperationContext,
): Promise<object> {
  const asked = input.NotificationConfiguration ?? {};
  const destinations = destinationsOf(asked);
  for (const destination of destinations) checkDestination(destination);
  const [first] = destinations;
  // None of these services is here, so none of their resources exists.
  if (first !== undefined && input.SkipDestinationValidation !== true) throw unreachable(first);
  const { random } = context.runtime.platform;
  const named = <T extends { readonly Id?: string | undefined }>(list?: readonly T[]) =>
    list?.map((each) => ({ ...each, Id: each.Id ?? random.uuid() }));
  await putSetting(input, context, 'notification', {
    TopicConfigurations: named(asked.TopicConfigurations),
    QueueConfigurations: named(asked.QueueConfigurations),
    LambdaFunctionConfigurations: named(asked.LambdaFunctionConfigurations),
    EventBridgeConfiguration: asked.EventBridgeConfiguration,
  });
  return {};
}

function destinationsOf(asked: NotificationConfiguration): readonly Destination[] {
  return [
    ...(asked.TopicConfigurations ?? []).map(
      ({ TopicArn: arn, ...rest }): Destination => ({ ...rest, arn, service: 'sns' }),
    ),
    ...(asked.QueueConfigurations ?? []).map(
      ({ QueueArn: arn, ...rest }): Destination => ({ ...rest, arn, service: 'sqs' }),
    ),
    ...(asked.LambdaFunctionConfigurations ?? []).map(
      ({ LambdaFunctionArn: arn, ...rest }): Destination => ({ ...rest, arn, service: 'lambda' }),
    ),
  ];
}

function checkDestination({ arn = '', service, Events: events = [] }: Destination): void {
  if (events.length === 0) throw malformedXml();
  if (arnForm.exec(arn)?.[1] !== service) {
    throw invalidArgument('The ARN could not be parsed', arnElement(service), arn);
  }
  for (const event of events) {
    if (eventForm.test(event)) continue;
    throw invalidArgument(
      `The event '${event}' is not supported for notifications`,
      'Event',
      event,
    );
  }
}

function arnElement(service: Destination['service']): string {
  return { sns: 'Topic', sqs: 'Queue', lambda: 'CloudFunction' }[service];
}

function unreachable({ arn, service }: Destination): ServiceError {
  return new ServiceError(
    'InvalidArgument',
    'Unable to validate the following destination configurations',
    400,
    [
      ['ArgumentName1', arn],
      ['ArgumentValue1', `The destination ${words[service]} does not exist`],
    ],
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
export function getBucketNotification(
  input: BucketInput,
  context: OperationContext,
): NotificationConfiguration {
  const bucket = findBucket(context.runtime.state, input);
  return readSetting<NotificationConfiguration>(bucket, 'notification') ?? {};
}
