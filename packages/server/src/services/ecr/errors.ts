/** ECR's errors; all answer with status 400. */
import { ServiceError } from '../../protocol/service-error.ts';

/** A repository as errors name it. */
interface Place {
  readonly name: string;
  readonly account: string;
}

function error(code: string, message: string): ServiceError {
  return new ServiceError(code, message, 400);
}

function inRepository({ name, account }: Place): string {
  return `repository with name '${name}' in the registry with id '${account}'`;
}

export function repositoryNotFound(name: string, account: string): ServiceError {
  return error(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${account}'`,
  );
}

export function repositoryAlreadyExists(name: string, account: string): ServiceError {
  return error(
    'RepositoryAlreadyExistsException',
    `The repository with name '${name}' already exists in the registry with id '${account}'`,
  );
}

export function repositoryNotEmpty({ name, account }: Place): ServiceError {
  return error(
    'RepositoryNotEmptyException',
    `The repository with name '${name}' in registry with id '${account}' cannot be deleted ` +
      'because it still contains images',
  );
}

/** An image as errors name it: what was not given is `null`. */
function imageIdText(id: {
  readonly imageDigest?: string | undefined;
  readonly imageTag?: string | undefined;
}): string {
  return `{imageDigest:'${id.imageDigest ?? null}', imageTag:'${id.imageTag ?? null}'}`;
}

export function imageNotFound(id: Parameters<typeof imageIdText>[0], place: Place): ServiceError {
  return error(
    'ImageNotFoundException',
    `The image with imageId ${imageIdText(id)} does not exist within the ${inRepository(place)}`,
  );
}

export function imageAlreadyExists(
  digest: string,
  tag: string | undefined,
  { name, account }: Place,
): ServiceError {
  return error(
    'ImageAlreadyExistsException',
    `Image with digest '${digest}' and tag '${tag ?? null}' already exists in the repository ` +
      `with name '${name}' in registry with id '${account}'`,
  );
}

/** Since exclusion filters exist, it is the tag that is said to be immutable where there are any. */
export function imageTagAlreadyExists(
  tag: string,
  name: string,
  immutable: 'repository' | 'tag',
): ServiceError {
  return error(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${name}' repository and cannot be ` +
      `overwritten because the ${immutable} is immutable.`,
  );
}

// Unverified: the texts of the next three are remembered from clients' logs.
export function imageDigestDoesNotMatch(digest: string, calculated: string): ServiceError {
  return error(
    'ImageDigestDoesNotMatchException',
    `The specified digest '${digest}' does not match the calculated digest '${calculated}'`,
  );
}

export function layersNotFound(digests: readonly string[], place: Place): ServiceError {
  return error('LayersNotFoundException', missing('Layers', digests, place));
}

export function referencedImagesNotFound(digests: readonly string[], place: Place): ServiceError {
  return error('ReferencedImagesNotFoundException', missing('Images', digests, place));
}

function missing(what: string, digests: readonly string[], place: Place): string {
  return (
    `${what} with digests '[${digests.join(', ')}]' required for pushing image into ` +
    `${inRepository(place)} do not exist`
  );
}

/** `constraint` is the text between the outer quotes. */
export function invalidParameter(parameter: string, constraint: string): ServiceError {
  return error(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  );
}

export function invalidNextToken(): ServiceError {
  // Unverified: the text.
  return invalidParameter('nextToken', 'Invalid next token');
}

export function unsupportedImageType(message: string): ServiceError {
  return error('UnsupportedImageTypeException', message);
}

export function repositoryPolicyNotFound({ name, account }: Place): ServiceError {
  return error(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for the ${inRepository({ name, account })}`,
  );
}

export function lifecyclePolicyNotFound({ name, account }: Place): ServiceError {
  return error(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the ${inRepository({ name, account })}`,
  );
}

export function lifecyclePreviewNotFound({ name, account }: Place): ServiceError {
  // Unverified: the text.
  return error(
    'LifecyclePolicyPreviewNotFoundException',
    `Lifecycle policy preview does not exist for the ${inRepository({ name, account })}`,
  );
}

export function registryPolicyNotFound(account: string): ServiceError {
  return error(
    'RegistryPolicyNotFoundException',
    `Registry policy does not exist in the registry with id '${account}'`,
  );
}

export function scanNotFound(id: Parameters<typeof imageIdText>[0], place: Place): ServiceError {
  return error(
    'ScanNotFoundException',
    `Image scan does not exist for the image with '${imageIdText(id)}' in the ` +
      inRepository(place),
  );
}

// Unverified: the texts from here on, but for their codes.
export function templateNotFound(prefix: string, account: string): ServiceError {
  return error(
    'TemplateNotFoundException',
    `The repository creation template with prefix '${prefix}' does not exist in the registry ` +
      `with id '${account}'`,
  );
}

export function templateAlreadyExists(prefix: string, account: string): ServiceError {
  return error(
    'TemplateAlreadyExistsException',
    `The repository creation template with prefix '${prefix}' already exists in the registry ` +
      `with id '${account}'`,
  );
}

export function cacheRuleNotFound(prefix: string, account: string): ServiceError {
  return error(
    'PullThroughCacheRuleNotFoundException',
    `Pull through cache rule with ecrRepositoryPrefix '${prefix}' does not exist in the ` +
      `registry with id '${account}'`,
  );
}

export function cacheRuleAlreadyExists(prefix: string, account: string): ServiceError {
  return error(
    'PullThroughCacheRuleAlreadyExistsException',
    `Pull through cache rule with ecrRepositoryPrefix '${prefix}' already exists in the ` +
      `registry with id '${account}'`,
  );
}

export function tooManyTags(): ServiceError {
  return error('TooManyTagsException', 'The list of tags on the repository is over the limit.');
}

export function invalidTagParameter(message: string): ServiceError {
  return error('InvalidTagParameterException', message);
}

export function limitExceeded(message: string): ServiceError {
  return error('LimitExceededException', message);
}
