/** Errors about layers and their uploads; all answer with status 400 in the API. */
import { type ErrorDetails, ServiceError } from '../../../protocol/service-error.ts';

/** The repository that an error speaks of. */
interface Place {
  readonly name: string;
  readonly account: string;
}

function error(code: string, message: string, details: ErrorDetails = []): ServiceError {
  return new ServiceError(code, message, 400, details);
}

function uploadOf(id: string, { name, account }: Place): string {
  return (
    `The upload with id '${id}' in the repository with name '${name}' in registry with id ` +
    `'${account}'`
  );
}

export function uploadNotFound(id: string, place: Place): ServiceError {
  // Unverified: the text.
  return error('UploadNotFoundException', `${uploadOf(id, place)} does not exist`);
}

export function emptyUpload(id: string, place: Place): ServiceError {
  return error(
    'EmptyUploadException',
    `${uploadOf(id, place)} cannot be completed because it does not have any parts`,
  );
}

export function layerPartTooSmall(): ServiceError {
  return error(
    'LayerPartTooSmallException',
    'All layer parts except the last part should be at least 5MB',
  );
}

export function invalidLayer(): ServiceError {
  return error(
    'InvalidLayerException',
    'None of the provided layer digests match the calculated layer digest',
  );
}

/** AWS's answer has `lastValidByteReceived` besides, a number: the message tells it here. */
export function invalidLayerPart(
  message: string,
  uploadId: string,
  { name, account }: Place,
): ServiceError {
  return error('InvalidLayerPartException', message, [
    ['registryId', account],
    ['repositoryName', name],
    ['uploadId', uploadId],
  ]);
}

export function layerAlreadyExists(digest: string, { name, account }: Place): ServiceError {
  // Unverified: the text.
  return error(
    'LayerAlreadyExistsException',
    `The layer with digest '${digest}' already exists in the repository with name '${name}' in ` +
      `registry with id '${account}'`,
  );
}

export function layerNotFound(digest: string, { name, account }: Place): ServiceError {
  return error(
    'LayersNotFoundException',
    `The layer with digest '${digest}' does not exist within the repository with name '${name}' ` +
      `in the registry with id '${account}'`,
  );
}

export function limitExceeded(): ServiceError {
  // Unverified: the text.
  return error('LimitExceededException', 'The limit of layer parts or uploads is exceeded.');
}

export function tooLarge(): ServiceError {
  // Unverified: the code and the text.
  return error('InvalidLayerException', 'The layer is larger than 52,000 MiB.');
}

export function uploadBusy(): ServiceError {
  // Unverified: AWS's answer to two writers of one upload.
  return error('InvalidLayerPartException', 'The upload is being written by another request.');
}
