/** Images: what can be put, what a tag may do, and how they are read and deleted. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account } from '../workload.fixture.ts';
import {
  dockerList,
  dockerManifest,
  EcrWorkload,
  layer,
  manifest,
  ociIndex,
  ociManifest,
  partsOf,
  sha256,
} from './ecr.fixture.ts';

let ecr: EcrWorkload;

beforeEach(async () => {
  ecr = await EcrWorkload.open();
  await ecr.repository();
});

const inApp = `in the registry with id '${account}'`;
const put = (imageManifest: string, more: object = {}) =>
  ecr.answer('PutImage', { repositoryName: 'app', imageManifest, ...more });
const parameter = (name: string, text: string) =>
  `400 InvalidParameterException: Invalid parameter at '${name}' failed to satisfy constraint: ` +
  `'${text}'`;
const absent = (tag: string) =>
  `400 ImageNotFoundException: The image with imageId {imageDigest:'null', imageTag:'${tag}'} ` +
  `does not exist within the repository with name 'app' ${inApp}`;

interface Details {
  readonly imageDetails: readonly Readonly<Record<string, unknown>>[];
  readonly nextToken?: string;
}
const details = (more: object = {}) =>
  ecr.call<Details>('DescribeImages', { repositoryName: 'app', ...more });
const tagsOf = async (imageDigest: string) =>
  (await details({ imageIds: [{ imageDigest }] })).imageDetails[0]?.['imageTags'];

describe('an image', () => {
  test('is put under the digest of its bytes and given back byte for byte', async () => {
    const imageManifest = `${manifest('one', { 'x-own': 'ä' })}\n `;
    await ecr.layers('app', partsOf('one'));
    const imageDigest = sha256(imageManifest);
    const { image } = await ecr.call('PutImage', {
      repositoryName: 'app',
      imageManifest,
      imageTag: 'v1',
      imageDigest,
    });
    expect(image).toEqual({
      registryId: account,
      repositoryName: 'app',
      imageId: { imageDigest, imageTag: 'v1' },
      imageManifest,
      imageManifestMediaType: ociManifest,
    });
    const got = await ecr.call('BatchGetImage', {
      repositoryName: 'app',
      imageIds: [{ imageTag: 'v1' }],
    });
    expect(got).toEqual({ images: [image], failures: [] });
    expect((await details()).imageDetails).toEqual([
      {
        registryId: account,
        repositoryName: 'app',
        imageDigest,
        imageTags: ['v1'],
        imageSizeInBytes: 20,
        imagePushedAt: new Date(ecr.server.now),
        imageManifestMediaType: ociManifest,
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
        lastRecordedPullTime: new Date(ecr.server.now),
        subjectManifestDigest: undefined,
        imageStatus: 'ACTIVE',
      },
    ]);
  });

  test('needs every layer and configuration that it names', async () => {
    const [config = '', content = ''] = partsOf('one');
    await ecr.layers('app', [config]);
    expect(await put(manifest('one'))).toBe(
      `400 LayersNotFoundException: Layers with digests '[${content}]' required for pushing ` +
        `image into repository with name 'app' ${inApp} do not exist`,
    );
    await ecr.layers('app', [content]);
    expect(await put(manifest('one'))).toBe('success');
  });

  test('does not need foreign layers, which no registry holds', async () => {
    await ecr.layers('app', partsOf('one'));
    const foreign = layer('far', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip');
    const layers = [layer('one/layer'), foreign];
    expect(await put(manifest('one', { mediaType: dockerManifest, layers }))).toBe('success');
  });

  test('is refused under another digest than its own', async () => {
    await ecr.layers('app', partsOf('one'));
    const imageDigest = `sha256:${'0'.repeat(64)}`;
    expect(await put(manifest('one'), { imageDigest })).toBe(
      `400 ImageDigestDoesNotMatchException: The specified digest '${imageDigest}' does not ` +
        `match the calculated digest '${sha256(manifest('one'))}'`,
    );
  });

  test('is refused when its manifest is none, or could be read in two ways', async () => {
    await ecr.layers('app', partsOf('one'));
    const json = parameter('ImageManifest', 'Invalid JSON syntax');
    expect(await put('{')).toBe(json);
    expect(await put('[]')).toBe(json);
    expect(await put(manifest('one').replace('{', '{"schemaVersion":2,'))).toBe(json);
    expect(await put(manifest('one', { schemaVersion: 1 }))).toMatch(/UnsupportedImageType/);
    expect(await put(manifest('one', { mediaType: 'text/plain' }))).toMatch(/UnsupportedImageT/);
    const other = { imageManifestMediaType: dockerManifest };
    expect(await put(manifest('one'), other)).toMatch(/InvalidParameterException/);
    expect(await put(manifest('one', { manifests: [] }))).toMatch(/InvalidParameterException/);
    for (const broken of [{}, { ...layer('a'), digest: 'sha256:1' }, { ...layer('a'), size: -1 }]) {
      expect(await put(manifest('one', { layers: [broken] }))).toMatch(/InvalidParameterExc/);
    }
    expect(await put(manifest('one', { mediaType: undefined }))).toBe('success');
  });

  test('is refused under a tag that is none', async () => {
    await ecr.layers('app', partsOf('one'));
    const text = "must satisfy regular expression '[a-zA-Z0-9-_.]+'";
    expect(await put(manifest('one'), { imageTag: 'a b' })).toBe(parameter('imageTag', text));
  });

  test('that is there already is not put again', async () => {
    const digest = await ecr.push('one', 'v1');
    const exists = (tag: string) =>
      `400 ImageAlreadyExistsException: Image with digest '${digest}' and tag '${tag}' already ` +
      `exists in the repository with name 'app' in registry with id '${account}'`;
    expect(await put(manifest('one'), { imageTag: 'v1' })).toBe(exists('v1'));
    expect(await put(manifest('one'))).toBe(exists('null'));
    expect(await put(manifest('one'), { imageTag: 'v2' })).toBe('success');
    expect(await tagsOf(digest)).toEqual(['v1', 'v2']);
  });
});

describe('a list', () => {
  for (const mediaType of [ociIndex, dockerList]) {
    test(`of ${mediaType} needs its images and is as large as the largest`, async () => {
      const digest = await ecr.push('one');
      const entry = { mediaType: ociManifest, digest, size: 1 };
      const absentEntry = { ...entry, digest: sha256('none') };
      const list = (...manifests: readonly object[]) =>
        JSON.stringify({ schemaVersion: 2, mediaType, manifests });
      expect(await put(list(entry, absentEntry))).toBe(
        `400 ReferencedImagesNotFoundException: Images with digests '[${sha256('none')}]' ` +
          `required for pushing image into repository with name 'app' ${inApp} do not exist`,
      );
      expect(await put(list(entry), { imageTag: 'multi' })).toBe('success');
      const { imageDetails } = await details({ imageIds: [{ imageTag: 'multi' }] });
      expect(imageDetails).toMatchObject([
        { imageSizeInBytes: 20, imageManifestMediaType: mediaType },
      ]);
    });
  }

  test('keeps its images from being deleted, until it goes itself', async () => {
    const digest = await ecr.push('one');
    const entry = { mediaType: ociManifest, digest, size: 1 };
    const list = JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [entry] });
    await put(list);
    const remove = (...imageIds: readonly object[]) =>
      ecr.call('BatchDeleteImage', { repositoryName: 'app', imageIds });
    expect(await remove({ imageDigest: digest })).toMatchObject({
      imageIds: [],
      failures: [{ failureCode: 'ImageReferencedByManifestList' }],
    });
    const both = await remove({ imageDigest: digest }, { imageDigest: sha256(list) });
    expect(both).toMatchObject({ failures: [] });
    expect((await details()).imageDetails).toEqual([]);
  });
});

describe('a tag', () => {
  const filter = (pattern: string) => [{ filterType: 'WILDCARD', filter: pattern }];
  const move = async (tag: string, mutability: object): Promise<string> => {
    await ecr.call('PutImageTagMutability', { repositoryName: 'app', ...mutability });
    await ecr.push('one');
    await ecr.push('two');
    expect(await put(manifest('one'), { imageTag: tag })).toBe('success');
    return await put(manifest('two'), { imageTag: tag });
  };
  const refused = (tag: string, thing: string) =>
    `400 ImageTagAlreadyExistsException: The image tag '${tag}' already exists in the 'app' ` +
    `repository and cannot be overwritten because the ${thing} is immutable.`;

  test('moves to another image, which leaves the first without it', async () => {
    expect(await move('v1', { imageTagMutability: 'MUTABLE' })).toBe('success');
    expect(await tagsOf(sha256(manifest('one')))).toBeUndefined();
    expect(await tagsOf(sha256(manifest('two')))).toEqual(['v1']);
  });

  test('stays where it is in an immutable repository', async () => {
    expect(await move('v1', { imageTagMutability: 'IMMUTABLE' })).toBe(refused('v1', 'repository'));
    expect(await put(manifest('one'), { imageTag: 'v1' })).toMatch(/ImageAlreadyExistsException/);
    const imageIds = [{ imageTag: 'v1' }];
    await ecr.call('BatchDeleteImage', { repositoryName: 'app', imageIds });
    expect(await put(manifest('two'), { imageTag: 'v1' })).toBe('success');
  });

  for (const [mutability, tag, answer] of [
    ['MUTABLE_WITH_EXCLUSION', 'v1', refused('v1', 'tag')],
    ['MUTABLE_WITH_EXCLUSION', 'latest', 'success'],
    ['IMMUTABLE_WITH_EXCLUSION', 'v1', 'success'],
    ['IMMUTABLE_WITH_EXCLUSION', 'latest', refused('latest', 'tag')],
  ] as const) {
    test(`${tag} with ${mutability} of v*: ${answer === 'success' ? 'moves' : 'stays'}`, async () => {
      const imageTagMutabilityExclusionFilters = filter('v*');
      expect(
        await move(tag, { imageTagMutability: mutability, imageTagMutabilityExclusionFilters }),
      ).toBe(answer);
    });
  }

  test('filters are needed with exclusions and refused without', async () => {
    const set = (imageTagMutability: string, filters?: object) =>
      ecr.answer('PutImageTagMutability', {
        repositoryName: 'app',
        imageTagMutability,
        ...(filters && { imageTagMutabilityExclusionFilters: filters }),
      });
    expect(await set('IMMUTABLE', filter('v*'))).toMatch(/InvalidParameterException/);
    expect(await set('IMMUTABLE_WITH_EXCLUSION')).toMatch(/InvalidParameterException/);
    expect(await set('IMMUTABLE_WITH_EXCLUSION', filter('a*b*c*'))).toMatch(/InvalidParameter/);
    expect(await set('NEVER')).toMatch(/Invalid parameter at 'imageTagMutability'/);
    expect(await set('IMMUTABLE_WITH_EXCLUSION', filter('v*'))).toBe('success');
  });
});

describe('a batch', () => {
  test('tells of each image that it does not find', async () => {
    const digest = await ecr.push('one', 'v1');
    const other = await ecr.push('two', 'v2');
    const imageIds = [
      {},
      { imageDigest: 'sha256:1' },
      { imageTag: 'a b' },
      { imageTag: 'none' },
      { imageDigest: sha256('none') },
      { imageDigest: other, imageTag: 'v1' },
      { imageDigest: digest, imageTag: 'v1' },
    ];
    const got = await ecr.call<{ readonly failures: readonly { readonly failureCode: string }[] }>(
      'BatchGetImage',
      { repositoryName: 'app', imageIds },
    );
    expect(got.failures.map(({ failureCode }) => failureCode)).toEqual([
      'MissingDigestAndTag',
      'InvalidImageDigest',
      'InvalidImageTag',
      'ImageNotFound',
      'ImageNotFound',
      'ImageTagDoesNotMatchDigest',
    ]);
    expect(got).toMatchObject({
      failures: {
        3: { imageId: { imageTag: 'none' }, failureReason: 'Requested image not found' },
      },
      images: [{ imageId: { imageDigest: digest, imageTag: 'v1' } }],
    });
  });

  test('deletes an image with its last tag, or with all of them by its digest', async () => {
    const digest = await ecr.push('one', 'v1');
    await put(manifest('one'), { imageTag: 'v2' });
    const remove = (id: object) =>
      ecr.call('BatchDeleteImage', { repositoryName: 'app', imageIds: [id] });
    expect(await remove({ imageTag: 'v1' })).toEqual({
      imageIds: [{ imageDigest: digest, imageTag: 'v1' }],
      failures: [],
    });
    expect(await tagsOf(digest)).toEqual(['v2']);
    await remove({ imageTag: 'v2' });
    expect((await details()).imageDetails).toEqual([]);
    await ecr.push('one', 'v1');
    await put(manifest('one'), { imageTag: 'v2' });
    expect(await remove({ imageDigest: digest })).toMatchObject({
      imageIds: [{ imageTag: 'v1' }, { imageTag: 'v2' }],
    });
    expect(
      await ecr.answer('DescribeImages', { repositoryName: 'app', imageIds: [{ imageTag: 'v1' }] }),
    ).toBe(absent('v1'));
  });
});

describe('lists of images', () => {
  test('are filtered by tag and come in pages', async () => {
    const first = await ecr.push('one', 'v1');
    const second = await ecr.push('two');
    const ids = (more: object) => ecr.call('ListImages', { repositoryName: 'app', ...more });
    const tagged = { imageDigest: first, imageTag: 'v1' };
    const untagged = { imageDigest: second };
    expect(await ids({ filter: { tagStatus: 'TAGGED' } })).toMatchObject({ imageIds: [tagged] });
    expect(await ids({ filter: { tagStatus: 'UNTAGGED' } })).toEqual({ imageIds: [untagged] });
    expect(await ids({ filter: { imageStatus: 'ARCHIVED' } })).toMatchObject({ imageIds: [] });
    const page = await details({ maxResults: 1 });
    const { nextToken } = page;
    const rest = await details({ nextToken });
    const digests = [...page.imageDetails, ...rest.imageDetails].map((each) => each['imageDigest']);
    expect(digests).toEqual([first, second].sort());
    expect(await ecr.answer('ListImages', { repositoryName: 'app', nextToken })).toMatch(
      /InvalidParameterException/,
    );
  });

  test('of referrers hold what refers to an image, by type', async () => {
    const subject = { mediaType: ociManifest, digest: sha256('subject'), size: 1 };
    await ecr.layers('app', [...partsOf('sig'), ...partsOf('sbom')]);
    const annotations = { 'org.example': 'x' };
    await put(manifest('sig', { subject, artifactType: 'application/sig', annotations }));
    await put(manifest('sbom', { subject, artifactType: 'application/sbom' }));
    const referrers = (filter?: object) =>
      ecr.call<{ readonly referrers: readonly object[] }>('ListImageReferrers', {
        repositoryName: 'app',
        subjectId: { imageDigest: subject.digest },
        ...(filter && { filter }),
      });
    expect((await referrers()).referrers).toHaveLength(2);
    expect((await referrers({ artifactTypes: ['application/sig'] })).referrers).toMatchObject([
      { artifactType: 'application/sig', annotations: new Map([['org.example', 'x']]) },
    ]);
  });
});

test('two puts of one tag at the same time end with one of them', async () => {
  await ecr.call('PutImageTagMutability', {
    repositoryName: 'app',
    imageTagMutability: 'IMMUTABLE',
  });
  await ecr.layers('app', [...partsOf('one'), ...partsOf('two')]);
  const answers = await Promise.all(
    ['one', 'two'].map((name) => put(manifest(name), { imageTag: 'v1' })),
  );
  expect(answers.filter((answer) => answer === 'success')).toHaveLength(1);
  expect(answers.find((answer) => answer !== 'success')).toMatch(/ImageTagAlreadyExists/);
});

test('scans are settings only: no image has findings', async () => {
  await ecr.push('one', 'v1');
  const imageId = { imageTag: 'v1' };
  expect(await ecr.answer('DescribeImageScanFindings', { repositoryName: 'app', imageId })).toBe(
    '400 ScanNotFoundException: Image scan does not exist for the image with ' +
      `'{imageDigest:'null', imageTag:'v1'}' in the repository with name 'app' ${inApp}`,
  );
  const none = { repositoryName: 'app', imageId: { imageTag: 'none' } };
  expect(await ecr.answer('DescribeImageScanFindings', none)).toBe(absent('none'));
});
