/** Keys enabled, disabled, deleted later, and rotated (as state). */
import type {
  CancelKeyDeletionRequest,
  CancelKeyDeletionResponse,
  EnableKeyRotationRequest,
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse,
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse,
} from '@sekisho/catalog/types/kms';
import type { OperationContext } from '../../service.ts';
import { requireCustomerManaged } from '../customer-managed.ts';
import { invalid, invalidState } from '../errors.ts';
import { type FoundKey, requireEnabled, requireKeyById, requireNotPending } from '../key-store.ts';
import {
  deletionDaysDefault,
  deletionDaysMax,
  deletionDaysMin,
  rotationDaysDefault,
} from '../limits.ts';

const dayMilliseconds = 86_400_000;

interface OnKey {
  readonly KeyId: string;
}

async function change(
  found: FoundKey,
  record: FoundKey['record'],
  { commit }: OperationContext,
): Promise<object> {
  await commit([found.store.keys.replace(found, record)]);
  return {};
}

function changeable(keyId: string, context: OperationContext): FoundKey {
  return requireCustomerManaged(requireNotPending(requireKeyById(keyId, context)));
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html */
export async function enableKey({ KeyId }: OnKey, context: OperationContext): Promise<object> {
  const found = changeable(KeyId, context);
  return await change(found, { ...found.record, isEnabled: true }, context);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html */
export async function disableKey({ KeyId }: OnKey, context: OperationContext): Promise<object> {
  const found = changeable(KeyId, context);
  return await change(found, { ...found.record, isEnabled: false }, context);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
export async function scheduleKeyDeletion(
  input: ScheduleKeyDeletionRequest,
  context: OperationContext,
): Promise<ScheduleKeyDeletionResponse> {
  const { PendingWindowInDays: days = deletionDaysDefault } = input;
  if (days < deletionDaysMin || days > deletionDaysMax) {
    const [bound, limit] =
      days < deletionDaysMin ? ['greater', deletionDaysMin] : ['less', deletionDaysMax];
    throw invalid(
      `1 validation error detected: Value '${days}' at 'pendingWindowInDays' failed to satisfy ` +
        `constraint: Member must have value ${bound} than or equal to ${limit}`,
    );
  }
  const found = changeable(input.KeyId, context);
  const deletionAt = context.now + days * dayMilliseconds;
  await change(found, { ...found.record, isEnabled: false, deletionAt }, context);
  return {
    KeyId: found.record.arn,
    DeletionDate: new Date(deletionAt),
    KeyState: 'PendingDeletion',
    PendingWindowInDays: days,
  };
}

/** The key is disabled afterwards. https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html */
export async function cancelKeyDeletion(
  input: CancelKeyDeletionRequest,
  context: OperationContext,
): Promise<CancelKeyDeletionResponse> {
  const found = requireKeyById(input.KeyId, context);
  const { deletionAt, ...record } = found.record;
  if (deletionAt === undefined) throw invalidState(`${record.arn} is not pending deletion.`);
  await change(found, record, context);
  return { KeyId: record.arn };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html */
export async function enableKeyRotation(
  input: EnableKeyRotationRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireCustomerManaged(requireEnabled(requireKeyById(input.KeyId, context)));
  const periodDays = input.RotationPeriodInDays ?? rotationDaysDefault;
  const rotation = { periodDays, enabledAt: context.now };
  return await change(found, { ...found.record, rotation }, context);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html */
export async function disableKeyRotation(
  { KeyId }: OnKey,
  context: OperationContext,
): Promise<object> {
  const found = requireCustomerManaged(requireEnabled(requireKeyById(KeyId, context)));
  const { rotation: _, ...record } = found.record;
  return await change(found, record, context);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html */
export function getKeyRotationStatus(
  input: GetKeyRotationStatusRequest,
  context: OperationContext,
): GetKeyRotationStatusResponse {
  const { record } = requireKeyById(input.KeyId, context);
  const { rotation, deletionAt, arn } = record;
  // While its deletion is pending a key is not rotated.
  if (rotation === undefined || deletionAt !== undefined) {
    return { KeyId: arn, KeyRotationEnabled: false };
  }
  const next = rotation.enabledAt + rotation.periodDays * dayMilliseconds;
  return {
    KeyId: arn,
    KeyRotationEnabled: true,
    RotationPeriodInDays: rotation.periodDays,
    NextRotationDate: new Date(next),
  };
}
