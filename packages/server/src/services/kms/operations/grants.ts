/** CreateGrant, ListGrants, ListRetirableGrants, RevokeGrant and RetireGrant. */
import { createHash } from 'node:crypto';
import type {
  CreateGrantRequest,
  CreateGrantResponse,
  GrantListEntry,
  ListGrantsRequest,
  ListGrantsResponse,
  ListRetirableGrantsRequest,
  RetireGrantRequest,
  RevokeGrantRequest,
} from '@sekisho/catalog/types/kms';
import { principalExists, principalId } from '../../iam/principal-look-up.ts';
import type { OperationContext } from '../../service.ts';
import { contextPairs } from '../encryption-context.ts';
import type { GrantRecord } from '../entities.ts';
import { invalid, invalidArn, limitExceeded, notFound, notWritten } from '../errors.ts';
import { findGrant, grantToken } from '../grant-reference.ts';
import { KeyStore, requireEnabled, requireKeyById } from '../key-store.ts';
import { grantsListedDefault, grantsPerKeyMax } from '../limits.ts';
import { listPage } from '../list-page.ts';

/** What a grant of a symmetric key can allow. */
const operations = new Set([
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
]);

/** Throws InvalidArnException. */
function checkPrincipal(arn: string, context: OperationContext): void {
  if (arn.startsWith('arn:') && principalExists(arn, context)) return;
  throw invalidArn(`ARN does not refer to a valid principal: ${arn}`);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html */
export async function createGrant(
  input: CreateGrantRequest,
  context: OperationContext,
): Promise<CreateGrantResponse> {
  const { record: key, store } = requireEnabled(requireKeyById(input.KeyId, context));
  const { Constraints: constraints = {}, RetiringPrincipal: retiring } = input;
  const isService = input.GranteeServicePrincipal ?? input.RetiringServicePrincipal;
  if (isService !== undefined || constraints.SourceArn !== undefined) {
    throw notWritten('A grant to a service principal');
  }
  const unknown = input.Operations.find((operation) => !operations.has(operation));
  if (unknown !== undefined || input.Operations.length === 0) {
    // Unverified: the text.
    throw invalid('Operations must be a non-empty list of what the key supports.');
  }
  checkPrincipal(input.GranteePrincipal, context);
  if (retiring !== undefined) checkPrincipal(retiring, context);
  const made = newGrant(input, context);
  const grants = store.grants(key.id);
  const all = grants.all().map(({ record }) => record);
  const same = input.Name === undefined ? undefined : all.find((grant) => isSame(grant, made));
  if (same !== undefined) {
    return { GrantId: same.id, GrantToken: grantToken(key.arn, same.id, context) };
  }
  if (all.length >= grantsPerKeyMax) {
    throw limitExceeded('The request was rejected because a quota was exceeded.');
  }
  if (input.DryRun === true) throw notWritten('DryRun of CreateGrant');
  await context.commit([grants.create(made.id, made)]);
  return { GrantId: made.id, GrantToken: grantToken(key.arn, made.id, context) };
}

function newGrant(input: CreateGrantRequest, context: OperationContext): GrantRecord {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } =
    input.Constraints ?? {};
  const { GranteePrincipal: grantee, RetiringPrincipal: retiring, Name: name } = input;
  const granteeId = principalId(grantee, context);
  const retiringId = retiring === undefined ? undefined : principalId(retiring, context);
  const seed = context.runtime.platform.random.bytes(32);
  return {
    id: createHash('sha256').update(seed).digest('hex'),
    ...(name === undefined ? {} : { name }),
    granteePrincipal: grantee,
    ...(granteeId === undefined ? {} : { granteeId }),
    ...(retiring === undefined ? {} : { retiringPrincipal: retiring }),
    ...(retiringId === undefined ? {} : { retiringId }),
    issuingAccount: context.account,
    operations: [...new Set(input.Operations)],
    ...(equals === undefined ? {} : { contextEquals: contextPairs(equals) }),
    ...(subset === undefined ? {} : { contextSubset: contextPairs(subset) }),
    createdAt: context.now,
  };
}

/** A grant of the same name and terms is not made twice. */
function isSame(one: GrantRecord, other: GrantRecord): boolean {
  const terms = ({ id: _, createdAt: __, ...rest }: GrantRecord) =>
    JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
  return terms(one) === terms(other);
}

function entry(grant: GrantRecord, keyArn: string, context: OperationContext): GrantListEntry {
  const { contextEquals, contextSubset } = grant;
  const root = `arn:${context.partition}:iam::${grant.issuingAccount}:root`;
  return {
    KeyId: keyArn,
    GrantId: grant.id,
    Name: grant.name ?? '',
    CreationDate: new Date(grant.createdAt),
    GranteePrincipal: grant.granteePrincipal,
    RetiringPrincipal: grant.retiringPrincipal,
    IssuingAccount: root,
    Operations: grant.operations,
    ...(contextEquals === undefined && contextSubset === undefined
      ? {}
      : {
          Constraints: {
            EncryptionContextEquals: contextEquals && new Map(contextEquals),
            EncryptionContextSubset: contextSubset && new Map(contextSubset),
          },
        }),
  };
}

const byId = ({ GrantId }: GrantListEntry): string => GrantId ?? '';

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html */
export function listGrants(
  input: ListGrantsRequest,
  context: OperationContext,
): ListGrantsResponse {
  const { record: key, store } = requireKeyById(input.KeyId, context);
  const { GrantId: id, GranteePrincipal: grantee } = input;
  const grants = store
    .grants(key.id)
    .all()
    .map(({ record }) => entry(record, key.arn, context))
    .filter(({ GrantId, GranteePrincipal }) => {
      return (id ?? GrantId) === GrantId && (grantee ?? GranteePrincipal) === GranteePrincipal;
    });
  const list = ['ListGrants', key.arn, id, grantee];
  const { items, rest } = listPage(grants, byId, input, list, context, grantsListedDefault);
  return { Grants: items, ...rest };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html */
export function listRetirableGrants(
  input: ListRetirableGrantsRequest,
  context: OperationContext,
): ListGrantsResponse {
  const { RetiringPrincipal: retiring } = input;
  const store = new KeyStore(context);
  const grants = store.keys
    .all()
    .flatMap(({ record: key }) =>
      store
        .grants(key.id)
        .all()
        .filter(({ record }) => record.retiringPrincipal === retiring)
        .map(({ record }) => entry(record, key.arn, context)),
    )
    .sort((one, other) => (byId(one) < byId(other) ? -1 : 1));
  const list = ['ListRetirableGrants', retiring];
  const { items, rest } = listPage(grants, byId, input, list, context, grantsListedDefault);
  return { Grants: items, ...rest };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html */
export async function revokeGrant(
  input: RevokeGrantRequest,
  context: OperationContext,
): Promise<object> {
  const key = requireKeyById(input.KeyId, context);
  const grants = key.store.grants(key.record.id);
  const grant = grants.find(input.GrantId);
  if (grant === undefined) throw notFound(`Grant ID ${input.GrantId} not found`);
  if (input.DryRun === true) throw notWritten('DryRun of RevokeGrant');
  await context.commit([grants.remove(grant)]);
  return {};
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html */
export async function retireGrant(
  input: RetireGrantRequest,
  context: OperationContext,
): Promise<object> {
  const found = findGrant(input, context);
  if (found === undefined) {
    // Unverified: the text, and of an unknown token the code.
    throw notFound(`Grant ID ${input.GrantId ?? ''} not found`);
  }
  if (input.DryRun === true) throw notWritten('DryRun of RetireGrant');
  const { key, grant } = found;
  await context.commit([key.store.grants(key.record.id).remove(grant)]);
  return {};
}
