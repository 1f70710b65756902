/** Versions of managed policies. */
import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  PolicyVersion,
  SetDefaultPolicyVersionRequest,
} from '@sekisho/catalog/types/iam';
import { encodeDocument } from '@sekisho/policy';
import { replaceRecord } from '../../../directory/changes.ts';
import type { Owned } from '../../../directory/directory.ts';
import type { PolicyRecord } from '../../../directory/records.ts';
import type { OperationContext } from '../../service.ts';
import { toDate } from '../entities.ts';
import { accessDenied, deleteConflict, limitExceeded, noSuchEntity } from '../errors.ts';
import { versionsPerPolicyMax } from '../limits.ts';
import { findManagedPolicy, findOwnPolicy, isOthersPolicy } from '../managed-policy.ts';
import { paginate } from '../pagination.ts';
import { checkManagedPolicy } from '../permissions-policy.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
export async function createPolicyVersion(
  input: CreatePolicyVersionRequest,
  context: OperationContext,
): Promise<CreatePolicyVersionResponse> {
  const { PolicyArn, PolicyDocument, SetAsDefault } = input;
  if (isOthersPolicy(PolicyArn, context)) throw cannotUpdate();
  const owned = findOwnPolicy(PolicyArn, context);
  const { record } = owned;
  checkManagedPolicy(PolicyDocument);
  if (record.versions.length >= versionsPerPolicyMax) {
    throw limitExceeded(
      `A managed policy can have up to ${versionsPerPolicyMax} versions. Before you create a ` +
        'new version, you must delete an existing version.',
    );
  }
  const version = {
    id: `v${record.nextVersion}`,
    document: PolicyDocument,
    createdAt: context.now,
  };
  const changed: PolicyRecord = {
    ...record,
    updatedAt: context.now,
    nextVersion: record.nextVersion + 1,
    versions: [...record.versions, version],
    ...(SetAsDefault === true ? { defaultVersion: version.id } : {}),
  };
  await context.commit([replaceRecord(owned, changed)]);
  return { PolicyVersion: toListedVersion(version, changed) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
export async function getPolicyVersion(
  input: GetPolicyVersionRequest,
  context: OperationContext,
): Promise<GetPolicyVersionResponse> {
  const { PolicyArn, VersionId } = input;
  const absent = versionText(PolicyArn, VersionId);
  const policy = await findManagedPolicy(PolicyArn, context, absent);
  const version = policy.versions().find(({ id }) => id === VersionId);
  if (version === undefined) throw noSuchEntity(absent);
  return {
    PolicyVersion: {
      ...toListedVersion(version, policy),
      Document: encodeDocument(version.document),
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html */
export async function listPolicyVersions(
  input: ListPolicyVersionsRequest,
  context: OperationContext,
): Promise<ListPolicyVersionsResponse> {
  const policy = await findManagedPolicy(input.PolicyArn, context);
  const page = paginate([...policy.versions()].reverse(), input, context, {
    list: ['ListPolicyVersions', policy.arn],
    keyOf: ({ id }) => id,
    sorted: false,
  });
  const versions = page.items.map((version) => toListedVersion(version, policy));
  return { Versions: versions, ...page.rest };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html */
export async function setDefaultPolicyVersion(
  input: SetDefaultPolicyVersionRequest,
  context: OperationContext,
): Promise<object> {
  const { PolicyArn, VersionId } = input;
  if (isOthersPolicy(PolicyArn, context)) throw cannotUpdate();
  const owned = findOwnVersion(PolicyArn, VersionId, context);
  const changed = { ...owned.record, defaultVersion: VersionId, updatedAt: context.now };
  await context.commit([replaceRecord(owned, changed)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html */
export async function deletePolicyVersion(
  input: DeletePolicyVersionRequest,
  context: OperationContext,
): Promise<object> {
  const { PolicyArn, VersionId } = input;
  if (isOthersPolicy(PolicyArn, context)) {
    throw accessDenied('Cannot delete policy versions for policies outside your own account.');
  }
  const owned = findOwnVersion(PolicyArn, VersionId, context);
  const { record } = owned;
  if (record.defaultVersion === VersionId) {
    throw deleteConflict('Cannot delete the default version of a policy.');
  }
  const versions = record.versions.filter(({ id }) => id !== VersionId);
  await context.commit([replaceRecord(owned, { ...record, versions })]);
  return {};
}

/** The policy that has the version; the text is the same whichever of the two is missing. */
function findOwnVersion(
  arn: string,
  versionId: string,
  context: OperationContext,
): Owned<PolicyRecord> {
  const absent = versionText(arn, versionId);
  const owned = findOwnPolicy(arn, context, absent);
  if (!owned.record.versions.some(({ id }) => id === versionId)) throw noSuchEntity(absent);
  return owned;
}

function versionText(arn: string, versionId: string): string {
  return `Policy ${arn} version ${versionId} does not exist or is not attachable.`;
}

function cannotUpdate(): Error {
  return accessDenied('Cannot update policies outside your own account.');
}

/** Without its document, as lists and CreatePolicyVersion print it. */
function toListedVersion(
  version: PolicyRecord['versions'][number],
  { defaultVersion }: { readonly defaultVersion: string },
): PolicyVersion {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === defaultVersion,
    CreateDate: toDate(version.createdAt),
  };
}
