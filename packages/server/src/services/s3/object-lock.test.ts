/** Object Lock: what is retained or held is deleted by nobody before its time. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allow, TestS3, userWith } from './testing.ts';

const Bucket = 'lock-bucket';
const Key = 'kept.txt';
const day = 86_400_000;
const headers = { 'content-md5': 'present' };
const locked = '403 AccessDenied: Access Denied because object protected by object lock.';
let s3: TestS3;

beforeEach(async () => {
  s3 = await TestS3.open();
  await s3.call('CreateBucket', { Bucket, ObjectLockEnabledForBucket: true });
});

afterEach(async () => await s3.close());

const inDays = (days: number) => new Date(s3.runtime.platform.clock.now() + days * day);
const integrity = () => ({ body: 'x', headers: { 'x-amz-checksum-crc32': 'jNwWgw==' } });

async function put(lock: object = {}): Promise<string> {
  const { VersionId } = await s3.call('PutObject', { Bucket, Key, ...lock }, integrity());
  return VersionId ?? '';
}

const retention = (mode: string, days: number) => ({
  ObjectLockMode: mode,
  ObjectLockRetainUntilDate: inDays(days),
});
const change = (VersionId: string, mode: string, days: number, bypass = false) =>
  s3.answer(
    'PutObjectRetention',
    {
      Bucket,
      Key,
      VersionId,
      Retention: { Mode: mode, RetainUntilDate: inDays(days) },
      ...(bypass ? { BypassGovernanceRetention: true } : {}),
    },
    { headers },
  );
const remove = (VersionId: string, more: object = {}) =>
  s3.answer('DeleteObject', { Bucket, Key, VersionId, ...more });

describe('a bucket with Object Lock', () => {
  test('is versioned for ever', async () => {
    expect(await s3.call('GetBucketVersioning', { Bucket })).toEqual({ Status: 'Enabled' });
    const VersioningConfiguration = { Status: 'Suspended' };
    expect(await s3.answer('PutBucketVersioning', { Bucket, VersioningConfiguration })).toBe(
      '409 InvalidBucketState: An Object Lock configuration is present on this bucket, so the ' +
        'versioning state cannot be changed.',
    );
  });

  test('retains by default what is written, once it says so', async () => {
    const rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2 } };
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: rule };
    await s3.call('PutObjectLockConfiguration', { Bucket, ObjectLockConfiguration }, { headers });
    expect(await s3.call('GetObjectLockConfiguration', { Bucket })).toEqual({
      ObjectLockConfiguration,
    });
    expect(await s3.answer('PutObject', { Bucket, Key }, { body: 'x' })).toContain(
      '400 InvalidRequest: Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object',
    );
    expect(await remove(await put())).toBe(locked);
  });

  test.each([
    [{ Mode: 'COMPLIANCE', Days: 1, Years: 1 }, '400 MalformedXML'],
    [{ Mode: 'COMPLIANCE' }, '400 MalformedXML'],
    [{ Mode: 'governance', Days: 1 }, '400 MalformedXML'],
    [{ Mode: 'GOVERNANCE', Days: 0 }, 'must be a positive integer value'],
    [{ Mode: 'GOVERNANCE', Years: 101 }, 'Default retention period too large'],
  ])('takes no default of %j', async (DefaultRetention, answer) => {
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } };
    expect(
      await s3.answer(
        'PutObjectLockConfiguration',
        { Bucket, ObjectLockConfiguration },
        { headers },
      ),
    ).toContain(answer);
  });
});

test('Object Lock is turned on for a versioned bucket only', async () => {
  const other = { Bucket: 'plain-bucket' };
  await s3.call('CreateBucket', other);
  const wanted = { ...other, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } };
  const turnOn = () => s3.answer('PutObjectLockConfiguration', wanted, { headers });
  expect(await turnOn()).toBe(
    "409 InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock " +
      'configuration',
  );
  await s3.call('PutObject', { ...other, Key }, integrity());
  const missing = '400 InvalidRequest: Bucket is missing Object Lock Configuration';
  expect(await s3.answer('GetObjectRetention', { ...other, Key })).toBe(missing);
  expect(await s3.answer('GetObjectLegalHold', { ...other, Key })).toBe(missing);
  const held = { ...other, Key, ObjectLockLegalHoldStatus: 'ON' };
  expect(await s3.answer('PutObject', held, integrity())).toBe(missing);
  const VersioningConfiguration = { Status: 'Enabled' };
  await s3.call('PutBucketVersioning', { ...other, VersioningConfiguration });
  expect(await turnOn()).toBe('success');
});

describe('retention', () => {
  test('in compliance mode binds everybody and can only be prolonged', async () => {
    const id = await put(retention('COMPLIANCE', 2));
    expect(await remove(id)).toBe(locked);
    expect(await remove(id, { BypassGovernanceRetention: true })).toBe(locked);
    expect(await change(id, 'COMPLIANCE', 1, true)).toBe(locked);
    expect(await change(id, 'GOVERNANCE', 3, true)).toBe(locked);
    expect(await change(id, 'COMPLIANCE', 3)).toBe('success');
    expect(await s3.answer('DeleteObject', { Bucket, Key })).toBe('success');
  });

  test('in governance mode is bypassed by whoever may and says so', async () => {
    const id = await put(retention('GOVERNANCE', 2));
    expect(await remove(id)).toBe(locked);
    expect(await change(id, 'GOVERNANCE', 1)).toBe(locked);
    const versioned = { Bucket, Key, VersionId: id, BypassGovernanceRetention: true };
    const as = userWith(allow(['s3:DeleteObjectVersion', 's3:PutObjectRetention']));
    expect(await s3.answer('DeleteObject', versioned, { as })).toContain(
      'not authorized to perform: s3:BypassGovernanceRetention',
    );
    expect(await change(id, 'GOVERNANCE', 1, true)).toBe('success');
    const allowed = userWith(allow(['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention']));
    expect(await s3.answer('DeleteObject', versioned, { as: allowed })).toBe('success');
  });

  test('tells the decision what is asked, in days and by date', async () => {
    const id = await put();
    const as = userWith(
      allow('s3:PutObjectRetention', '*', {
        NumericLessThanEquals: { 's3:object-lock-remaining-retention-days': '5' },
        StringEquals: { 's3:object-lock-mode': 'GOVERNANCE' },
      }),
    );
    const ask = (Mode: string, days: number) =>
      s3.answer(
        'PutObjectRetention',
        { Bucket, Key, VersionId: id, Retention: { Mode, RetainUntilDate: inDays(days) } },
        { as, headers },
      );
    expect(await ask('GOVERNANCE', 6)).toContain('403 AccessDenied');
    expect(await ask('COMPLIANCE', 4)).toContain('403 AccessDenied');
    expect(await ask('GOVERNANCE', 4)).toBe('success');
  });

  test.each([
    [{ ObjectLockMode: 'GOVERNANCE' }, 'must both be supplied'],
    [{ ObjectLockMode: 'FOREVER', ObjectLockRetainUntilDate: new Date(4e12) }, 'Unknown wormMode'],
    [
      { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(1e12) },
      'The retain until date must be in the future!',
    ],
    [{ ObjectLockLegalHoldStatus: 'on' }, "Legal Hold must be either of 'ON' or 'OFF'"],
  ])('%j is refused', async (lock, text) => {
    const answer = await s3.answer('PutObject', { Bucket, Key, ...lock }, integrity());
    expect(answer).toContain(`400 InvalidArgument: `);
    expect(answer).toContain(text);
  });

  test('that was never set is told as an error', async () => {
    await put();
    const none =
      '404 NoSuchObjectLockConfiguration: The specified object does not have a ObjectLock ' +
      'configuration';
    expect(await s3.answer('GetObjectRetention', { Bucket, Key })).toBe(none);
    expect(await s3.answer('GetObjectLegalHold', { Bucket, Key })).toBe(none);
  });
});

test('a legal hold keeps a version until it is taken off, and nothing bypasses it', async () => {
  const id = await put({ ObjectLockLegalHoldStatus: 'ON' });
  expect(await remove(id, { BypassGovernanceRetention: true })).toBe(locked);
  const many = await s3.call(
    'DeleteObjects',
    { Bucket, Delete: { Objects: [{ Key, VersionId: id }] } },
    { headers },
  );
  expect(many).toEqual({
    Errors: [{ Key, VersionId: id, Code: 'AccessDenied', Message: locked.slice(18) }],
  });
  const hold = { Bucket, Key, VersionId: id, LegalHold: { Status: 'OFF' } };
  await s3.call('PutObjectLegalHold', hold, { headers });
  expect(await remove(id)).toBe('success');
});

test('a read tells the lock to those who may read it', async () => {
  const until = inDays(1);
  await put({ ...retention('GOVERNANCE', 1), ObjectLockRetainUntilDate: until });
  const object = { Bucket, Key };
  expect(await s3.call('HeadObject', object)).toMatchObject({
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: until,
  });
  const head = await s3.call('HeadObject', object, { as: userWith(allow('s3:GetObject')) });
  expect(head).not.toHaveProperty('ObjectLockMode');
});

test('a hold and a retention set at once are both kept', async () => {
  const VersionId = await put();
  const hold = { Bucket, Key, VersionId, LegalHold: { Status: 'ON' } };
  const answers = await Promise.all([
    s3.answer('PutObjectLegalHold', hold, { headers }),
    change(VersionId, 'COMPLIANCE', 5),
  ]);
  expect(answers).toEqual(['success', 'success']);
  const { LegalHold } = await s3.call('GetObjectLegalHold', { Bucket, Key, VersionId });
  const { Retention } = await s3.call('GetObjectRetention', { Bucket, Key, VersionId });
  expect([LegalHold?.Status, Retention?.Mode]).toEqual(['ON', 'COMPLIANCE']);
}, 10_000);

test('a version that a newer one has overtaken meanwhile is held all the same', async () => {
  const VersionId = await put();
  const commit = s3.commit;
  s3.commit = async (changes) => {
    s3.commit = commit;
    await put();
    return await commit(changes);
  };
  const hold = { Bucket, Key, VersionId, LegalHold: { Status: 'ON' } };
  expect(await s3.answer('PutObjectLegalHold', hold, { headers })).toBe('success');
  expect(await remove(VersionId)).toBe(locked);
}, 10_000);
