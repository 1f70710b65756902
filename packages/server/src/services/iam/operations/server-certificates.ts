/** Certificates for TLS that load balancers and distributions take from IAM. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import type {
  DeleteServerCertificateRequest,
  GetServerCertificateRequest,
  GetServerCertificateResponse,
  ListServerCertificatesRequest,
  ListServerCertificatesResponse,
  ServerCertificateMetadata,
  UpdateServerCertificateRequest,
  UploadServerCertificateRequest,
  UploadServerCertificateResponse,
} from '@sekisho/catalog/types/iam';
import { createRecord, removeRecord, replaceRecord } from '../../../directory/changes.ts';
import { foldCase, type ServerCertificateRecord } from '../../../directory/records.ts';
import { createUniqueId } from '../../../platform/unique-id.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { entityArn } from '../arn.ts';
import { echoTags, toDate } from '../entities.ts';
import { entityAlreadyExists } from '../errors.ts';
import { findServerCertificate } from '../find.ts';
import { checkQuota } from '../limits.ts';
import { checkName, checkPath, checkPathPrefix } from '../names.ts';
import { paginate } from '../pagination.ts';
import { type PemCertificate, readCertificates, readPrivateKey } from '../pem.ts';
import { readTags, toSortedTags } from '../tags.ts';

/**
 * Certificates that follow the first one in the body are its chain.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadServerCertificate.html
 */
export async function uploadServerCertificate(
  input: UploadServerCertificateRequest,
  context: OperationContext,
): Promise<UploadServerCertificateResponse> {
  const { account, now, runtime } = context;
  const { directory, platform, sealer } = runtime;
  const { ServerCertificateName: name, Path: path = '/' } = input;
  checkName('serverCertificateName', name);
  checkPath(input.Path);
  const tags = readTags(input.Tags, 'exact');
  const { certificate, chain } = readMaterial(input, now);
  checkNameIsFree(name, context);
  checkQuota('ServerCertificates', directory.count(account, 'server-certificate') + 1);
  const id = createUniqueId('ASCA', account, platform.random);
  const record: ServerCertificateRecord = {
    name,
    id,
    path,
    createdAt: now,
    expiresAt: Date.parse(certificate.x509.validTo),
    body: certificate.text,
    ...(chain.length === 0 ? {} : { chain: chain.map(({ text }) => text).join('\n') }),
    sealedPrivateKey: sealer.seal(input.PrivateKey, `server-certificate ${id}`),
    tags,
  };
  await context.commit([createRecord(account, 'server-certificate', name, record)]);
  return { ServerCertificateMetadata: toMetadata(record, context), Tags: echoTags(tags) };
}

function checkNameIsFree(name: string, { account, runtime }: OperationContext): void {
  if (runtime.directory.find(account, 'server-certificate', name) === undefined) return;
  throw entityAlreadyExists(`The Server Certificate with name ${name} already exists.`);
}

interface Material {
  readonly certificate: PemCertificate;
  readonly chain: readonly PemCertificate[];
}

/** Throws MalformedCertificate and KeyPairMismatch. */
function readMaterial(input: UploadServerCertificateRequest, now: number): Material {
  const [certificate, ...following] = readCertificates(input.CertificateBody) ?? [];
  if (certificate === undefined) {
    throw malformedCertificate(
      'Unable to parse certificate. Please ensure the certificate is in PEM format.',
    );
  }
  if (Date.parse(certificate.x509.validTo) < now) {
    throw malformedCertificate(
      "Certificate is no longer valid. The 'Not After' date restriction on the certificate has " +
        'passed.',
    );
  }
  const key = readPrivateKey(input.PrivateKey);
  // Unverified: the text.
  if (key === undefined) throw malformedCertificate('Invalid Private Key.');
  checkKeyPair(certificate.x509, key);
  const chain =
    input.CertificateChain === undefined ? following : readCertificates(input.CertificateChain);
  if (chain === undefined) throw malformedCertificate('Unknown');
  checkChain(certificate, chain);
  return { certificate, chain };
}

function malformedCertificate(message: string): ServiceError {
  return new ServiceError('MalformedCertificate', message, 400);
}

function checkKeyPair(certificate: X509Certificate, key: KeyObject): void {
  if (certificate.checkPrivateKey(key)) return;
  throw new ServiceError(
    'KeyPairMismatch',
    'The private key did not match the public key provided. ' +
      'Please verify the key material and try again.',
    400,
  );
}

/** Each certificate must have been signed by the next one. */
function checkChain(certificate: PemCertificate, chain: readonly PemCertificate[]): void {
  let signed = certificate.x509;
  for (const { x509: signer } of chain) {
    if (!signed.checkIssued(signer) || !signed.verify(signer.publicKey)) {
      throw malformedCertificate(
        'Unable to validate certificate chain. The certificate chain must start with the ' +
          'immediate signing certificate, followed by any intermediaries in order. ' +
          'The index within the chain of the invalid certificate is: -1',
      );
    }
    signed = signer;
  }
}

/**
 * The private key is never shown.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServerCertificate.html
 */
export function getServerCertificate(
  input: GetServerCertificateRequest,
  context: OperationContext,
): GetServerCertificateResponse {
  const { record } = findServerCertificate(context, input.ServerCertificateName);
  return {
    ServerCertificate: {
      ServerCertificateMetadata: toMetadata(record, context),
      CertificateBody: record.body,
      CertificateChain: record.chain,
      Tags: toSortedTags(record.tags),
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html */
export function listServerCertificates(
  input: ListServerCertificatesRequest,
  context: OperationContext,
): ListServerCertificatesResponse {
  const { PathPrefix } = input;
  checkPathPrefix(PathPrefix);
  const certificates = context.runtime.directory
    .list(context.account, 'server-certificate')
    .filter(({ record }) => record.path.startsWith(PathPrefix ?? '/'));
  const page = paginate(certificates, input, context, {
    list: ['ListServerCertificates', PathPrefix],
    keyOf: ({ record }) => foldCase(record.name),
    sorted: true,
  });
  const items = page.items.map(({ record }) => toMetadata(record, context));
  return { ServerCertificateMetadataList: items, ...page.rest };
}

/**
 * The id stays.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServerCertificate.html
 */
export async function updateServerCertificate(
  input: UpdateServerCertificateRequest,
  context: OperationContext,
): Promise<object> {
  const { NewPath, NewServerCertificateName } = input;
  if (NewServerCertificateName !== undefined) {
    checkName('newServerCertificateName', NewServerCertificateName);
  }
  checkPath(NewPath, 'newPath');
  const owned = findServerCertificate(context, input.ServerCertificateName);
  const { record } = owned;
  const name = NewServerCertificateName ?? record.name;
  const renamed = { ...record, name, path: NewPath ?? record.path };
  if (foldCase(name) === foldCase(record.name)) {
    await context.commit([replaceRecord(owned, renamed)]);
    return {};
  }
  checkNameIsFree(name, context);
  await context.commit([
    removeRecord(owned),
    createRecord(context.account, 'server-certificate', name, renamed),
  ]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html */
export async function deleteServerCertificate(
  input: DeleteServerCertificateRequest,
  context: OperationContext,
): Promise<object> {
  await context.commit([removeRecord(findServerCertificate(context, input.ServerCertificateName))]);
  return {};
}

function toMetadata(
  record: ServerCertificateRecord,
  context: OperationContext,
): ServerCertificateMetadata {
  return {
    Path: record.path,
    ServerCertificateName: record.name,
    ServerCertificateId: record.id,
    Arn: entityArn(context, 'server-certificate', record),
    UploadDate: toDate(record.createdAt),
    Expiration: toDate(record.expiresAt),
  };
}
