/** Tags of objects and buckets: the header, the XML, and what S3 refuses. */
import type { TagList } from '../../directory/records.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { invalidArgument, invalidTag, malformedXml } from './errors.ts';
import { limits } from './limits.ts';

const allowedText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The `x-amz-tagging` header: `a=1&b=2`, percent-encoded. */
export function parseTaggingHeader(header: string | undefined): TagList | undefined {
  if (header === undefined) return undefined;
  const tags: (readonly [string, string])[] = [];
  for (const pair of header === '' ? [] : header.split('&')) {
    const equals = pair.indexOf('=');
    const key = equals < 0 ? pair : pair.slice(0, equals);
    tags.push([decode(key), equals < 0 ? '' : decode(pair.slice(equals + 1))]);
  }
  if (new Set(tags.map(([key]) => key)).size !== tags.length) throw malformedHeader();
  checkObjectTags(tags);
  return tags;
}

/** A `TagSet` as the codec hands it over. */
export function toTagList(
  tags: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): TagList {
  if (tags === undefined) throw malformedXml();
  return tags.map(({ Key, Value }) => [Key, Value]);
}

export function checkObjectTags(tags: TagList): void {
  if (tags.length > limits.objectTagsMax) {
    throw new ServiceError('BadRequest', 'Object tags cannot be greater than 10', 400);
  }
  checkTags(tags, 'Your TagKey cannot be prefixed with aws:');
}

export function checkBucketTags(tags: TagList): void {
  if (tags.length > limits.bucketTagsMax) {
    throw new ServiceError('BadRequest', 'Bucket tag count cannot be greater than 50', 400);
  }
  checkTags(tags, 'System tags cannot be added/updated by requester');
}

function checkTags(tags: TagList, systemMessage: string): void {
  const seen = new Set<string>();
  for (const [key, value] of tags) {
    if (seen.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', key);
    seen.add(key);
    if (/^aws:/i.test(key)) throw invalidTag(systemMessage, key);
    if (key === '' || key.length > limits.tagKeyCharactersMax || !allowedText.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', key);
    }
    if (value.length > limits.tagValueCharactersMax || !allowedText.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', key, value);
    }
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformedHeader();
  }
}

function malformedHeader(): Error {
  return invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters " +
      'without tag name duplicates.',
    'x-amz-tagging',
  );
}
