/** Access control lists: canned, by header and by XML; what they mean under Object Ownership. */
import type { AccessControlPolicy, GetBucketAclOutput } from '@sekisho/catalog/types/s3';
import { ServiceError } from '../../protocol/service-error.ts';
import type { OperationContext } from '../service.ts';
import type { AclInput } from './authorization/condition-keys.ts';
import type { AclGrant, AclPermission, BucketRecord } from './entities.ts';
import { accessDenied, invalidArgument, invalidRequest } from './errors.ts';
import { canonicalUserId } from './owners.ts';

const groups = 'http://acs.amazonaws.com/groups';
const allUsers = `${groups}/global/AllUsers`;
const authenticatedUsers = `${groups}/global/AuthenticatedUsers`;
const logDelivery = `${groups}/s3/LogDelivery`;
const permissions = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const;

/** Grants beside the owner's FULL_CONTROL. */
function cannedGrants(name: string, bucketOwner: string): readonly AclGrant[] {
  const group = (uri: string, permission: AclPermission): AclGrant => ({
    grantee: { uri },
    permission,
  });
  const owner = { id: canonicalUserId(bucketOwner) };
  switch (name) {
    case 'private':
      return [];
    case 'public-read':
      return [group(allUsers, 'READ')];
    case 'public-read-write':
      return [group(allUsers, 'READ'), group(allUsers, 'WRITE')];
    case 'authenticated-read':
      return [group(authenticatedUsers, 'READ')];
    case 'bucket-owner-read':
      return [{ grantee: owner, permission: 'READ' }];
    case 'bucket-owner-full-control':
      return [{ grantee: owner, permission: 'FULL_CONTROL' }];
    case 'log-delivery-write':
      return [group(logDelivery, 'WRITE'), group(logDelivery, 'READ_ACP')];
    default:
      throw invalidArgument('Argument format not recognized', 'x-amz-acl', name);
  }
}

/** The list that the headers (or the XML) ask for; undefined when the request names none. */
export function requestedAcl(
  input: AclInput & { readonly AccessControlPolicy?: AccessControlPolicy | undefined },
  bucketOwner: string,
  account: string,
): readonly AclGrant[] | undefined {
  const byHeader = headerGrants(input);
  if (input.ACL !== undefined && byHeader.length > 0) {
    throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed');
  }
  if (byHeader.length > 0) return byHeader;
  if (input.ACL !== undefined) {
    const owner: AclGrant = {
      grantee: { id: canonicalUserId(account) },
      permission: 'FULL_CONTROL',
    };
    return distinct([owner, ...cannedGrants(input.ACL, bucketOwner)]);
  }
  const { Grants } = input.AccessControlPolicy ?? {};
  if (Grants === undefined) return undefined;
  return Grants.map(({ Grantee, Permission }) => ({
    grantee: toGrantee(Grantee?.ID === undefined ? 'uri' : 'id', Grantee?.ID ?? Grantee?.URI ?? ''),
    permission: toPermission(Permission),
  }));
}

function headerGrants(input: AclInput): readonly AclGrant[] {
  const headers = [
    [input.GrantFullControl, 'FULL_CONTROL'],
    [input.GrantRead, 'READ'],
    [input.GrantReadACP, 'READ_ACP'],
    [input.GrantWrite, 'WRITE'],
    [input.GrantWriteACP, 'WRITE_ACP'],
  ] as const;
  return headers.flatMap(([header, permission]) =>
    (header ?? '').split(',').flatMap((item): AclGrant[] => {
      if (header === undefined) return [];
      const match = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/.exec(item);
      if (match === null) throw invalidArgument('Argument format not recognized', 'x-amz-grant');
      return [{ grantee: toGrantee(match[1] ?? '', match[2] ?? ''), permission }];
    }),
  );
}

function toGrantee(kind: string, value: string): AclGrant['grantee'] {
  if (kind === 'id') {
    if (!/^[0-9a-f]{64}$/.test(value)) throw invalidArgument('Invalid id', 'id', value);
    return { id: value };
  }
  if (kind === 'uri') {
    if (![allUsers, authenticatedUsers, logDelivery].includes(value)) {
      throw invalidArgument('Invalid group uri', 'uri', value);
    }
    return { uri: value };
  }
  // Since 2025-10 grantees can no longer be named by their address.
  throw new ServiceError(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    405,
  );
}

function toPermission(text: string | undefined): AclPermission {
  const known = permissions.find((permission) => permission === text);
  if (known !== undefined) return known;
  throw new ServiceError(
    'MalformedACLError',
    'The XML you provided was not well-formed or did not validate against our published schema',
    400,
  );
}

function distinct(grants: readonly AclGrant[]): readonly AclGrant[] {
  const seen = new Map(grants.map((grant) => [JSON.stringify(grant), grant]));
  return [...seen.values()];
}

/** Object Ownership; new buckets have ACLs disabled. */
export function aclsDisabled(bucket: BucketRecord): boolean {
  return (bucket.ownership ?? 'BucketOwnerEnforced') === 'BucketOwnerEnforced';
}

/** What a refusal of a public list is told about. */
export interface AclRequest {
  readonly bucket: BucketRecord;
  /** The API's name of what was asked, and on which ARN. */
  readonly operation: string;
  readonly resource: string;
  readonly context: Pick<OperationContext, 'caller' | 'account'>;
}

/** Refuses a public list where Block Public Access says so. */
export function checkPublicAcl(request: AclRequest, acl: readonly AclGrant[] | undefined): void {
  const isPublic = acl?.some(
    ({ grantee }) => 'uri' in grantee && grantee.uri.startsWith(`${groups}/global/`),
  );
  if (isPublic === true && request.bucket.publicAccessBlock?.BlockPublicAcls === true) {
    throw blockedPublicAcl(request);
  }
}

/** The reason is told inside the owner's account only. */
function blockedPublicAcl({ bucket, operation, resource, context }: AclRequest): ServiceError {
  const { caller } = context;
  if (!('arn' in caller) || context.account !== bucket.owner) return accessDenied();
  return accessDenied(
    `User: ${caller.arn} is not authorized to perform: s3:${operation} on resource: ` +
      `"${resource}" because public ACLs are prevented by the BlockPublicAcls setting in S3 ` +
      'Block Public Access.',
  );
}

export function aclNotSupported(): ServiceError {
  return new ServiceError('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400);
}

/**
 * The list that a new object gets. With ACLs disabled only one that says what holds anyway is
 * taken: the canned `bucket-owner-full-control`, or full control for the bucket's owner alone
 * (which `private` is within the owner's account).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
 */
export function objectAcl(input: AclInput, request: AclRequest): readonly AclGrant[] | undefined {
  const { bucket, context } = request;
  const acl = requestedAcl(input, bucket.owner, context.account);
  checkPublicAcl(request, acl);
  if (acl === undefined) return undefined;
  if (!aclsDisabled(bucket)) return acl;
  const ownerId = canonicalUserId(bucket.owner);
  const isRedundant = acl.every(
    ({ grantee, permission }) =>
      permission === 'FULL_CONTROL' && 'id' in grantee && grantee.id === ownerId,
  );
  if (input.ACL !== 'bucket-owner-full-control' && !isRedundant) throw aclNotSupported();
  return undefined;
}

/** The list as GetBucketAcl and GetObjectAcl show it: without one, the owner's FULL_CONTROL. */
export function aclOutput(
  bucket: BucketRecord,
  account: string,
  acl: readonly AclGrant[] | undefined,
): GetBucketAclOutput {
  const ownerId = canonicalUserId(aclsDisabled(bucket) ? bucket.owner : account);
  const own: AclGrant = { grantee: { id: ownerId }, permission: 'FULL_CONTROL' };
  const grants = aclsDisabled(bucket) ? [own] : (acl ?? [own]);
  return {
    Owner: { ID: ownerId },
    Grants: grants.map(({ grantee, permission }) => ({
      Grantee:
        'id' in grantee
          ? { ID: grantee.id, Type: 'CanonicalUser' }
          : { Type: 'Group', URI: grantee.uri },
      Permission: permission,
    })),
  };
}
