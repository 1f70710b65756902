/** The registry against the OCI distribution specification: push, pull, discovery, errors. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, RegistryWorld, region, sha256 } from './registry.fixture.ts';

let world: RegistryWorld;
let password: string;

beforeAll(async () => {
  world = await RegistryWorld.start();
  for (const repositoryName of ['app', 'other', 'team/deep/app']) {
    await world.ecr('CreateRepository', { repositoryName });
  }
  password = await world.password();
});
afterAll(async () => {
  await world.stop();
});

const send = (
  method: string,
  path: string,
  more: { body?: string | Buffer; headers?: object } = {},
) => world.send(method, path, { password, ...more, headers: { ...more.headers } });
const uploads = '/v2/app/blobs/uploads/';
const begin = async (): Promise<string> =>
  (await send('POST', uploads)).headers['location'] ?? 'no location';
const part = Buffer.alloc(5 * 1024 * 1024, 'p');
const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

describe('the base', () => {
  test('answers 200 to who is logged in, with and without the last slash', async () => {
    for (const path of ['/v2/', '/v2']) {
      const answer = await send('GET', path);
      expect(answer.status).toBe(200);
      expect(answer.headers['docker-distribution-api-version']).toBe('registry/2.0');
    }
  });

  test('answers a challenge to who is not', async () => {
    const answer = await world.send('GET', '/v2/');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(
      `Basic realm="https://${account}.dkr.ecr.${region}.amazonaws.com/",service="ecr.amazonaws.com"`,
    );
    expect(answer.body).toBe('Not Authorized\n');
    const bearer = await world.send('GET', '/v2/', { headers: { Authorization: 'Bearer x' } });
    expect(bearer.status).toBe(401);
  });
});

describe('pushing a layer', () => {
  test('POST then PUT: as a whole', async () => {
    const begun = await send('POST', uploads);
    expect(begun.status).toBe(202);
    expect(begun.headers['range']).toBe('0-0');
    expect(begun.headers['location']).toBe(`${uploads}${begun.headers['docker-upload-uuid']}`);
    expect(begun.headers['oci-chunk-min-length']).toBe('5242880');
    const digest = sha256('whole');
    const path = `${begun.headers['location']}?digest=${digest}`;
    const put = await send('PUT', path, { body: 'whole' });
    expect(put.status).toBe(201);
    expect(put.headers['location']).toBe(`/v2/app/blobs/${digest}`);
    expect(put.headers['docker-content-digest']).toBe(digest);
    expect((await send('PUT', path, { body: 'whole' })).code).toBe('BLOB_UPLOAD_UNKNOWN');
  });

  test('POST, PATCH as a stream without a length, PUT: as docker does', async () => {
    const location = await begin();
    const patched = await send('PATCH', location, {
      body: 'streamed',
      headers: { 'Transfer-Encoding': 'chunked' },
    });
    expect(patched.status).toBe(202);
    expect(patched.headers['range']).toBe('0-7');
    const put = await send('PUT', `${location}?digest=${sha256('streamed')}`);
    expect(put.status).toBe(201);
  });

  test('in one POST', async () => {
    const digest = sha256('one request');
    const posted = await send('POST', `${uploads}?digest=${digest}`, { body: 'one request' });
    expect(posted.status).toBe(201);
    expect(posted.headers['location']).toBe(`/v2/app/blobs/${digest}`);
    const wrong = await send('POST', `${uploads}?digest=${digest}`, { body: 'another' });
    expect(wrong.code).toBe('BLOB_UPLOAD_INVALID');
  });

  test('in chunks that follow each other; others are out of range', async () => {
    const location = await begin();
    const chunk = (range: string, body: Buffer) =>
      send('PATCH', location, { body, headers: { 'Content-Range': range } });
    const first = await chunk('0-5242879', part);
    expect(first.status).toBe(202);
    expect(first.headers['range']).toBe('0-5242879');
    for (const range of ['0-5242879', '5242881-5242883', '5242880', 'x-y', '5242880-5242870']) {
      const wrong = await chunk(range, Buffer.from('abc'));
      expect([range, wrong.status]).toEqual([range, 416]);
      expect(wrong.headers['range']).toBe('0-5242879');
      expect(wrong.headers['location']).toBe(location);
    }
    const asked = await send('GET', location);
    expect(asked.status).toBe(204);
    expect(asked.headers['range']).toBe('0-5242879');
    expect((await chunk('5242880-5242889', Buffer.from('abc'))).code).toBe('SIZE_INVALID');
    expect((await chunk('5242880-5242882', Buffer.from('abc'))).status).toBe(202);
    const digest = sha256(Buffer.concat([part, Buffer.from('abcd')]));
    const last = await send('PUT', `${location}?digest=${digest}`, {
      body: 'd',
      headers: { 'Content-Range': '5242883-5242883' },
    });
    // 'abc' was no last part and too small for any other.
    expect(last.status).toBe(400);
    expect(last.message).toBe('All layer parts except the last part should be at least 5MB');
  });

  test('in two chunks and an empty PUT', async () => {
    const location = await begin();
    await send('PATCH', location, { body: part });
    await send('PATCH', location, { body: 'tail' });
    const digest = sha256(Buffer.concat([part, Buffer.from('tail')]));
    expect((await send('PUT', `${location}?digest=${digest}`)).status).toBe(201);
    const head = await send('HEAD', `/v2/app/blobs/${digest}`);
    expect(head.headers['content-length']).toBe(String(part.length + 4));
  });

  test('with a digest that is none, or not of these bytes', async () => {
    const location = await begin();
    for (const query of ['', '?digest=', '?digest=sha256:ab', '?digest=md5:00', '?digest=x']) {
      const answer = await send('PUT', `${location}${query}`, { body: 'text' });
      expect([query, answer.status, answer.code]).toEqual([query, 400, 'DIGEST_INVALID']);
    }
    const wrong = await send('PUT', `${location}?digest=${sha256('b')}`, { body: 'a' });
    expect([wrong.status, wrong.code]).toEqual([400, 'BLOB_UPLOAD_INVALID']);
    expect((await send('HEAD', `/v2/app/blobs/${sha256('a')}`)).status).toBe(404);
    expect((await send('GET', location)).code).toBe('BLOB_UPLOAD_UNKNOWN');
  });

  test('of an id that is none is told by the name it was given', async () => {
    const answer = await send('PATCH', '/v2/app/blobs/uploads/%2e%2e', { body: 'x' });
    expect([answer.status, answer.code]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
    expect(answer.body).toContain("The upload with id '..' in the repository");
  });

  test('can be cancelled', async () => {
    const location = await begin();
    expect((await send('DELETE', location)).status).toBe(204);
    expect((await send('PATCH', location, { body: 'x' })).status).toBe(404);
    expect((await send('DELETE', location)).code).toBe('BLOB_UPLOAD_UNKNOWN');
  });

  test('goes on in its own repository only', async () => {
    const location = await begin();
    const elsewhere = location.replace('/app/', '/other/');
    for (const method of ['PATCH', 'PUT', 'GET', 'DELETE']) {
      const answer = await send(method, `${elsewhere}?digest=${sha256('x')}`);
      expect([method, answer.code]).toEqual([method, 'BLOB_UPLOAD_UNKNOWN']);
    }
  });

  test('is not mounted from another repository, unless the account lets it', async () => {
    const digest = await world.pushLayer('other', 'to be mounted', password);
    const path = `${uploads}?mount=${digest}&from=other`;
    expect((await send('POST', path)).status).toBe(202);
    await world.ecr('PutAccountSetting', { name: 'BLOB_MOUNTING', value: 'ENABLED' });
    const mounted = await send('POST', path);
    expect(mounted.status).toBe(201);
    expect(mounted.headers['location']).toBe(`/v2/app/blobs/${digest}`);
    expect((await send('HEAD', `/v2/app/blobs/${digest}`)).status).toBe(200);
    expect((await send('POST', `${uploads}?mount=${sha256('?')}&from=other`)).status).toBe(202);
    expect((await send('POST', `${uploads}?mount=${digest}&from=absent`)).status).toBe(202);
    await world.ecr('PutAccountSetting', { name: 'BLOB_MOUNTING', value: 'DISABLED' });
  });
});

describe('pulling a layer', () => {
  test('HEAD tells its size; GET redirects to where it is', async () => {
    const digest = await world.pushLayer('app', '0123456789', password);
    const head = await send('HEAD', `/v2/app/blobs/${digest}`);
    expect(head.status).toBe(200);
    expect(head.headers).toMatchObject({
      'content-length': '10',
      'docker-content-digest': digest,
      'accept-ranges': 'bytes',
    });
    const got = await send('GET', `/v2/app/blobs/${digest}`);
    expect(got.status).toBe(307);
    const location = got.headers['location'] ?? '';
    expect((await world.send('GET', location)).body).toBe('0123456789');
    const ranges = {
      'bytes=2-4': [206, '234', 'bytes 2-4/10'],
      'bytes=7-': [206, '789', 'bytes 7-9/10'],
      'bytes=-2': [206, '89', 'bytes 8-9/10'],
      'bytes=8-99': [206, '89', 'bytes 8-9/10'],
      'bytes=10-': [416, 'InvalidRange\n', 'bytes */10'],
      'bytes=0-1,3-4': [200, '0123456789', undefined],
      'lines=1-2': [200, '0123456789', undefined],
    } as const;
    for (const [range, [status, body, told]] of Object.entries(ranges)) {
      const answer = await world.send('GET', location, { headers: { Range: range } });
      expect([range, answer.status, answer.body]).toEqual([range, status, body]);
      expect(answer.headers['content-range']).toBe(told);
    }
    const headed = await world.send('HEAD', location);
    expect([headed.status, headed.headers['content-length']]).toEqual([200, '10']);
    expect((await world.send('PUT', location, { body: 'x' })).status).toBe(405);
    expect((await world.send('GET', `${location.slice(0, -2)}AA`)).status).toBe(403);
  });

  test('the API gives the same URL, with the host', async () => {
    const layerDigest = await world.pushLayer('app', 'by API', password);
    const input = { repositoryName: 'app', layerDigest };
    const { downloadUrl } = await world.ecr('GetDownloadUrlForLayer', input);
    expect(await (await fetch(String(downloadUrl))).text()).toBe('by API');
  });

  test('of another repository, or of none, is unknown', async () => {
    const digest = await world.pushLayer('other', 'only there', password);
    for (const method of ['GET', 'HEAD']) {
      expect((await send(method, `/v2/app/blobs/${digest}`)).status).toBe(404);
    }
    expect((await send('GET', `/v2/app/blobs/${sha256('no such')}`)).code).toBe('BLOB_UNKNOWN');
    expect((await send('DELETE', `/v2/other/blobs/${digest}`)).status).toBe(405);
  });
});

describe('manifests', () => {
  test('are read by tag and digest, with the bytes and type that were pushed', async () => {
    const { digest, manifest } = await world.pushImage('app', 'v1', ['layer'], password);
    for (const reference of ['v1', digest, digest.replace(':', '%3A')]) {
      const got = await send('GET', `/v2/app/manifests/${reference}`);
      expect([got.status, got.body]).toEqual([200, manifest]);
      expect(got.headers).toMatchObject({
        'content-type': manifestType,
        'docker-content-digest': digest,
        'content-length': String(manifest.length),
      });
      const head = await send('HEAD', `/v2/app/manifests/${reference}`);
      expect([head.status, head.body, head.headers['docker-content-digest']]).toEqual([
        200,
        '',
        digest,
      ]);
    }
    const absent = await send('GET', '/v2/app/manifests/absent');
    expect([absent.status, absent.code, absent.message]).toEqual([
      404,
      'MANIFEST_UNKNOWN',
      'Requested image not found',
    ]);
    expect((await send('GET', `/v2/app/manifests/${sha256('x')}`)).status).toBe(404);
    const { imageDetails } = await world.ecr('DescribeImages', { repositoryName: 'app' });
    expect(JSON.stringify(imageDetails)).toContain('lastRecordedPullTime');
  });

  test('are deleted through the API only', async () => {
    const { digest } = await world.pushImage('app', 'v2', ['layer'], password);
    const refused = await send('DELETE', `/v2/app/manifests/${digest}`);
    expect([refused.status, refused.code]).toEqual([405, 'UNSUPPORTED']);
    expect(refused.headers['allow']).toBe('GET, HEAD, PUT');
    const imageIds = [{ imageDigest: digest }];
    await world.ecr('BatchDeleteImage', { repositoryName: 'app', imageIds });
    expect((await send('GET', '/v2/app/manifests/v2')).status).toBe(404);
  });

  test('need their layers, their own digest, and JSON', async () => {
    const { manifest } = await world.pushImage('app', 'v3', ['third'], password);
    const put = (reference: string, body: string, type = manifestType) =>
      send('PUT', `/v2/app/manifests/${reference}`, { body, headers: { 'Content-Type': type } });
    const missing = manifest.replace(sha256('third'), sha256('not pushed'));
    expect((await put('v4', missing)).code).toBe('MANIFEST_BLOB_UNKNOWN');
    expect((await put(sha256('x'), manifest)).code).toBe('DIGEST_INVALID');
    const bad = await put('v4', '{"schemaVersion": 2,');
    expect([bad.status, bad.code, bad.message]).toEqual([
      405,
      'UNSUPPORTED',
      "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
    ]);
    expect((await put('v4', manifest, 'application/vnd.example')).status).toBe(405);
    expect((await put('bad tag', manifest).catch((error: unknown) => error)) instanceof Error).toBe(
      true,
    );
    expect((await put('bad%20tag', manifest)).code).toBe('TAG_INVALID');
    expect((await put('sha256:zz', manifest)).code).toBe('DIGEST_INVALID');
    const large = `${manifest.slice(0, -1)}${' '.repeat(4 * 1024 * 1024)}}`;
    expect((await put('v4', large)).status).toBe(413);
    expect((await send('GET', '/v2/app/manifests/v4')).status).toBe(404);
  });

  test('pushed again are as pushed once; an immutable tag does not move', async () => {
    await world.ecr('CreateRepository', {
      repositoryName: 'fixed',
      imageTagMutability: 'IMMUTABLE',
    });
    const one = await world.pushImage('fixed', '1.0.2', ['a'], password);
    expect(await world.pushImage('fixed', '1.0.2', ['a'], password)).toEqual(one);
    await expect(world.pushImage('fixed', '1.0.2', ['b'], password)).rejects.toThrow(
      '400 {"errors":[{"code":"TAG_INVALID","message":"The image tag \'1.0.2\' already exists in ' +
        "the 'fixed' repository and cannot be overwritten because the repository is immutable.",
    );
  });

  test('that list others are indexes', async () => {
    const { digest, manifest } = await world.pushImage('app', undefined, ['of index'], password);
    const index = (listed: string): string =>
      JSON.stringify({
        schemaVersion: 2,
        mediaType: indexType,
        manifests: [{ mediaType: manifestType, digest: listed, size: manifest.length }],
      });
    const put = (body: string) =>
      send('PUT', '/v2/app/manifests/multi', { body, headers: { 'Content-Type': indexType } });
    expect((await put(index(sha256('absent')))).code).toBe('MANIFEST_BLOB_UNKNOWN');
    expect((await put(index(digest))).status).toBe(201);
    const got = await send('GET', '/v2/app/manifests/multi', { headers: { Accept: indexType } });
    expect([got.headers['content-type'], got.body]).toEqual([indexType, index(digest)]);
  });
});

describe('what there is', () => {
  test('tags, in pages', async () => {
    await world.ecr('CreateRepository', { repositoryName: 'tagged' });
    for (const tag of ['b', 'a', 'C', 'd']) await world.pushImage('tagged', tag, [tag], password);
    const all = await send('GET', '/v2/tagged/tags/list');
    expect(JSON.parse(all.body)).toEqual({ name: 'tagged', tags: ['C', 'a', 'b', 'd'] });
    expect(all.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(all.headers['link']).toBeUndefined();
    const first = await send('GET', '/v2/tagged/tags/list?n=2');
    expect(JSON.parse(first.body)).toMatchObject({ tags: ['C', 'a'] });
    expect(first.headers['link']).toBe('</v2/tagged/tags/list?last=a&n=2>; rel="next"');
    const next = await send('GET', '/v2/tagged/tags/list?last=a&n=2');
    expect(JSON.parse(next.body)).toMatchObject({ tags: ['b', 'd'] });
    expect(next.headers['link']).toBeUndefined();
    expect(JSON.parse((await send('GET', '/v2/tagged/tags/list?n=0')).body).tags).toEqual([]);
    const invalid = await send('GET', '/v2/tagged/tags/list?n=-1');
    expect([invalid.status, invalid.code]).toEqual([400, 'PAGINATION_NUMBER_INVALID']);
  });

  test('repositories, in pages', async () => {
    const all = JSON.parse((await send('GET', '/v2/_catalog')).body) as { repositories: string[] };
    expect(all.repositories).toContain('team/deep/app');
    const page = await send('GET', '/v2/_catalog?n=1');
    expect(JSON.parse(page.body)).toEqual({ repositories: ['app'] });
    expect(page.headers['link']).toBe('</v2/_catalog?last=app&n=1>; rel="next"');
  });

  test('manifests that refer to another one', async () => {
    const { digest: subject } = await world.pushImage('other', 'subject', ['s'], password);
    const reference = { mediaType: manifestType, digest: subject, size: 100 };
    const more = {
      subject: reference,
      artifactType: 'application/x-sbom',
      annotations: { a: 'b' },
    };
    const one = await world.pushImage('other', undefined, ['sbom'], password, more);
    await world.pushImage('other', undefined, ['sig'], password, {
      subject: reference,
      artifactType: 'application/x-signature',
    });
    const all = await send('GET', `/v2/other/referrers/${subject}`);
    expect(all.headers['content-type']).toBe(indexType);
    expect(JSON.parse(all.body).manifests).toHaveLength(2);
    const sboms = await send(
      'GET',
      `/v2/other/referrers/${subject}?artifactType=application%2Fx-sbom`,
    );
    expect(sboms.headers['oci-filters-applied']).toBe('artifactType');
    expect(JSON.parse(sboms.body).manifests).toEqual([
      {
        mediaType: manifestType,
        digest: one.digest,
        size: one.manifest.length,
        artifactType: 'application/x-sbom',
        annotations: { a: 'b' },
      },
    ]);
    const large = { subject: reference, annotations: { a: 'x'.repeat(3_000_000) } };
    await world.pushImage('other', undefined, ['large'], password, large);
    await world.pushImage('other', undefined, ['too'], password, large);
    const counted: number[] = [];
    for (let path: string | undefined = `/v2/other/referrers/${subject}`; path !== undefined; ) {
      const page = await send('GET', path);
      expect(page.body.length).toBeLessThan(4 * 1024 * 1024);
      counted.push(JSON.parse(page.body).manifests.length);
      path = /^<(.+)>; rel="next"$/.exec(page.headers['link'] ?? '')?.[1];
    }
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(counted).toHaveLength(2);
    const none = await send('GET', `/v2/other/referrers/${sha256('none')}`);
    expect([none.status, JSON.parse(none.body).manifests]).toEqual([200, []]);
    const put = await send('PUT', `/v2/other/manifests/${one.digest}`, {
      body: one.manifest,
      headers: { 'Content-Type': manifestType },
    });
    expect(put.headers['oci-subject']).toBe(subject);
  });

  test('is unknown in a repository that does not exist', async () => {
    const message = `The repository with name 'no/such' does not exist in the registry with id '${account}'`;
    for (const [method, path] of [
      ['POST', '/v2/no/such/blobs/uploads/'],
      ['GET', '/v2/no/such/manifests/latest'],
      ['GET', '/v2/no/such/tags/list'],
      ['GET', `/v2/no/such/blobs/${sha256('x')}`],
      ['GET', `/v2/no/such/referrers/${sha256('x')}`],
    ] as const) {
      const answer = await send(method, path);
      expect([answer.status, answer.code, answer.message]).toEqual([404, 'NAME_UNKNOWN', message]);
    }
  });
});

test('a repository is also found under the registry’s own name in the path', async () => {
  const name = `${account}.dkr.ecr.${region}.amazonaws.com/team/deep/app`;
  const { digest } = await world.pushImage(name, 'v1', ['deep'], password);
  const begun = await send('POST', `/v2/${name}/blobs/uploads/`);
  expect(begun.headers['location']).toContain(`/v2/${name}/blobs/uploads/`);
  const short = await send('GET', '/v2/team/deep/app/manifests/v1');
  expect(short.headers['docker-content-digest']).toBe(digest);
  const headers = { Host: `${account}.dkr.ecr.${region}.amazonaws.com` };
  const byHost = await send('GET', '/v2/team/deep/app/manifests/v1', { headers });
  expect(byHost.headers['docker-content-digest']).toBe(digest);
});
