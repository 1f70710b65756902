/** ARNs of IAM entities as they are stored: name and path come from the record, not the request. */
import type { RecordKinds } from '../../directory/records.ts';
import { foldCase } from '../../directory/records.ts';
import type { DemandContext } from '../service.ts';

/** Entities whose ARN has a path. */
export type EntityKind =
  | 'user'
  | 'group'
  | 'role'
  | 'instance-profile'
  | 'policy'
  | 'server-certificate';

const KINDS: ReadonlySet<string> = new Set<EntityKind & keyof RecordKinds>([
  'user',
  'group',
  'role',
  'instance-profile',
  'policy',
  'server-certificate',
]);

export function isEntityKind(kind: string): kind is EntityKind {
  return KINDS.has(kind);
}

/** The stored path of the entity with that name in any case; `/` when there is none. */
export function storedPath(context: DemandContext, kind: EntityKind, name: string): string {
  return context.runtime.directory.find(context.account, kind, name)?.record.path ?? '/';
}

/**
 * The entity's ARN. Names are found in any case: were the ARN made from the request's spelling,
 * a Deny on the entity's ARN could be walked around.
 */
export function storedArn(
  context: DemandContext,
  kind: EntityKind,
  name: string,
  account = context.account,
): string {
  const record = context.runtime.directory.find(account, kind, name)?.record;
  const start = `arn:${context.partition}:iam::${account}:${kind}`;
  return record === undefined ? `${start}/${name}` : `${start}${record.path}${record.name}`;
}

/** As `storedArn`, for a name or an ARN; of an ARN only its spelling is corrected, never its path. */
export function canonicalArn(context: DemandContext, kind: EntityKind, nameOrArn: string): string {
  if (!nameOrArn.startsWith('arn:')) return storedArn(context, kind, nameOrArn);
  const account = nameOrArn.split(':')[4] ?? '';
  const name = nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
  const stored = storedArn(context, kind, name, account);
  return foldCase(stored) === foldCase(nameOrArn) ? stored : nameOrArn;
}
