/** RotateSecret and CancelRotateSecret: the rotation's state; no function is called. */
import type {
  CancelRotateSecretRequest,
  CancelRotateSecretResponse,
  RotateSecretRequest,
  RotateSecretResponse,
} from '@sekisho/catalog/types/secretsmanager';
import type { OperationContext } from '../../service.ts';
import type { Rotation } from '../entities.ts';
import { invalidParameter, invalidRequest } from '../errors.ts';
import { requireActiveSecret } from '../secret-store.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html */
export async function rotateSecret(
  input: RotateSecretRequest,
  context: OperationContext,
): Promise<RotateSecretResponse> {
  const found = requireActiveSecret(input.SecretId, context);
  const { record, store } = found;
  const lambdaArn = input.RotationLambdaARN ?? record.rotation?.lambdaArn;
  if (lambdaArn === undefined) {
    throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  }
  const { AutomaticallyAfterDays: days, ScheduleExpression: schedule } = input.RotationRules ?? {};
  if (days !== undefined && schedule !== undefined) {
    throw invalidParameter("You can't specify both AutomaticallyAfterDays and ScheduleExpression.");
  }
  const versionId = input.ClientRequestToken ?? context.runtime.platform.random.uuid();
  const rotation: Rotation = {
    ...(input.RotationRules === undefined ? record.rotation : rulesOf(input.RotationRules)),
    enabled: true,
    lambdaArn,
  };
  await context.commit([
    store.secrets.replace(found, { ...record, rotation, changedAt: context.now }),
  ]);
  return { ARN: record.arn, Name: record.name, VersionId: versionId };
}

function rulesOf(rules: NonNullable<RotateSecretRequest['RotationRules']>) {
  const { AutomaticallyAfterDays: days, Duration: duration, ScheduleExpression: schedule } = rules;
  return {
    ...(days === undefined ? {} : { automaticallyAfterDays: days }),
    ...(duration === undefined ? {} : { duration }),
    ...(schedule === undefined ? {} : { scheduleExpression: schedule }),
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html */
export async function cancelRotateSecret(
  input: CancelRotateSecretRequest,
  context: OperationContext,
): Promise<CancelRotateSecretResponse> {
  const found = requireActiveSecret(input.SecretId, context);
  const { record, store } = found;
  const { rotation } = record;
  if (rotation === undefined) {
    throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  }
  const changed = { ...record, rotation: { ...rotation, enabled: false } };
  await context.commit([store.secrets.replace(found, changed)]);
  return { ARN: record.arn, Name: record.name };
}
