/** Hostile and broken requests to the registry: names, digests, paths, bodies that break off. */
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInHeader } from '../../gateway/testing/client-signature.ts';
import { account, RegistryWorld, region, sha256 } from './registry.fixture.ts';

let world: RegistryWorld;
let password: string;

beforeAll(async () => {
  world = await RegistryWorld.start();
  await world.ecr('CreateRepository', { repositoryName: 'app' });
  password = await world.password();
});
afterAll(async () => {
  await world.stop();
});

const send = (method: string, path: string, more: { body?: string; headers?: object } = {}) =>
  world.send(method, path, { password, ...more, headers: { ...more.headers } });
const files = (): readonly string[] => {
  const folder = join(world.gateway.folder, 'ecr', 'layers');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => path.includes('/'));
};

describe('names', () => {
  test.each([
    'App',
    'a',
    'app_',
    '_app',
    'a..b',
    'a//b',
    '../app',
    'app/../../etc',
    '%2e%2e/app',
    'app%2f..%2f..%2fetc',
    'app%00',
    'äpp',
    `${'a'.repeat(257)}`,
    `x/${'a-'.repeat(127)}`,
    '123456789012.dkr.ecr.us-east-1.amazonaws.com/',
    'team%2fapp',
    'team%2Fapp',
    `${account}.dkr.ecr.${region}.amazonaws.com%2fapp`,
  ])('%s is none', async (name) => {
    const path = `/v2/${name}/blobs/uploads/`;
    const answer = await send('POST', encodeURI(path).replaceAll('%25', '%'));
    expect([answer.status, answer.code]).toEqual([400, 'NAME_INVALID']);
  });

  test('are looked at only after the credentials', async () => {
    expect((await world.send('POST', '/v2/App/blobs/uploads/')).status).toBe(401);
    expect((await world.send('GET', '/v2/no/such/path')).status).toBe(401);
  });
});

describe('paths', () => {
  test.each([
    ['GET', '/v2/app', 404],
    ['GET', '/v2/app/', 404],
    ['GET', '/v2//', 404],
    ['GET', '/v2/app/tags', 404],
    ['GET', '/v2/app/unknown/x', 404],
    ['GET', '/v2/app/manifests/%zz', 404],
    ['GET', '/v2/app/manifests/..%2f..%2fsecret', 404],
    ['GET', '/v2/app/manifests/', 404],
    ['GET', '/v2/app/blobs/sha256:..', 400],
    ['GET', `/v2/app/blobs/sha256:${'A'.repeat(64)}`, 400],
    ['GET', `/v2/app/blobs/sha512:${'a'.repeat(128)}`, 400],
    ['GET', '/v2/app/blobs/uploads/../../../../etc/passwd', 404],
    ['GET', '/v2/app/blobs/uploads/00000000-0000-0000-0000-00000000000x', 404],
    ['PATCH', '/v2/app/blobs/uploads/00000000-0000-0000-0000-000000000000', 404],
    ['PUT', '/v2/', 405],
    ['POST', '/v2/app/tags/list', 405],
    ['GET', '/v2/app/blobs/uploads/', 405],
    ['DELETE', `/v2/app/manifests/${sha256('x')}`, 405],
    ['GET', '/v2/app/tags/list?n=1&n=2', 400],
  ] as const)('%s %s: %i', async (method, path, status) => {
    const answer = await send(method, path);
    expect([answer.status, answer.code]).toEqual([status, expect.stringMatching(/^[A-Z_]+$/)]);
    expect(answer.headers['docker-distribution-api-version']).toBe('registry/2.0');
  });

  test('of a registry’s host are the registry’s alone', async () => {
    const headers = { Host: `${account}.dkr.ecr.${region}.localhost` };
    expect((await send('GET', '/bucket/key', { headers })).code).toBe('UNSUPPORTED');
    expect((await world.send('GET', '/', { headers })).status).toBe(401);
  });

  test('of a layer that were not made here open nothing', async () => {
    for (const token of ['', 'x', 'A'.repeat(2000), '../../../etc/passwd', '%2e%2e']) {
      const answer = await world.send('GET', `/_sekisho/ecr/layers/${token}`);
      expect(answer.status).toBe(403);
    }
  });
});

describe('a request of S3 with such a path', () => {
  const s3 = (method: string, rawPath: string, host: string, body = '') => {
    const request = { method, rawPath, rawQuery: '', headers: [], body: Buffer.from(body) };
    const signed = signInHeader({ ...request, headers: [['host', host]] }, world.gateway.root(), {
      service: 's3',
      region,
      now: Date.now(),
    });
    return world.gateway.send(signed);
  };

  test('is S3’s when the request is signed for AWS, the registry’s otherwise', async () => {
    const { host } = new URL(world.gateway.server.endpoint);
    const answer = await s3('PUT', '/v2/app/manifests/latest', host, 'text');
    expect([answer.status, answer.code]).toEqual([400, 'InvalidBucketName']);
    expect((await send('GET', '/v2/app/manifests/latest')).code).toBe('MANIFEST_UNKNOWN');
    expect((await world.send('GET', '/v2/app/manifests/latest')).status).toBe(401);
    const query = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x';
    const presigned = await world.send('GET', `/v2/key?${query}`);
    expect(presigned.body).toContain('<Error>');
  });

  test('is S3’s on S3’s hosts, also when nobody signs', async () => {
    for (const Host of ['s3.localhost', 'my-bucket.s3.localhost', 's3.us-east-1.amazonaws.com']) {
      const answer = await world.send('GET', '/v2/key', { headers: { Host } });
      expect([Host, answer.body.includes('<Code>')]).toEqual([Host, true]);
    }
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    expect((await world.send('GET', '/v2/key', { headers })).body).toContain('<Code>');
  });
});

describe('a body that breaks off', () => {
  /** Sends the beginning of a request and hangs up. */
  const breakOff = (path: string, method: string): Promise<void> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(world.gateway.server.endpoint);
      const credentials = Buffer.from(`AWS:${password}`).toString('base64');
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `${method} ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 1000\r\n` +
            `Authorization: Basic ${credentials}\r\n\r\nonly the start`,
        );
        setTimeout(() => socket.destroy(), 100);
      });
      socket.on('close', () => resolve());
      socket.on('error', () => resolve());
    });

  test('leaves the upload as it was', async () => {
    const before = files().length;
    const { headers } = await send('POST', '/v2/app/blobs/uploads/');
    const location = headers['location'] ?? '';
    await send('PATCH', location, { body: 'start' });
    await breakOff(location, 'PATCH');
    await breakOff(`${location}?digest=${sha256('start')}`, 'PUT');
    await expect
      .poll(async () => (await send('GET', location)).headers['range'], { timeout: 5000 })
      .toBe('0-4');
    const done = await send('PUT', `${location}?digest=${sha256('start')}`);
    expect(done.status).toBe(201);
    expect(files()).toHaveLength(before + 1);
  });

  test('leaves nothing of a single POST, and no manifest', async () => {
    const before = files().length;
    await breakOff(`/v2/app/blobs/uploads/?digest=${sha256('only the start')}`, 'POST');
    await breakOff('/v2/app/manifests/broken', 'PUT');
    await expect.poll(() => files().length, { timeout: 5000 }).toBe(before);
    expect((await send('HEAD', `/v2/app/blobs/${sha256('only the start')}`)).status).toBe(404);
    expect((await send('GET', '/v2/app/manifests/broken')).status).toBe(404);
  });

  test('is no internal failure', () => {
    expect(world.gateway.warnings).toEqual([]);
  });
});

test('T35 a manifest comes into the repository that was authorized, or into none', async () => {
  await world.ecr('CreateRepository', { repositoryName: 'again' });
  const { manifest } = await world.pushImage('again', 'v1', ['layer'], password);
  const { hostname, port } = new URL(world.gateway.server.endpoint);
  const credentials = Buffer.from(`AWS:${password}`).toString('base64');
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.write(
    `PUT /v2/again/manifests/late HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n` +
      `Content-Type: application/vnd.oci.image.manifest.v1+json\r\n` +
      `Content-Length: ${Buffer.byteLength(manifest)}\r\n` +
      `Authorization: Basic ${credentials}\r\n\r\n${manifest.slice(0, 10)}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  await world.ecr('DeleteRepository', { repositoryName: 'again', force: true });
  await world.ecr('CreateRepository', { repositoryName: 'again' });
  // The same layers are there: only who put them has changed.
  await world.pushImage('again', 'v1', ['layer'], password);
  socket.write(manifest.slice(10));
  await ended;
  expect(answer).toMatch(/^HTTP\/1\.1 404 .*NAME_UNKNOWN/s);
  const { imageIds } = await world.ecr('ListImages', { repositoryName: 'again' });
  expect(JSON.stringify(imageIds)).not.toContain('late');
});

test('a page of another origin gets no answer, whatever its credentials', async () => {
  const answer = await send('GET', '/v2/', { headers: { Origin: 'https://evil.example' } });
  expect(answer.status).toBe(403);
});

test('text of a client comes back without control characters', async () => {
  const answer = await send('PUT', '/v2/app/manifests/%1b%5b2J%e2%80%ae', { body: '{}' });
  expect(answer.code).toBe('TAG_INVALID');
  expect(answer.message).toMatch(/^[\x20-\x7e]*$/);
});
