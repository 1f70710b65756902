/** Bad input over real sockets: each gets its error, nothing is stored, and the server goes on. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createNodeClock } from '../platform/node-clock.ts';
import { listen, wireLimits } from './listen.ts';
import {
  type PlainRequest,
  type SignedRequest,
  signInHeader,
  type TestKey,
} from './testing/client-signature.ts';
import { converse, wireBytes } from './testing/raw-socket.ts';
import { type Answer, signForm, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
let root: TestKey;
let port: number;
let host: string;
let stored: string;

beforeAll(async () => {
  gateway = await startGateway();
  root = gateway.root();
  port = gateway.server.port;
  host = `127.0.0.1:${port}`;
  const created = await one(wireBytes(s3('PUT', '/hostile-bucket', '')));
  expect(created.status).toBe(200);
});

afterAll(async () => {
  expect(gateway.warnings).toEqual([]);
  await gateway.stop();
});

const everything = async (): Promise<string> =>
  JSON.stringify(await gateway.server.runtime.state.store.list('', { limit: 100_000 }));

beforeEach(async () => {
  stored = await everything();
});

afterEach(async () => {
  // The next good request is answered, and nothing stored has changed.
  const good = await one(wireBytes(sts({ Action: 'GetCallerIdentity' })));
  expect(good.status).toBe(200);
  expect(await everything()).toBe(stored);
});

const form = (
  service: 'iam' | 'sts',
  parameters: Readonly<Record<string, string>>,
): SignedRequest => signForm(service, parameters, root, Date.now(), host);
const sts = (parameters: Readonly<Record<string, string>>): SignedRequest =>
  form('sts', parameters);
const createUser = (): SignedRequest => form('iam', { Action: 'CreateUser', UserName: 'hostile' });

function signed(
  service: string,
  request: Omit<PlainRequest, 'rawQuery' | 'body' | 'headers'> & {
    readonly rawQuery?: string;
    readonly headers?: readonly (readonly [string, string])[];
    readonly body?: Buffer | string;
  },
): SignedRequest {
  return signInHeader(
    {
      method: request.method,
      rawPath: request.rawPath,
      rawQuery: request.rawQuery ?? '',
      headers: [['host', host], ...(request.headers ?? [])],
      body: Buffer.from(request.body ?? ''),
    },
    root,
    { service, region: 'us-east-1', now: Date.now() },
  );
}

const s3 = (method: string, path: string, body: string, rawQuery = ''): SignedRequest =>
  signed('s3', { method, rawPath: path, rawQuery, body });

async function one(sending: Parameters<typeof converse>[1]): Promise<Answer> {
  const { answers } = await converse(port, sending);
  const [answer] = answers;
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

const head = (...lines: readonly string[]): string =>
  ['POST / HTTP/1.1', `host: ${host}`, ...lines].join('\r\n');

/** AWS's form of an error: code and status in the protocol's own shape. */
function expectError(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
}

/** A status and nothing else. */
function expectBare(answer: Answer, status: number): void {
  expect({ status: answer.status, body: answer.body }).toEqual({ status, body: '' });
}

describe('T37 framing', () => {
  test('a body that breaks off does nothing', async () => {
    const bytes = wireBytes(createUser());
    const { answers } = await converse(port, (socket) => {
      socket.end(bytes.subarray(0, bytes.length - 5));
    });
    for (const answer of answers) expectBare(answer, 400);
  });

  test('a Content-Length that is too short signs another body', async () => {
    const request = createUser();
    const { answers } = await converse(
      port,
      wireBytes(request, [`content-length: ${request.body.length - 5}`]),
      2,
    );
    // Either the other body, or the rest that is no request, is seen first.
    expect(answers.map(({ status }) => status)).not.toContain(200);
    expect(answers.length).toBeGreaterThan(0);
  });

  test.each([
    ['no number', ['content-length: abc']],
    ['a negative number', ['content-length: -1']],
    ['a list', ['content-length: 3, 3']],
    ['two different numbers', ['content-length: 3', 'content-length: 4']],
    ['the same number twice', ['content-length: 3', 'content-length: 3']],
    ['a length and an encoding', ['content-length: 3', 'transfer-encoding: chunked']],
    ['an encoding and a length', ['transfer-encoding: chunked', 'content-length: 3']],
    ['gzip in the transfer', ['transfer-encoding: gzip, chunked']],
    ['an empty first encoding', ['transfer-encoding: ,chunked']],
    ['chunked twice', ['transfer-encoding: chunked, chunked']],
    ['two encodings', ['transfer-encoding: chunked', 'transfer-encoding: chunked']],
    ['the identity encoding', ['transfer-encoding: identity']],
    ['a vertical tab in the encoding', ['transfer-encoding: \x0bchunked']],
    ['a no-break space in the encoding', ['transfer-encoding: chunked\xa0']],
    ['a name with a blank before the colon', ['transfer-encoding : chunked']],
    ['a folded line', ['x-folded: a', ' b']],
    ['a NUL in a value', ['x-nul: a\0b']],
    ['a bare CR in a value', ['x-cr: a\rb']],
    ['letters beyond ASCII in Authorization', ['authorization: AWS4-HMAC-SHA256 \xe9']],
  ])('%s in the head is refused', async (_name, lines) => {
    const { answers } = await converse(
      port,
      Buffer.from(`${head(...lines)}\r\n\r\n3\r\nabc\r\n0\r\n\r\n`, 'latin1'),
    );
    expectBare(answers[0] ?? never(), 400);
  });

  test('a chunk size that is none is refused', async () => {
    const type = 'content-type: application/x-www-form-urlencoded';
    const { answers } = await converse(
      port,
      `${head('transfer-encoding: chunked', type)}\r\n\r\nzz\r\nabc\r\n0\r\n\r\n`,
    );
    for (const answer of answers) expectBare(answer, 400);
  });

  test('requests without a Host, and lines that are no HTTP, are refused', async () => {
    for (const text of ['GET / HTTP/1.1\r\n\r\n', 'hello\r\n\r\n', '\x16\x03\x01\x02\0\x01\0']) {
      expectBare(await one(text), 400);
    }
  });

  test('pipelined requests are answered in their order', async () => {
    const requests = [
      sts({ Action: 'GetCallerIdentity' }),
      sts({ Action: 'Nothing' }),
      sts({ Action: 'GetCallerIdentity' }),
    ];
    const { answers } = await converse(
      port,
      Buffer.concat(requests.map((each) => wireBytes(each))),
      3,
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200]);
  });

  test('a client that has said all may close its half and still reads the answer', async () => {
    const answer = await one((socket) =>
      socket.end(wireBytes(sts({ Action: 'GetCallerIdentity' }))),
    );
    expect(answer.status).toBe(200);
  });
});

describe('T38 limits', () => {
  test('100 MB of headers are cut off', async () => {
    const line = Buffer.from(`x-padding: ${'a'.repeat(65_000)}\r\n`);
    let sent = 0;
    const { answers, closed } = await converse(port, (socket) => {
      socket.write(`${head()}\r\n`);
      const more = (): void => {
        while (sent < 100_000_000 && socket.writable) {
          sent += line.length;
          if (!socket.write(line)) {
            socket.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    if (answers[0] !== undefined) expectBare(answers[0], 431);
    else expect(closed).toBe(true);
    expect(sent).toBeLessThan(20_000_000);
  });

  test('the 101st header is refused, not left out', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `x-${index}: a`);
    expectBare(await one(`${head(...lines)}\r\n\r\n`), 431);
  });

  test('ten million bytes are read, one more is answered 413 and nothing else', async () => {
    const padded = (length: number): SignedRequest => {
      const { body } = sts({ Action: 'GetCallerIdentity', Padding: '' });
      return sts({ Action: 'GetCallerIdentity', Padding: 'a'.repeat(length - body.length) });
    };
    const full = padded(10_000_000);
    expect(full.body.length).toBe(10_000_000);
    expect((await one(wireBytes(full))).status).toBe(200);
    expectBare(await one(wireBytes(padded(10_000_001))), 413);
  });

  test('a chunked body is cut at the same length', async () => {
    const chunk = Buffer.from(`f4240\r\n${'a'.repeat(1_000_000)}\r\n`);
    const type = 'content-type: application/x-www-form-urlencoded';
    const answer = await one((socket) => {
      socket.write(`${head('transfer-encoding: chunked', type)}\r\n\r\n`);
      for (let count = 0; count < 11; count += 1) socket.write(chunk);
    });
    expectBare(answer, 413);
  });

  test('heads that come too slowly are cut, good requests meanwhile answered', async () => {
    const limits = { ...wireLimits, headersMilliseconds: 200, checkMilliseconds: 50 };
    const listener = await listen(
      { host: '127.0.0.1', port: 0, clock: createNodeClock(), limits },
      gateway.server.answer,
    );
    const slow = Array.from({ length: 50 }, () =>
      converse(listener.port, 'POST / HTTP/1.1\r\nhost: a\r\nx-slow: '),
    );
    const good = await converse(listener.port, wireBytes(sts({ Action: 'GetCallerIdentity' })));
    expect(good.answers[0]?.status).toBe(200);
    for (const { answers, closed } of await Promise.all(slow)) {
      expect(closed || answers[0]?.status === 400 || answers[0]?.status === 408).toBe(true);
    }
    await listener.close(1000);
  });
});

describe('T2, T3, T41 one sender, one target, one server', () => {
  test.each(['host', 'authorization', 'x-amz-date', 'content-type'])(
    'T2 a second %s is refused',
    async (name) => {
      const request = createUser();
      const [, value = ''] = request.headers.find(([header]) => header === name) ?? [];
      for (const second of [value, name === 'host' ? 'localhost' : `${value}x`]) {
        const headers: [string, string][] = [...request.headers, [name, second]];
        expectError(await one(wireBytes({ ...request, headers })), 400, 'IncompleteSignature');
      }
    },
  );

  test('T3 a target in absolute form is refused', async () => {
    for (const rawPath of [`http://${host}/`, 'http://evil.example/%2e%2e/x', '*', host]) {
      expectBare(await one(wireBytes({ ...createUser(), rawPath })), 400);
    }
  });

  test('T41 a foreign Host is misdirected, wherever the request goes', async () => {
    for (const target of ['/', '/_sekisho/health', '/bucket/key']) {
      for (const name of ['evil.example', 'evil.example:4566', 'localhost.evil.example']) {
        const answer = await one(`GET ${target} HTTP/1.1\r\nhost: ${name}\r\n\r\n`);
        expect(answer.status).toBe(421);
      }
    }
  });

  test('T41 a page of a foreign Origin gets no answer', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://evil.example/x', 'file://']) {
      const answer = await one(`GET / HTTP/1.1\r\nhost: ${host}\r\norigin: ${origin}\r\n\r\n`);
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('ForbiddenOrigin');
    }
    const request = sts({ Action: 'GetCallerIdentity' });
    const headers: [string, string][] = [...request.headers, ['origin', 'http://localhost:3000']];
    expect((await one(wireBytes({ ...request, headers }))).status).toBe(200);
  });
});

function never(): never {
  throw new Error('no answer');
}
