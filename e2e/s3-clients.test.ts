/** S3 with clients that check every answer themselves: s3cmd, rclone, and large files by the AWS CLI. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aws,
  clientEnvironment,
  findAwsClis,
  hasProgram,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

let sekisho: Sekisho;
let keys = { id: '', secret: '' };
/** 9 MiB and a bit, so that clients split it. */
const large = Buffer.alloc(9 * 1024 * 1024 + 123);
for (let index = 0; index < large.length; index += 4)
  large.writeUInt32LE((index * 2654435761) >>> 0, index % (large.length - 4));
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const path = (name: string): string => join(sekisho.folder, name);

beforeAll(async () => {
  sekisho = await startSekisho();
  const file = readFileSync(sekisho.credentialsFile, 'utf8');
  keys = {
    id: /aws_access_key_id = (\S+)/.exec(file)?.[1] ?? '',
    secret: /aws_secret_access_key = (\S+)/.exec(file)?.[1] ?? '',
  };
  writeFileSync(path('large.bin'), large);
  mkdirSync(path('tree/sub folder'), { recursive: true });
  writeFileSync(path('tree/a.txt'), 'a');
  writeFileSync(path('tree/sub folder/日本語 +&.txt'), 'b');
});
afterAll(async () => {
  await sekisho.stop();
});

describe.skipIf(!hasProgram('s3cmd'))('s3cmd', () => {
  const s3cmd = (...args: readonly string[]) => {
    const { host } = new URL(sekisho.endpoint);
    const flags = ['--config=/dev/null', '--no-ssl', `--host=${host}`, `--host-bucket=${host}`];
    const credentials = [`--access_key=${keys.id}`, `--secret_key=${keys.secret}`];
    return runClient('s3cmd', [...flags, ...credentials, '--no-progress', ...args], {
      env: clientEnvironment(sekisho),
      folder: sekisho.folder,
    });
  };

  test('makes a bucket, puts a large file in parts, gets it back, lists, deletes', () => {
    expect(s3cmd('mb', 's3://s3cmd-bucket')).toMatchObject({ code: 0 });
    const put = s3cmd('put', '--multipart-chunk-size-mb=5', 'large.bin', 's3://s3cmd-bucket/l.bin');
    expect(put).toMatchObject({ code: 0 });
    expect(s3cmd('get', 's3://s3cmd-bucket/l.bin', 's3cmd.bin')).toMatchObject({ code: 0 });
    expect(digest(readFileSync(path('s3cmd.bin')))).toBe(digest(large));
    expect(s3cmd('sync', 'tree/', 's3://s3cmd-bucket/tree/')).toMatchObject({ code: 0 });
    expect(s3cmd('ls', '--recursive', 's3://s3cmd-bucket').stdout).toContain(
      's3://s3cmd-bucket/tree/sub folder/日本語 +&.txt',
    );
    expect(s3cmd('info', 's3://s3cmd-bucket/l.bin').code).toBe(0);
    // It copies the ACL afterwards, which buckets of today refuse (BucketOwnerEnforced), as on AWS.
    const copy = s3cmd('cp', 's3://s3cmd-bucket/l.bin', 's3://s3cmd-bucket/copy.bin');
    expect(copy.stderr).toContain('400 (AccessControlListNotSupported)');
    expect(s3cmd('ls', 's3://s3cmd-bucket/copy.bin').stdout).toContain('9437307');
    expect(s3cmd('del', '--recursive', '--force', 's3://s3cmd-bucket/').code).toBe(0);
    expect(s3cmd('rb', 's3://s3cmd-bucket').code).toBe(0);
  });

  test('is refused with a wrong secret', () => {
    const result = s3cmd('--secret_key=wrong', 'ls');
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain('SignatureDoesNotMatch');
  });
});

describe.skipIf(!hasProgram('rclone', 'version'))('rclone', () => {
  const rclone = (...args: readonly string[]) => {
    const { AWS_ENDPOINT_URL: _, AWS_CA_BUNDLE: __, ...environment } = clientEnvironment(sekisho);
    return runClient('rclone', ['--retries=1', '--low-level-retries=1', ...args], {
      env: {
        ...environment,
        RCLONE_CONFIG: '/dev/null',
        RCLONE_CONFIG_SEKISHO_TYPE: 's3',
        RCLONE_CONFIG_SEKISHO_PROVIDER: 'Other',
        RCLONE_CONFIG_SEKISHO_ENDPOINT: sekisho.endpoint,
        RCLONE_CONFIG_SEKISHO_ACCESS_KEY_ID: keys.id,
        RCLONE_CONFIG_SEKISHO_SECRET_ACCESS_KEY: keys.secret,
        RCLONE_CONFIG_SEKISHO_REGION: 'us-east-1',
      },
      folder: sekisho.folder,
    });
  };

  test('makes a bucket, syncs a tree and a large file, checks hashes, purges', () => {
    expect(rclone('mkdir', 'sekisho:rclone-bucket')).toMatchObject({ code: 0 });
    expect(rclone('sync', 'tree', 'sekisho:rclone-bucket/tree')).toMatchObject({ code: 0 });
    const parts = ['--s3-upload-cutoff=5M', '--s3-chunk-size=5M'];
    expect(rclone('copy', ...parts, 'large.bin', 'sekisho:rclone-bucket')).toMatchObject({
      code: 0,
    });
    expect(rclone('check', 'tree', 'sekisho:rclone-bucket/tree')).toMatchObject({ code: 0 });
    expect(rclone('copyto', 'sekisho:rclone-bucket/large.bin', 'rclone.bin').code).toBe(0);
    expect(digest(readFileSync(path('rclone.bin')))).toBe(digest(large));
    expect(rclone('lsf', '-R', 'sekisho:rclone-bucket').stdout).toContain(
      'tree/sub folder/日本語 +&.txt',
    );
    expect(rclone('purge', 'sekisho:rclone-bucket')).toMatchObject({ code: 0 });
  });
});

describe.each(findAwsClis())('s3 with $name', (cli) => {
  test('a file in parts up and down, a presigned URL, sync', async () => {
    const bucket = `cli-${cli.name.replace(/[^a-z0-9]/g, '-')}`;
    const run = (...args: readonly string[]) => aws(cli, sekisho, ['s3', ...args]);
    expect(run('mb', `s3://${bucket}`).stderr).toBe('');
    expect(run('cp', 'large.bin', `s3://${bucket}/l.bin`, '--no-progress').stderr).toBe('');
    expect(run('cp', `s3://${bucket}/l.bin`, 'cli.bin', '--no-progress').stderr).toBe('');
    expect(digest(readFileSync(path('cli.bin')))).toBe(digest(large));
    const url = run('presign', `s3://${bucket}/l.bin`).stdout.trim();
    const fetched = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(digest(fetched)).toBe(digest(large));
    expect(run('sync', 'tree', `s3://${bucket}/tree`, '--no-progress').stderr).toBe('');
    expect(run('ls', `s3://${bucket}`, '--recursive').stdout).toContain(
      'tree/sub folder/日本語 +&.txt',
    );
    expect(run('rb', `s3://${bucket}`, '--force').code).toBe(0);
  });
});
