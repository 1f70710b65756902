/** Credentials of users that one service takes: a user name and password, or an API key. */
import type {
  CreateServiceSpecificCredentialRequest,
  CreateServiceSpecificCredentialResponse,
  DeleteServiceSpecificCredentialRequest,
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse,
  ResetServiceSpecificCredentialRequest,
  ResetServiceSpecificCredentialResponse,
  ServiceSpecificCredential,
  ServiceSpecificCredentialMetadata,
  UpdateServiceSpecificCredentialRequest,
} from '@sekisho/catalog/types/iam';
import {
  createRecord,
  holdRecord,
  removeRecord,
  replaceRecord,
} from '../../../directory/changes.ts';
import type { Owned } from '../../../directory/directory.ts';
import {
  foldCase,
  type ServiceSpecificCredentialRecord,
  type UserRecord,
} from '../../../directory/records.ts';
import type { Random } from '../../../platform/platform.ts';
import { createUniqueId } from '../../../platform/unique-id.ts';
import type { OperationContext } from '../../service.ts';
import { namedOrCallingUser } from '../calling-user.ts';
import { toDate } from '../entities.ts';
import { noSuchEntity, validationError } from '../errors.ts';
import { findUser } from '../find.ts';
import { checkQuota } from '../limits.ts';
import { paginate } from '../pagination.ts';
import { readStatus } from '../status.ts';

/** Services with such credentials, and whether they are a password or an API key. */
const services: ReadonlyMap<string, 'password' | 'api-key'> = new Map([
  ['bedrock.amazonaws.com', 'api-key'],
  ['cassandra.amazonaws.com', 'password'],
  ['codecommit.amazonaws.com', 'password'],
  ['logs.amazonaws.com', 'api-key'],
]);

const bedrock = 'bedrock.amazonaws.com';
const dayMilliseconds = 86_400_000;

/**
 * The only time, besides a reset, that the secret is shown.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
 */
export async function createServiceSpecificCredential(
  input: CreateServiceSpecificCredentialRequest,
  context: OperationContext,
): Promise<CreateServiceSpecificCredentialResponse> {
  const { account, now, runtime } = context;
  const { CredentialAgeDays: ageDays } = input;
  const user = findUser(context, input.UserName);
  const serviceName = readServiceName(input.ServiceName);
  if (ageDays !== undefined && services.get(serviceName) === 'password') {
    // Unverified: the code and the text.
    throw validationError('CredentialAgeDays is not supported for this service');
  }
  const held = runtime.directory
    .credentialsOf('service-specific-credential', user.record.id)
    .filter(({ record }) => record.serviceName === serviceName);
  checkQuota('ContextSpecificCredentialsPerUserPerContext', held.length + 1);
  const id = createUniqueId('ACCA', account, runtime.platform.random);
  const credentialName = freeName(user.record.name, serviceName, context);
  const secret = createSecret(serviceName, credentialName, runtime.platform.random);
  const record: ServiceSpecificCredentialRecord = {
    id,
    userId: user.record.id,
    serviceName,
    credentialName,
    sealedSecret: runtime.sealer.seal(secret, associated(id)),
    status: 'Active',
    createdAt: now,
    ...(ageDays === undefined ? {} : { expiresAt: now + ageDays * dayMilliseconds }),
  };
  await context.commit([
    createRecord(account, 'service-specific-credential', id, record),
    holdRecord(user),
  ]);
  return { ServiceSpecificCredential: withSecret(record, user.record, secret, now) };
}

/** The service in its own spelling. Throws NoSuchEntity. */
function readServiceName(name: string): string {
  const folded = foldCase(name);
  if (services.has(folded)) return folded;
  throw noSuchEntity(`No such service ${name} is supported for Service Specific Credentials`);
}

/** `U-at-ACCOUNT`, and `U+1-at-ACCOUNT` when that is taken. */
function freeName(
  userName: string,
  serviceName: string,
  { account, runtime }: OperationContext,
): string {
  const taken = new Set(
    runtime.directory
      .list(account, 'service-specific-credential')
      .filter(({ record }) => record.serviceName === serviceName)
      .map(({ record }) => record.credentialName),
  );
  let name = `${userName}-at-${account}`;
  for (let number = 1; taken.has(name); number += 1) name = `${userName}+${number}-at-${account}`;
  return name;
}

/** Unverified: what an API key holds, besides its beginning and its length. */
function createSecret(serviceName: string, credentialName: string, random: Random): string {
  const password = Buffer.from(random.bytes(45)).toString('base64');
  if (services.get(serviceName) === 'password') return password;
  const key = Buffer.from(`${credentialName}:${password}`.padEnd(111, '=')).toString('base64');
  return serviceName === bedrock ? `ABSK${key}` : key;
}

function associated(id: string): string {
  return `service-specific-credential ${id}`;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html */
export function listServiceSpecificCredentials(
  input: ListServiceSpecificCredentialsRequest,
  context: OperationContext,
): ListServiceSpecificCredentialsResponse {
  const { account, now, runtime } = context;
  const { AllUsers = false, ServiceName, UserName } = input;
  if (AllUsers && UserName !== undefined) {
    // Unverified: the code and the text.
    throw validationError('UserName and AllUsers cannot be specified together');
  }
  const user = AllUsers ? undefined : namedOrCallingUser(UserName, context).record;
  const service = ServiceName === undefined ? undefined : readServiceName(ServiceName);
  const held =
    user === undefined
      ? runtime.directory.list(account, 'service-specific-credential')
      : runtime.directory.credentialsOf('service-specific-credential', user.id);
  const listed = held.filter(
    ({ record }) => service === undefined || record.serviceName === service,
  );
  const page = paginate(listed, input, context, {
    list: ['ListServiceSpecificCredentials', user?.id, service],
    keyOf: ({ key }) => key,
    sorted: true,
  });
  const items = page.items.flatMap(({ record }) => {
    const owner = user ?? runtime.directory.userById(record.userId)?.record;
    return owner === undefined ? [] : [toMetadata(record, owner, now)];
  });
  return { ServiceSpecificCredentials: items, ...page.rest };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServiceSpecificCredential.html */
export async function updateServiceSpecificCredential(
  input: UpdateServiceSpecificCredentialRequest,
  context: OperationContext,
): Promise<object> {
  const status = readStatus(input.Status);
  const { owned } = findCredential(input, context);
  await context.commit([replaceRecord(owned, { ...owned.record, status })]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResetServiceSpecificCredential.html */
export async function resetServiceSpecificCredential(
  input: ResetServiceSpecificCredentialRequest,
  context: OperationContext,
): Promise<ResetServiceSpecificCredentialResponse> {
  const { owned, user } = findCredential(input, context);
  const { credentialName, id, serviceName } = owned.record;
  const { platform, sealer } = context.runtime;
  const secret = createSecret(serviceName, credentialName, platform.random);
  const record = { ...owned.record, sealedSecret: sealer.seal(secret, associated(id)) };
  await context.commit([replaceRecord(owned, record)]);
  return { ServiceSpecificCredential: withSecret(record, user, secret, context.now) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceSpecificCredential.html */
export async function deleteServiceSpecificCredential(
  input: DeleteServiceSpecificCredentialRequest,
  context: OperationContext,
): Promise<object> {
  await context.commit([removeRecord(findCredential(input, context).owned)]);
  return {};
}

function toMetadata(
  record: ServiceSpecificCredentialRecord,
  user: UserRecord,
  now: number,
): ServiceSpecificCredentialMetadata {
  const { credentialName, expiresAt, serviceName } = record;
  const named =
    services.get(serviceName) === 'password'
      ? { ServiceUserName: credentialName }
      : { ServiceCredentialAlias: credentialName };
  return {
    UserName: user.name,
    Status: expiresAt !== undefined && expiresAt <= now ? 'Expired' : record.status,
    ...named,
    CreateDate: toDate(record.createdAt),
    ExpirationDate: expiresAt === undefined ? undefined : toDate(expiresAt),
    ServiceSpecificCredentialId: record.id,
    ServiceName: serviceName,
  };
}

function withSecret(
  record: ServiceSpecificCredentialRecord,
  user: UserRecord,
  secret: string,
  now: number,
): ServiceSpecificCredential {
  const shown =
    services.get(record.serviceName) === 'password'
      ? { ServicePassword: secret }
      : { ServiceCredentialSecret: secret };
  return { ...toMetadata(record, user, now), ...shown };
}

function findCredential(
  input: { readonly UserName?: string | undefined; readonly ServiceSpecificCredentialId: string },
  context: OperationContext,
): { readonly owned: Owned<ServiceSpecificCredentialRecord>; readonly user: UserRecord } {
  const { ServiceSpecificCredentialId: id } = input;
  const { account, runtime } = context;
  const { record: user } = namedOrCallingUser(input.UserName, context);
  const owned = runtime.directory.find(account, 'service-specific-credential', id);
  if (owned === undefined || owned.record.id !== id) {
    throw noSuchEntity(`No such credential ${id} exists`);
  }
  if (owned.record.userId !== user.id) {
    throw validationError(
      `User ${user.name} does not have a service specific credential with id ${id}`,
    );
  }
  return { owned, user };
}
