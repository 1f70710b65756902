/** Multipart uploads by direct calls. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { computeChecksum } from '../../authentication/payload/checksum/checksum.ts';
import { allow, bytesOf, TestS3, userWith } from './testing.ts';

let s3: TestS3;
const Bucket = 'multipart-bucket';
const mebibyte = 1024 ** 2;
const first = Buffer.alloc(5 * mebibyte, 'a');
const second = Buffer.alloc(5 * mebibyte + 7, 'b');
const last = Buffer.from('the end');

beforeAll(async () => {
  s3 = await TestS3.open();
  await s3.call('CreateBucket', { Bucket });
});
afterAll(async () => await s3.close());

async function begin(Key: string, more: object = {}): Promise<string> {
  const { UploadId } = await s3.call('CreateMultipartUpload', { Bucket, Key, ...more });
  return UploadId ?? '';
}

async function upload(Key: string, UploadId: string, PartNumber: number, body: Uint8Array) {
  return await s3.call('UploadPart', { Bucket, Key, UploadId, PartNumber }, { body });
}

test('parts become one object with a composite ETag and the CRC of the whole', async () => {
  const Key = 'whole';
  const UploadId = await begin(Key, { Metadata: new Map([['m', '1']]), Tagging: 'a=b' });
  const bodies = [first, second, last];
  const parts = await Promise.all(
    bodies.map((body, index) => upload(Key, UploadId, index + 1, body)),
  );
  const Parts = parts.map(({ ETag }, index) => ({ ETag, PartNumber: index + 1 }));
  const listed = await s3.call('ListParts', { Bucket, Key, UploadId, MaxParts: 2 });
  expect(listed).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
  const done = await s3.call('CompleteMultipartUpload', {
    Bucket,
    Key,
    UploadId,
    MultipartUpload: { Parts },
  });
  const whole = Buffer.concat(bodies);
  const md5s = bodies.map((body) => createHash('md5').update(body).digest());
  const etag = createHash('md5').update(Buffer.concat(md5s)).digest('hex');
  expect(done.ETag).toBe(`"${etag}-3"`);
  expect(done.ChecksumCRC64NVME).toBe(computeChecksum('CRC64NVME', whole));
  const got = await s3.call('GetObject', { Bucket, Key });
  expect((await bytesOf(got.Body)).equals(whole)).toBe(true);
  expect(got).toMatchObject({ Metadata: new Map([['m', '1']]), TagCount: 1 });
  const across = { Bucket, Key, Range: `bytes=${first.length - 2}-${first.length + 1}` };
  expect((await bytesOf((await s3.call('GetObject', across)).Body)).toString()).toBe('aabb');
  const part = await s3.call('GetObject', { Bucket, Key, PartNumber: 3 });
  expect((await bytesOf(part.Body)).toString()).toBe('the end');
  expect(part.PartsCount).toBe(3);
  expect(await s3.answer('ListParts', { Bucket, Key, UploadId })).toContain('404 NoSuchUpload');
  const copy = await s3.call('CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` });
  expect(copy.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update(whole).digest('hex')}"`);
});

test('composite checksums, and what a wrong completion answers', async () => {
  const Key = 'composite';
  const UploadId = await begin(Key, { ChecksumAlgorithm: 'SHA256' });
  const one = await upload(Key, UploadId, 1, first);
  const two = await upload(Key, UploadId, 2, last);
  const complete = (Parts: object[]) =>
    s3.answer('CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload: { Parts } });
  const named = [
    { PartNumber: 1, ETag: one.ETag, ChecksumSHA256: one.ChecksumSHA256 },
    { PartNumber: 2, ETag: two.ETag, ChecksumSHA256: two.ChecksumSHA256 },
  ];
  expect(await complete([])).toContain('400 MalformedXML');
  expect(await complete([...named].reverse())).toContain('400 InvalidPartOrder');
  expect(await complete([{ PartNumber: 3, ETag: one.ETag }])).toContain('400 InvalidPart');
  expect(await complete([{ PartNumber: 1, ETag: one.ETag }])).toContain(
    'It was missing for part 1 in the request.',
  );
  expect(await complete(named)).toBe('success');
  const bytes = [one, two].map((part) => Buffer.from(part.ChecksumSHA256 ?? '', 'base64'));
  const value = `${createHash('sha256').update(Buffer.concat(bytes)).digest('base64')}-2`;
  const head = await s3.call('HeadObject', { Bucket, Key, ChecksumMode: 'ENABLED' });
  expect(head).toMatchObject({ ChecksumSHA256: value, ChecksumType: 'COMPOSITE' });
});

test('parts that are too small are refused, except the last', async () => {
  const Key = 'small';
  const UploadId = await begin(Key);
  const parts = [await upload(Key, UploadId, 1, last), await upload(Key, UploadId, 2, last)];
  const Parts = parts.map(({ ETag }, index) => ({ ETag, PartNumber: index + 1 }));
  const answer = await s3.answer('CompleteMultipartUpload', {
    Bucket,
    Key,
    UploadId,
    MultipartUpload: { Parts },
  });
  expect(answer).toContain('400 EntityTooSmall');
  expect(await s3.answer('AbortMultipartUpload', { Bucket, Key, UploadId })).toBe('success');
  expect(await s3.answer('AbortMultipartUpload', { Bucket, Key, UploadId })).toContain(
    '404 NoSuchUpload',
  );
  const late = { Bucket, Key, UploadId, PartNumber: 3 };
  expect(await s3.answer('UploadPart', late, { body: 'x' })).toContain('404 NoSuchUpload');
});

test('a part is copied from a range of an object', async () => {
  await s3.call('PutObject', { Bucket, Key: 'src' }, { body: '0123456789' });
  const Key = 'assembled';
  const UploadId = await begin(Key);
  const copied = await s3.call('UploadPartCopy', {
    Bucket,
    Key,
    UploadId,
    PartNumber: 1,
    CopySource: `${Bucket}/src`,
    CopySourceRange: 'bytes=2-4',
  });
  const Parts = [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }];
  const MultipartUpload = { Parts };
  await s3.call('CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload });
  expect(await s3.read(Bucket, Key)).toBe('234');
});

test('uploads are listed by key, then by time, page by page', async () => {
  const Bucket = 'listing-uploads';
  await s3.call('CreateBucket', { Bucket });
  const ids: string[] = [];
  for (const Key of ['b', 'a', 'b', 'dir/x', 'dir/y']) {
    ids.push((await s3.call('CreateMultipartUpload', { Bucket, Key })).UploadId ?? '');
  }
  const seen: unknown[] = [];
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await s3.call('ListMultipartUploads', { Bucket, MaxUploads: 1, ...marker });
    seen.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
    if (page.IsTruncated !== true) break;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
  expect(seen).toEqual([ids[1], ids[0], ids[2], ids[3], ids[4]]);
  const grouped = await s3.call('ListMultipartUploads', { Bucket, Delimiter: '/' });
  expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'dir/' }]);
  expect(await s3.answer('DeleteBucket', { Bucket })).toBe('success');
});

test('the initiator may abort without a permission, but not against a Deny', async () => {
  const mayPut = userWith(allow('s3:PutObject'));
  const create = async (Key: string) =>
    (await s3.call('CreateMultipartUpload', { Bucket, Key }, { as: mayPut })).UploadId ?? '';
  const free = { Bucket, Key: 'free', UploadId: await create('free') };
  const stranger = userWith(undefined);
  const other = { ...stranger, caller: { ...stranger.caller, userId: 'AIDAOTHER' } as never };
  expect(await s3.answer('AbortMultipartUpload', free, { as: other })).toContain(
    's3:AbortMultipartUpload',
  );
  expect(await s3.answer('AbortMultipartUpload', free, { as: mayPut })).toBe('success');
  const bound = { Bucket, Key: 'bound', UploadId: await create('bound') };
  const denied = userWith({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 's3:AbortMultipartUpload', Resource: '*' }],
  });
  expect(await s3.answer('AbortMultipartUpload', bound, { as: denied })).toContain(
    'with an explicit deny in an identity-based policy',
  );
});
