/** AWS Secrets Manager: secrets, their versions, staging labels and resource policies. */
import { loadServiceModel } from '@sekisho/catalog';
import { defineService, type Service } from '../service.ts';
import { authorization } from './authorization.ts';
import { batchGetSecretValue } from './batch.ts';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
  validateResourcePolicy,
} from './operations/policies.ts';
import { getRandomPassword } from './operations/random-password.ts';
import { cancelRotateSecret, rotateSecret } from './operations/rotation.ts';
import {
  createSecret,
  deleteSecret,
  describeSecret,
  listSecrets,
  restoreSecret,
} from './operations/secrets.ts';
import { tagResource, untagResource } from './operations/tags.ts';
import {
  getSecretValue,
  listSecretVersionIds,
  putSecretValue,
  updateSecret,
  updateSecretVersionStage,
} from './operations/values.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html */
export async function createSecretsManagerService(): Promise<Service> {
  return defineService({
    id: 'secretsmanager',
    signingName: 'secretsmanager',
    actionPrefix: 'secretsmanager',
    model: await loadServiceModel('secretsmanager'),
    protocols: ['aws-json-1.1'],
    validation: 'json',
    authorization,
    operations: {
      BatchGetSecretValue: batchGetSecretValue,
      CancelRotateSecret: cancelRotateSecret,
      CreateSecret: createSecret,
      DeleteResourcePolicy: deleteResourcePolicy,
      DeleteSecret: deleteSecret,
      DescribeSecret: describeSecret,
      GetRandomPassword: getRandomPassword,
      GetResourcePolicy: getResourcePolicy,
      GetSecretValue: getSecretValue,
      ListSecretVersionIds: listSecretVersionIds,
      ListSecrets: listSecrets,
      PutResourcePolicy: putResourcePolicy,
      PutSecretValue: putSecretValue,
      RestoreSecret: restoreSecret,
      RotateSecret: rotateSecret,
      TagResource: tagResource,
      UntagResource: untagResource,
      UpdateSecret: updateSecret,
      UpdateSecretVersionStage: updateSecretVersionStage,
      ValidateResourcePolicy: validateResourcePolicy,
    },
  });
}
