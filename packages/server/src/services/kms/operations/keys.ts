/** CreateKey, DescribeKey, ListKeys and UpdateKeyDescription. */
import type {
  CreateKeyRequest,
  CreateKeyResponse,
  DescribeKeyRequest,
  DescribeKeyResponse,
  KeyMetadata,
  ListKeysRequest,
  ListKeysResponse,
  UpdateKeyDescriptionRequest,
} from '@sekisho/catalog/types/kms';
import type { OperationContext } from '../../service.ts';
import { type KeyRecord, keyOrigin, keySpec, keyUsage } from '../entities.ts';
import { limitExceeded, notWritten } from '../errors.ts';
import { keyArn } from '../key-id.ts';
import { newMaterial, requireStored } from '../key-material.ts';
import { defaultKeyPolicy } from '../key-policy.ts';
import { KeyStore, requireKey, requireKeyById, requireNotPending } from '../key-store.ts';
import { keysPerRegionMax, listedDefault } from '../limits.ts';
import { listPage } from '../list-page.ts';
import { readKeyPolicy } from '../policy-check.ts';
import { withTags } from '../tags.ts';

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export async function createKey(
  input: CreateKeyRequest,
  context: OperationContext,
): Promise<CreateKeyResponse> {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? keySpec;
  const isPlain = spec === keySpec && (input.KeyUsage ?? keyUsage) === keyUsage;
  if (!isPlain || input.MultiRegion === true || (input.Origin ?? keyOrigin) !== keyOrigin) {
    throw notWritten('Any key but a symmetric one of a single Region with material of KMS');
  }
  const store = new KeyStore(context);
  if (store.keys.count() >= keysPerRegionMax) {
    throw limitExceeded('The request was rejected because a quota was exceeded.');
  }
  const id = context.runtime.platform.random.uuid();
  const arn = keyArn(context, context.account, id);
  const text = input.Policy ?? defaultKeyPolicy(context);
  const bypass = input.BypassPolicyLockoutSafetyCheck === true;
  const record: KeyRecord = {
    id,
    arn,
    manager: 'CUSTOMER',
    description: input.Description ?? '',
    createdAt: context.now,
    isEnabled: true,
    policy: readKeyPolicy(text, arn, bypass, context),
    tags: withTags([], input.Tags ?? []),
    ...newMaterial(arn, context),
  };
  await context.commit([store.keys.create(id, record)]);
  return { KeyMetadata: metadata(record, context.account) };
}

function metadata(record: KeyRecord, account: string): KeyMetadata {
  const isPending = record.deletionAt !== undefined;
  const state = record.isEnabled ? 'Enabled' : 'Disabled';
  return {
    AWSAccountId: account,
    KeyId: record.id,
    Arn: record.arn,
    CreationDate: new Date(record.createdAt),
    Enabled: record.isEnabled && !isPending,
    Description: record.description,
    KeyUsage: keyUsage,
    KeyState: isPending ? 'PendingDeletion' : state,
    DeletionDate: record.deletionAt === undefined ? undefined : new Date(record.deletionAt),
    Origin: keyOrigin,
    KeyManager: record.manager,
    CustomerMasterKeySpec: keySpec,
    KeySpec: keySpec,
    EncryptionAlgorithms: [keySpec],
    MultiRegion: false,
    CurrentKeyMaterialId: record.materialId,
  };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export async function describeKey(
  input: DescribeKeyRequest,
  context: OperationContext,
): Promise<DescribeKeyResponse> {
  const { record, store } = await requireStored(requireKey(input.KeyId, context), context);
  return { KeyMetadata: metadata(record, store.account) };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html */
export function listKeys(input: ListKeysRequest, context: OperationContext): ListKeysResponse {
  const keys = new KeyStore(context).keys
    .all()
    .map(({ record }) => record)
    .filter(({ deletionAt }) => deletionAt === undefined || deletionAt > context.now);
  const { items, rest } = listPage(
    keys,
    ({ id }) => id,
    input,
    ['ListKeys'],
    context,
    listedDefault,
  );
  return { Keys: items.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })), ...rest };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html */
export async function updateKeyDescription(
  input: UpdateKeyDescriptionRequest,
  context: OperationContext,
): Promise<object> {
  const found = requireNotPending(requireKeyById(input.KeyId, context));
  const record = { ...found.record, description: input.Description };
  await context.commit([found.store.keys.replace(found, record)]);
  return {};
}
