/**
 * Properties of the principal: `aws:PrincipalArn`, `aws:userid`, `aws:PrincipalTag/*` and so on.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import type { Caller } from '../authentication/caller.ts';
import type { Directory } from '../directory/directory.ts';
import { foldCase } from '../directory/records.ts';
import { type ContextEntry, present } from './entries.ts';

const anonymousKeys: readonly ContextEntry[] = [
  ['aws:PrincipalType', 'Anonymous'],
  ['aws:userid', 'anonymous'],
  ['aws:PrincipalAccount', 'anonymous'],
];

/** Keys that say who the principal is. */
export function principalKeys(caller: Caller, directory: Directory): readonly ContextEntry[] {
  switch (caller.kind) {
    case 'anonymous':
    case 'web-identity':
      return anonymousKeys;
    case 'service':
      return [
        ['aws:PrincipalIsAWSService', 'true'],
        ['aws:PrincipalServiceName', caller.service],
        ['aws:PrincipalServiceNamesList', [caller.service]],
      ];
    default:
      break;
  }
  const keys = present(
    ['aws:PrincipalArn', caller.kind === 'role-session' ? caller.roleArn : caller.arn],
    ['aws:PrincipalAccount', caller.account],
    ['aws:PrincipalIsAWSService', 'false'],
    ['aws:PrincipalType', principalType(caller.kind)],
    ['aws:userid', caller.userId],
    ['aws:username', caller.kind === 'user' ? caller.userName : undefined],
  );
  for (const [key, value] of principalTags(caller, directory)) {
    keys.push([`aws:PrincipalTag/${key}`, value]);
  }
  return keys;
}

function principalType(kind: 'root' | 'user' | 'role-session' | 'federated-user'): string {
  switch (kind) {
    case 'root':
      return 'Account';
    case 'user':
      return 'User';
    case 'role-session':
      return 'AssumedRole';
    case 'federated-user':
      return 'FederatedUser';
  }
}

/** Tags of the principal; a session tag overrides the role's or user's tag of the same key. */
export function principalTags(
  caller: Caller,
  directory: Directory,
): readonly (readonly [key: string, value: string])[] {
  if (caller.kind === 'anonymous' || caller.kind === 'service' || caller.kind === 'web-identity') {
    return [];
  }
  const tags = new Map<string, readonly [string, string]>();
  for (const tag of [...storedTags(caller, directory), ...(caller.session?.tags ?? [])]) {
    tags.set(foldCase(tag[0]), tag);
  }
  return [...tags.values()];
}

function storedTags(
  caller: Caller,
  directory: Directory,
): readonly (readonly [key: string, value: string])[] {
  if (caller.kind === 'user') {
    return directory.find(caller.account, 'user', caller.userName)?.record.tags ?? [];
  }
  if (caller.kind === 'role-session') return directory.roleById(caller.roleId)?.record.tags ?? [];
  return [];
}
