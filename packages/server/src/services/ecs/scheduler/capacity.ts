/** On what tasks run: launch type or capacity providers, checked and spread over a count. */
import type { CapacityProviderStrategyItem } from '@sekisho/catalog/types/ecs';
import { readStrategy } from '../capacity-strategy.ts';
import { fargateProviders } from '../entities/capacity-provider.ts';
import type { ClusterRecord } from '../entities/cluster.ts';
import type { StoredTaskDefinition } from '../entities/task-definition.ts';
import { invalidParameter } from '../errors.ts';
import type { TaskLaunch } from '../launcher.ts';
import type { TaskPlace } from './task-place.ts';

export type LaunchType = TaskLaunch['launchType'];

/** What a request says about capacity. */
export interface CapacityRequest {
  readonly launchType?: string | undefined;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
  readonly platformVersion?: string | undefined;
}

/** What it comes to: a launch type, or a strategy of providers. */
export interface Capacity {
  readonly launchType?: LaunchType;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly platformFamily?: string;
}

const launchTypes: ReadonlySet<string> = new Set(['EC2', 'FARGATE', 'EXTERNAL']);
const platformVersions: ReadonlySet<string> = new Set(['LATEST', '1.4.0', '1.3.0']);

/** Throws InvalidParameterException where the request contradicts itself, cluster or definition. */
export function readCapacity(
  request: CapacityRequest,
  cluster: ClusterRecord,
  definition: StoredTaskDefinition,
  place: TaskPlace,
): Capacity {
  const { launchType } = request;
  const asked = request.capacityProviderStrategy ?? [];
  if (launchType !== undefined && asked.length > 0) {
    throw invalidParameter(
      'Specify either Launch Type or Capacity Provider Strategy, but not both.',
    );
  }
  const strategy =
    launchType === undefined && asked.length === 0
      ? cluster.defaultCapacityProviderStrategy
      : asked;
  if (strategy.length > 0) {
    const read = readStrategy(place, strategy, cluster.capacityProviders);
    requireOneKind(read);
    const onFargate = read.every((item) => fargateProviders.has(item.capacityProvider));
    if (onFargate) requireCompatible('FARGATE', definition);
    return {
      capacityProviderStrategy: read,
      ...(onFargate ? platformOf(request, definition) : {}),
    };
  }
  const chosen = readLaunchType(launchType);
  requireCompatible(chosen, definition);
  return {
    launchType: chosen,
    ...(chosen === 'FARGATE' ? platformOf(request, definition) : refusePlatform(request)),
  };
}

function readLaunchType(launchType: string | undefined): LaunchType {
  const chosen = launchType ?? 'EC2';
  if (chosen === 'FARGATE' || chosen === 'EC2' || chosen === 'EXTERNAL') return chosen;
  // Unverified: the text.
  throw invalidParameter(`launchType must be one of ${[...launchTypes].join(', ')}.`);
}

function requireCompatible(launchType: LaunchType, definition: StoredTaskDefinition): void {
  const compatible = definition.compatibilities ?? definition.requiresCompatibilities ?? [];
  if (launchType !== 'EC2' && !compatible.includes(launchType)) {
    throw invalidParameter(`Task definition does not support launch_type ${launchType}.`);
  }
}

function platformOf(
  { platformVersion = 'LATEST' }: CapacityRequest,
  definition: StoredTaskDefinition,
) {
  if (!platformVersions.has(platformVersion)) {
    // Unverified: the text.
    throw invalidParameter('The specified platform version does not exist.');
  }
  return { platformVersion, platformFamily: platformFamily(definition) };
}

function refusePlatform({ platformVersion }: CapacityRequest) {
  if (platformVersion === undefined || platformVersion === '') return {};
  throw invalidParameter('The platform version must be null when specifying an EC2 launch type.');
}

function platformFamily({ runtimePlatform }: StoredTaskDefinition): string {
  const family = runtimePlatform?.operatingSystemFamily ?? 'LINUX';
  // Unverified: how families of Windows are spelt here.
  return family === 'LINUX' ? 'Linux' : family;
}

function requireOneKind(strategy: readonly CapacityProviderStrategyItem[]): void {
  const fargate = strategy.filter((item) => fargateProviders.has(item.capacityProvider));
  if (fargate.length === 0 || fargate.length === strategy.length) return;
  // Unverified: the text.
  throw invalidParameter(
    'The specified capacity provider strategy cannot contain a mix of capacity provider types.',
  );
}

/** Where the next task goes when `counts` already went to the providers. */
export interface Placement {
  readonly launchType: LaunchType;
  readonly capacityProviderName?: string;
  readonly platformVersion?: string;
  readonly platformFamily?: string;
}

/** First each provider's base, then by weight. `counts` of tasks by provider. */
export function nextPlacement(capacity: Capacity, counts: ReadonlyMap<string, number>): Placement {
  const platform = {
    // Tasks name the version itself.
    ...(capacity.platformVersion === undefined
      ? {}
      : {
          platformVersion:
            capacity.platformVersion === 'LATEST' ? '1.4.0' : capacity.platformVersion,
        }),
    ...(capacity.platformFamily === undefined ? {} : { platformFamily: capacity.platformFamily }),
  };
  const strategy = capacity.capacityProviderStrategy ?? [];
  const countOf = (name: string) => counts.get(name) ?? 0;
  const below = strategy.find((item) => countOf(item.capacityProvider) < (item.base ?? 0));
  const weighted = strategy.filter(({ weight }) => (weight ?? 0) > 0);
  const share = (item: CapacityProviderStrategyItem) =>
    (Math.max(0, countOf(item.capacityProvider) - (item.base ?? 0)) + 1) / (item.weight ?? 1);
  const chosen =
    below ??
    weighted.reduce<CapacityProviderStrategyItem | undefined>(
      (best, item) => (best === undefined || share(item) < share(best) ? item : best),
      undefined,
    ) ??
    strategy[0];
  if (chosen === undefined) return { launchType: capacity.launchType ?? 'EC2', ...platform };
  const { capacityProvider } = chosen;
  return {
    launchType: fargateProviders.has(capacityProvider) ? 'FARGATE' : 'EC2',
    capacityProviderName: capacityProvider,
    ...platform,
  };
}
