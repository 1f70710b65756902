/** Who the pull speaks as: tokens of ECR, and user names of private registries from a secret. */
import { ecr, secretsManager } from './aws-service.ts';
import type { ImageReference } from './image-reference.ts';
import type { SecretReader } from './secrets.ts';
import { list, members, readObject, text } from './service-client.ts';
import { driverText, LaunchFailure, retrievalFailure, sdkText } from './stopped-reason.ts';
import { readValueFrom } from './value-from.ts';

/**
 * The Authorization header for a registry of ECR. The token's rights are the role's own. Rejects
 * with LaunchFailure.
 */
export async function ecrAuthorization(
  image: ImageReference,
  container: string,
  { client, region, isFargate }: SecretReader,
): Promise<string> {
  try {
    const output = await client.call(
      ecr,
      'GetAuthorizationToken',
      {},
      image.registry.kind === 'ecr' ? image.registry.region : region,
    );
    const [first] = list(output.get('authorizationData'));
    return `Basic ${text(members(first).get('authorizationToken'))}`;
  } catch (error) {
    const failure = isFargate
      ? new LaunchFailure(retrievalFailure('unable to retrieve ecr registry auth', error))
      : new LaunchFailure(
          'Task failed to start',
          container,
          `CannotPullECRContainerError: ${driverText(error)}`,
        );
    throw failure.because('registryToken', error, { container, subject: image.name });
  }
}

/**
 * The Authorization header from a secret of the form `{"username": …, "password": …}`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
 */
export async function privateAuthorization(
  credentialsParameter: string,
  container: string,
  reader: SecretReader,
): Promise<string> {
  const { client, isFargate } = reader;
  const fail = (error: unknown, words: string): LaunchFailure => {
    const failure = isFargate
      ? new LaunchFailure(retrievalFailure('unable to get registry auth from asm', error, words))
      : new LaunchFailure(
          'Task failed to start',
          container,
          `CannotPullContainerAuthError: ${words}`,
        );
    const subject = credentialsParameter;
    return failure.because('registryCredentials', error, { container, subject });
  };
  const source = readValueFrom(credentialsParameter, reader.region);
  const region = source?.region ?? reader.region;
  let value: string;
  try {
    const output = await client.call(
      secretsManager,
      'GetSecretValue',
      { SecretId: credentialsParameter },
      region,
    );
    value = text(output.get('SecretString'));
  } catch (error) {
    const words = `asm fetching secret from the service for ${credentialsParameter}: `;
    throw fail(error, words + sdkText(error));
  }
  const login = readObject(value);
  if (login.size === 0) {
    const words =
      'asm fetching authorization data: unable to unmarshal secret value, invalid schema';
    throw fail(undefined, words);
  }
  const username = text(login.get('username'));
  const password = text(login.get('password'));
  for (const [name, part] of [
    ['username', username],
    ['password', password],
  ] as const) {
    if (part !== '') continue;
    throw fail(undefined, `asm fetching ${name}: AuthorizationData is malformed, empty field`);
  }
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
