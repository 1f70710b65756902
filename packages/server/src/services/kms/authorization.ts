/**
 * What KMS operations demand.
 * https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
 */
import type {
  CreateAliasRequest,
  CreateGrantRequest,
  CreateKeyRequest,
  DecryptRequest,
  DeleteAliasRequest,
  EnableKeyRotationRequest,
  EncryptRequest,
  PutKeyPolicyRequest,
  ReEncryptRequest,
  RetireGrantRequest,
  ScheduleKeyDeletionRequest,
  TagResourceRequest,
  UpdateAliasRequest,
} from '@sekisho/catalog/types/kms';
import type { Demand, DemandContext, DemandRule } from '../service.ts';
import { ciphertextKeyArn } from './ciphertext.ts';
import {
  callerKeys,
  ciphertextDenied,
  cryptographicDemand,
  type Keys,
  keyDemand,
  specKeys,
} from './demands.ts';
import { contextKeys, contextPairs } from './encryption-context.ts';
import { keyOrigin, keySpec, keyUsage } from './entities.ts';
import { findGrant } from './grant-reference.ts';
import { retirers } from './grants.ts';
import { aliasArn } from './key-id.ts';
import { findKey } from './key-store.ts';
import { deletionDaysDefault } from './limits.ts';

interface OnKey {
  readonly KeyId: string;
}

function onKey(operation: string): DemandRule<OnKey> {
  return ({ KeyId }, context) => [keyDemand(KeyId, { operation }, context)];
}

/** Keys are not looked at: identity-based policies alone decide. */
function ofIdentity(operation: string): DemandRule<object> {
  return (_, context) => [
    { action: `kms:${operation}`, resource: '*', context: callerKeys(context) },
  ];
}

function requestTagKeys(tags: CreateKeyRequest['Tags'] = []): Keys {
  if (tags.length === 0) return [];
  return [
    ...tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue] as const),
    ['aws:TagKeys', tags.map(({ TagKey }) => TagKey)],
  ];
}

function createKeyDemands(input: CreateKeyRequest, context: DemandContext): readonly Demand[] {
  const tags = requestTagKeys(input.Tags);
  const keys: Keys = [
    ...callerKeys(context),
    ...specKeys(
      input.KeySpec ?? input.CustomerMasterKeySpec ?? keySpec,
      input.KeyUsage ?? keyUsage,
    ),
    ['kms:KeyOrigin', input.Origin ?? keyOrigin],
    ['kms:MultiRegion', String(input.MultiRegion ?? false)],
    ['kms:BypassPolicyLockoutSafetyCheck', String(input.BypassPolicyLockoutSafetyCheck ?? false)],
    ...tags,
  ];
  const actions = tags.length === 0 ? ['CreateKey'] : ['CreateKey', 'TagResource'];
  return actions.map((action) => ({ action: `kms:${action}`, resource: '*', context: keys }));
}

/** The alias itself: it has no policy of its own. */
function aliasDemand(operation: string, name: string, context: DemandContext): Demand {
  const resource = aliasArn(context, context.account, name);
  return { action: `kms:${operation}`, resource, context: callerKeys(context) };
}

function aliasDemands(
  operation: string,
  { AliasName: name, TargetKeyId: target }: CreateAliasRequest | UpdateAliasRequest,
  context: DemandContext,
): readonly Demand[] {
  const demands = [aliasDemand(operation, name, context)];
  const isKnown = operation === 'UpdateAlias' && findKey(name, context) !== undefined;
  if (isKnown) demands.push(keyDemand(name, { operation }, context));
  return [...demands, keyDemand(target, { operation }, context)];
}

/** Decrypt, and the source of ReEncrypt: by the key that is named, else that of the ciphertext. */
function ciphertextDemand(
  operation: string,
  {
    KeyId: keyId,
    CiphertextBlob: blob,
    EncryptionContext,
  }: Pick<DecryptRequest, 'KeyId' | 'CiphertextBlob' | 'EncryptionContext'>,
  context: DemandContext,
  more: Keys = [],
): Demand {
  const pairs = contextPairs(EncryptionContext);
  if (keyId !== undefined) return cryptographicDemand(keyId, operation, pairs, context, more);
  const arn = blob === undefined ? undefined : ciphertextKeyArn(blob);
  const whenDenied = ciphertextDenied;
  if (arn === undefined) {
    const keys = [...callerKeys(context), ...contextKeys(pairs), ...more];
    return { action: `kms:${operation}`, resource: '*', context: keys, whenDenied };
  }
  return { ...cryptographicDemand(arn, operation, pairs, context, more), whenDenied };
}

function reEncryptDemands(input: ReEncryptRequest, context: DemandContext): readonly Demand[] {
  const { DestinationKeyId: to, SourceKeyId: from, CiphertextBlob: blob } = input;
  const source = from ?? (blob === undefined ? undefined : ciphertextKeyArn(blob));
  const sourceArn = source === undefined ? undefined : findKey(source, context)?.record.arn;
  const isSame = sourceArn !== undefined && sourceArn === findKey(to, context)?.record.arn;
  const keys: Keys = [['kms:ReEncryptOnSameKey', String(isSame)]];
  const decrypted = {
    KeyId: from,
    CiphertextBlob: blob,
    EncryptionContext: input.SourceEncryptionContext,
  };
  const pairs = contextPairs(input.DestinationEncryptionContext);
  return [
    ciphertextDemand('ReEncryptFrom', decrypted, context, keys),
    cryptographicDemand(to, 'ReEncryptTo', pairs, context, keys),
  ];
}

function encrypting(
  operation: string,
): DemandRule<Pick<EncryptRequest, 'KeyId' | 'EncryptionContext'>> {
  return ({ KeyId, EncryptionContext }, context) => [
    cryptographicDemand(KeyId, operation, contextPairs(EncryptionContext), context),
  ];
}

function createGrantDemands(input: CreateGrantRequest, context: DemandContext): readonly Demand[] {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } =
    input.Constraints ?? {};
  const contextEquals = equals && contextPairs(equals);
  const contextSubset = subset && contextPairs(subset);
  const keys: Keys = [
    ['kms:GranteePrincipal', input.GranteePrincipal],
    ['kms:GrantOperations', input.Operations],
    // Unverified: false rather than absent where no service asks for its resource.
    ['kms:GrantIsForAWSResource', 'false'],
    ...(input.RetiringPrincipal === undefined
      ? []
      : [['kms:RetiringPrincipal', input.RetiringPrincipal] as const]),
    ...(equals === undefined
      ? []
      : [['kms:GrantConstraintType', 'EncryptionContextEquals'] as const]),
    ...(subset === undefined
      ? []
      : [['kms:GrantConstraintType', 'EncryptionContextSubset'] as const]),
  ];
  const newGrant = {
    operations: input.Operations,
    ...(contextEquals === undefined ? {} : { contextEquals }),
    ...(contextSubset === undefined ? {} : { contextSubset }),
  };
  const encryptionContext = contextEquals ?? contextSubset ?? [];
  const request = { operation: 'CreateGrant', encryptionContext, newGrant, keys };
  return [keyDemand(input.KeyId, request, context)];
}

/** Decided by the grant where it names the caller, else by the key policy. */
function retireDemands(input: RetireGrantRequest, context: DemandContext): readonly Demand[] {
  const found = findGrant(input, context);
  if (found === undefined) {
    const resource = input.KeyId ?? '*';
    return [{ action: 'kms:RetireGrant', resource, context: callerKeys(context) }];
  }
  const { key, grant } = found;
  const request = { operation: 'RetireGrant', granted: retirers(grant.record) };
  return [keyDemand(key.record.arn, request, context)];
}

export const authorization: Readonly<Record<string, DemandRule>> = {
  CancelKeyDeletion: onKey('CancelKeyDeletion'),
  CreateAlias: (input: CreateAliasRequest, context: DemandContext) =>
    aliasDemands('CreateAlias', input, context),
  CreateGrant: createGrantDemands,
  CreateKey: createKeyDemands,
  Decrypt: (input: DecryptRequest, context: DemandContext) => [
    ciphertextDemand('Decrypt', input, context, [['kms:EncryptionAlgorithm', keySpec]]),
  ],
  DeleteAlias: ({ AliasName: name }: DeleteAliasRequest, context: DemandContext) => [
    aliasDemand('DeleteAlias', name, context),
    ...(findKey(name, context) === undefined
      ? []
      : [keyDemand(name, { operation: 'DeleteAlias' }, context)]),
  ],
  DescribeKey: onKey('DescribeKey'),
  DisableKey: onKey('DisableKey'),
  DisableKeyRotation: onKey('DisableKeyRotation'),
  EnableKey: onKey('EnableKey'),
  EnableKeyRotation: (input: EnableKeyRotationRequest, context: DemandContext) => {
    const { KeyId, RotationPeriodInDays: days } = input;
    const keys: Keys = days === undefined ? [] : [['kms:RotationPeriodInDays', String(days)]];
    return [keyDemand(KeyId, { operation: 'EnableKeyRotation', keys }, context)];
  },
  Encrypt: encrypting('Encrypt'),
  GenerateDataKey: encrypting('GenerateDataKey'),
  GenerateDataKeyWithoutPlaintext: encrypting('GenerateDataKeyWithoutPlaintext'),
  GenerateRandom: ofIdentity('GenerateRandom'),
  GetKeyPolicy: onKey('GetKeyPolicy'),
  GetKeyRotationStatus: onKey('GetKeyRotationStatus'),
  ListAliases: ofIdentity('ListAliases'),
  ListGrants: onKey('ListGrants'),
  ListKeyPolicies: onKey('ListKeyPolicies'),
  ListKeys: ofIdentity('ListKeys'),
  ListResourceTags: onKey('ListResourceTags'),
  ListRetirableGrants: ofIdentity('ListRetirableGrants'),
  PutKeyPolicy: (input: PutKeyPolicyRequest, context: DemandContext) => {
    const bypass = String(input.BypassPolicyLockoutSafetyCheck ?? false);
    const keys: Keys = [['kms:BypassPolicyLockoutSafetyCheck', bypass]];
    return [keyDemand(input.KeyId, { operation: 'PutKeyPolicy', keys }, context)];
  },
  ReEncrypt: reEncryptDemands,
  RetireGrant: retireDemands,
  RevokeGrant: onKey('RevokeGrant'),
  ScheduleKeyDeletion: (input: ScheduleKeyDeletionRequest, context: DemandContext) => {
    const days = String(input.PendingWindowInDays ?? deletionDaysDefault);
    const keys: Keys = [['kms:ScheduleKeyDeletionPendingWindowInDays', days]];
    return [keyDemand(input.KeyId, { operation: 'ScheduleKeyDeletion', keys }, context)];
  },
  TagResource: ({ KeyId, Tags }: TagResourceRequest, context: DemandContext) => [
    keyDemand(KeyId, { operation: 'TagResource', keys: requestTagKeys(Tags) }, context),
  ],
  UntagResource: onKey('UntagResource'),
  UpdateAlias: (input: UpdateAliasRequest, context: DemandContext) =>
    aliasDemands('UpdateAlias', input, context),
  UpdateKeyDescription: onKey('UpdateKeyDescription'),
};
