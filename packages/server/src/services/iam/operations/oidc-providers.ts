/** OpenID Connect identity providers. */
import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from '@sekisho/catalog/types/iam';
import { createRecord, removeRecord, replaceRecord } from '../../../directory/changes.ts';
import { foldCase, type OidcProviderRecord } from '../../../directory/records.ts';
import { MillisecondDate } from '../../../protocol/timestamp.ts';
import type { OperationContext } from '../../service.ts';
import { oidcProviderArn } from '../arn.ts';
import { echoTags } from '../entities.ts';
import { entityAlreadyExists, invalidInput, validationError } from '../errors.ts';
import { findOidcProvider } from '../find.ts';
import { checkQuota, thumbprintsMax } from '../limits.ts';
import { readTags, toSortedTags } from '../tags.ts';

/**
 * Without thumbprints none are kept: AWS would fetch the issuer's certificate chain, which a
 * server that may stand without a network does not do.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export async function createOpenIDConnectProvider(
  input: CreateOpenIDConnectProviderRequest,
  context: OperationContext,
): Promise<CreateOpenIDConnectProviderResponse> {
  const { account, runtime } = context;
  const { directory } = runtime;
  const tags = readTags(input.Tags, 'exact');
  const url = readUrl(input.Url);
  const thumbprints = readThumbprints(input.ThumbprintList ?? []);
  const clientIds = [...new Set(input.ClientIDList)];
  checkQuota('ClientIdsPerOpenIdConnectProvider', clientIds.length);
  if (directory.find(account, 'oidc-provider', url) !== undefined) {
    throw entityAlreadyExists(`Provider with url https://${url} already exists.`);
  }
  checkQuota('OpenIDConnectProvidersPerAccount', directory.count(account, 'oidc-provider') + 1);
  const record = { url, clientIds, thumbprints, createdAt: context.now, tags };
  await context.commit([createRecord(account, 'oidc-provider', url, record)]);
  return { OpenIDConnectProviderArn: oidcProviderArn(context, url), Tags: echoTags(tags) };
}

/** The URL without its scheme and without `:443`; case, path and trailing slash are kept. */
function readUrl(text: string): string {
  if (!URL.canParse(text)) throw validationError('Invalid Open ID Connect Provider URL');
  if (!text.startsWith('https://')) {
    throw invalidInput('Invalid Open ID Connect Provider URL. The URL must begin with https://.');
  }
  if (text.includes('?') || text.includes('#')) throw invalidInput('Unknown');
  const rest = text.slice('https://'.length);
  const slash = rest.indexOf('/');
  const host = slash === -1 ? rest : rest.slice(0, slash);
  if (!/^[A-Za-z0-9.-]+(?::[0-9]{1,5})?$/.test(host) || !/^[!-~]*$/.test(rest)) {
    throw validationError('Invalid Open ID Connect Provider URL');
  }
  return host.replace(/:443$/, '') + rest.slice(host.length);
}

function readThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > thumbprintsMax) {
    throw invalidInput('Thumbprint list must contain fewer than 5 entries.');
  }
  for (const thumbprint of thumbprints) {
    if ([...thumbprint].length !== 40) {
      throw validationError('Thumbprint must be exactly 40 characters.');
    }
  }
  return thumbprints.map(foldCase);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html */
export function getOpenIDConnectProvider(
  input: GetOpenIDConnectProviderRequest,
  context: OperationContext,
): GetOpenIDConnectProviderResponse {
  const { record } = findOidcProvider(context, input.OpenIDConnectProviderArn);
  return {
    Url: record.url,
    ClientIDList: record.clientIds,
    ThumbprintList: record.thumbprints,
    // With milliseconds, unlike IAM's other dates.
    CreateDate: new MillisecondDate(record.createdAt),
    Tags: toSortedTags(record.tags),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html */
export function listOpenIDConnectProviders(
  _input: ListOpenIDConnectProvidersRequest,
  context: OperationContext,
): ListOpenIDConnectProvidersResponse {
  const providers = context.runtime.directory.list(context.account, 'oidc-provider');
  return {
    OpenIDConnectProviderList: providers.map(({ record }) => ({
      Arn: oidcProviderArn(context, record.url),
    })),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html */
export async function deleteOpenIDConnectProvider(
  input: DeleteOpenIDConnectProviderRequest,
  context: OperationContext,
): Promise<object> {
  const arn = input.OpenIDConnectProviderArn;
  const absent = `OpenId connect Provider ${arn} cannot be found.`;
  await context.commit([removeRecord(findOidcProvider(context, arn, absent))]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html */
export async function addClientIDToOpenIDConnectProvider(
  input: AddClientIDToOpenIDConnectProviderRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findOidcProvider(context, input.OpenIDConnectProviderArn);
  const { clientIds } = owned.record;
  if (clientIds.includes(input.ClientID)) return {};
  checkQuota('ClientIdsPerOpenIdConnectProvider', clientIds.length + 1);
  const changed: OidcProviderRecord = {
    ...owned.record,
    clientIds: [...clientIds, input.ClientID],
  };
  await context.commit([replaceRecord(owned, changed)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html */
export async function removeClientIDFromOpenIDConnectProvider(
  input: RemoveClientIDFromOpenIDConnectProviderRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findOidcProvider(context, input.OpenIDConnectProviderArn);
  const { clientIds } = owned.record;
  if (!clientIds.includes(input.ClientID)) return {};
  const rest = clientIds.filter((clientId) => clientId !== input.ClientID);
  await context.commit([replaceRecord(owned, { ...owned.record, clientIds: rest })]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html */
export async function updateOpenIDConnectProviderThumbprint(
  input: UpdateOpenIDConnectProviderThumbprintRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findOidcProvider(context, input.OpenIDConnectProviderArn);
  if (input.ThumbprintList.length === 0) {
    throw invalidInput('Thumbprint list must contain at least one entry.');
  }
  const thumbprints = readThumbprints(input.ThumbprintList);
  await context.commit([replaceRecord(owned, { ...owned.record, thumbprints })]);
  return {};
}
