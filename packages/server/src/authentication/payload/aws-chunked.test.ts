/** Streaming uploads: AWS's own examples, every way to cut the bytes, every way to break them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveSigningKey } from '../signature/signing-key.ts';
import { frameChunks, inPieces, readAll } from '../testing/chunked-body.ts';
import { type ChunkedForm, decodeChunked } from './aws-chunked.ts';
import { ChunkChain, type ChunkSeed } from './chunk-signature.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
const documented: ChunkSeed = {
  key: deriveSigningKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '20130524', 'us-east-1', 's3'),
  timestamp: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
  signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
};

function formOf(text: string, seed?: ChunkSeed, announced: readonly string[] = []): ChunkedForm {
  return {
    ...(seed === undefined ? {} : { chain: new ChunkChain(seed) }),
    hasTrailer: announced.length > 0,
    decodedLength: Buffer.byteLength(text),
    announcedTrailers: new Set(announced),
  };
}

async function decode(body: string, form: ChunkedForm, size = 1000) {
  const trailers = new Map<string, string>();
  const text = await readAll(decodeChunked(inPieces(body, size), form, trailers));
  return { text, trailers };
}

describe("AWS's documented example", () => {
  const line = (size: string, signature: string) => `${size};chunk-signature=${signature}\r\n`;
  const data = 'a'.repeat(65536);
  const end = 'a'.repeat(1024);
  const body =
    line('10000', 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648') +
    `${data}\r\n` +
    line('400', '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497') +
    `${end}\r\n` +
    line('0', 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9') +
    '\r\n';

  test('verifies', async () => {
    const { text } = await decode(body, formOf(data + end, documented));
    expect(text).toBe(data + end);
  });

  test('with a trailer verifies', async () => {
    const seed = {
      ...documented,
      signature: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    };
    const signed =
      line('10000', 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2') +
      `${data}\r\n` +
      line('400', '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7') +
      `${end}\r\n` +
      line('0', '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992') +
      'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
      'x-amz-trailer-signature:' +
      'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n';
    const form = formOf(data + end, seed, ['x-amz-checksum-crc32c']);
    const { trailers } = await decode(signed, form);
    expect([...trailers]).toEqual([['x-amz-checksum-crc32c', 'sOO8/Q==']]);
  });
});

test('the decoded text does not depend on how the bytes arrive', async () => {
  const chunks = fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 1, max: 80 }), async (texts, size) => {
      const whole = texts.join('');
      const body = frameChunks(texts, documented, [['x-amz-checksum-crc32', 'AAAAAA==']]);
      const form = formOf(whole, documented, ['x-amz-checksum-crc32']);
      expect((await decode(body, form, size)).text).toBe(whole);
    }),
  );
});

test('an unsigned body with a trailer, as the SDK for JavaScript sends it', async () => {
  const body = 'c\r\nhello stream\r\n0\r\nx-amz-checksum-crc32:gtnkmQ==\r\n\r\n';
  const form = formOf('hello stream', undefined, ['x-amz-checksum-crc32']);
  const { text, trailers } = await decode(body, form, 3);
  expect(text).toBe('hello stream');
  expect(trailers.get('x-amz-checksum-crc32')).toBe('gtnkmQ==');
});

describe('T8 a broken stream is refused', () => {
  const texts = ['first chunk', 'second'];
  const whole = texts.join('');
  const body = frameChunks(texts, documented);
  const code = (text: string, form = formOf(whole, documented)) =>
    decode(text, form).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    );

  test('flipping any byte of a signed stream', async () => {
    const bytes = Buffer.from(body);
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (bytes[at] ?? 0) ^ 1;
      const answer = await code(flipped.toString('latin1'));
      expect(answer, `byte ${at}`).not.toBe('accepted');
    }
  });

  test('cutting it anywhere before its last empty line', async () => {
    for (let length = 0; length < body.length - 2; length += 1) {
      expect(await code(body.slice(0, length)), `length ${length}`).not.toBe('accepted');
    }
  });

  test('a missing zero chunk', async () => {
    expect(await code(body.slice(0, body.indexOf('0;chunk-signature')))).toBe('IncompleteBody');
  });

  test('chunks in another order, or dropped', async () => {
    const [first = '', second = ''] = body.split(/(?<=first chunk\r\n)|(?<=second\r\n)/);
    const end = body.slice(first.length + second.length);
    expect(await code(second + first + end)).toBe('SignatureDoesNotMatch');
    expect(await code(first + end, formOf('first chunk', documented))).toBe(
      'SignatureDoesNotMatch',
    );
  });

  test('a decoded length other than announced', async () => {
    expect(await code(body, formOf(`${whole}x`, documented))).toBe('IncompleteBody');
    expect(await code(body, formOf(whole.slice(1), documented))).toBe('IncompleteBody');
  });

  test('unsigned chunks where signed ones were promised', async () => {
    expect(await code(frameChunks(texts))).toBe('SignatureDoesNotMatch');
  });

  test('an unsigned, forged, unannounced, repeated or missing trailer', async () => {
    const trailers = [['x-amz-checksum-crc32', 'AAAAAA==']] as const;
    const signed = frameChunks(texts, documented, trailers);
    const form = () => formOf(whole, documented, ['x-amz-checksum-crc32']);
    expect(await code(signed, form())).toBe('accepted');
    const unsigned = signed.replace(/x-amz-trailer-signature:.*\r\n/, '');
    expect(await code(unsigned, form())).toBe('SignatureDoesNotMatch');
    expect(await code(signed.replace('AAAAAA', 'AAAAAB'), form())).toBe('SignatureDoesNotMatch');
    expect(await code(body, form())).toBe('MalformedTrailerError');
    const other = () => formOf(whole, documented, ['x-amz-checksum-sha1']);
    expect(await code(signed, other())).toBe('MalformedTrailerError');
    const twice = frameChunks(texts, documented, [...trailers, ...trailers]);
    expect(await code(twice, form())).toBe('MalformedTrailerError');
    expect(await code(signed)).toBe('MalformedTrailerError');
  });

  test('bytes after the end', async () => {
    expect(await code(`${body}x`)).toBe('IncompleteBody');
  });

  test('endless chunk headers and trailers', async () => {
    expect(await code('0'.repeat(5000))).toBe('IncompleteBody');
    expect(await code(`fffffffffffff\r\n`)).toBe('IncompleteBody');
    const form = formOf('', undefined, ['a']);
    expect(await code(`0\r\na:${'x'.repeat(9000)}\r\n\r\n`, form)).toBe('MalformedTrailerError');
  });
});
