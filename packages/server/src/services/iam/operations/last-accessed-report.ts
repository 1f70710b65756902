/** What a last-accessed report is made from: entities, the services granted to them, their uses. */
import { loadActionIndex } from '@sekisho/catalog';
import type { PolicySource } from '@sekisho/policy';
import type { Owned } from '../../../directory/directory.ts';
import type { RoleRecord, UserRecord } from '../../../directory/records.ts';
import { serviceUse } from '../../../directory/service-use.ts';
import type { OperationContext } from '../../service.ts';
import { entityArn, parseIamArn } from '../arn.ts';
import { findManagedPolicy } from '../managed-policy.ts';
import { attachmentsOf, grants } from './service-access.ts';
import { findEntity, readManaged } from './simulation-policies.ts';

/** A user's or role's last use of a service. */
export interface LastAccess {
  readonly kind: 'USER' | 'ROLE';
  readonly arn: string;
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly at: number;
  readonly region: string;
}

type Entity = Omit<LastAccess, 'at' | 'region'>;

/**
 * The users and roles that an ARN stands for: itself, the users of a group, whoever a managed
 * policy is attached to. Throws InvalidInput and NoSuchEntity.
 */
export async function entitiesOf(
  arn: string,
  context: OperationContext,
): Promise<readonly Entity[]> {
  const { account, runtime } = context;
  const { directory } = runtime;
  if (parseIamArn(arn)?.kind === 'policy') {
    await findManagedPolicy(arn, context);
    const start = `iam/${account}/`;
    const found = directory.attachedTo(arn).filter((key) => key.startsWith(start));
    const entities = found.flatMap((key) => attachedEntities(key.slice(start.length), context));
    return [...new Map(entities.map((entity) => [entity.id, entity])).values()];
  }
  const { kind, record } = findEntity(arn, context);
  if (kind === 'group') {
    return directory.membersOf(account, record.name).map((user) => toEntity('USER', user, context));
  }
  return [toEntity(kind === 'user' ? 'USER' : 'ROLE', { record }, context)];
}

function attachedEntities(kindAndName: string, context: OperationContext): readonly Entity[] {
  const { account, runtime } = context;
  const { directory } = runtime;
  const slash = kindAndName.indexOf('/');
  const name = kindAndName.slice(slash + 1);
  const kind = kindAndName.slice(0, slash);
  if (kind === 'group') {
    return directory.membersOf(account, name).map((user) => toEntity('USER', user, context));
  }
  if (kind === 'user') {
    const user = directory.find(account, 'user', name);
    return user === undefined ? [] : [toEntity('USER', user, context)];
  }
  const role = directory.find(account, 'role', name);
  return role === undefined ? [] : [toEntity('ROLE', role, context)];
}

function toEntity(
  kind: Entity['kind'],
  { record }: Pick<Owned<Pick<UserRecord | RoleRecord, 'name' | 'id' | 'path'>>, 'record'>,
  context: OperationContext,
): Entity {
  const { name, id, path } = record;
  const arn = entityArn(context, kind === 'USER' ? 'user' : 'role', record);
  return { kind, arn, name, id, path };
}

/** Prefixes of the services that the policies of the ARN let be reached, sorted. */
export async function grantedPrefixes(
  arn: string,
  context: OperationContext,
): Promise<readonly string[]> {
  const policies = await policiesOf(arn, context);
  const { prefixes } = await loadActionIndex();
  return prefixes.filter((prefix) => policies.some((policy) => grants(policy, prefix))).sort();
}

async function policiesOf(
  arn: string,
  context: OperationContext,
): Promise<readonly PolicySource[]> {
  if (parseIamArn(arn)?.kind === 'policy') return [await readManaged(arn, context)];
  const { kind, record, groups } = findEntity(arn, context);
  const attachments = await attachmentsOf(kind, record, context);
  for (const group of groups) attachments.push(...(await attachmentsOf('group', group, context)));
  return attachments.map(({ policy }) => policy);
}

/** The entities' uses of one service, latest first. */
export function lastAccesses(
  entities: readonly Entity[],
  prefix: string,
  { account, runtime }: OperationContext,
): readonly LastAccess[] {
  return entities
    .flatMap((entity) => {
      const use = serviceUse(runtime.state, { account, id: entity.id }, prefix);
      return use === undefined ? [] : [{ ...entity, ...use }];
    })
    .sort((a, b) => b.at - a.at);
}
