/**
 * Which images a lifecycle policy expires, and by which rule.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
import type { ImageRecord } from '../entities.ts';
import { matchesWildcard } from '../wildcard.ts';
import type { LifecycleRule } from './policy.ts';

/** An image with its tags. */
export interface TaggedImage {
  readonly image: ImageRecord;
  readonly tags: readonly string[];
}

/** An image that a rule expires. */
export interface ExpiringImage extends TaggedImage {
  readonly rulePriority: number;
}

const dayMilliseconds = 86_400_000;

/**
 * The images that expire, in the order of the rules. A rule counts every image that its tag
 * requirements fit, but expires only those that no rule before it fits. Images that a list holds,
 * and those that refer to another image, go with that one.
 */
export function expiringImages(
  images: readonly TaggedImage[],
  rules: readonly LifecycleRule[],
  now: number,
): readonly ExpiringImage[] {
  const digests = new Set(images.map(({ image }) => image.digest));
  const listed = new Set(images.flatMap(({ image }) => image.manifests));
  const candidates = images.filter(
    ({ image }) =>
      !listed.has(image.digest) && !(image.subject !== undefined && digests.has(image.subject)),
  );
  candidates.sort((one, other) => youngestFirst(one.image, other.image));
  const claimed = new Set<string>();
  return rules.flatMap((rule) => {
    const fitting = candidates.filter(({ tags }) => fitsTags(rule, tags));
    const expiring = overCount(rule, fitting, now).filter(
      ({ image }) => !claimed.has(image.digest),
    );
    for (const { image } of fitting) claimed.add(image.digest);
    return expiring.map((each) => ({ ...each, rulePriority: rule.priority }));
  });
}

function youngestFirst(one: ImageRecord, other: ImageRecord): number {
  return other.pushedAt - one.pushedAt || (one.digest < other.digest ? -1 : 1);
}

function fitsTags(
  { tagStatus, tagPrefixes, tagPatterns }: LifecycleRule,
  tags: readonly string[],
): boolean {
  if (tagStatus === 'any') return true;
  if (tagStatus === 'untagged') return tags.length === 0;
  return (
    tagPrefixes.every((prefix) => tags.some((tag) => tag.startsWith(prefix))) &&
    tagPatterns.every((pattern) => tags.some((tag) => matchesWildcard(pattern, tag)))
  );
}

/** `images` with the youngest first. */
function overCount(
  { countType, count }: LifecycleRule,
  images: readonly TaggedImage[],
  now: number,
): readonly TaggedImage[] {
  if (countType === 'imageCountMoreThan') return images.slice(count);
  return images.filter(({ image }) => {
    const { pushedAt, pulledAt } = image;
    // Unverified: an image that was never pulled counts from its push.
    const since = countType === 'sinceImagePushed' ? pushedAt : (pulledAt ?? pushedAt);
    return now - since > count * dayMilliseconds;
  });
}
