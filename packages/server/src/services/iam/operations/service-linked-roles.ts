/** Roles that an AWS service has made for itself: only created and deleted, never changed. */
import { loadServiceLinkedRoles, type ServiceLinkedRole } from '@sekisho/catalog';
import type {
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse,
  DeleteServiceLinkedRoleRequest,
  DeleteServiceLinkedRoleResponse,
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse,
} from '@sekisho/catalog/types/iam';
import { encodeDocument } from '@sekisho/policy';
import { createRecord, removeRecord } from '../../../directory/changes.ts';
import type { RoleRecord } from '../../../directory/records.ts';
import { createUniqueId } from '../../../platform/unique-id.ts';
import type { OperationContext } from '../../service.ts';
import { toRoleCore } from '../entities.ts';
import { invalidInput, noSuchEntity } from '../errors.ts';
import { findRole, isServiceLinked } from '../find.ts';
import { checkQuota } from '../limits.ts';

const taskForm = /^task\/aws-service-role\/[a-z0-9.-]+\/[A-Za-z0-9_+=,.@-]+\/([0-9a-f-]{36})$/;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html */
export async function createServiceLinkedRole(
  input: CreateServiceLinkedRoleRequest,
  context: OperationContext,
): Promise<CreateServiceLinkedRoleResponse> {
  const { account, runtime } = context;
  const { directory } = runtime;
  const preset = (await loadServiceLinkedRoles()).get(input.AWSServiceName);
  const name = readName(preset, input);
  if (preset === undefined || directory.find(account, 'role', name) !== undefined) {
    throw invalidInput(
      `Service role name ${name} has been taken in this account, please try a different suffix.`,
    );
  }
  checkQuota('RolesPerAccount', directory.count(account, 'role') + 1);
  const record = toRecord(preset, name, input.Description, context);
  const creation = createRecord(account, 'role', name, record);
  await context.commit([creation]);
  const owned = { account, key: creation.key, revision: 0, record };
  return {
    Role: {
      ...toRoleCore(owned, context),
      AssumeRolePolicyDocument: encodeDocument(presetTrustPolicy(preset.service)),
    },
  };
}

function readName(
  preset: ServiceLinkedRole | undefined,
  { AWSServiceName, CustomSuffix }: CreateServiceLinkedRoleRequest,
): string {
  // Unverified: the text.
  if (preset === undefined) {
    throw invalidInput(`Service role is not available for ${AWSServiceName}`);
  }
  if (CustomSuffix === undefined) return preset.name;
  if (preset.customSuffix !== true) {
    throw invalidInput(`Custom suffix is not allowed for ${AWSServiceName}`);
  }
  return `${preset.name}_${CustomSuffix}`;
}

function toRecord(
  preset: ServiceLinkedRole,
  name: string,
  ownDescription: string | undefined,
  { account, partition, now, runtime }: OperationContext,
): RoleRecord {
  const description = ownDescription ?? preset.description;
  return {
    name,
    id: createUniqueId('AROA', account, runtime.platform.random),
    path: `/aws-service-role/${preset.service}/`,
    createdAt: now,
    inlinePolicies: [],
    attachedPolicies: [`arn:${partition}:iam::aws:policy/aws-service-role/${preset.policy}`],
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: preset.service }, Action: 'sts:AssumeRole' },
      ],
    }),
    trustPrincipalIds: [],
    ...(description === undefined ? {} : { description }),
    maxSessionSeconds: 3600,
    tags: [],
  };
}

/** As the creation prints it: lists of one, in this order; GetRole prints it like any other. */
function presetTrustPolicy(service: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
  });
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html */
export async function deleteServiceLinkedRole(
  input: DeleteServiceLinkedRoleRequest,
  context: OperationContext,
): Promise<DeleteServiceLinkedRoleResponse> {
  const owned = findRole(context, input.RoleName);
  const { record } = owned;
  // Unverified: the answer for a role that is not service-linked.
  if (!isServiceLinked(record)) {
    throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
  }
  const { account, now, runtime } = context;
  const uuid = runtime.platform.random.uuid();
  const taskId = `task${record.path}${record.name}/${uuid}`;
  const task = createRecord(account, 'deletion-task', uuid, { taskId, createdAt: now });
  await context.commit([removeRecord(owned), task]);
  return { DeletionTaskId: taskId };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html */
export function getServiceLinkedRoleDeletionStatus(
  input: GetServiceLinkedRoleDeletionStatusRequest,
  context: OperationContext,
): GetServiceLinkedRoleDeletionStatusResponse {
  const uuid = taskForm.exec(input.DeletionTaskId)?.[1];
  if (uuid === undefined) throw invalidInput('Invalid task id');
  const task = context.runtime.directory.find(context.account, 'deletion-task', uuid);
  if (task?.record.taskId !== input.DeletionTaskId) {
    throw noSuchEntity('Cannot find deletion status for given id.');
  }
  return { Status: 'SUCCEEDED' };
}
