/** Demands on secrets: the full ARN, the secret's policy and tags, and the key that encrypts it. */
import type { GetSecretValueRequest } from '@sekisho/catalog/types/secretsmanager';
import type { ContextValue } from '@sekisho/policy';
import { policySource } from '../attached-policy.ts';
import { type ForwardedRequest, forwardedDemands } from '../forward-access.ts';
import type { Demand, DemandContext } from '../service.ts';
import { currentStage, type SecretRecord } from './entities.ts';
import { decryptRequest, decryptUnderRequest, generateDataKeyRequest } from './key-requests.ts';
import { type FoundSecret, findSecret } from './secret-store.ts';

type Keys = readonly (readonly [key: string, value: ContextValue])[];

/** Keys with a value: the others are absent from the context. */
export function keys(
  ...pairs: readonly (readonly [string, ContextValue | boolean | number | undefined])[]
): Keys {
  return pairs.flatMap(([key, value]): Keys => {
    if (value === undefined) return [];
    return [[key, typeof value === 'object' ? value : String(value)]];
  });
}

/** The demand on a secret; one that does not exist is asked about as the caller wrote it. */
export function secretDemand(
  action: string,
  secretId: string,
  context: DemandContext,
  more: Keys = [],
): Demand {
  const found = findSecret(secretId, context);
  const name = `secretsmanager:${action}`;
  if (found === undefined) {
    // Unverified: the resource of a secret that does not exist.
    return { action: name, resource: secretId, context: more };
  }
  const { record } = found;
  return {
    action: name,
    resource: record.arn,
    context: [...secretKeys(record, context), ...more],
    ...(record.policy === undefined
      ? {}
      : {
          resourcePolicy: policySource(
            record.policy,
            `policy of secret ${record.name}`,
            context.runtime.directory,
          ),
        }),
  };
}

function secretKeys({ arn, tags, rotation }: SecretRecord, { region }: DemandContext): Keys {
  return [
    ...keys(
      ['secretsmanager:SecretId', arn],
      ['secretsmanager:SecretPrimaryRegion', region],
      ['secretsmanager:resource/AllowRotationLambdaArn', rotation?.lambdaArn],
    ),
    ...tags.flatMap(
      ([key, value]): Keys => [
        [`aws:ResourceTag/${key}`, value],
        [`secretsmanager:ResourceTag/${key}`, value],
      ],
    ),
  ];
}

/** The demands of requests to KMS. */
export async function forwarded(
  requests: readonly ForwardedRequest[],
  context: DemandContext,
): Promise<readonly Demand[]> {
  const demands = await Promise.all(requests.map((request) => forwardedDemands(request, context)));
  return demands.flat();
}

/** What KMS is asked for before a value is written. */
export function writingRequests(
  key: string,
  place: { readonly arn: string; readonly versionId: string | undefined },
): readonly ForwardedRequest[] {
  return [generateDataKeyRequest(key, place), decryptUnderRequest(key, place)];
}

/** GetSecretValue, and what decrypts the version that it reads. */
export async function readDemands(
  input: GetSecretValueRequest,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const { SecretId, VersionId: id, VersionStage: stage } = input;
  const own = secretDemand(
    'GetSecretValue',
    SecretId,
    context,
    keys(
      ['secretsmanager:VersionId', id],
      // Unverified: the stage is in the context also when the request leaves it out.
      ['secretsmanager:VersionStage', stage ?? (id === undefined ? currentStage : undefined)],
    ),
  );
  const found = findSecret(SecretId, context);
  const label = stage ?? currentStage;
  const version = found?.record.versions.find((candidate) =>
    id === undefined ? candidate.stages.includes(label) : candidate.id === id,
  );
  const request = found && version && decryptVersionRequest(found, version.id);
  return [own, ...(await forwarded(request === undefined ? [] : [request], context))];
}

/** What decrypts a stored version; undefined under the AWS managed key. */
export function decryptVersionRequest(
  { record, store }: FoundSecret,
  versionId: string,
): ForwardedRequest | undefined {
  const dataKey = store.values(record).find(versionId)?.record.dataKey;
  if (dataKey === undefined) return undefined;
  const blob = new Uint8Array(Buffer.from(dataKey, 'base64'));
  return decryptRequest(blob, { arn: record.arn, versionId });
}
