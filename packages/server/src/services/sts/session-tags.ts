/**
 * Session tags: what a request passes and what a chained session inherits.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
import type { Tag } from '@sekisho/catalog/types/sts';
import type { Session } from '../../authentication/caller.ts';
import { foldCase } from '../../directory/records.ts';
import { invalidParameterValue } from './errors.ts';

/** Tags of a new session and which of them go on along the chain. */
export interface SessionTags {
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly transitiveTagKeys: readonly string[];
}

/** The caller's transitive tags: those that its next session has whatever it asks for. */
export function inheritedTags(session: Session | undefined): SessionTags {
  if (session?.kind !== 'role') return { tags: [], transitiveTagKeys: [] };
  const keys = new Set(session.transitiveTagKeys.map(foldCase));
  const tags = session.tags.filter(([key]) => keys.has(foldCase(key)));
  return { tags, transitiveTagKeys: session.transitiveTagKeys };
}

/** Throws InvalidParameterValue for tags that cannot be taken. */
export function checkSessionTags(
  tags: readonly Tag[],
  transitiveTagKeys: readonly string[],
  inherited: SessionTags,
): void {
  const keys = new Set(tags.map(({ Key }) => foldCase(Key)));
  if (transitiveTagKeys.some((key) => !keys.has(foldCase(key)))) {
    throw invalidParameterValue(
      'The specified transitive tag key must be included in the requested tags.',
    );
  }
  if (keys.size < tags.length) {
    throw invalidParameterValue(
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
  if (inherited.transitiveTagKeys.some((key) => keys.has(foldCase(key)))) {
    throw invalidParameterValue(
      "One of the specified transitive tag keys can't be set because it conflicts with a " +
        'transitive tag key from the calling session.',
    );
  }
  // Unverified: the text; `aws:` is reserved in every tag key.
  if (tags.some(({ Key }) => foldCase(Key).startsWith('aws:'))) {
    throw invalidParameterValue('Tag keys beginning with aws: are reserved for system use.');
  }
}

/** Inherited tags first, then those of the request. */
export function newSessionTags(
  tags: readonly Tag[],
  transitiveTagKeys: readonly string[],
  inherited: SessionTags,
): SessionTags {
  return {
    tags: [...inherited.tags, ...tags.map(({ Key, Value }) => [Key, Value] as const)],
    transitiveTagKeys: [...inherited.transitiveTagKeys, ...transitiveTagKeys],
  };
}
