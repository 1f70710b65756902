/** The values of a task's secrets, read by its execution role before anything starts. */
import type { Secret } from '@sekisho/catalog/types/ecs';
import { secretsManager, ssm } from './aws-service.ts';
import { list, members, readObject, type ServiceClient, text } from './service-client.ts';
import { LaunchFailure, retrievalFailure, sdkText } from './stopped-reason.ts';
import { type ParameterSource, readValueFrom, type SecretSource } from './value-from.ts';

/** GetParameters takes ten names. */
const namesMax = 10;

/** Whose words failures are told in. */
export interface SecretReader {
  readonly client: ServiceClient;
  readonly region: string;
  readonly isFargate: boolean;
}

/** Values by `valueFrom`. Rejects with LaunchFailure. */
export async function readSecrets(
  secrets: readonly Pick<Secret, 'valueFrom'>[],
  reader: SecretReader,
): Promise<ReadonlyMap<string, string>> {
  const parameters = new Map<string, ParameterSource>();
  const fromSecrets = new Map<string, SecretSource>();
  for (const { valueFrom } of secrets) {
    const source = readValueFrom(valueFrom, reader.region);
    if (source === undefined) {
      throw invalidArn(reader).because('secrets', undefined, { subject: valueFrom });
    }
    if (source.kind === 'parameter') parameters.set(valueFrom, source);
    else fromSecrets.set(valueFrom, source);
  }
  const values = new Map<string, string>();
  await readParameters(parameters, values, reader);
  await readSecretValues(fromSecrets, values, reader);
  return values;
}

function invalidArn(reader: SecretReader): LaunchFailure {
  const words =
    'an invalid ARN format for the AWS Secrets Manager secret was specified. ' +
    'Specify a valid ARN and try again.';
  if (!reader.isFargate) return new LaunchFailure(words);
  return new LaunchFailure(retrievalFailure('unable to retrieve secret from asm', words));
}

async function readParameters(
  sources: ReadonlyMap<string, ParameterSource>,
  values: Map<string, string>,
  reader: SecretReader,
): Promise<void> {
  const byRegion = Map.groupBy(sources.values(), ({ region }) => region);
  for (const [region, ofRegion] of byRegion) {
    const names = [...new Set(ofRegion.map(({ name }) => name))];
    for (let start = 0; start < names.length; start += namesMax) {
      await readTen(names.slice(start, start + namesMax), region, values, reader);
    }
  }
}

async function readTen(
  names: readonly string[],
  region: string,
  values: Map<string, string>,
  { client, isFargate }: SecretReader,
): Promise<void> {
  const what = `fetching secret data from SSM Parameter Store in ${region}`;
  let output: ReadonlyMap<string, unknown>;
  try {
    output = await client.call(
      ssm,
      'GetParameters',
      { Names: names, WithDecryption: true },
      region,
    );
  } catch (error) {
    // Unverified: the words around the error on an instance.
    throw new LaunchFailure(
      isFargate
        ? retrievalFailure('unable to retrieve secrets from ssm', error)
        : `${what}: ${sdkText(error)}`,
    ).because('secrets', error, names.length === 1 ? { subject: names[0] ?? '' } : {});
  }
  const invalid = list(output.get('InvalidParameters')).map(text);
  if (invalid.length > 0) {
    // Unverified: Fargate's words for names that Parameter Store does not know.
    throw new LaunchFailure(
      isFargate
        ? retrievalFailure(
            'unable to retrieve secrets from ssm',
            `invalid ssm parameters: ${invalid.join(', ')}`,
          )
        : `${what}: invalid parameters: ${invalid.join(',')}`,
    ).because('secrets', undefined, { kind: 'absent', subject: invalid[0] ?? '' });
  }
  for (const each of list(output.get('Parameters'))) {
    const parameter = members(each);
    const selector = text(parameter.get('Selector'));
    for (const name of [text(parameter.get('Name')), text(parameter.get('ARN'))]) {
      for (const asked of [name, name + selector]) {
        if (names.includes(asked)) values.set(asked, text(parameter.get('Value')));
      }
    }
  }
}

async function readSecretValues(
  sources: ReadonlyMap<string, SecretSource>,
  values: Map<string, string>,
  reader: SecretReader,
): Promise<void> {
  /** One call for each version that is asked for, however many of its members are. */
  const read = new Map<string, string>();
  for (const [valueFrom, source] of sources) {
    const { secretId, versionStage = '', versionId = '', jsonKey } = source;
    const version = [secretId, versionStage, versionId].join('|');
    const value = read.get(version) ?? (await readSecret(source, valueFrom, reader));
    read.set(version, value);
    values.set(
      valueFrom,
      jsonKey === undefined ? value : jsonMember(value, jsonKey, valueFrom, reader),
    );
  }
}

async function readSecret(
  source: SecretSource,
  valueFrom: string,
  reader: SecretReader,
): Promise<string> {
  const { secretId, versionStage, versionId, region } = source;
  try {
    const output = await reader.client.call(
      secretsManager,
      'GetSecretValue',
      {
        SecretId: secretId,
        ...(versionStage === undefined ? {} : { VersionStage: versionStage }),
        ...(versionId === undefined ? {} : { VersionId: versionId }),
      },
      region,
    );
    return text(output.get('SecretString'));
  } catch (error) {
    const detail = `failed to fetch secret ${secretId} from secrets manager: ${sdkText(error)}`;
    throw new LaunchFailure(
      reader.isFargate
        ? retrievalFailure('unable to retrieve secret from asm', error, detail)
        : `fetching secret data from AWS Secrets Manager in region ${region}: secret ` +
            `${secretId}: ${sdkText(error)}`,
    ).because('secrets', error, { subject: valueFrom });
  }
}

function jsonMember(
  value: string,
  key: string,
  valueFrom: string,
  { isFargate }: SecretReader,
): string {
  const member = readObject(value).get(key);
  if (member !== undefined) return typeof member === 'string' ? member : JSON.stringify(member);
  const words = `retrieved secret from Secrets Manager did not contain json key ${key}`;
  throw new LaunchFailure(
    isFargate ? retrievalFailure('unable to retrieve secret from asm', words) : words,
  ).because('secrets', undefined, { kind: 'absent', subject: valueFrom, jsonKey: key });
}
