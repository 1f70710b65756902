/** Lifecycle policies: what is refused, which images go, and when. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account } from '../../workload.fixture.ts';
import { EcrWorkload, manifest, ociIndex, ociManifest, sha256 } from '../ecr.fixture.ts';
import { sweep } from './sweeper.ts';

let ecr: EcrWorkload;
const day = 86_400_000;

beforeEach(async () => {
  ecr = await EcrWorkload.open();
  await ecr.repository();
});

const rule = (rulePriority: number, selection: object, more: object = {}) => ({
  rulePriority,
  selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1, ...selection },
  action: { type: 'expire' },
  ...more,
});

const text = (...rules: readonly object[]) => JSON.stringify({ rules }).padEnd(100);
const put = (...rules: readonly object[]) =>
  ecr.answer('PutLifecyclePolicy', { repositoryName: 'app', lifecyclePolicyText: text(...rules) });

const tagged = (prefix: string) => ({ tagStatus: 'tagged', tagPrefixList: [prefix] });

/** Tags that are left, with digests of those without. */
const left = async () => {
  const { imageIds } = await ecr.call<{
    readonly imageIds: readonly { readonly imageTag?: string; readonly imageDigest: string }[];
  }>('ListImages', { repositoryName: 'app' });
  return imageIds.map(({ imageTag, imageDigest }) => imageTag ?? imageDigest).sort();
};

/** Pushes images a day apart, the oldest first. */
const pushDaily = async (...tags: readonly string[]) => {
  for (const tag of tags) {
    await ecr.push(tag, tag);
    ecr.server.now += day;
  }
};

describe('a policy is refused', () => {
  const refused = (reason: string) =>
    `400 InvalidParameterException: Invalid parameter at 'LifecyclePolicyText' failed to ` +
    `satisfy constraint: 'Lifecycle policy validation failure: ${reason}'`;
  const byAge = { countType: 'sinceImagePushed', countNumber: 3 };

  for (const [what, rules, reason] of [
    [
      'with tags that are not named',
      [rule(1, { tagStatus: 'tagged' })],
      'Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.',
    ],
    [
      'when the rule for all is not the last',
      [rule(1, {}), rule(2, tagged('v'))],
      'Rule for tagStatus=ANY must have the lowest priority per storage class',
    ],
    [
      'with two rules for untagged images',
      [rule(1, { tagStatus: 'untagged' }), rule(2, { tagStatus: 'untagged' })],
      'Only one rule can select Untagged images per storage class',
    ],
    [
      'with equal priorities',
      [rule(1, tagged('a')), rule(1, tagged('b'))],
      'rulePriority must be unique across rules.',
    ],
    ['without the unit of an age', [rule(1, byAge)], 'countType sinceImagePushed needs days.'],
    [
      'with a unit of a count',
      [rule(1, { countUnit: 'days' })],
      'countUnit is not allowed with countType imageCountMoreThan.',
    ],
    [
      'with a count of none',
      [rule(1, { countNumber: 0 })],
      'countNumber must be an integer of at least 1.',
    ],
    [
      'with members that it does not know',
      [rule(1, {}, { extra: 1 })],
      "The rule has an unknown member 'extra'.",
    ],
    ['without rules', [], 'A policy has 1 to 50 rules.'],
  ] as const) {
    test(what, async () => {
      expect(await put(...rules)).toBe(refused(reason));
    });
  }

  test('when it is no JSON, or too short', async () => {
    const set = (lifecyclePolicyText: string) =>
      ecr.answer('PutLifecyclePolicy', { repositoryName: 'app', lifecyclePolicyText });
    expect(await set('x'.repeat(100))).toBe(
      refused('Could not map policyString into LifecyclePolicy.'),
    );
    expect(await set('{}')).toMatch(/must have length greater than or equal to 100/);
  });

  test('with the archive, which this server has not', async () => {
    const action = { type: 'transition', targetStorageClass: 'archive' };
    expect(await put(rule(1, {}, { action }))).toMatch(/^501 NotImplemented/);
  });
});

describe('a policy removes', () => {
  test('all but the newest images, with each later push', async () => {
    await pushDaily('v1', 'v2', 'v3');
    expect(await put(rule(1, { countNumber: 2 }))).toBe('success');
    expect(await left()).toEqual(['v2', 'v3']);
    await pushDaily('v4');
    expect(await left()).toEqual(['v3', 'v4']);
  });

  test('by each rule only what no rule before it fits', async () => {
    // The example of AWS's guide: the first rule takes A, the second may not take B.
    for (const [name, tags] of [
      ['A', ['beta-1', 'prod-1']],
      ['B', ['beta-2', 'prod-2']],
      ['C', ['beta-3']],
    ] as const) {
      await pushDaily(tags[0]);
      for (const imageTag of tags.slice(1)) {
        const imageManifest = manifest(tags[0]);
        await ecr.call('PutImage', { repositoryName: 'app', imageManifest, imageTag });
      }
      expect(name).toHaveLength(1);
    }
    expect(await put(rule(1, tagged('prod')), rule(2, tagged('beta')))).toBe('success');
    expect(await left()).toEqual(['beta-2', 'beta-3', 'prod-2']);
  });

  test('images that bear every tag of a list, by prefix or pattern', async () => {
    await pushDaily('a-1', 'b-1');
    const imageManifest = manifest('a-1');
    await ecr.call('PutImage', { repositoryName: 'app', imageManifest, imageTag: 'release' });
    const selection = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 };
    const tagPatternList = ['*-1', 'rel*'];
    expect(await put(rule(1, { tagStatus: 'tagged', tagPatternList, ...selection }))).toBe(
      'success',
    );
    expect(await left()).toEqual(['b-1']);
  });

  test('nothing that a list holds, and what refers to an image along with it', async () => {
    const child = await ecr.push('child');
    const entry = { mediaType: ociManifest, digest: child, size: 1 };
    const list = JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [entry] });
    await ecr.call('PutImage', { repositoryName: 'app', imageManifest: list, imageTag: 'multi' });
    const subject = { mediaType: ociManifest, digest: sha256(manifest('old')), size: 1 };
    await ecr.push('old', 'old');
    const imageManifest = manifest('old', { subject });
    await ecr.call('PutImage', { repositoryName: 'app', imageManifest });
    ecr.server.now += 10 * day;
    const age = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 5 };
    await put(rule(1, { ...tagged('old'), ...age }), rule(2, { tagStatus: 'untagged', ...age }));
    expect(await left()).toEqual([child, 'multi'].sort());
  });

  test('no image without a tag that a push has just brought', async () => {
    const first = await ecr.push('part-1');
    const second = await ecr.push('part-2');
    await put(rule(1, { tagStatus: 'untagged' }));
    expect(await left()).toEqual([first, second].sort());
    ecr.server.now += day;
    await sweep(ecr.server.runtime);
    expect(await left()).toHaveLength(1);
  });

  test('images as they come of age, when the registry is swept', async () => {
    await ecr.push('old', 'old');
    const byAge = { countType: 'sinceImagePulled', countUnit: 'days', countNumber: 3 };
    await put(rule(1, byAge));
    ecr.server.now += 2 * day;
    const imageIds = [{ imageTag: 'old' }];
    await ecr.call('BatchGetImage', { repositoryName: 'app', imageIds });
    ecr.server.now += 2 * day;
    await sweep(ecr.server.runtime);
    expect(await left()).toEqual(['old']);
    ecr.server.now += 2 * day;
    await sweep(ecr.server.runtime);
    expect(await left()).toEqual([]);
    const { lastEvaluatedAt } = await ecr.call('GetLifecyclePolicy', { repositoryName: 'app' });
    expect(lastEvaluatedAt).toEqual(new Date(ecr.server.now));
  });
});

test('layers that no image uses go a day after they came', async () => {
  await ecr.push('one', 'v1');
  await ecr.layers('app', [sha256('unused')]);
  const held = () => {
    const { repositories } = ecr.store;
    const record = repositories.find('app')?.record;
    return record === undefined ? [] : ecr.store.layers(record).names();
  };
  ecr.server.now += day;
  await sweep(ecr.server.runtime);
  expect(held()).toHaveLength(3);
  ecr.server.now += 1;
  await sweep(ecr.server.runtime);
  expect(held()).toHaveLength(2);
  expect(held()).not.toContain(sha256('unused'));
});

test('a preview tells what would go, and removes nothing', async () => {
  await pushDaily('v1', 'v2');
  const lifecyclePolicyText = text(rule(7, {}));
  const input = { repositoryName: 'app' };
  expect(await ecr.answer('GetLifecyclePolicyPreview', input)).toMatch(
    /^400 LifecyclePolicyPreviewNotFoundException/,
  );
  await ecr.call('StartLifecyclePolicyPreview', { ...input, lifecyclePolicyText });
  expect(await ecr.call('GetLifecyclePolicyPreview', input)).toMatchObject({
    status: 'COMPLETE',
    previewResults: [{ imageTags: ['v1'], action: { type: 'EXPIRE' }, appliedRulePriority: 7 }],
    summary: { expiringImageTotalCount: 1 },
  });
  expect(await left()).toEqual(['v1', 'v2']);
});

test('a policy is read and deleted as it was put', async () => {
  const input = { repositoryName: 'app' };
  const absent =
    '400 LifecyclePolicyNotFoundException: Lifecycle policy does not exist for the repository ' +
    `with name 'app' in the registry with id '${account}'`;
  expect(await ecr.answer('GetLifecyclePolicy', input)).toBe(absent);
  const lifecyclePolicyText = text(rule(1, {}));
  await ecr.call('PutLifecyclePolicy', { ...input, lifecyclePolicyText });
  const policy = { registryId: account, repositoryName: 'app', lifecyclePolicyText };
  expect(await ecr.call('GetLifecyclePolicy', input)).toMatchObject(policy);
  expect(await ecr.call('DeleteLifecyclePolicy', input)).toMatchObject(policy);
  expect(await ecr.answer('DeleteLifecyclePolicy', input)).toBe(absent);
});
