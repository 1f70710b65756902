/** The layer operations of the API, over the wire. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, RegistryWorld, sha256 } from '../../../endpoints/registry/registry.fixture.ts';

let world: RegistryWorld;
const repositoryName = 'app';

beforeAll(async () => {
  world = await RegistryWorld.start();
  await world.ecr('CreateRepository', { repositoryName });
  await world.ecr('CreateRepository', { repositoryName: 'other' });
});
afterAll(async () => {
  await world.stop();
});

async function begin(): Promise<string> {
  const begun = await world.ecr('InitiateLayerUpload', { repositoryName });
  expect(begun).toMatchObject({ partSize: 10_485_760 });
  return String(begun['uploadId']);
}

function part(uploadId: string, first: number, content: Buffer, last = first + content.length - 1) {
  const input = { repositoryName, uploadId, partFirstByte: first, partLastByte: last };
  return world.ecrAnswer('UploadLayerPart', {
    ...input,
    layerPartBlob: content.toString('base64'),
  });
}

describe('a layer by the API', () => {
  test('is uploaded in parts of 20 MiB, completed, found, and downloaded', async () => {
    const uploadId = await begin();
    const content = Buffer.alloc(20 * 1024 * 1024, 'layer');
    const first = await part(uploadId, 0, content);
    expect(JSON.parse(first.body)).toEqual({
      registryId: account,
      repositoryName,
      uploadId,
      lastByteReceived: content.length - 1,
    });
    expect((await part(uploadId, content.length, Buffer.from('end'))).status).toBe(200);
    const digest = sha256(Buffer.concat([content, Buffer.from('end')]));
    const layerDigests = [digest];
    const done = await world.ecr('CompleteLayerUpload', { repositoryName, uploadId, layerDigests });
    expect(done).toEqual({ registryId: account, repositoryName, uploadId, layerDigest: digest });
    const absent = sha256('absent');
    const found = await world.ecr('BatchCheckLayerAvailability', {
      repositoryName,
      layerDigests: [digest, absent, 'sha256:12'],
    });
    expect(found).toMatchObject({
      layers: [
        { layerDigest: digest, layerAvailability: 'AVAILABLE', layerSize: content.length + 3 },
        { layerDigest: absent, layerAvailability: 'UNAVAILABLE' },
      ],
      failures: [{ layerDigest: 'sha256:12', failureCode: 'InvalidLayerDigest' }],
    });
    const url = await world.ecr('GetDownloadUrlForLayer', { repositoryName, layerDigest: digest });
    const response = await fetch(String(url['downloadUrl']));
    expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(digest);
  });

  test('is told as there already the second time', async () => {
    for (const expected of [200, 400]) {
      const uploadId = await begin();
      await part(uploadId, 0, Buffer.from('twice'));
      const layerDigests = [sha256('twice')];
      const input = { repositoryName, uploadId, layerDigests };
      const answer = await world.ecrAnswer('CompleteLayerUpload', input);
      expect(answer.status).toBe(expected);
      if (expected === 400) expect(answer.code).toBe('LayerAlreadyExistsException');
    }
  });

  test('is refused where its parts or digests do not fit', async () => {
    const uploadId = await begin();
    const empty = { repositoryName, uploadId, layerDigests: [sha256('')] };
    const none = await world.ecrAnswer('CompleteLayerUpload', empty);
    expect([none.code, JSON.parse(none.body).message]).toEqual([
      'EmptyUploadException',
      `The upload with id '${uploadId}' in the repository with name 'app' in registry with id ` +
        `'${account}' cannot be completed because it does not have any parts`,
    ]);
    await part(uploadId, 0, Buffer.from('12345'));
    for (const [first, text, last] of [
      [0, '12345', 4],
      [6, 'x', 6],
      [5, 'xyz', 6],
    ] as const) {
      const answer = await part(uploadId, first, Buffer.from(text), last);
      expect(answer.code).toBe('InvalidLayerPartException');
      expect(JSON.parse(answer.body)).toMatchObject({
        registryId: account,
        repositoryName,
        uploadId,
        message: 'The layer part must begin at byte 5 and be as long as its range',
      });
    }
    const wrong = { repositoryName, uploadId, layerDigests: [sha256('other')] };
    const refused = await world.ecrAnswer('CompleteLayerUpload', wrong);
    expect(refused.code).toBe('InvalidLayerException');
    const again = await world.ecrAnswer('CompleteLayerUpload', wrong);
    expect(again.code).toBe('UploadNotFoundException');
  });

  test('is not found through another repository, nor its upload', async () => {
    const uploadId = await begin();
    await part(uploadId, 0, Buffer.from('private'));
    const layerDigests = [sha256('private')];
    const elsewhere = { repositoryName: 'other', uploadId, layerDigests };
    const stolen = await world.ecrAnswer('CompleteLayerUpload', elsewhere);
    expect(stolen.code).toBe('UploadNotFoundException');
    await world.ecr('CompleteLayerUpload', { repositoryName, uploadId, layerDigests });
    const layerDigest = layerDigests[0];
    const other = { repositoryName: 'other', layerDigest };
    const answer = await world.ecrAnswer('GetDownloadUrlForLayer', other);
    expect([answer.code, JSON.parse(answer.body).message]).toEqual([
      'LayersNotFoundException',
      `The layer with digest '${layerDigest}' does not exist within the repository with name ` +
        `'other' in the registry with id '${account}'`,
    ]);
  });

  test('goes with its repository', async () => {
    await world.ecr('CreateRepository', { repositoryName: 'brief' });
    const password = await world.password();
    const digest = await world.pushLayer('brief', 'short-lived', password);
    const input = { repositoryName: 'brief', layerDigest: digest };
    const { downloadUrl } = await world.ecr('GetDownloadUrlForLayer', input);
    await world.ecr('DeleteRepository', { repositoryName: 'brief', force: true });
    await world.ecr('CreateRepository', { repositoryName: 'brief' });
    expect((await fetch(String(downloadUrl))).status).toBe(403);
    expect((await world.ecrAnswer('GetDownloadUrlForLayer', input)).code).toBe(
      'LayersNotFoundException',
    );
  });
});

test('images and layers are there after a restart', async () => {
  const settings = { store: 'sqlite' };
  const first = await RegistryWorld.start({ settings });
  const { folder } = first.gateway;
  await first.ecr('CreateRepository', { repositoryName });
  const { digest } = await first.pushImage(repositoryName, 'v1', ['kept'], await first.password());
  await first.gateway.server.close();
  const second = await RegistryWorld.start({ settings, folder });
  try {
    const password = await second.password();
    const got = await second.send('GET', '/v2/app/manifests/v1', { password });
    expect(got.headers['docker-content-digest']).toBe(digest);
    const layer = await second.send('GET', `/v2/app/blobs/${sha256('kept')}`, { password });
    const downloaded = await second.send('GET', layer.headers['location'] ?? '');
    expect(downloaded.body).toBe('kept');
  } finally {
    await second.stop();
  }
});
