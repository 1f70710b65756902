/**
 * Session tags and source identity that a token carries.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
import type { JsonNode } from '@sekisho/policy';
import { foldCase } from '../../directory/records.ts';
import type { Claims } from './jwt.ts';
import { invalidToken } from './token-error.ts';

const nestedClaim = 'https://aws.amazon.com/tags';
const flatTagPrefix = 'https://aws.amazon.com/tags/principal_tags/';
const flatTransitiveClaim = 'https://aws.amazon.com/tags/transitive_tag_keys';
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity';

const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const tagsMax = 50;

export interface TokenTags {
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly transitiveTagKeys: readonly string[];
}

/** Throws InvalidIdentityToken for tags that are not written as AWS wants them. */
export function readTokenTags(claims: Claims): TokenTags {
  const tags: (readonly [string, string])[] = [];
  let transitive = claims.get(flatTransitiveClaim)?.value;
  const nested = claims.get(nestedClaim)?.value;
  if (nested !== undefined) {
    if (nested.kind !== 'object') throw malformedTags();
    const principalTags = nested.members.get('principal_tags')?.value;
    if (principalTags !== undefined && principalTags.kind !== 'object') throw malformedTags();
    for (const [key, { value }] of principalTags?.members ?? []) {
      if (value.kind !== 'array') throw malformedTags();
      tags.push([key, onlyString(value)]);
    }
    transitive = nested.members.get('transitive_tag_keys')?.value ?? transitive;
  }
  for (const [name, { value }] of claims) {
    if (name.startsWith(flatTagPrefix)) {
      tags.push([name.slice(flatTagPrefix.length), onlyString(value)]);
    }
  }
  const transitiveTagKeys = transitive === undefined ? [] : stringsOf(transitive);
  checkTags(tags, transitiveTagKeys);
  return { tags, transitiveTagKeys };
}

/** Unverified: that every fault of the tags has the one text that is known. */
function checkTags(tags: TokenTags['tags'], transitiveTagKeys: readonly string[]): void {
  const keys = new Set(tags.map(([key]) => foldCase(key)));
  const wellFormed = tags.every(
    ([key, value]) =>
      key !== '' &&
      key.length <= 128 &&
      value.length <= 256 &&
      tagCharacters.test(key) &&
      tagCharacters.test(value) &&
      !foldCase(key).startsWith('aws:'),
  );
  const known = transitiveTagKeys.every((key) => keys.has(foldCase(key)));
  if (!wellFormed || !known || keys.size < tags.length || tags.length > tagsMax) {
    throw malformedTags();
  }
}

function stringsOf(node: JsonNode): readonly string[] {
  if (node.kind !== 'array') throw malformedTags();
  return node.items.map((item) => {
    if (item.kind !== 'string') throw malformedTags();
    return item.value;
  });
}

function onlyString(node: JsonNode): string {
  if (node.kind === 'string') return node.value;
  const [value, ...more] = stringsOf(node);
  if (value === undefined || more.length > 0) throw malformedTags();
  return value;
}

function malformedTags(): Error {
  return invalidToken('principal_tags passed in claim is not in correct format.');
}

/** The source identity that the token sets. Throws InvalidIdentityToken for what cannot be one. */
export function readSourceIdentity(claims: Claims): string | undefined {
  const node = claims.get(sourceIdentityClaim)?.value;
  if (node === undefined) return undefined;
  if (node.kind === 'string' && /^[\w+=,.@-]{2,64}$/.test(node.value)) return node.value;
  // Unverified: the text, which is that of SAML.
  throw invalidToken(
    'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
  );
}
