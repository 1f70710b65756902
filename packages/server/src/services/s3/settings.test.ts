/** Sub-resources of buckets that are kept as documents, and what S3 refuses in them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allow, anonymous, otherAccount, TestS3, userWith } from './testing.ts';

const Bucket = 'set-bucket';
const bucket = { Bucket };
const headers = { 'content-md5': 'present' };
let s3: TestS3;

beforeEach(async () => {
  s3 = await TestS3.open();
  await s3.call('CreateBucket', bucket);
});

afterEach(async () => await s3.close());

describe('CORS', () => {
  const rule = { AllowedMethods: ['GET'], AllowedOrigins: ['https://*.example.com'] };
  const put = (CORSRules: readonly object[]) =>
    s3.answer('PutBucketCors', { ...bucket, CORSConfiguration: { CORSRules } } as never, {
      headers,
    });

  test('rules are kept whole and removed whole', async () => {
    expect(await put([rule])).toBe('success');
    expect(await s3.call('GetBucketCors', bucket)).toEqual({ CORSRules: [rule] });
    await s3.call('DeleteBucketCors', bucket);
    expect(await s3.answer('GetBucketCors', bucket)).toBe(
      '404 NoSuchCORSConfiguration: The CORS configuration does not exist',
    );
  });

  test.each([
    [{ ...rule, AllowedMethods: ['PATCH'] }, 'Unsupported method is PATCH'],
    [
      { ...rule, AllowedOrigins: ['*a*'] },
      'AllowedOrigin "*a*" can not have more than one wildcard.',
    ],
    [
      { ...rule, AllowedHeaders: ['**'] },
      'AllowedHeader "**" can not have more than one wildcard.',
    ],
    [{ ...rule, ExposeHeaders: ['x-*'] }, 'We currently do not support wildcard for ExposeHeader.'],
    [{ ...rule, AllowedOrigins: [] }, 'MalformedXML'],
    [{ ...rule, ExposeHeaders: ['x\r\nSet-Cookie: a=b'] }, 'ExposeHeader is no name of a header.'],
    [{ ...rule, ExposeHeaders: ['\u65e5'] }, 'ExposeHeader is no name of a header.'],
  ])('%j is refused', async (wrong, text) => {
    expect(await put([wrong])).toContain(text);
  });

  test('more than 64 KiB of them are refused', async () => {
    const AllowedHeaders = Array.from({ length: 5000 }, (_, index) => `x-header-${index}`);
    const tooBig = '400 MaxMessageLengthExceeded: Your request was too large.';
    expect(await put([{ ...rule, AllowedHeaders }])).toBe(tooBig);
  });

  test('an unprotected body is refused', async () => {
    const CORSConfiguration = { CORSRules: [rule] };
    expect(await s3.answer('PutBucketCors', { ...bucket, CORSConfiguration })).toBe(
      '400 InvalidRequest: Missing required header for this request: Content-MD5 OR ' +
        'x-amz-checksum-*',
    );
  });
});

describe('lifecycle', () => {
  const rule = { ID: 'r', Status: 'Enabled', Filter: { Prefix: 'a/' }, Expiration: { Days: 1 } };
  const put = (Rules: readonly object[]) =>
    s3.answer(
      'PutBucketLifecycleConfiguration',
      { ...bucket, LifecycleConfiguration: { Rules } } as never,
      { headers },
    );

  test('rules are kept with their dates, and named where they have no name', async () => {
    const date = new Date(Date.UTC(2030, 0, 1));
    const Transitions = [{ Date: date, StorageClass: 'GLACIER' }];
    const { ID: _, ...nameless } = rule;
    const moved = { ID: 'm', Status: 'Disabled', Filter: {}, Transitions };
    expect(await put([nameless, moved])).toBe('success');
    const kept = await s3.call('GetBucketLifecycleConfiguration', bucket);
    expect(kept.TransitionDefaultMinimumObjectSize).toBe('all_storage_classes_128K');
    expect(kept.Rules?.[0]?.ID).toMatch(/^[\w-]{48}$/);
    expect(kept.Rules?.[1]).toEqual(moved);
    await s3.call('DeleteBucketLifecycle', bucket);
    expect(await s3.answer('GetBucketLifecycleConfiguration', bucket)).toContain(
      '404 NoSuchLifecycleConfiguration',
    );
  });

  test.each([
    [{ ...rule, Status: 'on' }, 'MalformedXML'],
    [{ ...rule, Filter: undefined }, 'MalformedXML'],
    [{ ...rule, Prefix: '' }, 'MalformedXML'],
    [{ ...rule, Filter: { Prefix: 'a', ObjectSizeLessThan: 9 } }, 'MalformedXML'],
    [{ ...rule, Expiration: undefined }, 'At least one action needs to be specified in a rule'],
    [{ ...rule, Expiration: { Days: 0 } }, "'Days' for Expiration action must be a positive"],
    [{ ...rule, Expiration: { Date: new Date(1) } }, "'Date' must be at midnight GMT"],
    [
      { ...rule, Expiration: undefined, Transitions: [{ Days: 9, StorageClass: 'STANDARD_IA' }] },
      "greater than or equal to 30 for storageClass 'STANDARD_IA'",
    ],
    [
      { ...rule, Transitions: [{ Days: 9, StorageClass: 'GLACIER' }] },
      "must be greater than 'Days' in the Transition action",
    ],
    [
      {
        ...rule,
        Filter: { Tag: { Key: 'k', Value: 'v' } },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
      'AbortIncompleteMultipartUpload cannot be specified with Tags.',
    ],
  ])('%j is refused', async (wrong, text) => {
    expect(await put([wrong])).toContain(text);
  });

  test('two rules of one name are refused', async () => {
    expect(await put([rule, rule])).toContain('400 InvalidArgument: Rule ID must be unique');
  });
});

describe('website', () => {
  const put = (WebsiteConfiguration: object) =>
    s3.answer('PutBucketWebsite', { ...bucket, WebsiteConfiguration }, { headers });
  const IndexDocument = { Suffix: 'index.html' };

  test('is kept and removed', async () => {
    expect(await put({ IndexDocument })).toBe('success');
    expect(await s3.call('GetBucketWebsite', bucket)).toEqual({ IndexDocument });
    await s3.call('DeleteBucketWebsite', bucket);
    expect(await s3.answer('GetBucketWebsite', bucket)).toContain('404 NoSuchWebsiteConfiguration');
  });

  test.each([
    [{}, 'A value for IndexDocument Suffix must be provided'],
    [{ IndexDocument: { Suffix: 'a/b' } }, 'The IndexDocument Suffix is not well formed'],
    [{ IndexDocument, RedirectAllRequestsTo: { HostName: 'h' } }, 'cannot be provided in conj'],
    [{ RedirectAllRequestsTo: { HostName: 'h', Protocol: 'ftp' } }, 'Invalid protocol'],
    [{ IndexDocument, RoutingRules: [{ Condition: {}, Redirect: {} }] }, 'Condition cannot be'],
  ])('%j is refused', async (wrong, text) => {
    expect(await put(wrong)).toContain(text);
  });
});

test('logging goes to a bucket that exists, of the same owner and region', async () => {
  const put = (TargetBucket: string) =>
    s3.answer(
      'PutBucketLogging',
      { ...bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix: 'l/' } } },
      { headers },
    );
  expect(await put('nowhere')).toBe(
    '400 InvalidTargetBucketForLogging: The target bucket for logging does not exist',
  );
  await s3.call(
    'CreateBucket',
    { Bucket: 'foreign' },
    { as: userWith(allow('s3:*'), otherAccount) },
  );
  expect(await put('foreign')).toContain('400 InvalidTargetBucketForLogging: The owner for');
  await s3.call('CreateBucket', { Bucket: 'logs' });
  expect(await put('logs')).toBe('success');
  expect(await s3.call('GetBucketLogging', bucket)).toEqual({
    LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'l/' },
  });
  await s3.call('PutBucketLogging', { ...bucket, BucketLoggingStatus: {} }, { headers });
  expect(await s3.call('GetBucketLogging', bucket)).toEqual({});
});

test('notifications have no destination here, but may be kept unchecked', async () => {
  const QueueConfigurations = [
    { Id: 'q', QueueArn: 'arn:aws:sqs:us-east-1:123456789012:q', Events: ['s3:ObjectCreated:*'] },
  ];
  const put = (NotificationConfiguration: object, skip = false) =>
    s3.answer('PutBucketNotificationConfiguration', {
      ...bucket,
      NotificationConfiguration,
      SkipDestinationValidation: skip,
    });
  expect(await put({ QueueConfigurations })).toBe(
    '400 InvalidArgument: Unable to validate the following destination configurations',
  );
  const wrong = [{ QueueArn: 'queue', Events: ['s3:ObjectCreated:*'] }];
  expect(await put({ QueueConfigurations: wrong }, true)).toContain('The ARN could not be parsed');
  expect(await put({ QueueConfigurations }, true)).toBe('success');
  expect(await s3.call('GetBucketNotificationConfiguration', bucket)).toEqual({
    QueueConfigurations,
  });
  expect(await put({ EventBridgeConfiguration: {} })).toBe('success');
  expect(await s3.call('GetBucketNotificationConfiguration', bucket)).toEqual({
    EventBridgeConfiguration: {},
  });
});

test('where the requester pays, others must say so', async () => {
  await s3.call('PutObject', { ...bucket, Key: 'k' }, { body: 'x' });
  await s3.call('DeletePublicAccessBlock', bucket);
  const Resource = `arn:aws:s3:::${Bucket}/*`;
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await s3.call('PutBucketPolicy', { ...bucket, Policy });
  const RequestPaymentConfiguration = { Payer: 'Requester' };
  const read = (as: typeof anonymous, more: Readonly<Record<string, string>> = {}) =>
    s3.answer('GetObject', { ...bucket, Key: 'k' }, { as, headers: more });
  expect(await read(anonymous)).toBe('success');
  await s3.call('PutBucketRequestPayment', { ...bucket, RequestPaymentConfiguration }, { headers });
  const payer = { 'x-amz-request-payer': 'requester' };
  expect(await read(anonymous, payer)).toBe('403 AccessDenied: Access Denied');
  const stranger = userWith(allow('s3:*'), otherAccount);
  expect(await read(stranger)).toBe('403 AccessDenied: Access Denied');
  expect(await read(stranger, payer)).toBe('success');
  expect(await read(userWith(allow('s3:*')))).toBe('success');
});

test("a bucket's tags count in policies once the bucket says so", async () => {
  await s3.call('PutObject', { ...bucket, Key: 'k' }, { body: 'x' });
  const TagSet = [{ Key: 'team', Value: 'blue' }];
  await s3.call('PutBucketTagging', { ...bucket, Tagging: { TagSet } });
  const byTag = (key: string) =>
    userWith(allow('s3:GetObject', '*', { StringEquals: { [key]: 'blue' } }));
  const read = (key: string) => s3.answer('GetObject', { ...bucket, Key: 'k' }, { as: byTag(key) });
  expect(await read('aws:ResourceTag/team')).toContain('403 AccessDenied');
  const AbacStatus = { Status: 'Enabled' };
  await s3.call('PutBucketAbac', { ...bucket, AbacStatus }, { headers });
  expect(await s3.call('GetBucketAbac', bucket)).toEqual({ AbacStatus });
  expect(await read('aws:ResourceTag/team')).toBe('success');
  expect(await read('s3:BucketTag/team')).toBe('success');
  expect(await read('s3:BucketTag/other')).toContain('403 AccessDenied');
});
