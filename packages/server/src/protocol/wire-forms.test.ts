/** The exact bytes of responses and errors in each protocol's form. */
import { loadServiceModel, type OperationModel, type ServiceModel } from '@sekisho/catalog';
import { describe, expect, test } from 'vitest';
import { parseCbor } from './cbor/cbor-parser.ts';
import type { ProtocolName } from './protocol.ts';
import { protocolNamed } from './protocols.ts';
import { wireRequestId } from './request-id.ts';
import { ServiceError } from './service-error.ts';
import { list, member, scalar, structure, text } from './testing.contract.ts';
import { MillisecondDate } from './timestamp.ts';

const output = structure('GetThingResponse', [
  member('Name', text()),
  member('At', scalar('timestamp')),
  member('Names', list(text())),
]);
const operation: OperationModel = { name: 'GetThing', input: structure('Unit', []), output };
const model: ServiceModel = {
  id: 'x',
  apiVersion: '2010-05-08',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  serviceName: 'X',
  operationNames: ['GetThing'],
  operation: () => operation,
  error: (code) =>
    code === 'Gone' ? { name: 'GoneException', code, status: 410, fault: 'Sender' } : undefined,
};
const context = { model, requestId: 'id' };
const at = new Date('2026-01-02T03:04:05.678Z');

function write(name: ProtocolName, value: object, of: OperationModel = operation) {
  return protocolNamed(name).writeOutput(of, value, context);
}

function refuse(name: ProtocolName, error: ServiceError, method?: string) {
  return protocolNamed(name).writeError(error, { ...context, method });
}

describe('aws-query', () => {
  test('is pretty-printed by two blanks, with whole seconds and a final line end', () => {
    const response = write('aws-query', { Name: 'a<b', At: at, Names: [] });
    expect(response.headers).toEqual([
      ['x-amzn-requestid', 'id'],
      ['content-type', 'text/xml'],
    ]);
    expect(response.body).toBe(`<GetThingResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <GetThingResult>
    <Name>a&lt;b</Name>
    <At>2026-01-02T03:04:05Z</At>
    <Names/>
  </GetThingResult>
  <ResponseMetadata>
    <RequestId>id</RequestId>
  </ResponseMetadata>
</GetThingResponse>
`);
  });

  test('writes milliseconds where the operation asks for them', () => {
    const { body } = write('aws-query', { At: new MillisecondDate(at) });
    expect(body).toContain('<At>2026-01-02T03:04:05.678Z</At>');
  });

  test('an operation without an output shape has no Result element', () => {
    const unit = { ...operation, output: structure('Unit', []) };
    expect(write('aws-query', {}, unit).body).not.toContain('GetThingResult');
    const empty = { ...operation, output: structure('GetThingResponse', []) };
    expect(write('aws-query', {}, empty).body).toContain('  <GetThingResult/>\n');
  });

  test('an error has type, code and message in the service namespace', () => {
    const response = refuse('aws-query', new ServiceError('NoSuchEntity', 'no "x" & y', 404));
    expect(response.status).toBe(404);
    expect(response.body).toBe(`<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <Error>
    <Type>Sender</Type>
    <Code>NoSuchEntity</Code>
    <Message>no &quot;x&quot; &amp; y</Message>
  </Error>
  <RequestId>id</RequestId>
</ErrorResponse>
`);
  });

  test('a fault of no service is in the fault namespace, a 5xx is the receiver fault', () => {
    const error = protocolNamed('aws-query').unknownOperation('NoSuchAction', '2011-06-15');
    expect(error.message).toBe('Could not find operation NoSuchAction for version 2011-06-15');
    const { body } = protocolNamed('aws-query').writeError(error, { requestId: 'id' });
    expect(body).toContain('xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"');
    expect(refuse('aws-query', new ServiceError('ServiceFailure', 'm', 500)).body).toContain(
      '<Type>Receiver</Type>',
    );
  });

  test('an empty message is left out; an empty code is a status without a body', () => {
    const { body } = refuse('aws-query', new ServiceError('MalformedInput', '', 400));
    expect(body).not.toContain('Message');
    expect(refuse('aws-query', new ServiceError('', 'm', 413))).toEqual({
      status: 413,
      headers: [],
      body: '',
    });
  });
});

describe('ec2-query', () => {
  test('has the declaration, four blanks and the request id inside', () => {
    const { body } = write('ec2-query', { Name: 'a', At: at });
    expect(body).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<GetThingResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
    <requestId>id</requestId>
    <Name>a</Name>
    <At>2026-01-02T03:04:05.678Z</At>
</GetThingResponse>
`);
  });

  test('an error is Response/Errors/Error with RequestID', () => {
    const error = new ServiceError('UnauthorizedOperation', 'm', 403);
    expect(refuse('ec2-query', error).body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>' +
        '<Code>UnauthorizedOperation</Code><Message>m</Message></Error></Errors>' +
        '<RequestID>id</RequestID></Response>',
    );
  });
});

describe('rest-xml', () => {
  const uuid = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';

  test('an error has its details before the ids, which the headers repeat', () => {
    const details = [['BucketName', 'b']] as const;
    const error = new ServiceError('NoSuchBucket', 'm', 404, details, [
      ['x-amz-bucket-region', 'r'],
    ]);
    const response = protocolNamed('rest-xml').writeError(error, { model, requestId: uuid });
    const headers = new Map(response.headers);
    const id = headers.get('x-amz-request-id') ?? '';
    const host = headers.get('x-amz-id-2') ?? '';
    expect(id).toMatch(/^[0-9A-Z]{16}$/);
    expect(id).toBe(wireRequestId('rest-xml', uuid));
    expect(host).toHaveLength(76);
    expect(headers.get('x-amz-bucket-region')).toBe('r');
    expect(response.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code>' +
        `<Message>m</Message><BucketName>b</BucketName><RequestId>${id}</RequestId>` +
        `<HostId>${host}</HostId></Error>`,
    );
  });

  test('HEAD and 304 have no body', () => {
    const error = new ServiceError('NoSuchKey', 'm', 404);
    expect(refuse('rest-xml', error, 'HEAD').body).toBe('');
    expect(refuse('rest-xml', new ServiceError('NotModified', 'm', 304)).body).toBe('');
  });

  test('control characters, line ends and half characters never break the document', () => {
    const { body } = write('rest-xml', { Name: '\u0001\r\ud800\u{1F600}' });
    expect(body).toContain('<Name>&#x1;&#xD;');
    expect(body).toContain('\u{1F600}</Name>');
  });

  test('S3 documents have the roots that clients look for', async () => {
    const s3 = await loadServiceModel('s3');
    const body = (name: string, value: object) => {
      const found = s3.operation(name);
      if (found === undefined) return name;
      return protocolNamed('rest-xml').writeOutput(found, value, { model: s3, requestId: 'id' })
        .body;
    };
    const start = '<?xml version="1.0" encoding="UTF-8"?>\n';
    const xmlns = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
    expect(body('ListObjectsV2', { Name: 'b' })).toBe(
      `${start}<ListBucketResult${xmlns}><Name>b</Name></ListBucketResult>`,
    );
    expect(body('ListBuckets', {})).toContain('<ListAllMyBucketsResult');
    expect(body('GetBucketLocation', {})).toBe(`${start}<LocationConstraint${xmlns}/>`);
    expect(body('GetBucketLocation', { LocationConstraint: 'eu-west-1' })).toBe(
      `${start}<LocationConstraint${xmlns}>eu-west-1</LocationConstraint>`,
    );
  });

  test('a request id that is no UUID stays as it is', () => {
    expect(wireRequestId('rest-xml', 'abc')).toBe('abc');
    expect(wireRequestId('aws-query', uuid)).toBe(uuid);
  });
});

describe('JSON and CBOR', () => {
  test('aws-json writes epoch seconds and its type', () => {
    const response = write('aws-json-1.1', { Name: 'a"b', At: at, Names: ['x'] });
    expect(response.headers).toContainEqual(['content-type', 'application/x-amz-json-1.1']);
    expect(response.body).toBe('{"Name":"a\\"b","At":1767323045.678,"Names":["x"]}');
    const error = refuse('aws-json-1.0', new ServiceError('AccessDeniedException', 'm', 400));
    expect(error.body).toBe('{"__type":"AccessDeniedException","message":"m"}');
  });

  test('a service with codes of its old query protocol tells them in a header', () => {
    const response = refuse('aws-json-1.0', new ServiceError('Gone', 'm', 410));
    expect(response.body).toBe('{"__type":"GoneException","message":"m"}');
    expect(response.headers).toContainEqual(['x-amzn-query-error', 'Gone;Sender']);
  });

  test('rest-json names the error in a header', () => {
    const response = refuse('rest-json', new ServiceError('ResourceNotFoundException', 'm', 404));
    expect(response.headers).toContainEqual(['x-amzn-errortype', 'ResourceNotFoundException']);
    expect(response.body).toBe('{"message":"m"}');
  });

  test('rpc-v2-cbor writes maps with a tagged moment', () => {
    const response = write('rpc-v2-cbor', { Name: 'a', At: new Date(1000), Names: [] });
    expect(response.headers).toContainEqual(['smithy-protocol', 'rpc-v2-cbor']);
    const tree = parseCbor(response.body as Uint8Array) as ReadonlyMap<string, unknown>;
    expect(tree.get('At')).toEqual({ tag: 1, value: 1 });
    const error = refuse('rpc-v2-cbor', new ServiceError('Gone', 'm', 410));
    expect(parseCbor(error.body as Uint8Array)).toEqual(
      new Map([
        ['__type', 'GoneException'],
        ['message', 'm'],
      ]),
    );
  });
});
