/** GetSecretValue, PutSecretValue, UpdateSecret, and the versions and labels of a secret. */
import type {
  GetSecretValueRequest,
  GetSecretValueResponse,
  ListSecretVersionIdsRequest,
  ListSecretVersionIdsResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  UpdateSecretRequest,
  UpdateSecretResponse,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@sekisho/catalog/types/secretsmanager';
import type { Change } from '../../../store/store.ts';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import { date } from '../description.ts';
import { currentStage, type SecretRecord, type SecretValue } from '../entities.ts';
import { invalidNextToken, invalidRequest, limitExceeded, resourceExists } from '../errors.ts';
import { customerKey } from '../key-requests.ts';
import { listedMax, stagesPerVersionMax } from '../limits.ts';
import { type FoundSecret, requireActiveSecret, requireSecret } from '../secret-store.ts';
import { isSameValue, openValue, readValue, sealValue } from '../secret-value.ts';
import { moveStage, pruneVersions, selectVersion, withStages } from '../versions.ts';

const dayMilliseconds = 86_400_000;

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export async function getSecretValue(
  input: GetSecretValueRequest,
  context: OperationContext,
): Promise<GetSecretValueResponse> {
  const found = requireActiveSecret(input.SecretId, context);
  const { record, store } = found;
  const version = selectVersion(record.versions, input, () =>
    invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.'),
  );
  const stored = store.values(record).find(version.id);
  if (stored === undefined) throw new Error('a version without its value');
  const place = { arn: record.arn, versionId: version.id, kmsKeyId: version.kmsKeyId };
  const value = await openValue(stored.record, place, context);
  await noteAccess(found, version.id, context);
  return {
    ARN: record.arn,
    Name: record.name,
    VersionId: version.id,
    ...(value.kind === 'string' ? { SecretString: value.text } : { SecretBinary: value.bytes }),
    VersionStages: version.stages,
    CreatedDate: new Date(version.createdAt),
  };
}

/** AWS tells the day of the last access only: one write a day. */
async function noteAccess(
  found: FoundSecret,
  versionId: string,
  { now, commit }: OperationContext,
): Promise<void> {
  const { record, store } = found;
  const accessedAt = now - (now % dayMilliseconds);
  const version = record.versions.find(({ id }) => id === versionId);
  if (record.accessedAt === accessedAt && version?.accessedAt === accessedAt) return;
  const versions = record.versions.map((each) =>
    each.id === versionId ? { ...each, accessedAt } : each,
  );
  await commit([store.secrets.replace(found, { ...record, accessedAt, versions })]);
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export async function putSecretValue(
  input: PutSecretValueRequest,
  context: OperationContext,
): Promise<PutSecretValueResponse> {
  const found = requireActiveSecret(input.SecretId, context);
  const value = readValue(input);
  if (value === undefined) {
    throw invalidRequest('You must provide either SecretString or SecretBinary.');
  }
  const { record, store } = found;
  const { arn: ARN, name: Name } = record;
  const versionId = input.ClientRequestToken ?? context.runtime.platform.random.uuid();
  const same = await repeatedVersion(found, versionId, value, context);
  if (same !== undefined) return { ARN, Name, VersionId: versionId, VersionStages: same };
  const asked = input.VersionStages ?? [currentStage];
  // The first version is always the current one.
  const stages =
    record.versions.length === 0 ? [...new Set([...asked, currentStage])] : [...new Set(asked)];
  if (stages.length > stagesPerVersionMax) {
    throw limitExceeded(`A version can have ${stagesPerVersionMax} staging labels at most.`);
  }
  const { changes, record: changed } = await addVersion(
    found,
    record,
    { versionId, value, stages },
    context,
  );
  await context.commit([store.secrets.replace(found, changed), ...changes]);
  return { ARN, Name, VersionId: versionId, VersionStages: stages };
}

/** The labels of a version of that id with the same value. Throws ResourceExistsException. */
async function repeatedVersion(
  { record, store }: FoundSecret,
  versionId: string,
  value: SecretValue,
  context: OperationContext,
): Promise<readonly string[] | undefined> {
  const version = record.versions.find(({ id }) => id === versionId);
  if (version === undefined) return undefined;
  const stored = store.values(record).find(versionId)?.record;
  const place = { arn: record.arn, versionId, kmsKeyId: version.kmsKeyId };
  if (stored !== undefined && isSameValue(await openValue(stored, place, context), value)) {
    return version.stages;
  }
  throw resourceExists(
    `You can't use ClientRequestToken ${versionId} because that value is already in use for a ` +
      `version of secret ${record.arn}.`,
  );
}

interface NewVersion {
  readonly versionId: string;
  readonly value: SecretValue;
  readonly stages: readonly string[];
}

/** The record with the version, and the changes of the stored values. */
async function addVersion(
  { store }: FoundSecret,
  record: SecretRecord,
  { versionId, value, stages }: NewVersion,
  context: OperationContext,
): Promise<{ readonly record: SecretRecord; readonly changes: readonly Change[] }> {
  const { kmsKeyId, arn } = record;
  const sealed = await sealValue(value, { arn, versionId, kmsKeyId }, context);
  const key = kmsKeyId === undefined ? {} : { kmsKeyId };
  const created = { id: versionId, stages: [], createdAt: context.now, ...key };
  const staged = withStages([...record.versions, created], versionId, stages);
  const { kept, dropped } = pruneVersions(staged);
  const values = store.values(record);
  return {
    record: { ...record, versions: kept, changedAt: context.now },
    changes: [
      values.create(versionId, sealed),
      ...dropped.flatMap(({ id }) => {
        const held = values.find(id);
        return held === undefined ? [] : [values.remove(held)];
      }),
    ],
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html */
export async function updateSecret(
  input: UpdateSecretRequest,
  context: OperationContext,
): Promise<UpdateSecretResponse> {
  const found = requireActiveSecret(input.SecretId, context);
  const { store } = found;
  const value = readValue(input);
  const versionId = input.ClientRequestToken ?? context.runtime.platform.random.uuid();
  const { Description: description } = input;
  let record: SecretRecord = {
    ...found.record,
    ...(description === undefined ? {} : { description }),
    changedAt: context.now,
  };
  const changes: Change[] = [];
  if (input.KmsKeyId !== undefined) {
    const changed = await changeKey(found, record, customerKey(input.KmsKeyId), context);
    record = changed.record;
    changes.push(...changed.changes);
  }
  if (value !== undefined) {
    const same = await repeatedVersion(found, versionId, value, context);
    if (same === undefined) {
      const version = { versionId, value, stages: [currentStage] };
      const added = await addVersion(found, record, version, context);
      record = added.record;
      changes.push(...added.changes);
    }
  }
  await context.commit([store.secrets.replace(found, record), ...changes]);
  const { arn: ARN, name: Name } = record;
  return { ARN, Name, VersionId: value === undefined ? undefined : versionId };
}

/** Versions that carry labels are encrypted anew under the new key, where the caller may. */
async function changeKey(
  { store }: FoundSecret,
  record: SecretRecord,
  kmsKeyId: string | undefined,
  context: OperationContext,
): Promise<{ readonly record: SecretRecord; readonly changes: readonly Change[] }> {
  const values = store.values(record);
  const changes: Change[] = [];
  const key = kmsKeyId === undefined ? {} : { kmsKeyId };
  const versions: SecretRecord['versions'][number][] = [];
  const last = context.authorized.decisions.at(-1);
  const isAllowed = last?.request.action !== 'kms:Encrypt' || last.outcome === 'allow';
  for (const version of record.versions) {
    const held = values.find(version.id);
    if (!isAllowed || version.stages.length === 0 || held === undefined) {
      versions.push(version);
      continue;
    }
    const place = { arn: record.arn, versionId: version.id };
    const value = await openValue(held.record, place, context);
    const sealed = await sealValue(value, { ...place, kmsKeyId }, context);
    changes.push(values.replace(held, sealed));
    const { kmsKeyId: _, ...rest } = version;
    versions.push({ ...rest, ...key });
  }
  const { kmsKeyId: _, ...rest } = record;
  return { record: { ...rest, ...key, versions }, changes };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html */
export function listSecretVersionIds(
  input: ListSecretVersionIdsRequest,
  context: OperationContext,
): ListSecretVersionIdsResponse {
  const { record } = requireSecret(input.SecretId, context);
  const versions = record.versions
    .filter(({ stages }) => input.IncludeDeprecated === true || stages.length > 0)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const request = {
    token: input.NextToken,
    itemsMax: input.MaxResults ?? listedMax,
    list: ['ListSecretVersionIds', record.arn, String(input.IncludeDeprecated)],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(versions, ({ id }) => id, request, context);
  return {
    ARN: record.arn,
    Name: record.name,
    Versions: items.map(({ id, stages, createdAt, accessedAt, kmsKeyId }) => ({
      VersionId: id,
      VersionStages: stages,
      CreatedDate: new Date(createdAt),
      LastAccessedDate: date(accessedAt),
      KmsKeyIds: [kmsKeyId ?? 'DefaultEncryptionKey'],
    })),
    NextToken: nextToken,
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
export async function updateSecretVersionStage(
  input: UpdateSecretVersionStageRequest,
  context: OperationContext,
): Promise<UpdateSecretVersionStageResponse> {
  const found = requireActiveSecret(input.SecretId, context);
  const { record, store } = found;
  const { VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to } = input;
  const versions = moveStage(record.versions, stage, from, to);
  await context.commit([
    store.secrets.replace(found, { ...record, versions, changedAt: context.now }),
  ]);
  return { ARN: record.arn, Name: record.name };
}
