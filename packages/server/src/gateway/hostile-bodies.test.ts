/** Bodies that are wrong in every protocol, over real sockets: AWS's errors, nothing stored. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SignedRequest } from './testing/client-signature.ts';
import { SocketClient } from './testing/socket-client.ts';
import { type Answer, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
let client: SocketClient;
let stored: string;

beforeAll(async () => {
  gateway = await startGateway();
  client = new SocketClient(gateway);
  expect(
    (await client.send(client.sign('s3', { method: 'PUT', rawPath: '/hostile' }))).status,
  ).toBe(200);
});

afterAll(async () => {
  expect(gateway.warnings).toEqual([]);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  await gateway.stop();
});

const everything = async (): Promise<string> =>
  JSON.stringify(await gateway.server.runtime.state.store.list('', { limit: 100_000 }));

beforeEach(async () => {
  stored = await everything();
});

afterEach(async () => {
  expect((await client.call('sts', { Action: 'GetCallerIdentity' })).status).toBe(200);
  expect(await everything()).toBe(stored);
});

function expectError(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
}

const formType = ['content-type', 'application/x-www-form-urlencoded'] as const;

function rawForm(body: Uint8Array | string): SignedRequest {
  return client.sign('iam', { method: 'POST', rawPath: '/', headers: [formType], body });
}

const user = 'Action=CreateUser&Version=2010-05-08&UserName=hostile';

describe('forms', () => {
  test.each([
    ['a % that begins no triplet', `${user}&Path=%zz`],
    ['a % at the end', `${user}%`],
    ['bytes that are no UTF-8', Buffer.from(`${user}\xff\xfe`, 'latin1')],
    ['triplets that are no UTF-8', `${user}%ff%fe`],
    ['an encoded surrogate', `${user}%ed%a0%80`],
  ])('%s are answered 400 without words', async (_name, body) => {
    const answer = await client.send(rawForm(body));
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: '' });
  });

  test('a % that begins no triplet in the query is answered 400 without words', async () => {
    const answer = await client.send(
      `GET /?${user}&Path=%zz HTTP/1.1\r\nhost: ${client.host}\r\n\r\n`,
    );
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: '' });
  });

  test('UTF-16 names no action', async () => {
    const answer = await client.send(rawForm(Buffer.from(user, 'utf16le')));
    expect(answer.status).toBe(302);
  });

  test('another content type names no action', async () => {
    for (const type of ['text/plain', 'application/json', 'multipart/form-data; boundary=x']) {
      const answer = await client.send(
        client.sign('iam', {
          method: 'POST',
          rawPath: '/',
          headers: [['content-type', type]],
          body: user,
        }),
      );
      expect(answer.status).toBe(302);
    }
  });

  test.each([
    ['unknown', 'Action=NoSuchAction&Version=2010-05-08', 'NoSuchAction for version 2010-05-08'],
    ['without version', 'Action=CreateUser', 'CreateUser for version NO_VERSION_SPECIFIED'],
    ['of another version', 'Action=CreateUser&Version=2', 'CreateUser for version 2'],
    ['empty', 'Action=&Version=2010-05-08', 'Could not find operation  for version'],
    ['of a prototype', 'Action=constructor&Version=2010-05-08', 'constructor for version'],
    ['__proto__', 'Action=__proto__&Version=2010-05-08', '__proto__ for version'],
    ['in other case', 'Action=createuser&Version=2010-05-08', 'createuser for version'],
  ])('an action %s is InvalidAction', async (_name, body, text) => {
    const answer = await client.send(rawForm(body));
    expectError(answer, 400, 'InvalidAction');
    expect(answer.body).toContain(text);
  });

  test('T29 names of prototypes are names like any other', async () => {
    const names = ['__proto__.polluted', 'constructor.prototype.polluted', '__proto__', 'toString'];
    const more = names.map((name) => `${name}=yes`).join('&');
    const answer = await client.send(
      rawForm(`Action=ListUsers&Version=2010-05-08&${more}&Tags.member.__proto__=1`),
    );
    expect(answer.status).toBe(200);
    const tags = await client.send(
      rawForm(`${user}&Tags.member.1.__proto__.Key=k&Tags.member.constructor.Value=v`),
    );
    expect(tags.status).toBe(400);
  });

  test('names that are very deep or very many are refused in time', async () => {
    const list = 'Action=ListUsers&Version=2010-05-08';
    const deep = `${list}&${'a.'.repeat(100_000)}b=c`;
    expect((await client.send(rawForm(deep))).status).toBeLessThan(500);
    const many = `${list}${'&a=b'.repeat(200_000)}`;
    expect((await client.send(rawForm(many))).status).toBe(400);
    const sparse = await client.send(rawForm(`${user}&Tags.member.2147483647.Key=k`));
    expectError(sparse, 400, 'MalformedInput');
  });

  test('NUL and other controls in values are validation errors', async () => {
    for (const name of ['a%00b', '%00', 'a%0ab', 'a%1b[31m']) {
      const answer = await client.send(
        rawForm(`Action=CreateUser&Version=2010-05-08&UserName=${name}`),
      );
      expectError(answer, 400, 'ValidationError');
    }
  });

  test('T33 policies that are deep, doubled or no JSON are malformed', async () => {
    const documents = [
      '['.repeat(5000),
      `{"Version":"2012-10-17","Statement":${'['.repeat(100)}${']'.repeat(100)}}`,
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
      '{"Version":"2012-10-17","Statement":{"__proto__":{"Effect":"Allow"},"Action":"*","Resource":"*"}}',
      '{"Version":"2012-10-17"',
      '\ufeff{}',
    ];
    for (const document of documents) {
      const answer = await client.call('iam', {
        Action: 'CreatePolicy',
        PolicyName: 'hostile',
        PolicyDocument: document,
      });
      expect(answer.status).toBe(400);
      expect(['MalformedPolicyDocument', 'ValidationError']).toContain(answer.code);
    }
  });
});

const target = (name: string, body: Uint8Array | string): SignedRequest =>
  client.sign('monitoring', {
    method: 'POST',
    rawPath: '/',
    headers: [
      ['content-type', 'application/x-amz-json-1.0'],
      ['x-amz-target', name],
    ],
    body,
  });

describe('JSON', () => {
  const put = 'GraniteServiceVersion20100801.PutMetricData';
  test.each([
    ['half a document', '{"Namespace":"n"'],
    ['nothing but a brace', '{'],
    ['trailing text', '{}x'],
    ['a list', '[]'],
    ['a text', '"text"'],
    ['UTF-16', Buffer.from('{"Namespace":"n"}', 'utf16le')],
    ['bytes that are no UTF-8', Buffer.from('{"Namespace":"\xff"}', 'latin1')],
    ['a very deep list', `{"MetricData":${'['.repeat(100_000)}`],
    ['a name that is doubled', '{"Namespace":"a","Namespace":"b"}'],
    ['a number for a text', '{"Namespace":1}'],
  ])('%s is a SerializationException', async (_name, body) => {
    expectError(await client.send(target(put, body)), 400, 'SerializationException');
  });

  test('T29 __proto__ and constructor are unknown names', async () => {
    const body =
      '{"__proto__":{"polluted":true,"Namespace":"n"},"constructor":{"prototype":{"polluted":1}}}';
    const answer = await client.send(target(put, body));
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('amespace');
  });

  test.each(['Nothing', 'GraniteServiceVersion20100801.Nothing', 'a.b.c', '.', '__proto__.x'])(
    'the target %s is unknown',
    async (name) => {
      const answer = await client.send(target(name, '{}'));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.code).toMatch(/^UnknownOperation/);
    },
  );
});

describe('CBOR', () => {
  const cbor = (body: Uint8Array, operation = 'PutMetricData'): SignedRequest =>
    client.sign('monitoring', {
      method: 'POST',
      rawPath: `/service/GraniteServiceVersion20100801/operation/${operation}`,
      headers: [
        ['content-type', 'application/cbor'],
        ['smithy-protocol', 'rpc-v2-cbor'],
      ],
      body,
    });
  const key = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);

  test.each([
    ['half a map', Buffer.from([0xa1, 0x61])],
    ['a byte that begins nothing', Buffer.from([0xff])],
    [
      'a length beyond the body',
      Buffer.from([0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ],
    [
      'a map of two to the 63rd',
      Buffer.from([0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ],
    ['a very deep list', Buffer.alloc(100_000, 0x81)],
    ['a very deep map without end', Buffer.alloc(100_000, 0xbf)],
    [
      'text that is no UTF-8',
      Buffer.concat([Buffer.from([0xa1]), key('Namespace'), Buffer.from([0x61, 0xff])]),
    ],
    ['more after the end', Buffer.from([0xa0, 0xa0])],
    ['a list', Buffer.from([0x80])],
  ])('%s is a SerializationException', async (_name, body) => {
    expectError(await client.send(cbor(body)), 400, 'SerializationException');
  });

  test('T29 __proto__ is an unknown name', async () => {
    const inner = Buffer.concat([Buffer.from([0xa1]), key('polluted'), Buffer.from([0xf5])]);
    const body = Buffer.concat([Buffer.from([0xa1]), key('__proto__'), inner]);
    const answer = await client.send(cbor(body));
    expect(answer.status).toBe(400);
  });

  test('an unknown operation, and one of a prototype, are refused', async () => {
    for (const name of ['Nothing', 'constructor', '__proto__']) {
      const answer = await client.send(cbor(Buffer.from([0xa0]), name));
      expectError(answer, 404, 'UnknownOperationException');
    }
  });
});

describe('XML', () => {
  const tagging = (body: Uint8Array | string): SignedRequest =>
    client.sign('s3', {
      method: 'PUT',
      rawPath: '/hostile',
      rawQuery: 'tagging=',
      headers: [['content-type', 'application/xml']],
      body,
    });
  const tags = '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>';

  test.each([
    ['half a document', tags.slice(0, 40)],
    ['no element', 'text'],
    ['tags that cross', '<Tagging><TagSet></Tagging></TagSet>'],
    ['two roots', `${tags}${tags}`],
    ['T26 a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${tags}`],
    ['T26 an entity of its own', tags.replace('>v<', '>&a;<')],
    ['T26 a very deep document', '<a>'.repeat(100_000)],
    ['UTF-16', Buffer.from(`\ufeff${tags}`, 'utf16le')],
    ['bytes that are no UTF-8', Buffer.from(tags.replace('>v<', '>\xff<'), 'latin1')],
    ['NUL', tags.replace('>v<', '>\0<')],
  ])('%s is MalformedXML', async (_name, body) => {
    expectError(await client.send(tagging(body)), 400, 'MalformedXML');
  });

  test('paths with triplets that are none are InvalidURI', async () => {
    for (const rawPath of ['/hostile/%zz', '/hostile/%', '/hostile/%ff']) {
      const answer = await client.send(client.sign('s3', { method: 'GET', rawPath }));
      expect([400, 403, 404]).toContain(answer.status);
      expect(answer.code).not.toBe('');
    }
  });

  test('methods that S3 has not are refused', async () => {
    for (const method of ['PATCH', 'TRACE', 'PROPFIND']) {
      const answer = await client.send(client.sign('s3', { method, rawPath: '/hostile/key' }));
      expectError(answer, 405, 'MethodNotAllowed');
    }
  });
});
