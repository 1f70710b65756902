/** A secret as DescribeSecret and ListSecrets show it. */
import type {
  DescribeSecretResponse,
  SecretListEntry,
} from '@sekisho/catalog/types/secretsmanager';
import type { Rotation, SecretRecord } from './entities.ts';
import { stagesById } from './versions.ts';

const dayMilliseconds = 86_400_000;

export function describe(record: SecretRecord): DescribeSecretResponse {
  return { ...shared(record), VersionIdsToStages: stagesById(record.versions) };
}

export function listEntry(record: SecretRecord): SecretListEntry {
  return { ...shared(record), SecretVersionsToStages: stagesById(record.versions) };
}

function shared(record: SecretRecord) {
  const { rotation, tags } = record;
  return {
    ARN: record.arn,
    Name: record.name,
    Description: record.description,
    KmsKeyId: record.kmsKeyId,
    ...(rotation === undefined ? {} : rotationMembers(rotation, record)),
    LastRotatedDate: date(record.rotatedAt),
    LastChangedDate: new Date(record.changedAt),
    LastAccessedDate: date(record.accessedAt),
    DeletedDate: date(record.deletedAt),
    Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    CreatedDate: new Date(record.createdAt),
  };
}

function rotationMembers(rotation: Rotation, { rotatedAt, createdAt }: SecretRecord) {
  const { enabled, lambdaArn, automaticallyAfterDays: days } = rotation;
  const { duration, scheduleExpression } = rotation;
  const next = days === undefined ? undefined : (rotatedAt ?? createdAt) + days * dayMilliseconds;
  return {
    RotationEnabled: enabled,
    RotationLambdaARN: lambdaArn,
    RotationRules: {
      AutomaticallyAfterDays: days,
      Duration: duration,
      ScheduleExpression: scheduleExpression,
    },
    NextRotationDate: enabled ? date(next) : undefined,
  };
}

export function date(milliseconds: number | undefined): Date | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}
