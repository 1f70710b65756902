/**
 * What Secrets Manager operations demand: the secret's full ARN, its own policy, its tags, and the
 * rights on the customer managed key that encrypts it.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
import type {
  CreateSecretRequest,
  DeleteSecretRequest,
  PutResourcePolicyRequest,
  PutSecretValueRequest,
  RotateSecretRequest,
  UpdateSecretRequest,
  UpdateSecretVersionStageRequest,
  ValidateResourcePolicyRequest,
} from '@sekisho/catalog/types/secretsmanager';
import type { ContextValue } from '@sekisho/policy';
import type { Demand, DemandContext, DemandRule } from '../service.ts';
import { batchDemands } from './batch.ts';
import {
  decryptVersionRequest,
  forwarded,
  keys,
  readDemands,
  secretDemand,
  writingRequests,
} from './demands.ts';
import { customerKey, encryptUnderRequest } from './key-requests.ts';
import { findSecret } from './secret-store.ts';

function onSecret(action: string): DemandRule<{ readonly SecretId: string }> {
  return ({ SecretId }, context) => [secretDemand(action, SecretId, context)];
}

function noResource(action: string): DemandRule<object> {
  return () => [{ action: `secretsmanager:${action}`, resource: '*', resourceText: null }];
}

async function createSecretDemands(
  input: CreateSecretRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const { partition, region, account } = context;
  const { Name: name } = input;
  // The six characters are not known yet: a pattern that ends in -* or -?????? fits.
  const resource = `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-??????`;
  const demand = (action: string): Demand => ({
    action: `secretsmanager:${action}`,
    resource,
    resourceText: name,
    context: keys(
      ['secretsmanager:Name', name],
      ['secretsmanager:Description', input.Description],
      ['secretsmanager:KmsKeyId', input.KmsKeyId],
      ['secretsmanager:KmsKeyArn', keyArn(input.KmsKeyId, context)],
      ['secretsmanager:Type', input.Type],
      ['secretsmanager:AddReplicaRegions', regionsOf(input)],
      ['secretsmanager:ForceOverwriteReplicaSecret', input.ForceOverwriteReplicaSecret],
    ),
  });
  const key = customerKey(input.KmsKeyId);
  const place = { arn: resource, versionId: input.ClientRequestToken };
  return [
    demand('CreateSecret'),
    ...(input.Tags?.length ? [demand('TagResource')] : []),
    ...(input.AddReplicaRegions?.length ? [demand('ReplicateSecretToRegions')] : []),
    ...(await forwarded(key === undefined ? [] : writingRequests(key, place), context)),
  ];
}

function regionsOf({ AddReplicaRegions: regions }: CreateSecretRequest): ContextValue | undefined {
  return regions?.flatMap(({ Region }) => Region ?? []);
}

/** A key named by its ARN, or by its id in the caller's account. */
function keyArn(keyId: string | undefined, context: DemandContext): string | undefined {
  if (keyId === undefined || keyId.startsWith('arn:')) return keyId;
  if (keyId.startsWith('alias/')) return undefined;
  return `arn:${context.partition}:kms:${context.region}:${context.account}:key/${keyId}`;
}

async function putValueDemands(
  input: PutSecretValueRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const own = secretDemand('PutSecretValue', input.SecretId, context);
  const record = findSecret(input.SecretId, context)?.record;
  const key = record?.kmsKeyId;
  if (record === undefined || key === undefined) return [own];
  const place = { arn: record.arn, versionId: input.ClientRequestToken };
  return [own, ...(await forwarded(writingRequests(key, place), context))];
}

async function updateDemands(
  input: UpdateSecretRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const own = secretDemand(
    'UpdateSecret',
    input.SecretId,
    context,
    keys(
      ['secretsmanager:Description', input.Description],
      ['secretsmanager:KmsKeyId', input.KmsKeyId],
      ['secretsmanager:KmsKeyArn', keyArn(input.KmsKeyId, context)],
      ['secretsmanager:Type', input.Type],
    ),
  );
  const found = findSecret(input.SecretId, context);
  if (found === undefined) return [own];
  const { record } = found;
  const changesValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
  if (!changesValue && input.KmsKeyId === undefined) return [own];
  const key = input.KmsKeyId === undefined ? record.kmsKeyId : customerKey(input.KmsKeyId);
  const place = { arn: record.arn, versionId: input.ClientRequestToken };
  const requests = key === undefined ? [] : [...writingRequests(key, place)];
  if (input.KmsKeyId !== undefined) {
    for (const { id, stages } of record.versions) {
      const request = stages.length === 0 ? undefined : decryptVersionRequest(found, id);
      if (request !== undefined) requests.push(request);
    }
  }
  const demands = [own, ...(await forwarded(requests, context))];
  if (input.KmsKeyId === undefined || key === undefined) return demands;
  // Without this right the change is made all the same, for later versions only.
  const encrypting = await forwarded([encryptUnderRequest(key, place)], context);
  return [...demands, ...encrypting.map((demand) => ({ ...demand, advisory: true }))];
}

function rotateDemands(input: RotateSecretRequest, context: DemandContext): readonly Demand[] {
  const own = secretDemand(
    'RotateSecret',
    input.SecretId,
    context,
    keys(
      ['secretsmanager:RotationLambdaARN', input.RotationLambdaARN],
      ['secretsmanager:ModifyRotationRules', input.RotationRules === undefined ? undefined : true],
      ['secretsmanager:RotateImmediately', input.RotateImmediately ?? true],
      ['secretsmanager:ExternalSecretRotationRoleArn', input.ExternalSecretRotationRoleArn],
    ),
  );
  const stored = findSecret(input.SecretId, context)?.record.rotation?.lambdaArn;
  const lambda = input.RotationLambdaARN ?? stored;
  if (lambda === undefined) return [own];
  return [own, { action: 'lambda:InvokeFunction', resource: lambda }];
}

export const authorization: Readonly<Record<string, DemandRule>> = {
  BatchGetSecretValue: batchDemands,
  CancelRotateSecret: onSecret('CancelRotateSecret'),
  CreateSecret: createSecretDemands,
  DeleteResourcePolicy: onSecret('DeleteResourcePolicy'),
  DeleteSecret: (input: DeleteSecretRequest, context: DemandContext) => [
    secretDemand(
      'DeleteSecret',
      input.SecretId,
      context,
      keys(
        ['secretsmanager:ForceDeleteWithoutRecovery', input.ForceDeleteWithoutRecovery],
        ['secretsmanager:RecoveryWindowInDays', input.RecoveryWindowInDays],
      ),
    ),
  ],
  DescribeSecret: onSecret('DescribeSecret'),
  GetRandomPassword: noResource('GetRandomPassword'),
  GetResourcePolicy: onSecret('GetResourcePolicy'),
  GetSecretValue: readDemands,
  ListSecretVersionIds: onSecret('ListSecretVersionIds'),
  ListSecrets: noResource('ListSecrets'),
  PutResourcePolicy: (input: PutResourcePolicyRequest, context: DemandContext) => [
    secretDemand(
      'PutResourcePolicy',
      input.SecretId,
      context,
      // Unverified: false when the request leaves it out.
      keys(['secretsmanager:BlockPublicPolicy', input.BlockPublicPolicy ?? false]),
    ),
  ],
  PutSecretValue: putValueDemands,
  RestoreSecret: onSecret('RestoreSecret'),
  RotateSecret: rotateDemands,
  TagResource: onSecret('TagResource'),
  UntagResource: onSecret('UntagResource'),
  UpdateSecret: updateDemands,
  UpdateSecretVersionStage: (input: UpdateSecretVersionStageRequest, context: DemandContext) => [
    secretDemand(
      'UpdateSecretVersionStage',
      input.SecretId,
      context,
      keys(['secretsmanager:VersionStage', input.VersionStage]),
    ),
  ],
  ValidateResourcePolicy: (input: ValidateResourcePolicyRequest, context: DemandContext) =>
    ['ValidateResourcePolicy', 'PutResourcePolicy'].map((action) =>
      input.SecretId === undefined
        ? { action: `secretsmanager:${action}`, resource: '*' }
        : secretDemand(action, input.SecretId, context),
    ),
};
