/** Managed policies of both kinds, the account's own and AWS's, found by ARN. */
import type { Policy } from '@sekisho/catalog/types/iam';
import type { Owned } from '../../directory/directory.ts';
import { foldCase, type PolicyRecord } from '../../directory/records.ts';
import type { OperationContext } from '../service.ts';
import { entityArn, parseIamArn } from './arn.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { toDate } from './entities.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { toSortedTags } from './tags.ts';

/** A policy that can be attached; `owned` when it is the account's. */
export interface ManagedPolicy
  extends Pick<
    PolicyRecord,
    'name' | 'id' | 'path' | 'description' | 'createdAt' | 'updatedAt' | 'tags' | 'defaultVersion'
  > {
  readonly arn: string;
  readonly versions: () => PolicyRecord['versions'];
  readonly owned?: Owned<PolicyRecord>;
  /** AWS keeps some of its policies for service-linked roles. */
  readonly isServiceRolePolicy: boolean;
}

/** Whose policy an ARN names: the answers for others' policies differ by operation. */
export function isOthersPolicy(arn: string, context: OperationContext): boolean {
  const parts = parseIamArn(arn);
  return parts?.kind === 'policy' && parts.account !== context.account;
}

/** The account's own policy with exactly that ARN. */
export function ownPolicy(arn: string, context: OperationContext): Owned<PolicyRecord> | undefined {
  const parts = parseIamArn(arn);
  if (parts?.kind !== 'policy' || parts.account !== context.account) return undefined;
  const name = parts.resource.slice(parts.resource.lastIndexOf('/') + 1);
  const owned = context.runtime.directory.find(context.account, 'policy', name);
  if (owned === undefined || entityArn(context, 'policy', owned.record) !== arn) return undefined;
  return owned;
}

/** The account's own policy or AWS's with that ARN. */
export async function managedPolicy(
  arn: string,
  context: OperationContext,
): Promise<ManagedPolicy | undefined> {
  const owned = ownPolicy(arn, context);
  if (owned !== undefined) return toManagedPolicy(owned, context);
  if (parseIamArn(arn)?.account !== 'aws') return undefined;
  return (await awsManagedPolicies(context.partition)).get(arn);
}

export function toManagedPolicy(
  owned: Owned<PolicyRecord>,
  context: OperationContext,
): ManagedPolicy {
  const { record } = owned;
  return {
    ...record,
    arn: entityArn(context, 'policy', record),
    versions: () => record.versions,
    owned,
    isServiceRolePolicy: false,
  };
}

/** The account's policies by folded name, then AWS's by ARN. */
export async function allPolicies(
  scope: 'All' | 'AWS' | 'Local',
  context: OperationContext,
): Promise<readonly ManagedPolicy[]> {
  const { runtime, account, partition } = context;
  const local = scope === 'AWS' ? [] : runtime.directory.list(account, 'policy');
  const aws = scope === 'Local' ? [] : (await awsManagedPolicies(partition)).list();
  return [...local.map((owned) => toManagedPolicy(owned, context)), ...aws];
}

/** The key of `allPolicies`' order. */
export function policyOrder(policy: ManagedPolicy): string {
  return policy.owned === undefined ? `2 ${policy.arn}` : `1 ${foldCase(policy.name)}`;
}

/** A policy in the account by ARN, with AWS's usual words when there is none. */
export async function findManagedPolicy(
  arn: string,
  context: OperationContext,
  absent = `Policy ${arn} was not found.`,
): Promise<ManagedPolicy> {
  checkPolicyArn(arn);
  const policy = await managedPolicy(arn, context);
  if (policy === undefined) throw noSuchEntity(absent);
  return policy;
}

/** Like findManagedPolicy, for operations that change the account's own policies. */
export function findOwnPolicy(
  arn: string,
  context: OperationContext,
  absent = `Policy ${arn} was not found.`,
): Owned<PolicyRecord> {
  checkPolicyArn(arn);
  const owned = ownPolicy(arn, context);
  if (owned === undefined) throw noSuchEntity(absent);
  return owned;
}

// Unverified: that these operations refuse a text that is no IAM ARN with this code.
function checkPolicyArn(arn: string): void {
  if (!arn.startsWith('arn:')) throw invalidInput(`ARN ${arn} is not valid.`);
}

/** Record keys of the account's principals that attach the policy. */
export function attachmentsOf(arn: string, context: OperationContext): readonly string[] {
  return inAccount(context.runtime.directory.attachedTo(arn), context);
}

/** Record keys of the account's principals that the policy bounds. */
export function boundaryUsesOf(arn: string, context: OperationContext): readonly string[] {
  return inAccount(context.runtime.directory.boundaryOf(arn), context);
}

function inAccount(keys: readonly string[], context: OperationContext): readonly string[] {
  const prefix = `iam/${context.account}/`;
  return keys.filter((key) => key.startsWith(prefix));
}

/** ListPolicies prints neither description nor tags. */
export function toListedPolicy(policy: ManagedPolicy, context: OperationContext): Policy {
  const { arn } = policy;
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attachmentsOf(arn, context).length,
    PermissionsBoundaryUsageCount: boundaryUsesOf(arn, context).length,
    IsAttachable: true,
    CreateDate: toDate(policy.createdAt),
    UpdateDate: toDate(policy.updatedAt),
  };
}

/** GetPolicy prints tags even when there are none. */
export function toFullPolicy(policy: ManagedPolicy, context: OperationContext): Policy {
  return {
    ...toListedPolicy(policy, context),
    Description: policy.description,
    Tags: toSortedTags(policy.tags),
  };
}
