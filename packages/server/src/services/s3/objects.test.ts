/** Objects by direct calls: bytes, headers, checksums, conditions, copies. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { computeChecksum } from '../../authentication/payload/checksum/checksum.ts';
import { anonymous, bytesOf, TestS3 } from './testing.ts';

let s3: TestS3;
const Bucket = 'objects-bucket';

beforeAll(async () => {
  s3 = await TestS3.open();
  await s3.call('CreateBucket', { Bucket });
});
afterAll(async () => await s3.close());

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

async function put(Key: string, body: string, more: object = {}): Promise<void> {
  await s3.call('PutObject', { Bucket, Key, ...more }, { body });
}

describe('what is put is got', () => {
  test('bytes, ETag, headers, metadata, tags', async () => {
    await put('full', 'hello', {
      ContentType: 'text/plain',
      CacheControl: 'max-age=1',
      ContentEncoding: 'aws-chunked,gzip',
      Metadata: new Map([['Colour', 'blue']]),
      Tagging: 'a=1&b=%2B',
      StorageClass: 'STANDARD_IA',
    });
    const output = await s3.call('GetObject', { Bucket, Key: 'full' });
    expect((await bytesOf(output.Body)).toString()).toBe('hello');
    expect(output).toMatchObject({
      ETag: `"${md5('hello')}"`,
      ContentLength: 5,
      ContentType: 'text/plain',
      CacheControl: 'max-age=1',
      ContentEncoding: 'gzip',
      Metadata: new Map([['colour', 'blue']]),
      TagCount: 2,
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
      AcceptRanges: 'bytes',
    });
    expect(output.ChecksumCRC64NVME).toBeUndefined();
    const tags = await s3.call('GetObjectTagging', { Bucket, Key: 'full' });
    expect(tags.TagSet).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '+' },
    ]);
  });

  test('an empty object, and a key of every kind of character', async () => {
    const key = '日本/ø 😀 +&%2F\u0001!~ "\'.txt';
    await put(key, '');
    expect(await s3.read(Bucket, key)).toBe('');
    const range = { Bucket, Key: key, Range: 'bytes=0-1' };
    expect(await s3.answer('GetObject', range)).toContain('416 InvalidRange');
  });

  test('keys longer than 1024 bytes are refused', async () => {
    const options = { body: '' };
    const long = { Bucket, Key: 'é'.repeat(513) };
    expect(await s3.answer('PutObject', long, options)).toBe(
      '400 KeyTooLongError: Your key is too long',
    );
    expect(await s3.answer('PutObject', { Bucket, Key: 'é'.repeat(512) }, options)).toBe('success');
  });

  test('ranges are 206 and carry no checksum unless they hold the whole', async () => {
    await put('ten', '0123456789');
    const asked = { Bucket, Key: 'ten', ChecksumMode: 'ENABLED' };
    const part = await s3.call('GetObject', { ...asked, Range: 'bytes=2-4' });
    expect(s3.lastStatus).toBe(206);
    expect((await bytesOf(part.Body)).toString()).toBe('234');
    expect(part).toMatchObject({ ContentLength: 3, ContentRange: 'bytes 2-4/10' });
    expect(part.ChecksumCRC64NVME).toBeUndefined();
    const whole = await s3.call('HeadObject', { ...asked, Range: 'bytes=0-100' });
    expect(s3.lastStatus).toBe(206);
    expect(whole.ChecksumCRC64NVME).toBe(computeChecksum('CRC64NVME', Buffer.from('0123456789')));
    expect(whole.ChecksumType).toBe('FULL_OBJECT');
    await s3.call('HeadObject', asked);
    expect(s3.lastStatus).toBe(200);
  });

  test('response overrides are for signed requests only', async () => {
    await put('override', 'x');
    const asked = { Bucket, Key: 'override', ResponseContentType: 'text/html' };
    expect((await s3.call('HeadObject', asked)).ContentType).toBe('text/html');
  });

  test('304 and 412 are told apart', async () => {
    await put('cond', 'x');
    const named = { Bucket, Key: 'cond' };
    expect(await s3.answer('GetObject', { ...named, IfNoneMatch: md5('x') })).toBe(
      '304 NotModified: Not Modified',
    );
    expect(await s3.answer('GetObject', { ...named, IfMatch: 'nope' })).toContain(
      '412 PreconditionFailed',
    );
  });
});

describe('integrity', () => {
  test('a wrong Content-MD5 or checksum stores nothing', async () => {
    const asked = { Bucket, Key: 'never' };
    const wrongMd5 = createHash('md5').update('other').digest('base64');
    const crc = computeChecksum('CRC32', Buffer.from('other'));
    expect(
      await s3.answer('PutObject', asked, { body: 'this', headers: { 'content-md5': wrongMd5 } }),
    ).toBe('400 BadDigest: The Content-MD5 you specified did not match what we received.');
    expect(
      await s3.answer('PutObject', asked, {
        body: 'this',
        headers: { 'x-amz-checksum-crc32': crc },
      }),
    ).toBe('400 BadDigest: The CRC32 you specified did not match the calculated checksum.');
    expect(
      await s3.answer('PutObject', asked, { body: 'this', headers: { 'content-md5': 'short' } }),
    ).toBe('400 InvalidDigest: The Content-MD5 you specified was invalid.');
    expect(await s3.answer('HeadObject', asked)).toContain('404 NoSuchKey');
  });

  test('a forged body leaves the old object as it was, and no file', async () => {
    await put('kept', 'old');
    async function* forged(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('ne');
      throw new Error('the signature of a chunk is wrong');
    }
    await expect(
      s3.call('PutObject', { Bucket, Key: 'kept' }, { body: forged(), length: 3 }),
    ).rejects.toThrow('signature of a chunk');
    expect(await s3.read(Bucket, 'kept')).toBe('old');
  });

  test('a body without a length, or too long a one, is refused before it is read', async () => {
    let wasRead = false;
    async function* untouched(): AsyncGenerator<Uint8Array> {
      wasRead = true;
      yield Buffer.alloc(0);
    }
    const asked = { Bucket, Key: 'never' };
    expect(await s3.answer('PutObject', asked, { body: untouched() })).toContain(
      '411 MissingContentLength',
    );
    const length = 5 * 1024 ** 3 + 1;
    expect(await s3.answer('PutObject', asked, { body: untouched(), length })).toContain(
      '400 EntityTooLarge',
    );
    expect(wasRead).toBe(false);
  });

  test('a checksum that cannot be verified is refused rather than ignored', async () => {
    const headers = { 'x-amz-checksum-xxhash3': 'AAAA' };
    expect(
      await s3.answer('PutObject', { Bucket, Key: 'never' }, { body: 'x', headers }),
    ).toContain('501 NotImplemented');
  });

  test('locks and unknown storage classes are refused', async () => {
    const answers = [
      { ObjectLockLegalHoldStatus: 'ON' },
      { StorageClass: 'WOOD' },
      { Metadata: new Map([['a', 'b'.repeat(2048)]]) },
    ].map((more) => s3.answer('PutObject', { Bucket, Key: 'never', ...more }, { body: 'x' }));
    expect((await Promise.all(answers)).map((answer) => answer.split(':')[0])).toEqual([
      '400 InvalidRequest',
      '400 InvalidStorageClass',
      '400 MetadataTooLarge',
    ]);
  });
});

describe('overwriting', () => {
  test('a GET under way ends with the old bytes', async () => {
    await put('flow', 'old '.repeat(200_000));
    const reading = await s3.call('GetObject', { Bucket, Key: 'flow' });
    await put('flow', 'new');
    expect((await bytesOf(reading.Body)).toString()).toBe('old '.repeat(200_000));
    expect(await s3.read(Bucket, 'flow')).toBe('new');
  });

  test('conditional writes: of twenty creators one wins', async () => {
    const asked = { Bucket, Key: 'once', IfNoneMatch: '*' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        s3.answer('PutObject', asked, { body: String(index) }),
      ),
    );
    expect(answers.filter((answer) => answer === 'success')).toHaveLength(1);
    expect(answers.filter((answer) => answer.startsWith('412'))).toHaveLength(19);
  });

  test('unconditional writers all succeed and one whole body remains', async () => {
    const bodies = Array.from({ length: 10 }, (_, index) => String(index).repeat(50_000));
    await Promise.all(bodies.map((body) => put('storm', body)));
    expect(bodies).toContain(await s3.read(Bucket, 'storm'));
  });
});

describe('copies', () => {
  test('bytes and metadata are copied, or replaced where asked', async () => {
    await put('src', 'copy me', { Metadata: new Map([['a', '1']]), Tagging: 't=1' });
    const copy = await s3.call('CopyObject', {
      Bucket,
      Key: 'dst',
      CopySource: `/${Bucket}/src`,
    });
    expect(copy.CopyObjectResult?.ETag).toBe(`"${md5('copy me')}"`);
    expect(await s3.call('HeadObject', { Bucket, Key: 'dst' })).toMatchObject({
      Metadata: new Map([['a', '1']]),
      TagCount: 1,
    });
    await s3.call('CopyObject', {
      Bucket,
      Key: 'dst',
      CopySource: `${Bucket}/src`,
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
      ContentType: 'text/html',
    });
    const replaced = await s3.call('HeadObject', { Bucket, Key: 'dst' });
    expect(replaced).toMatchObject({ ContentType: 'text/html' });
    expect(replaced.Metadata).toBeUndefined();
    expect(replaced.TagCount).toBeUndefined();
  });

  test('an object is copied to itself only to change it', async () => {
    await put('self', 'x');
    const asked = { Bucket, Key: 'self', CopySource: `${Bucket}/self` };
    expect(await s3.answer('CopyObject', asked)).toContain('This copy request is illegal');
    expect(await s3.answer('CopyObject', { ...asked, MetadataDirective: 'REPLACE' })).toBe(
      'success',
    );
    expect(await s3.read(Bucket, 'self')).toBe('x');
  });

  test('conditions on the source are 412', async () => {
    const asked = { Bucket, Key: 'd', CopySource: `${Bucket}/self`, CopySourceIfMatch: 'no' };
    expect(await s3.answer('CopyObject', asked)).toContain('412 PreconditionFailed');
  });

  test.each(['noslash', 'bucket/', '%zz/x'])('the source %s is refused', async (CopySource) => {
    const answer = await s3.answer('CopyObject', { Bucket, Key: 'd', CopySource });
    expect(answer).toContain('400 InvalidArgument');
  });
});

test('anonymous callers get nothing without a bucket policy', async () => {
  await put('secret', 'x');
  expect(await s3.answer('GetObject', { Bucket, Key: 'secret' }, { as: anonymous })).toBe(
    '403 AccessDenied: Access Denied',
  );
  expect(await s3.answer('ListBuckets', {}, { as: anonymous })).toBe(
    '403 AccessDenied: Access Denied',
  );
});

test('GetObjectAttributes gives what was asked for, the ETag without quotes', async () => {
  await put('attr', 'abc');
  const attributes = await s3.call('GetObjectAttributes', {
    Bucket,
    Key: 'attr',
    ObjectAttributes: ['ETag', 'ObjectSize', 'Checksum', 'StorageClass', 'ObjectParts'],
  });
  expect(attributes).toMatchObject({
    ETag: md5('abc'),
    ObjectSize: 3,
    StorageClass: 'STANDARD',
    Checksum: { ChecksumCRC64NVME: expect.any(String), ChecksumType: 'FULL_OBJECT' },
  });
  expect(attributes.ObjectParts).toBeUndefined();
});

test('object tags are replaced and removed', async () => {
  await put('tags', 'x');
  const named = { Bucket, Key: 'tags' };
  await s3.call('PutObjectTagging', { ...named, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } });
  expect((await s3.call('GetObjectTagging', named)).TagSet).toEqual([{ Key: 'k', Value: 'v' }]);
  const twice = { TagSet: [...'aa'].map((Key) => ({ Key, Value: '' })) };
  expect(await s3.answer('PutObjectTagging', { ...named, Tagging: twice })).toBe(
    '400 InvalidTag: Cannot provide multiple Tags with the same key',
  );
  await s3.call('DeleteObjectTagging', named);
  expect((await s3.call('GetObjectTagging', named)).TagSet).toEqual([]);
});
