/**
 * What `valueFrom` of a container's secret names: a parameter, or a secret or a part of one.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */

/** A parameter of Systems Manager, named as GetParameters takes it. */
export interface ParameterSource {
  readonly kind: 'parameter';
  readonly region: string;
  readonly name: string;
}

/** A secret; the optional parts choose one version and one JSON member. */
export interface SecretSource {
  readonly kind: 'secret';
  readonly region: string;
  readonly secretId: string;
  readonly jsonKey?: string;
  readonly versionStage?: string;
  readonly versionId?: string;
}

/** Reads `valueFrom`; undefined when it is an ARN of neither form. */
export function readValueFrom(
  valueFrom: string,
  region: string,
): ParameterSource | SecretSource | undefined {
  if (!valueFrom.startsWith('arn:')) return { kind: 'parameter', region, name: valueFrom };
  const parts = valueFrom.split(':');
  const [, , service, itsRegion = '', , ...rest] = parts;
  if (service === 'ssm') return { kind: 'parameter', region: itsRegion, name: valueFrom };
  if (service !== 'secretsmanager' || rest[0] !== 'secret') return undefined;
  // The name alone, or with all three colons behind it.
  if (rest.length !== 2 && rest.length !== 5) return undefined;
  const [, , jsonKey = '', versionStage = '', versionId = ''] = rest;
  return {
    kind: 'secret',
    region: itsRegion,
    secretId: parts.slice(0, 7).join(':'),
    ...(jsonKey === '' ? {} : { jsonKey }),
    ...(versionStage === '' ? {} : { versionStage }),
    ...(versionId === '' ? {} : { versionId }),
  };
}
