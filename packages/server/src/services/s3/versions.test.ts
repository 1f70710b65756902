/** Versions of objects by direct calls. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allow, TestS3, userWith } from './testing.ts';

let s3: TestS3;
const Bucket = 'versions-bucket';

beforeAll(async () => {
  s3 = await TestS3.open();
  await s3.call('CreateBucket', { Bucket });
});
afterAll(async () => await s3.close());

const set = (Status: string) =>
  s3.call('PutBucketVersioning', { Bucket, VersioningConfiguration: { Status } });
const put = async (Key: string, body: string) =>
  (await s3.call('PutObject', { Bucket, Key }, { body })).VersionId;

async function versionsOf(Prefix: string): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.call('ListObjectVersions', {
    Bucket,
    Prefix,
  });
  return [
    ...Versions.map(({ VersionId, IsLatest }) => `${VersionId}${IsLatest ? ' latest' : ''}`),
    ...DeleteMarkers.map(
      ({ VersionId, IsLatest }) => `marker ${VersionId}${IsLatest ? ' latest' : ''}`,
    ),
  ];
}

test('every write is kept, deletion hides, removing the marker brings back', async () => {
  const Key = 'life';
  await put(Key, 'zero');
  await set('Enabled');
  const one = await put(Key, 'one');
  const two = await put(Key, 'two');
  expect(await versionsOf(Key)).toEqual([`${two} latest`, one, 'null']);
  expect(await s3.read(Bucket, Key)).toBe('two');
  const old = await s3.call('GetObject', { Bucket, Key, VersionId: one });
  expect(old.VersionId).toBe(one);
  const zero = await s3.call('HeadObject', { Bucket, Key, VersionId: 'null' });
  expect(zero.ContentLength).toBe(4);
  const marker = await s3.call('DeleteObject', { Bucket, Key });
  expect(marker.DeleteMarker).toBe(true);
  expect(await s3.answer('GetObject', { Bucket, Key })).toContain('404 NoSuchKey');
  expect((await s3.call('ListObjectsV2', { Bucket, Prefix: Key })).KeyCount).toBe(0);
  const VersionId = marker.VersionId ?? '';
  expect(await s3.answer('GetObject', { Bucket, Key, VersionId })).toContain(
    '405 MethodNotAllowed',
  );
  expect(await s3.call('DeleteObject', { Bucket, Key, VersionId })).toEqual({
    DeleteMarker: true,
    VersionId,
  });
  expect(await s3.read(Bucket, Key)).toBe('two');
  await s3.call('DeleteObject', { Bucket, Key, VersionId: two });
  expect(await s3.read(Bucket, Key)).toBe('one');
  expect(await versionsOf(Key)).toEqual([`${one} latest`, 'null']);
});

test('suspended: writes replace the null version and keep the others', async () => {
  const Key = 'suspended';
  await set('Enabled');
  const kept = await put(Key, 'kept');
  await set('Suspended');
  expect(await put(Key, 'null one')).toBeUndefined();
  expect(await put(Key, 'null two')).toBeUndefined();
  expect(await versionsOf(Key)).toEqual(['null latest', kept]);
  await s3.call('DeleteObject', { Bucket, Key });
  expect(await versionsOf(Key)).toEqual([kept, 'marker null latest']);
  await s3.call('DeleteObject', { Bucket, Key, VersionId: 'null' });
  expect(await s3.read(Bucket, Key)).toBe('kept');
});

test('versions are listed page by page', async () => {
  await set('Enabled');
  const written: string[] = [];
  for (const Key of ['page/a', 'page/a', 'page/b', 'page/c', 'page/c', 'page/c']) {
    written.push((await put(Key, Key)) ?? '');
  }
  const [a1, a2, b1, c1, c2, c3] = written;
  for (const MaxKeys of [1, 2, 4, 10]) {
    const seen: unknown[] = [];
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const asked = { Bucket, Prefix: 'page/', MaxKeys, ...marker };
      const page = await s3.call('ListObjectVersions', asked);
      seen.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
      if (page.IsTruncated !== true) break;
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    expect(seen).toEqual([a2, a1, b1, c3, c2, c1]);
  }
});

test('a named version asks for the Version action alone', async () => {
  await set('Enabled');
  const VersionId = (await put('acted', 'x')) ?? '';
  const named = { Bucket, Key: 'acted', VersionId };
  const plain = userWith(allow(['s3:GetObject', 's3:DeleteObject']));
  expect(await s3.answer('GetObject', named, { as: plain })).toContain('s3:GetObjectVersion on');
  expect(await s3.answer('DeleteObject', named, { as: plain })).toContain(
    's3:DeleteObjectVersion on',
  );
  const versioned = userWith(allow('s3:GetObjectVersion'));
  expect(await s3.answer('GetObject', named, { as: versioned })).toBe('success');
  const current = { Bucket, Key: 'acted' };
  expect(await s3.answer('GetObject', current, { as: versioned })).toContain('s3:GetObject on');
});

test('a bucket with versions is not empty, and says why', async () => {
  expect(await s3.answer('DeleteBucket', { Bucket })).toContain(
    'You must delete all versions in the bucket.',
  );
});

test('version ids that are none are refused', async () => {
  const bad = { Bucket, Key: 'life', VersionId: '../x' };
  expect(await s3.answer('DeleteObject', bad)).toContain('400 InvalidArgument');
  expect(await s3.answer('GetObject', bad)).toContain('400 InvalidArgument');
});
