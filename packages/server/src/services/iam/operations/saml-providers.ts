/** SAML 2.0 identity providers. */
import type {
  CreateSAMLProviderRequest,
  CreateSAMLProviderResponse,
  DeleteSAMLProviderRequest,
  GetSAMLProviderRequest,
  GetSAMLProviderResponse,
  ListSAMLProvidersRequest,
  ListSAMLProvidersResponse,
  UpdateSAMLProviderRequest,
  UpdateSAMLProviderResponse,
} from '@sekisho/catalog/types/iam';
import { toBase32 } from '../../../authentication/multi-factor/base32.ts';
import { createRecord, removeRecord, replaceRecord } from '../../../directory/changes.ts';
import type { SamlProviderRecord } from '../../../directory/records.ts';
import { MillisecondDate } from '../../../protocol/timestamp.ts';
import type { OperationContext } from '../../service.ts';
import { samlProviderArn } from '../arn.ts';
import { echoTags } from '../entities.ts';
import { entityAlreadyExists, invalidInput, limitExceeded, noSuchEntity } from '../errors.ts';
import { findSamlProvider } from '../find.ts';
import { checkQuota, samlPrivateKeysMax } from '../limits.ts';
import { readPrivateKey } from '../pem.ts';
import { checkSamlMetadata } from '../saml-metadata.ts';
import { readTags, toSortedTags } from '../tags.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html */
export async function createSAMLProvider(
  input: CreateSAMLProviderRequest,
  context: OperationContext,
): Promise<CreateSAMLProviderResponse> {
  const { account, now, runtime } = context;
  const { directory } = runtime;
  const { AddPrivateKey, Name: name, SAMLMetadataDocument: metadata } = input;
  const tags = readTags(input.Tags, 'exact');
  checkSamlMetadata(metadata);
  const privateKeys = AddPrivateKey === undefined ? [] : [newKey(AddPrivateKey, context)];
  if (directory.find(account, 'saml-provider', name) !== undefined) {
    // Unverified: the text (one public report), and that names differ by case.
    throw entityAlreadyExists(`Provider with name ${name} already exists.`);
  }
  checkQuota('SAMLProvidersPerAccount', directory.count(account, 'saml-provider') + 1);
  const record: SamlProviderRecord = {
    name,
    id: newId('SAMLSP', context),
    metadata,
    createdAt: now,
    encryptionMode: encryptionMode(input.AssertionEncryptionMode) ?? 'Allowed',
    privateKeys,
    tags,
  };
  await context.commit([createRecord(account, 'saml-provider', name, record)]);
  return { SAMLProviderArn: samlProviderArn(context, name), Tags: echoTags(tags) };
}

function newId(prefix: string, { runtime }: OperationContext): string {
  return prefix + toBase32(runtime.platform.random.bytes(10));
}

type PrivateKey = SamlProviderRecord['privateKeys'][number];

function newKey(pem: string, context: OperationContext): PrivateKey {
  // Unverified: the text.
  if (readPrivateKey(pem) === undefined) throw invalidInput('Could not parse private key');
  const id = newId('SAMLPK', context);
  return { id, addedAt: context.now, sealedKey: context.runtime.sealer.seal(pem, id) };
}

function encryptionMode(
  text: string | undefined,
): SamlProviderRecord['encryptionMode'] | undefined {
  return text === 'Required' || text === 'Allowed' ? text : undefined;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html */
export function getSAMLProvider(
  input: GetSAMLProviderRequest,
  context: OperationContext,
): GetSAMLProviderResponse {
  const { record } = findSamlProvider(context, input.SAMLProviderArn);
  return {
    SAMLProviderUUID: record.id,
    SAMLMetadataDocument: record.metadata,
    CreateDate: new MillisecondDate(record.createdAt),
    ValidUntil: validUntil(record),
    Tags: toSortedTags(record.tags),
    AssertionEncryptionMode: record.encryptionMode,
    PrivateKeyList: record.privateKeys.map(({ id, addedAt }) => ({
      KeyId: id,
      // Unverified: the milliseconds.
      Timestamp: new MillisecondDate(addedAt),
    })),
  };
}

/** A hundred years, whatever the metadata says. */
function validUntil({ createdAt }: SamlProviderRecord): MillisecondDate {
  const date = new MillisecondDate(createdAt);
  date.setUTCFullYear(date.getUTCFullYear() + 100);
  return date;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html */
export function listSAMLProviders(
  _input: ListSAMLProvidersRequest,
  context: OperationContext,
): ListSAMLProvidersResponse {
  const providers = context.runtime.directory.list(context.account, 'saml-provider');
  return {
    SAMLProviderList: providers.map(({ record }) => ({
      Arn: samlProviderArn(context, record.name),
      ValidUntil: validUntil(record),
      CreateDate: new MillisecondDate(record.createdAt),
    })),
  };
}

/**
 * What is not given stays.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
 */
export async function updateSAMLProvider(
  input: UpdateSAMLProviderRequest,
  context: OperationContext,
): Promise<UpdateSAMLProviderResponse> {
  const { AddPrivateKey, RemovePrivateKey, SAMLMetadataDocument, SAMLProviderArn } = input;
  const owned = findSamlProvider(context, SAMLProviderArn);
  const { record } = owned;
  if (SAMLMetadataDocument !== undefined) checkSamlMetadata(SAMLMetadataDocument);
  const kept = withoutKey(record.privateKeys, RemovePrivateKey);
  const added = AddPrivateKey === undefined ? [] : [newKey(AddPrivateKey, context)];
  const privateKeys = [...kept, ...added];
  if (privateKeys.length > samlPrivateKeysMax) {
    // Unverified: the text.
    throw limitExceeded(
      `Cannot exceed quota for PrivateKeysPerSAMLProvider: ${samlPrivateKeysMax}`,
    );
  }
  const changed = {
    ...record,
    metadata: SAMLMetadataDocument ?? record.metadata,
    encryptionMode: encryptionMode(input.AssertionEncryptionMode) ?? record.encryptionMode,
    privateKeys,
  };
  await context.commit([replaceRecord(owned, changed)]);
  return { SAMLProviderArn };
}

function withoutKey(keys: readonly PrivateKey[], id: string | undefined): readonly PrivateKey[] {
  const kept = keys.filter((key) => key.id !== id);
  if (id !== undefined && kept.length === keys.length) {
    // Unverified: the text.
    throw noSuchEntity(`The private key with id ${id} cannot be found.`);
  }
  return kept;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html */
export async function deleteSAMLProvider(
  input: DeleteSAMLProviderRequest,
  context: OperationContext,
): Promise<object> {
  await context.commit([removeRecord(findSamlProvider(context, input.SAMLProviderArn))]);
  return {};
}
