/** CreateSecret, UpdateSecret, DeleteSecret, RestoreSecret, DescribeSecret and ListSecrets. */
import type {
  CreateSecretRequest,
  CreateSecretResponse,
  DeleteSecretRequest,
  DeleteSecretResponse,
  DescribeSecretRequest,
  DescribeSecretResponse,
  ListSecretsRequest,
  ListSecretsResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
} from '@sekisho/catalog/types/secretsmanager';
import { ServiceError } from '../../../protocol/service-error.ts';
import { paginate } from '../../records/page.ts';
import type { OperationContext } from '../../service.ts';
import { describe, listEntry } from '../description.ts';
import { currentStage, type SecretRecord } from '../entities.ts';
import {
  invalidNextToken,
  invalidParameter,
  invalidRequest,
  limitExceeded,
  markedForDeletion,
  resourceExists,
} from '../errors.ts';
import { matchesFilters } from '../filters.ts';
import { customerKey } from '../key-requests.ts';
import {
  listedMax,
  recoveryDaysDefault,
  recoveryDaysMax,
  recoveryDaysMin,
  secretsPerRegionMax,
} from '../limits.ts';
import { newSecretArn } from '../secret-arn.ts';
import { findSecret, isGone, requireSecret, SecretStore } from '../secret-store.ts';
import { isSameValue, openValue, readValue, sealValue } from '../secret-value.ts';
import { withTags } from '../tags.ts';

const dayMilliseconds = 86_400_000;

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
export async function createSecret(
  input: CreateSecretRequest,
  context: OperationContext,
): Promise<CreateSecretResponse> {
  const { now, runtime } = context;
  const { Name: name } = input;
  if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(name)) throw invalidName();
  if (input.AddReplicaRegions?.length || input.Type !== undefined) throw notReplicated();
  const value = readValue(input);
  const store = new SecretStore(context);
  const held = store.secrets.find(name);
  if (held !== undefined && !isGone(held.record, now)) {
    return await repeatedCreation(held.record, input, context);
  }
  if (store.secrets.count() >= secretsPerRegionMax) {
    throw limitExceeded('You have reached the maximum number of secrets.');
  }
  const versionId = input.ClientRequestToken ?? runtime.platform.random.uuid();
  const arn = newSecretArn(name, context);
  const kmsKeyId = customerKey(input.KmsKeyId);
  const key = kmsKeyId === undefined ? {} : { kmsKeyId };
  const record: SecretRecord = {
    arn,
    name,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...key,
    createdAt: now,
    changedAt: now,
    tags: withTags([], input.Tags ?? []),
    versions:
      value === undefined
        ? []
        : [{ id: versionId, stages: [currentStage], createdAt: now, ...key }],
  };
  const sealed = value && (await sealValue(value, { arn, versionId, kmsKeyId }, context));
  const values = store.values(record);
  const leftOver = held === undefined ? [] : removedValues(store, held.record);
  await context.commit([
    held === undefined ? store.secrets.create(name, record) : store.secrets.replace(held, record),
    ...leftOver,
    ...(sealed === undefined ? [] : [values.create(versionId, sealed)]),
  ]);
  return { ARN: arn, Name: name, VersionId: value === undefined ? undefined : versionId };
}

function invalidName(): ServiceError {
  return new ServiceError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the ' +
      'following: -/_+=.@!',
    400,
  );
}

function notReplicated(): ServiceError {
  return new ServiceError(
    'NotImplemented',
    'Replicas and external secret types are not implemented by this server.',
    501,
  );
}

/** A creation that is repeated with the same token and value succeeds again. */
async function repeatedCreation(
  record: SecretRecord,
  input: CreateSecretRequest,
  context: OperationContext,
): Promise<CreateSecretResponse> {
  if (record.deletedAt !== undefined) {
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for " +
        'deletion.',
    );
  }
  const { ClientRequestToken: token } = input;
  const version = record.versions.find(({ id }) => id === token);
  const value = readValue(input);
  if (version !== undefined && value !== undefined) {
    const stored = new SecretStore(context).values(record).find(version.id)?.record;
    const place = { arn: record.arn, versionId: version.id, kmsKeyId: version.kmsKeyId };
    if (stored !== undefined && isSameValue(await openValue(stored, place, context), value)) {
      return { ARN: record.arn, Name: record.name, VersionId: version.id };
    }
  }
  throw resourceExists(`The operation failed because the secret ${record.name} already exists.`);
}

function removedValues(store: SecretStore, record: SecretRecord) {
  const values = store.values(record);
  return values.all().map((held) => values.remove(held));
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
export async function deleteSecret(
  input: DeleteSecretRequest,
  context: OperationContext,
): Promise<DeleteSecretResponse> {
  const { SecretId: id, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = input;
  if (force === true && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < recoveryDaysMin || days > recoveryDaysMax)) {
    throw invalidParameter(
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    );
  }
  const { now } = context;
  const found = force === true ? findSecret(id, context) : requireSecret(id, context);
  if (found === undefined) {
    // Forced deletion of what is not there is no error.
    const arn = id.startsWith('arn:') ? id : newSecretArn(id, context);
    return { ARN: arn, Name: id, DeletionDate: new Date(now) };
  }
  const { record, store } = found;
  if (force === true) {
    await context.commit([store.secrets.remove(found), ...removedValues(store, record)]);
    return { ARN: record.arn, Name: record.name, DeletionDate: new Date(now) };
  }
  if (record.deletedAt !== undefined) throw markedForDeletion();
  const deletionEndsAt = now + (days ?? recoveryDaysDefault) * dayMilliseconds;
  await context.commit([
    store.secrets.replace(found, { ...record, deletedAt: now, deletionEndsAt }),
  ]);
  return { ARN: record.arn, Name: record.name, DeletionDate: new Date(deletionEndsAt) };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html */
export async function restoreSecret(
  input: RestoreSecretRequest,
  context: OperationContext,
): Promise<RestoreSecretResponse> {
  const found = requireSecret(input.SecretId, context);
  const { deletedAt: _, deletionEndsAt: __, ...record } = found.record;
  await context.commit([found.store.secrets.replace(found, record)]);
  return { ARN: record.arn, Name: record.name };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
export function describeSecret(
  input: DescribeSecretRequest,
  context: OperationContext,
): DescribeSecretResponse {
  return describe(requireSecret(input.SecretId, context).record);
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
export function listSecrets(
  input: ListSecretsRequest,
  context: OperationContext,
): ListSecretsResponse {
  const { SortBy: by = 'created-date', SortOrder: order = 'desc' } = input;
  const keyOf = sortKey(by);
  const found = new SecretStore(context).secrets
    .all()
    .map(({ record }) => record)
    .filter((record) => !isGone(record, context.now))
    .filter((record) => input.IncludePlannedDeletion === true || record.deletedAt === undefined)
    .filter((record) => matchesFilters(record, input.Filters ?? [], context))
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const ascending = order === 'asc';
  const request = {
    token: input.NextToken,
    itemsMax: input.MaxResults ?? listedMax,
    list: ['ListSecrets', by, order, JSON.stringify(input.Filters ?? [])],
    invalidToken: invalidNextToken,
  };
  const { items, nextToken } = paginate(
    ascending ? found : found.reverse(),
    keyOf,
    request,
    context,
    ascending ? 'ascending' : 'descending',
  );
  return { SecretList: items.map(listEntry), NextToken: nextToken };
}

function sortKey(by: string): (record: SecretRecord) => string {
  const time = (at: number | undefined) => String(at ?? 0).padStart(15, '0');
  return (record) => {
    const { name, createdAt, changedAt, accessedAt } = record;
    if (by === 'name') return name;
    if (by === 'last-changed-date') return `${time(changedAt)} ${name}`;
    return `${time(by === 'last-accessed-date' ? accessedAt : createdAt)} ${name}`;
  };
}
