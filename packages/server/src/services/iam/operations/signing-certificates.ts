/** X.509 certificates with which users sign requests to services that still take them. */
import { createHash } from 'node:crypto';
import type {
  DeleteSigningCertificateRequest,
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse,
  SigningCertificate,
  UpdateSigningCertificateRequest,
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse,
} from '@sekisho/catalog/types/iam';
import { toBase32 } from '../../../authentication/multi-factor/base32.ts';
import {
  createRecord,
  holdRecord,
  removeRecord,
  replaceRecord,
} from '../../../directory/changes.ts';
import type { Owned } from '../../../directory/directory.ts';
import type { SigningCertificateRecord, UserRecord } from '../../../directory/records.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { namedOrCallingUser } from '../calling-user.ts';
import { toDate } from '../entities.ts';
import { noSuchEntity } from '../errors.ts';
import { checkQuota } from '../limits.ts';
import { paginate } from '../pagination.ts';
import { readCertificates } from '../pem.ts';
import { readStatus } from '../status.ts';

/**
 * The same certificate again for the same user changes nothing.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
 */
export async function uploadSigningCertificate(
  input: UploadSigningCertificateRequest,
  context: OperationContext,
): Promise<UploadSigningCertificateResponse> {
  const { account, runtime } = context;
  const user = namedOrCallingUser(input.UserName, context);
  const { id: userId } = user.record;
  const id = certificateId(input.CertificateBody);
  const known = runtime.directory.find(account, 'signing-certificate', id);
  if (known !== undefined) {
    if (known.record.userId === userId) {
      return { Certificate: toCertificate(known.record, user.record) };
    }
    throw new ServiceError('DuplicateCertificate', 'Duplicate certificate uploaded.', 409);
  }
  const held = runtime.directory.credentialsOf('signing-certificate', userId);
  checkQuota('CertificatesPerUser', held.length + 1);
  const record: SigningCertificateRecord = {
    id,
    userId,
    body: input.CertificateBody,
    status: 'Active',
    createdAt: context.now,
  };
  await context.commit([
    createRecord(account, 'signing-certificate', id, record),
    holdRecord(user),
  ]);
  return { Certificate: toCertificate(record, user.record) };
}

/** The digest of the certificate. Throws MalformedCertificate. */
function certificateId(body: string): string {
  const [only, ...others] = readCertificates(body) ?? [];
  if (only === undefined || others.length > 0) {
    // Errors are logged: a private key that was sent by mistake is not.
    const named = body.includes('PRIVATE KEY') ? 'Certificate' : `Certificate ${body}`;
    throw new ServiceError('MalformedCertificate', `${named} is malformed.`, 400);
  }
  return toBase32(createHash('sha1').update(only.x509.raw).digest());
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSigningCertificate.html */
export async function updateSigningCertificate(
  input: UpdateSigningCertificateRequest,
  context: OperationContext,
): Promise<object> {
  const status = readStatus(input.Status);
  const owned = findCertificate(input.UserName, input.CertificateId, context);
  await context.commit([replaceRecord(owned, { ...owned.record, status })]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSigningCertificate.html */
export async function deleteSigningCertificate(
  input: DeleteSigningCertificateRequest,
  context: OperationContext,
): Promise<object> {
  const owned = findCertificate(input.UserName, input.CertificateId, context);
  await context.commit([removeRecord(owned)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html */
export function listSigningCertificates(
  input: ListSigningCertificatesRequest,
  context: OperationContext,
): ListSigningCertificatesResponse {
  const { record: user } = namedOrCallingUser(input.UserName, context);
  const held = context.runtime.directory.credentialsOf('signing-certificate', user.id);
  const page = paginate(held, input, context, {
    list: ['ListSigningCertificates', user.id],
    keyOf: ({ key }) => key,
    sorted: true,
  });
  return {
    Certificates: page.items.map(({ record }) => toCertificate(record, user)),
    ...page.rest,
  };
}

function toCertificate(record: SigningCertificateRecord, user: UserRecord): SigningCertificate {
  return {
    UserName: user.name,
    CertificateId: record.id,
    CertificateBody: record.body,
    Status: record.status,
    UploadDate: toDate(record.createdAt),
  };
}

/** The user's certificate of that id; another user's is as good as none. */
function findCertificate(
  userName: string | undefined,
  id: string,
  context: OperationContext,
): Owned<SigningCertificateRecord> {
  const user = namedOrCallingUser(userName, context);
  const { account, runtime } = context;
  const owned = runtime.directory.find(account, 'signing-certificate', id);
  if (owned === undefined || owned.record.id !== id || owned.record.userId !== user.record.id) {
    throw noSuchEntity(`The Certificate with id ${id} cannot be found.`);
  }
  return owned;
}
