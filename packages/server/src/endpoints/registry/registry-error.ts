/**
 * The registry's errors: JSON with a code of the distribution specification and ECR's words.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
import type { HttpResponse } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';

/** The header that every answer of a registry carries. */
export const apiVersion = ['Docker-Distribution-Api-Version', 'registry/2.0'] as const;

type Headers = readonly (readonly [name: string, value: string])[];

function error(code: string, status: number, message: string, headers: Headers = []): ServiceError {
  return new ServiceError(code, message, status, [], headers);
}

// Unverified: the texts from here on, where no comment says otherwise; the codes are the
// specification's.
export function pathUnknown(): ServiceError {
  return error('UNSUPPORTED', 404, 'The registry has no such path');
}

export function methodUnsupported(allowed: readonly string[]): ServiceError {
  return error('UNSUPPORTED', 405, 'The operation is unsupported.', [
    ['Allow', allowed.join(', ')],
  ]);
}

/** The words are those of the API for such a name. */
export function nameInvalid(name: string): ServiceError {
  const constraint =
    name.length < 2
      ? 'must have length greater than or equal to 2'
      : name.length > 256
        ? 'must have length less than or equal to 256'
        : "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*" +
          "[a-z0-9]+(?:[._-][a-z0-9]+)*'";
  const message = `Invalid parameter at 'repositoryName' failed to satisfy constraint: '${constraint}'`;
  return error('NAME_INVALID', 400, message);
}

export function digestInvalid(digest: string): ServiceError {
  return error('DIGEST_INVALID', 400, `Invalid digest '${printable(digest)}'`);
}

export function tagInvalid(tag: string): ServiceError {
  return error('TAG_INVALID', 400, `Invalid tag '${printable(tag)}'`);
}

export function sizeInvalid(message: string): ServiceError {
  return error('SIZE_INVALID', 400, message);
}

export function pageInvalid(): ServiceError {
  return error('PAGINATION_NUMBER_INVALID', 400, 'Invalid number of results requested');
}

export function manifestTooLarge(): ServiceError {
  return error('MANIFEST_INVALID', 413, 'The manifest is larger than 4 MiB');
}

/** Recorded. */
export function manifestUnknown(): ServiceError {
  return error('MANIFEST_UNKNOWN', 404, 'Requested image not found');
}

export function blobUnknown(): ServiceError {
  return error('BLOB_UNKNOWN', 404, 'Requested layer not found');
}

export function rangeNotSatisfiable(headers: Headers): ServiceError {
  return error('BLOB_UPLOAD_INVALID', 416, 'The part does not follow the last one', headers);
}

/** Recorded. */
export function tokenExpired(): ServiceError {
  const message = 'Your authorization token has expired. Reauthenticate and try again.';
  return error('DENIED', 403, message);
}

/** A password that is no token, or one of another region: the status is what docker login prints. */
export function tokenInvalid(status: 400 | 403): ServiceError {
  return error('DENIED', status, 'Your Authorization Token is invalid.');
}

/** What the API throws, as the registry says it. The first two and the last are recorded. */
const codes: ReadonlyMap<string, readonly [code: string, status: number]> = new Map([
  ['InvalidParameterException', ['UNSUPPORTED', 405]],
  ['InvalidLayerException', ['BLOB_UPLOAD_INVALID', 400]],
  ['UnsupportedImageTypeException', ['UNSUPPORTED', 405]],
  ['EmptyUploadException', ['BLOB_UPLOAD_INVALID', 400]],
  ['LayerPartTooSmallException', ['BLOB_UPLOAD_INVALID', 400]],
  ['InvalidLayerPartException', ['BLOB_UPLOAD_INVALID', 400]],
  ['UploadNotFoundException', ['BLOB_UPLOAD_UNKNOWN', 404]],
  ['LayersNotFoundException', ['MANIFEST_BLOB_UNKNOWN', 400]],
  ['ReferencedImagesNotFoundException', ['MANIFEST_BLOB_UNKNOWN', 400]],
  ['ImageDigestDoesNotMatchException', ['DIGEST_INVALID', 400]],
  ['ImageTagAlreadyExistsException', ['TAG_INVALID', 400]],
  ['ImageNotFoundException', ['MANIFEST_UNKNOWN', 404]],
  ['LimitExceededException', ['DENIED', 403]],
  ['AccessDenied', ['DENIED', 403]],
  ['AccessDeniedException', ['DENIED', 403]],
  ['RepositoryNotFoundException', ['NAME_UNKNOWN', 404]],
]);

/** The answer; an error of the server itself is `UNKNOWN`. */
export function writeRegistryError(failure: ServiceError): HttpResponse {
  const [code, status] = codes.get(failure.code) ?? [registryCode(failure), failure.status];
  const body = `${JSON.stringify({ errors: [{ code, message: failure.message }] })}\n`;
  return {
    status,
    headers: [apiVersion, ['Content-Type', 'application/json; charset=utf-8'], ...failure.headers],
    body,
  };
}

function registryCode({ code }: ServiceError): string {
  return /^[A-Z]+(?:_[A-Z]+)*$/.test(code) ? code : 'UNKNOWN';
}

/**
 * No credentials, or not those of the Basic scheme. `realm` names the registry.
 * Unverified: the header's exact form.
 */
export function writeChallenge(realm: string): HttpResponse {
  return {
    status: 401,
    headers: [
      apiVersion,
      ['WWW-Authenticate', `Basic realm="${realm}",service="ecr.amazonaws.com"`],
      ['Content-Type', 'text/plain; charset=utf-8'],
    ],
    body: 'Not Authorized\n',
  };
}

/** What a client wrote, short and without anything that a terminal would obey. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 300);
}
