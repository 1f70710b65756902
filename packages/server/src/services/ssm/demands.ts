/** Demands on parameters: their ARNs, tags, and what decrypts or is referred to by their values. */
import type { ContextValue } from '@sekisho/policy';
import { type ForwardedRequest, forwardedDemands } from '../forward-access.ts';
import type { Demand, DemandContext } from '../service.ts';
import type { ParameterVersion } from './entities.ts';
import { parameterArn, readReference, secretReference } from './parameter-name.ts';
import { type FoundParameter, findParameter, versionOf } from './parameter-store.ts';
import { customerKey, readingRequest } from './parameter-value.ts';

type Keys = readonly (readonly [key: string, value: ContextValue])[];

/** The demand on a parameter, named in any form; it need not exist. */
export function parameterDemand(
  action: string,
  text: string,
  context: DemandContext,
  more: Keys = [],
): Demand {
  if (secretReference(text) !== undefined) {
    return { action: `ssm:${action}`, resource: parameterArn(context, text), context: more };
  }
  const reference = readReference(text, context);
  const tags = findParameter(reference, context)?.record.tags ?? [];
  const keys = tags.flatMap(
    ([key, value]): Keys => [
      [`aws:ResourceTag/${key}`, value],
      [`ssm:resourceTag/${key}`, value],
    ],
  );
  return { action: `ssm:${action}`, resource: reference.arn, context: [...keys, ...more] };
}

/** The demands of reading one parameter's value. */
export async function readDemands(
  action: string,
  text: string,
  withDecryption: boolean,
  context: DemandContext,
): Promise<readonly Demand[]> {
  const own = parameterDemand(action, text, context);
  if (!withDecryption) return [own];
  const secret = secretReference(text);
  if (secret !== undefined) {
    return [own, ...(await forwardedDemands(secretRequest(secret), context))];
  }
  const reference = readReference(text, context);
  const found = findParameter(reference, context);
  const version = found && versionOf(found.record, reference.selector);
  if (found === undefined || version === undefined) return [own];
  return [own, ...(await decryptionDemands(found, [version], context))];
}

/** What decrypts versions: nothing for plain ones and those under `alias/aws/ssm`. */
export async function decryptionDemands(
  { name, arn, store }: FoundParameter,
  versions: readonly ParameterVersion[],
  context: DemandContext,
): Promise<readonly Demand[]> {
  const demands: Demand[] = [];
  for (const version of versions) {
    if (customerKey(version) === undefined) continue;
    const value = store.values(name).find(String(version.version));
    if (value === undefined) continue;
    demands.push(...(await forwardedDemands(readingRequest(value.record, arn), context)));
  }
  return demands;
}

/** GetSecretValue of the secret that a parameter's name refers to. */
export function secretRequest({
  secretId,
  selector,
}: {
  readonly secretId: string;
  readonly selector?: string;
}): ForwardedRequest {
  const isVersionId = selector !== undefined && /^[A-Za-z0-9-]{32,64}$/.test(selector);
  const which = isVersionId ? { VersionId: selector } : { VersionStage: selector };
  const input = { SecretId: secretId, ...(selector === undefined ? {} : which) };
  return { service: 'secretsmanager', via: 'ssm', operation: 'GetSecretValue', input };
}
