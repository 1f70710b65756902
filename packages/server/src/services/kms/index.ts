/** AWS Key Management Service: symmetric keys, aliases, key policies and grants. */
import { loadServiceModel } from '@sekisho/catalog';
import { defineService, type Service } from '../service.ts';
import { authorization } from './authorization.ts';
import { createAlias, deleteAlias, listAliases, updateAlias } from './operations/aliases.ts';
import {
  decrypt,
  encrypt,
  generateDataKey,
  generateDataKeyWithoutPlaintext,
  generateRandom,
  reEncrypt,
} from './operations/cryptography.ts';
import {
  createGrant,
  listGrants,
  listRetirableGrants,
  retireGrant,
  revokeGrant,
} from './operations/grants.ts';
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from './operations/key-policies.ts';
import {
  cancelKeyDeletion,
  disableKey,
  disableKeyRotation,
  enableKey,
  enableKeyRotation,
  getKeyRotationStatus,
  scheduleKeyDeletion,
} from './operations/key-states.ts';
import { createKey, describeKey, listKeys, updateKeyDescription } from './operations/keys.ts';
import { listResourceTags, tagResource, untagResource } from './operations/tags.ts';

/** https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html */
export async function createKmsService(): Promise<Service> {
  return defineService({
    id: 'kms',
    signingName: 'kms',
    actionPrefix: 'kms',
    model: await loadServiceModel('kms'),
    protocols: ['aws-json-1.1'],
    validation: 'json',
    authorization,
    operations: {
      CancelKeyDeletion: cancelKeyDeletion,
      CreateAlias: createAlias,
      CreateGrant: createGrant,
      CreateKey: createKey,
      Decrypt: decrypt,
      DeleteAlias: deleteAlias,
      DescribeKey: describeKey,
      DisableKey: disableKey,
      DisableKeyRotation: disableKeyRotation,
      EnableKey: enableKey,
      EnableKeyRotation: enableKeyRotation,
      Encrypt: encrypt,
      GenerateDataKey: generateDataKey,
      GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
      GenerateRandom: generateRandom,
      GetKeyPolicy: getKeyPolicy,
      GetKeyRotationStatus: getKeyRotationStatus,
      ListAliases: listAliases,
      ListGrants: listGrants,
      ListKeyPolicies: listKeyPolicies,
      ListKeys: listKeys,
      ListResourceTags: listResourceTags,
      ListRetirableGrants: listRetirableGrants,
      PutKeyPolicy: putKeyPolicy,
      ReEncrypt: reEncrypt,
      RetireGrant: retireGrant,
      RevokeGrant: revokeGrant,
      ScheduleKeyDeletion: scheduleKeyDeletion,
      TagResource: tagResource,
      UntagResource: untagResource,
      UpdateAlias: updateAlias,
      UpdateKeyDescription: updateKeyDescription,
    },
  });
}
