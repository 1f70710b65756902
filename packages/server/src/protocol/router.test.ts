/** Routing: each kind of request finds its one operation, and no request finds two. */
import { loadServiceModel } from '@sekisho/catalog';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseFormText } from './form.ts';
import { type RequestFacts, type RoutedService, Router } from './router.ts';
import { parseQuery } from './testing.contract.ts';

let router: Router<RoutedService>;

beforeAll(async () => {
  const load = async (
    id: string,
    signingName: string,
    protocols: RoutedService['protocols'],
  ): Promise<RoutedService> => ({ model: await loadServiceModel(id), signingName, protocols });
  router = new Router([
    await load('iam', 'iam', ['aws-query']),
    await load('sts', 'sts', ['aws-query']),
    await load('ec2', 'ec2', ['ec2-query']),
    await load('s3', 's3', ['rest-xml']),
    await load('cloudwatch', 'monitoring', ['aws-query', 'aws-json-1.0', 'rpc-v2-cbor']),
  ]);
});

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: string;
  readonly signingName?: string;
}

function identify(method: string, target: string, sent: Sent = {}) {
  const [rawPath = '/', query = ''] = target.split('?');
  const facts: RequestFacts = {
    method,
    rawPath,
    query: parseQuery(query),
    header: (name) => sent.headers?.[name],
    form: sent.form === undefined ? undefined : parseFormText(sent.form),
    signingName: sent.signingName,
  };
  return router.identify(facts);
}

/** `service operation`, or the error's code. */
function found(method: string, target: string, sent: Sent = {}): string {
  const route = identify(method, target, sent);
  if (route.kind === 'answered') return String(route.response.status);
  if (route.kind === 'refused') return route.error.code;
  return `${route.service.model.id} ${route.operation.name}`;
}

const s3: Sent = { signingName: 's3' };

describe('query requests', () => {
  test('are found by Action and Version, signed or not', () => {
    const form = 'Action=GetCallerIdentity&Version=2011-06-15';
    expect(found('POST', '/', { form })).toBe('sts GetCallerIdentity');
    expect(found('POST', '/', { form, signingName: 'sts' })).toBe('sts GetCallerIdentity');
    expect(found('GET', `/?${form}`)).toBe('sts GetCallerIdentity');
    expect(found('POST', '/?Version=2011-06-15', { form: 'Action=GetCallerIdentity' })).toBe(
      'sts GetCallerIdentity',
    );
    const old = 'Action=PutMetricData&Version=2010-08-01';
    expect(found('POST', '/', { form: old, signingName: 'monitoring' })).toBe(
      'cloudwatch PutMetricData',
    );
  });

  test('of the scope of another service are not found there', () => {
    const form = 'Action=CreateRole&Version=2010-05-08';
    expect(found('POST', '/', { form, signingName: 'sts' })).toBe('InvalidAction');
    expect(found('POST', '/', { form, signingName: 's3' })).toBe('MethodNotAllowed');
  });

  test.each([
    ['Action=Nope&Version=2011-06-15', 'Could not find operation Nope for version 2011-06-15'],
    ['Action=GetUser', 'Could not find operation GetUser for version NO_VERSION_SPECIFIED'],
    ['Action=GetUser&Version=', 'Could not find operation GetUser for version '],
    ['Action=&Version=2011-06-15', 'Could not find operation  for version 2011-06-15'],
    [
      'Action=__proto__&Version=2011-06-15',
      'Could not find operation __proto__ for version 2011-06-15',
    ],
  ])('%s is InvalidAction', (form, message) => {
    const route = identify('POST', '/', { form, signingName: 'sts' });
    expect(route).toMatchObject({ kind: 'refused', error: { code: 'InvalidAction', message } });
  });

  test('the first Action on the wire counts', () => {
    const form = 'Action=GetUser&Action=DeleteUser&Version=2010-05-08';
    expect(found('POST', '/', { form })).toBe('iam GetUser');
  });

  test('without an Action are sent to the service page, other paths are unknown', () => {
    const route = identify('GET', '/?a=b', { signingName: 'iam' });
    expect(route).toMatchObject({
      kind: 'answered',
      response: {
        status: 302,
        headers: [['location', 'https://aws.amazon.com/iam?a=b']],
        body: '',
      },
    });
    expect(found('POST', '/', { signingName: 'sts' })).toBe('302');
    expect(identify('POST', '/x', { signingName: 'sts' })).toMatchObject({
      response: { status: 404, body: '<UnknownOperationException/>\n' },
    });
  });
});

describe('targets and CBOR paths', () => {
  test('x-amz-target names the operation, the content type the version', () => {
    const headers = {
      'x-amz-target': 'GraniteServiceVersion20100801.ListMetrics',
      'content-type': 'application/x-amz-json-1.1',
    };
    expect(found('POST', '/', { headers })).toBe('cloudwatch ListMetrics');
    const route = identify('POST', '/', { headers });
    expect(route.kind === 'operation' && route.protocol.name).toBe('aws-json-1.1');
  });

  test.each(['Nope.ListMetrics', 'GraniteServiceVersion20100801.Nope', 'x', '', '.'])(
    'the target %s is unknown',
    (target) => {
      expect(found('POST', '/', { headers: { 'x-amz-target': target } })).toBe(
        'UnknownOperationException',
      );
    },
  );

  test('a service that speaks no JSON is not reached by a target', () => {
    const headers = { 'x-amz-target': 'AWSIdentityManagementV20100508.ListUsers' };
    expect(found('POST', '/', { headers })).toBe('UnknownOperationException');
  });

  test('rpc-v2-cbor has the operation in its path', () => {
    const headers = { 'smithy-protocol': 'rpc-v2-cbor' };
    const path = '/service/GraniteServiceVersion20100801/operation/ListMetrics';
    expect(found('POST', path, { headers })).toBe('cloudwatch ListMetrics');
    expect(found('GET', path, { headers })).toBe('UnknownOperationException');
    expect(found('POST', '/service/AmazonS3/operation/ListBuckets', { headers })).toBe(
      'UnknownOperationException',
    );
  });
});

describe('S3 requests', () => {
  test.each([
    ['GET', '/', 'ListBuckets'],
    ['GET', '/?x-id=ListBuckets', 'ListBuckets'],
    ['PUT', '/b', 'CreateBucket'],
    ['PUT', '/b/', 'CreateBucket'],
    ['GET', '/b', 'ListObjects'],
    ['GET', '/b?list-type=2&prefix=&delimiter=%2F&encoding-type=url', 'ListObjectsV2'],
    ['GET', '/b?list-type=1', 'ListObjects'],
    ['GET', '/b?versions', 'ListObjectVersions'],
    ['GET', '/b?location', 'GetBucketLocation'],
    ['GET', '/b?location=', 'GetBucketLocation'],
    ['GET', '/b?acl', 'GetBucketAcl'],
    ['GET', '/b/k?acl', 'GetObjectAcl'],
    ['GET', '/b/k?tagging', 'GetObjectTagging'],
    ['GET', '/b?analytics', 'ListBucketAnalyticsConfigurations'],
    ['GET', '/b?analytics&id=1', 'GetBucketAnalyticsConfiguration'],
    ['DELETE', '/b?analytics', 'DeleteBucketAnalyticsConfiguration'],
    ['HEAD', '/b', 'HeadBucket'],
    ['HEAD', '/b/k', 'HeadObject'],
    ['GET', '/b/k', 'GetObject'],
    ['GET', '/b/k?x-id=GetObject&partNumber=2', 'GetObject'],
    ['GET', '/b//k//', 'GetObject'],
    ['GET', '/b/k?uploadId=u', 'ListParts'],
    ['GET', '/b?uploads', 'ListMultipartUploads'],
    ['POST', '/b/k?uploads', 'CreateMultipartUpload'],
    ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
    ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
    ['PUT', '/b/k', 'PutObject'],
    ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload'],
    ['DELETE', '/b/k?versionId=v', 'DeleteObject'],
    ['DELETE', '/b', 'DeleteBucket'],
    ['POST', '/b?delete', 'DeleteObjects'],
    ['DELETE', '/b?policy', 'DeleteBucketPolicy'],
  ])('%s %s is %s', (method, target, operation) => {
    expect(found(method, target, s3)).toBe(`s3 ${operation}`);
    expect(found(method, target)).toBe(`s3 ${operation}`);
  });

  test('a copy is told by its header', () => {
    const copy = { ...s3, headers: { 'x-amz-copy-source': '/b/k' } };
    expect(found('PUT', '/b/k', copy)).toBe('s3 CopyObject');
    expect(found('PUT', '/b/k?partNumber=1&uploadId=u', copy)).toBe('s3 UploadPartCopy');
  });

  test('a sub-resource that the operation does not have never falls through to another', () => {
    for (const [method, target] of [
      ['DELETE', '/b/k?acl'],
      ['GET', '/b?acl&policy'],
      ['PUT', '/b/k?uploadId=u'],
      ['PUT', '/b/k?partNumber=1'],
      ['DELETE', '/b?acl'],
      ['GET', '/b/k?policy'],
      ['HEAD', '/b/k?tagging'],
      ['DELETE', '/b/k?tagging&uploadId=u'],
    ] as const) {
      expect(found(method, target, s3), `${method} ${target}`).toBe('InvalidArgument');
    }
  });

  test('methods and paths that do not exist are refused', () => {
    expect(found('PATCH', '/b/k', s3)).toBe('MethodNotAllowed');
    expect(found('POST', '/b', s3)).toBe('MethodNotAllowed');
    expect(found('GET', '/b/%zz', s3)).toBe('InvalidURI');
    expect(found('GET', '/b/%ff', s3)).toBe('InvalidURI');
  });

  test('bucket and key are decoded once and nothing is folded', () => {
    const route = identify('GET', '/b/a%2Fb/../%2525/%E6%97%A5+', s3);
    expect(route.kind === 'operation' && route.labels).toEqual(
      new Map([
        ['Bucket', 'b'],
        ['Key', 'a/b/../%25/日+'],
      ]),
    );
  });
});

describe('every operation of the REST model', () => {
  test('is found by its own template', async () => {
    const model = await loadServiceModel('s3');
    const lost: string[] = [];
    for (const name of model.operationNames) {
      const operation = model.operation(name);
      if (operation?.http === undefined) continue;
      const query = operation.input.members.flatMap(({ traits, required }) =>
        required && traits.httpQuery !== undefined ? [`${traits.httpQuery}=1`] : [],
      );
      const headers = Object.fromEntries(
        operation.input.members.flatMap(({ traits, required }) =>
          required && traits.httpHeader !== undefined
            ? [[traits.httpHeader.toLowerCase(), 'x']]
            : [],
        ),
      );
      const [path = '', literals = ''] = operation.http.uri
        .replace('{Bucket}', 'b')
        .replace('{Key+}', 'k')
        .split('?');
      const target = `${path}?${[literals, ...query].join('&')}`;
      const got = found(operation.http.method, target, { ...s3, headers });
      if (got !== `s3 ${name}`) lost.push(`${name}: ${got}`);
    }
    // Told apart by the host only.
    expect(lost).toEqual(['ListDirectoryBuckets: s3 ListBuckets']);
  });
});
