/** What a container's programs see in their environment: nothing of the server's own. */
import type { ContainerDefinition, ContainerOverride } from '@sekisho/catalog/types/ecs';
import { list, text } from './service-client.ts';

/** Everything that has a say. */
export interface EnvironmentSources {
  readonly definition: ContainerDefinition;
  readonly override: ContainerOverride | undefined;
  /** `config` of the image, if there is one. */
  readonly image: ReadonlyMap<string, unknown> | undefined;
  readonly files: ReadonlyMap<string, string>;
  /** By `valueFrom`. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly region: string;
  /** This server: an unmodified client finds it. */
  readonly endpoint: string;
  /** Where single services are, beside it: endpoints of the task's VPC. */
  readonly clients: ReadonlyMap<string, string>;
  /** Credentials, metadata: they win. */
  readonly injected: ReadonlyMap<string, string>;
}

/**
 * By name, later sources winning: the image, environment files, the definition, the override, the
 * secrets, what ECS puts in.
 */
export function containerEnvironment(sources: EnvironmentSources): ReadonlyMap<string, string> {
  const { definition, override, image, files, secrets, region, endpoint } = sources;
  const environment = new Map<string, string>();
  for (const each of list(image?.get('Env'))) {
    const pair = text(each);
    const equals = pair.indexOf('=');
    if (equals > 0) environment.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  for (const [name, value] of files) environment.set(name, value);
  for (const pairs of [definition.environment, override?.environment]) {
    for (const { name = '', value = '' } of pairs ?? []) environment.set(name, value);
  }
  for (const { name, valueFrom } of definition.secrets ?? []) {
    environment.set(name, secrets.get(valueFrom) ?? '');
  }
  const hasRegion = environment.has('AWS_REGION') || environment.has('AWS_DEFAULT_REGION');
  const defaults: readonly (readonly [string, string])[] = [
    ...(hasRegion ? [] : [['AWS_REGION', region] as const]),
    ...(hasRegion ? [] : [['AWS_DEFAULT_REGION', region] as const]),
    ['AWS_ENDPOINT_URL', endpoint],
    ...sources.clients,
  ];
  for (const [name, value] of defaults) if (!environment.has(name)) environment.set(name, value);
  for (const [name, value] of sources.injected) environment.set(name, value);
  // Names that no environment can hold.
  for (const name of environment.keys()) {
    if (name === '' || /[=\0]/.test(name) || environment.get(name)?.includes('\0') === true) {
      environment.delete(name);
    }
  }
  return environment;
}
