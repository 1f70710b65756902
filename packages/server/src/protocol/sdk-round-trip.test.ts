/** The SDK's own clients against our parser and writer over real HTTP: both directions agree. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  SimulateCustomPolicyCommand,
  TagRoleCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { loadServiceModel } from '@sekisho/catalog';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFormText } from './form.ts';
import type { HttpResponse, QueryParameter } from './http.ts';
import { hasStreamingInput, type ProtocolName, type Structure } from './protocol.ts';
import { needsForm, type Route, type RoutedService, Router, readForm } from './router.ts';
import { ServiceError } from './service-error.ts';

interface Seen {
  operation: string;
  protocol: string;
  input: Structure;
  payload: string;
}

let seen: Seen;
let answer: object | ServiceError;
let server: Server;
let endpoint: string;

const services: readonly (readonly [string, string, readonly ProtocolName[]])[] = [
  ['iam', 'iam', ['aws-query']],
  ['sts', 'sts', ['aws-query']],
  ['ec2', 'ec2', ['ec2-query']],
  ['s3', 's3', ['rest-xml']],
  ['cloudwatch', 'monitoring', ['aws-query', 'aws-json-1.0', 'rpc-v2-cbor']],
];

function parseQuery(text: string): QueryParameter[] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [rawName = '', rawValue = ''] = part.split('=');
      const [{ name, value } = { name: '', value: '' }] = parseFormText(part);
      return { rawName, rawValue, name, value };
    });
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

async function serve(
  router: Router<RoutedService>,
  request: IncomingMessage,
): Promise<HttpResponse> {
  const body = await readBody(request);
  const [rawPath = '/', query = ''] = (request.url ?? '/').split('?');
  const headers: [string, string][] = [];
  const raw = request.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    headers.push([(raw[index] ?? '').toLowerCase(), raw[index + 1] ?? '']);
  }
  const header = (name: string) => headers.find(([field]) => field === name)?.[1];
  const facts = {
    method: request.method ?? '',
    rawPath,
    query: parseQuery(query),
    header,
    signingName: /\/([a-z0-9]+)\/aws4_request/.exec(header('authorization') ?? '')?.[1],
  };
  const form = needsForm(facts) ? readForm(body, header('content-encoding')) : undefined;
  const route = router.identify({ ...facts, form });
  if (route.kind !== 'operation') return refuse(route);
  const { service, protocol, operation, labels } = route;
  const isStream = hasStreamingInput(operation);
  const wire = { ...facts, headers, body: isStream ? undefined : body, form: route.form, labels };
  const input = protocol.parseInput(operation, wire);
  seen = {
    operation: operation.name,
    protocol: protocol.name,
    input,
    payload: isStream ? Buffer.from(body).toString('utf8') : '',
  };
  const context = { model: service.model, requestId: 'req-1' };
  if (answer instanceof ServiceError) {
    return protocol.writeError(answer, { ...context, method: facts.method });
  }
  return protocol.writeOutput(operation, answer, context);
}

function refuse(route: Exclude<Route<RoutedService>, { kind: 'operation' }>): HttpResponse {
  if (route.kind === 'answered') return route.response;
  return route.protocol.writeError(route.error, {
    model: route.service?.model,
    requestId: 'req-1',
  });
}

beforeAll(async () => {
  const routed: RoutedService[] = [];
  for (const [id, signingName, protocols] of services) {
    routed.push({ model: await loadServiceModel(id), signingName, protocols });
  }
  const router = new Router(routed);
  server = createServer((request, response) => {
    serve(router, request).then(
      ({ status, headers, body }) => {
        for (const [name, value] of headers) response.setHeader(name, value);
        response.writeHead(status);
        response.end(body);
      },
      (error: unknown) => {
        response.writeHead(599);
        response.end(String(error));
      },
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function settings() {
  return {
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' },
  };
}

const createdAt = new Date('2026-01-02T03:04:05Z');

describe('IAM and STS (aws-query)', () => {
  test('a nested list goes in, a nested structure comes out', async () => {
    const role = {
      Path: '/',
      RoleName: 'R',
      RoleId: 'AROAEXAMPLE',
      Arn: 'arn:aws:iam::123456789012:role/R',
      CreateDate: createdAt,
      AssumeRolePolicyDocument: '%7B%7D',
      Tags: [{ Key: 'a&b', Value: '<"\'>' }],
      MaxSessionDuration: 3600,
    };
    answer = { Role: role };
    const output = await new IAMClient(settings()).send(
      new CreateRoleCommand({
        RoleName: 'R',
        AssumeRolePolicyDocument: '{"Version":"2012-10-17"}\n',
        MaxSessionDuration: 3600,
        Tags: [
          { Key: 'k 1', Value: 'v+1' },
          { Key: 'k2', Value: '日本語 😀' },
        ],
      }),
    );
    expect(seen).toMatchObject({ operation: 'CreateRole', protocol: 'aws-query' });
    expect(seen.input).toEqual({
      RoleName: 'R',
      AssumeRolePolicyDocument: '{"Version":"2012-10-17"}\n',
      MaxSessionDuration: 3600,
      Tags: [
        { Key: 'k 1', Value: 'v+1' },
        { Key: 'k2', Value: '日本語 😀' },
      ],
    });
    expect(output.Role).toEqual(role);
    expect(output.$metadata.requestId).toBe('req-1');
  });

  test('an empty list goes in as an empty list', async () => {
    answer = {};
    await new IAMClient(settings()).send(new TagRoleCommand({ RoleName: 'R', Tags: [] }));
    expect(seen.input).toEqual({ RoleName: 'R', Tags: [] });
  });

  test('lists of structures, booleans and markers come out', async () => {
    answer = {
      Roles: [
        { Path: '/', RoleName: 'A', RoleId: 'I', Arn: 'a', CreateDate: createdAt, Description: '' },
        { Path: '/x/', RoleName: 'B', RoleId: 'J', Arn: 'b', CreateDate: createdAt },
      ],
      IsTruncated: true,
      Marker: 'AAE=',
    };
    const output = await new IAMClient(settings()).send(
      new ListRolesCommand({ PathPrefix: '/', MaxItems: 2 }),
    );
    expect(seen.input).toEqual({ PathPrefix: '/', MaxItems: 2 });
    expect(output).toMatchObject(answer);
  });

  test('empty lists and absent results come out as such', async () => {
    answer = { Roles: [], IsTruncated: false };
    const iam = new IAMClient(settings());
    expect((await iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
    answer = {};
    await iam.send(new DeleteRoleCommand({ RoleName: 'R' }));
    await iam.send(new UpdateRoleCommand({ RoleName: 'R', Description: '' }));
    expect(seen.input).toEqual({ RoleName: 'R', Description: '' });
  });

  test('lists within lists of structures go in and out', async () => {
    answer = {
      EvaluationResults: [
        {
          EvalActionName: 's3:GetObject',
          EvalDecision: 'allowed',
          MatchedStatements: [{ SourcePolicyId: 'p', StartPosition: { Line: 1, Column: 2 } }],
          EvalDecisionDetails: { 'arn:a': 'allowed' },
        },
      ],
      IsTruncated: false,
    };
    const command = {
      PolicyInputList: ['{}'],
      ActionNames: ['s3:GetObject', 's3:PutObject'],
      ContextEntries: [
        {
          ContextKeyName: 'aws:x',
          ContextKeyValues: ['1', '2'],
          ContextKeyType: 'stringList' as const,
        },
      ],
    };
    const output = await new IAMClient(settings()).send(new SimulateCustomPolicyCommand(command));
    expect(seen.input).toEqual(command);
    expect(output.EvaluationResults).toEqual(Reflect.get(answer, 'EvaluationResults'));
  });

  test('an error comes out with code, message, status and class', async () => {
    const message = 'The role with name R cannot be found.';
    answer = new ServiceError('NoSuchEntity', message, 404);
    const sent = new IAMClient(settings()).send(new GetRoleCommand({ RoleName: 'R' }));
    await expect(sent).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message,
      Code: 'NoSuchEntity',
      $fault: 'client',
      $metadata: { httpStatusCode: 404, requestId: 'req-1' },
    });
  });

  test('sts speaks the same', async () => {
    answer = { UserId: 'AIDA', Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/u' };
    const sts = new STSClient(settings());
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject(answer);
    answer = {
      Credentials: {
        AccessKeyId: 'ASIA',
        SecretAccessKey: 'x/+=',
        SessionToken: 't',
        Expiration: createdAt,
      },
      AssumedRoleUser: { AssumedRoleId: 'AROA:s', Arn: 'arn' },
      PackedPolicySize: 6,
    };
    const input = {
      RoleArn: 'arn:aws:iam::123456789012:role/R',
      RoleSessionName: 's',
      TransitiveTagKeys: ['a'],
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/P' }],
    };
    expect(await sts.send(new AssumeRoleCommand(input))).toMatchObject(answer);
    expect(seen.input).toEqual(input);
  });

  test('an unsigned operation is found by Action and Version', async () => {
    answer = { SubjectFromWebIdentityToken: 'sub' };
    const output = await new STSClient(settings()).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: 'arn:aws:iam::123456789012:role/R',
        RoleSessionName: 's',
        WebIdentityToken: 'a.b.c\n',
      }),
    );
    expect(seen.operation).toBe('AssumeRoleWithWebIdentity');
    expect(seen.input['WebIdentityToken']).toBe('a.b.c\n');
    expect(output.SubjectFromWebIdentityToken).toBe('sub');
  });
});

describe('EC2 (ec2-query)', () => {
  test('flattened names go in, sets come out', async () => {
    answer = {
      ReservationId: 'r-1',
      OwnerId: '123456789012',
      Instances: [
        {
          InstanceId: 'i-1',
          State: { Code: 0, Name: 'pending' },
          LaunchTime: createdAt,
          EbsOptimized: false,
          IamInstanceProfile: { Arn: 'arn', Id: 'AIPA' },
          SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'default' }],
          BlockDeviceMappings: [],
          Tags: [{ Key: 'Name', Value: 'web' }],
        },
      ],
    };
    const input = {
      ImageId: 'ami-1',
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: 'R' },
      SecurityGroupIds: ['sg-1', 'sg-2'],
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8, Encrypted: true } }],
      NetworkInterfaces: [{ DeviceIndex: 0, Groups: ['sg-3'], SubnetId: 'subnet-1' }],
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'a', Value: 'b' }] }],
      MetadataOptions: { HttpTokens: 'required' as const, HttpPutResponseHopLimit: 2 },
      ClientToken: 'token',
    };
    const output = await new EC2Client(settings()).send(new RunInstancesCommand(input));
    expect(seen).toMatchObject({ operation: 'RunInstances', protocol: 'ec2-query' });
    expect(seen.input).toEqual(input);
    expect(output).toMatchObject(answer);
  });

  test('filters, and operations without output', async () => {
    const ec2 = new EC2Client(settings());
    answer = { Reservations: [] };
    const input = { Filters: [{ Name: 'tag:a', Values: ['x', 'y'] }], InstanceIds: ['i-1'] };
    expect((await ec2.send(new DescribeInstancesCommand(input))).Reservations).toEqual([]);
    expect(seen.input).toEqual(input);
    answer = {};
    const tags = { Resources: ['i-1'], Tags: [{ Key: 'k', Value: 'v' }] };
    await ec2.send(new CreateTagsCommand(tags));
    expect(seen.input).toEqual(tags);
  });

  test('an error comes out with code and request id', async () => {
    answer = new ServiceError(
      'InvalidInstanceID.NotFound',
      "The instance ID 'i-1' does not exist",
      400,
    );
    const sent = new EC2Client(settings()).send(new DescribeInstancesCommand({}));
    await expect(sent).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
      message: "The instance ID 'i-1' does not exist",
    });
  });
});

describe('S3 (rest-xml)', () => {
  const s3 = () => new S3Client({ ...settings(), forcePathStyle: true });

  test('PutObject: headers, metadata and a streamed payload go in', async () => {
    answer = { ETag: '"abc"', VersionId: 'v1' };
    const output = await s3().send(
      new PutObjectCommand({
        Bucket: 'bkt',
        Key: 'a/b c+ü.txt',
        Body: 'hello',
        ContentType: 'text/plain',
        Metadata: { one: '1', 'two-b': '2' },
        ACL: 'bucket-owner-full-control',
        Tagging: 'a=1&b=2',
      }),
    );
    expect(seen.operation).toBe('PutObject');
    expect(seen.input).toMatchObject({
      Bucket: 'bkt',
      Key: 'a/b c+ü.txt',
      ContentType: 'text/plain',
      Metadata: { one: '1', 'two-b': '2' },
      ACL: 'bucket-owner-full-control',
      Tagging: 'a=1&b=2',
      ContentLength: 5,
    });
    expect(seen.input).not.toHaveProperty('Body');
    expect(seen.payload).toBe('hello');
    expect(output).toMatchObject({ ETag: '"abc"', VersionId: 'v1' });
    expect(output.$metadata.requestId).toBe('req-1');
  });

  test('GetObject and HeadObject: headers and bytes come out', async () => {
    const facts = {
      ContentLength: 5,
      ContentType: 'text/plain',
      ETag: '"abc"',
      LastModified: createdAt,
      Metadata: { one: '1' },
      AcceptRanges: 'bytes',
    };
    answer = { ...facts, Body: new TextEncoder().encode('hello') };
    const range = { Bucket: 'bkt', Key: 'k//k', Range: 'bytes=0-4', VersionId: 'null' };
    const got = await s3().send(new GetObjectCommand(range));
    expect(seen.input).toMatchObject(range);
    expect(await got.Body?.transformToString()).toBe('hello');
    expect(got).toMatchObject(facts);
    answer = facts;
    const head = await s3().send(new HeadObjectCommand({ Bucket: 'bkt', Key: 'k' }));
    expect(seen.operation).toBe('HeadObject');
    expect(head).toMatchObject(facts);
  });

  test('listings come out with flattened lists', async () => {
    answer = {
      Name: 'bkt',
      Prefix: 'a&',
      KeyCount: 2,
      MaxKeys: 1000,
      IsTruncated: false,
      Contents: [
        { Key: 'a&1', Size: 3, ETag: '"x"', LastModified: createdAt, StorageClass: 'STANDARD' },
        { Key: 'a&2', Size: 4, ETag: '"y"', LastModified: createdAt },
      ],
      CommonPrefixes: [{ Prefix: 'a&/' }],
    };
    const listing = { Bucket: 'bkt', Prefix: 'a&', Delimiter: '/', MaxKeys: 1000 };
    expect(await s3().send(new ListObjectsV2Command(listing))).toMatchObject(answer);
    expect(seen).toMatchObject({ operation: 'ListObjectsV2', input: listing });
    answer = { Buckets: [{ Name: 'bkt', CreationDate: createdAt }], Owner: { ID: 'o' } };
    expect(await s3().send(new ListBucketsCommand({}))).toMatchObject(answer);
    expect(seen.operation).toBe('ListBuckets');
  });

  test('documents go in: DeleteObjects, tagging, multipart', async () => {
    answer = {
      Deleted: [{ Key: 'a' }],
      Errors: [{ Key: 'b', Code: 'AccessDenied', Message: 'm' }],
    };
    const Delete = { Objects: [{ Key: 'a' }, { Key: '<b>', VersionId: 'v' }], Quiet: true };
    const output = await s3().send(new DeleteObjectsCommand({ Bucket: 'bkt', Delete }));
    expect(seen.input).toMatchObject({ Bucket: 'bkt', Delete });
    expect(output).toMatchObject(answer);
    answer = {};
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    await s3().send(new PutBucketTaggingCommand({ Bucket: 'bkt', Tagging }));
    expect(seen).toMatchObject({ operation: 'PutBucketTagging', input: { Tagging } });
    answer = { Bucket: 'bkt', Key: 'k', ETag: '"e-2"', Location: 'http://x/bkt/k' };
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: '"a"' }, { PartNumber: 2 }] };
    const complete = { Bucket: 'bkt', Key: 'k', UploadId: 'u', MultipartUpload };
    expect(await s3().send(new CompleteMultipartUploadCommand(complete))).toMatchObject(answer);
    expect(seen).toMatchObject({ operation: 'CompleteMultipartUpload', input: complete });
  });

  test('the operation is told by headers and required query parameters', async () => {
    answer = { CopyObjectResult: { ETag: '"c"', LastModified: createdAt } };
    const copy = { Bucket: 'bkt', Key: 'k', CopySource: 'other/k' };
    const copied = await s3().send(new CopyObjectCommand(copy));
    expect(seen).toMatchObject({ operation: 'CopyObject', input: copy });
    expect(copied.CopyObjectResult).toEqual(Reflect.get(answer, 'CopyObjectResult'));
    answer = { ETag: '"p"' };
    const part = { Bucket: 'bkt', Key: 'k', PartNumber: 2, UploadId: 'u' };
    await s3().send(new UploadPartCommand({ ...part, Body: 'part' }));
    expect(seen).toMatchObject({ operation: 'UploadPart', input: part, payload: 'part' });
  });

  test('a text payload and an unwrapped answer come out', async () => {
    answer = { Policy: '{"Version":"2012-10-17"}' };
    const policy = await s3().send(new GetBucketPolicyCommand({ Bucket: 'bkt' }));
    expect(policy.Policy).toBe('{"Version":"2012-10-17"}');
    answer = { LocationConstraint: 'eu-west-1' };
    const location = await s3().send(new GetBucketLocationCommand({ Bucket: 'bkt' }));
    expect(location.LocationConstraint).toBe('eu-west-1');
  });

  test('errors come out with their details; HEAD has no body', async () => {
    const details = [
      ['Key', 'k'],
      ['BucketName', 'bkt'],
    ] as const;
    answer = new ServiceError('NoSuchKey', 'The specified key does not exist.', 404, details);
    await expect(
      s3().send(new GetObjectCommand({ Bucket: 'bkt', Key: 'k' })),
    ).rejects.toMatchObject({
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
      Key: 'k',
    });
    const head = s3().send(new HeadObjectCommand({ Bucket: 'bkt', Key: 'k' }));
    await expect(head).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('CloudWatch (JSON, query and CBOR)', () => {
  const metrics = {
    Namespace: 'Article',
    MetricData: [
      {
        MetricName: 'm',
        Value: 1.5,
        Unit: 'Count' as const,
        Timestamp: createdAt,
        Dimensions: [{ Name: 'InstanceId', Value: 'i-1' }],
      },
    ],
  };

  const choices = [
    ['aws-json-1.0', undefined],
    ['aws-query', AwsQueryProtocol],
    ['rpc-v2-cbor', AwsSmithyRpcV2CborProtocol],
  ] as const;

  test.each(choices)('%s goes in and out', async (name, protocol) => {
    const chosen = protocol === undefined ? {} : { protocol };
    const cloudWatch = new CloudWatchClient({ ...settings(), ...chosen });
    answer = {};
    await cloudWatch.send(new PutMetricDataCommand(metrics));
    expect(seen).toMatchObject({ operation: 'PutMetricData', protocol: name, input: metrics });
    answer = { Label: 'm', Datapoints: [{ Timestamp: createdAt, Sum: 3, Unit: 'Count' }] };
    const statistics = {
      Namespace: 'Article',
      MetricName: 'm',
      StartTime: createdAt,
      EndTime: createdAt,
      Period: 60,
      Statistics: ['Sum' as const],
    };
    expect(await cloudWatch.send(new GetMetricStatisticsCommand(statistics))).toMatchObject(answer);
    expect(seen.input).toEqual(statistics);
    answer = {};
    const many = Array.from({ length: 300 }, (_, index) => ({ MetricName: 'm', Value: index }));
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'n', MetricData: many }));
    expect(seen.input).toEqual({ Namespace: 'n', MetricData: many });
    answer = new ServiceError('InvalidParameterValue', 'bad', 400);
    await expect(cloudWatch.send(new PutMetricDataCommand(metrics))).rejects.toMatchObject({
      message: 'bad',
      $metadata: { httpStatusCode: 400 },
    });
  });
});
