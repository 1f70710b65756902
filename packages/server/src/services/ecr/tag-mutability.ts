/**
 * Which tags of a repository may not be moved, by its setting and the tags excepted from it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
import type { ImageTagMutabilityExclusionFilter } from '@sekisho/catalog/types/ecr';
import type { RepositoryRecord, TagMutability } from './entities.ts';
import { invalidParameter } from './errors.ts';
import { matchesWildcard } from './wildcard.ts';

/** Whether a tag, once on an image, stays there. */
export function isImmutableTag(
  repository: Pick<RepositoryRecord, 'tagMutability' | 'tagMutabilityExclusions'>,
  tag: string,
): boolean {
  const { tagMutability, tagMutabilityExclusions: exclusions } = repository;
  const isExcluded = exclusions.some((pattern) => matchesWildcard(pattern, tag));
  switch (tagMutability) {
    case 'MUTABLE':
      return false;
    case 'IMMUTABLE':
      return true;
    case 'MUTABLE_WITH_EXCLUSION':
      return isExcluded;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !isExcluded;
  }
}

/** The setting as it is stored. */
export type TagMutabilitySetting = Pick<
  RepositoryRecord,
  'tagMutability' | 'tagMutabilityExclusions'
>;

const filterForm = /^[0-9a-zA-Z._*-]{1,128}$/;
const wildcardsMax = 2;

/** Throws InvalidParameterException. */
export function readTagMutability(
  mutability: string | undefined,
  filters: readonly ImageTagMutabilityExclusionFilter[] | undefined,
): TagMutabilitySetting {
  const tagMutability = settingOf(mutability ?? 'MUTABLE');
  const takesFilters = tagMutability.endsWith('_WITH_EXCLUSION');
  // Unverified: the texts.
  if (takesFilters !== (filters !== undefined && filters.length > 0)) {
    throw invalidParameter(
      'imageTagMutabilityExclusionFilters',
      takesFilters
        ? `Exclusion filters are required with imageTagMutability ${tagMutability}`
        : `Exclusion filters are not allowed with imageTagMutability ${tagMutability}`,
    );
  }
  const tagMutabilityExclusions = (filters ?? []).map(({ filter }) => filter);
  for (const filter of tagMutabilityExclusions) {
    if (!filterForm.test(filter) || filter.split('*').length > wildcardsMax + 1) {
      throw invalidParameter(
        'imageTagMutabilityExclusionFilters',
        `Invalid filter '${filter}': at most ${wildcardsMax} wildcards and 128 characters`,
      );
    }
  }
  return { tagMutability, tagMutabilityExclusions };
}

function settingOf(text: string): TagMutability {
  switch (text) {
    case 'MUTABLE':
    case 'IMMUTABLE':
    case 'MUTABLE_WITH_EXCLUSION':
    case 'IMMUTABLE_WITH_EXCLUSION':
      return text;
    default:
      throw invalidParameter('imageTagMutability', `Invalid value ${text}`);
  }
}
