/**
 * Tags in the request (`aws:RequestTag/*`, `aws:TagKeys`) and on IAM's own entities
 * (`aws:ResourceTag/*`, `iam:ResourceTag/*`).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
 */
import type { Directory } from '../directory/directory.ts';
import type { RecordKinds, TagList } from '../directory/records.ts';
import type { ContextEntry } from './entries.ts';

/** `Tags: [{ Key, Value }]` and `TagKeys: [...]` of an input, as IAM, STS and most services have. */
export function requestTagKeys(input: unknown): readonly ContextEntry[] {
  if (typeof input !== 'object' || input === null) return [];
  const keys: ContextEntry[] = [];
  const names: string[] = [];
  if ('Tags' in input && Array.isArray(input.Tags)) {
    for (const tag of input.Tags as readonly unknown[]) {
      if (!isTag(tag)) continue;
      keys.push([`aws:RequestTag/${tag.Key}`, tag.Value ?? '']);
      names.push(tag.Key);
    }
  }
  if ('TagKeys' in input && Array.isArray(input.TagKeys)) {
    for (const name of input.TagKeys as readonly unknown[]) {
      if (typeof name === 'string') names.push(name);
    }
  }
  if (names.length > 0) keys.push(['aws:TagKeys', [...new Set(names)]]);
  return keys;
}

function isTag(tag: unknown): tag is { readonly Key: string; readonly Value?: string } {
  return typeof tag === 'object' && tag !== null && 'Key' in tag && typeof tag.Key === 'string';
}

/** Entities whose tags policies may look at; groups are not taggable. */
const taggedKinds: ReadonlyMap<string, keyof RecordKinds> = new Map([
  ['user', 'user'],
  ['role', 'role'],
  ['policy', 'policy'],
  ['instance-profile', 'instance-profile'],
  ['oidc-provider', 'oidc-provider'],
  ['mfa', 'mfa-device'],
  ['saml-provider', 'saml-provider'],
  ['server-certificate', 'server-certificate'],
]);

/** Entities that are found by all that follows their kind, slashes and path included. */
const wholeNamed: ReadonlySet<keyof RecordKinds> = new Set(['oidc-provider', 'mfa-device']);

/** `arn:P:iam::ACCOUNT:KIND/[path/]NAME`. */
const iamArn = /^arn:[a-z-]+:iam::(\d{12}):([a-z-]+)\/(.+)$/;

/** Tags of the IAM entity that a demand names; the role's tags for `sts:AssumeRole` too. */
export function iamResourceTagKeys(
  resource: string,
  directory: Directory,
): readonly ContextEntry[] {
  const match = iamArn.exec(resource);
  const kind = taggedKinds.get(match?.[2] ?? '');
  const [, account, , path] = match ?? [];
  if (kind === undefined || account === undefined || path === undefined) return [];
  const name = wholeNamed.has(kind) ? path : path.slice(path.lastIndexOf('/') + 1);
  const record = directory.find(account, kind, name)?.record;
  const tags: TagList = record !== undefined && 'tags' in record ? record.tags : [];
  return tags.flatMap(([key, value]): ContextEntry[] => [
    [`aws:ResourceTag/${key}`, value],
    [`iam:ResourceTag/${key}`, value],
  ]);
}
