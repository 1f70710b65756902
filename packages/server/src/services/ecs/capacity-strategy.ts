/** Checks of a cluster's capacity providers and of strategies over them. */
import type { CapacityProviderStrategyItem } from '@sekisho/catalog/types/ecs';
import type { EcsPlace } from './arn.ts';
import { capacityProviderNameOf, lookUpCapacityProvider } from './entities/capacity-provider.ts';
import { invalidParameter } from './errors.ts';
import { capacityProvidersPerClusterMax } from './limits.ts';

/** The names, each once. Throws InvalidParameterException. */
export function readCapacityProviders(
  place: EcsPlace,
  providers: readonly string[] = [],
): readonly string[] {
  const names = [...new Set(providers.map((each) => capacityProviderNameOf(place, each)))];
  if (names.length > capacityProvidersPerClusterMax) {
    // Unverified: the text.
    throw invalidParameter(
      `A cluster can have ${capacityProvidersPerClusterMax} capacity providers at most.`,
    );
  }
  for (const name of names) {
    if (lookUpCapacityProvider(place, name)?.status !== 'ACTIVE') {
      throw invalidParameter(
        'The specified capacity provider does not exist. Specify a valid name or ARN and try ' +
          'again.',
      );
    }
  }
  return names;
}

/** The strategy with weights and bases filled in. Throws InvalidParameterException. */
export function readStrategy(
  place: EcsPlace,
  strategy: readonly CapacityProviderStrategyItem[] = [],
  associated: readonly string[] = [],
): readonly CapacityProviderStrategyItem[] {
  const items = strategy.map(({ capacityProvider, weight = 0, base = 0 }) => ({
    capacityProvider: capacityProviderNameOf(place, capacityProvider),
    weight,
    base,
  }));
  // Unverified: the texts.
  if (items.some(({ capacityProvider }) => !associated.includes(capacityProvider))) {
    throw invalidParameter(
      'The specified capacity provider strategy cannot contain a capacity provider that is not ' +
        'associated with the cluster. Associate the capacity provider with the cluster and try ' +
        'again.',
    );
  }
  if (items.filter(({ base }) => base > 0).length > 1) {
    throw invalidParameter(
      'A capacity provider strategy can only have one capacity provider with a base defined.',
    );
  }
  if (items.length > 0 && items.every(({ weight }) => weight === 0)) {
    throw invalidParameter(
      'A capacity provider strategy must contain at least one capacity provider with a weight ' +
        'greater than zero.',
    );
  }
  if (items.some(({ weight, base }) => weight < 0 || weight > 1000 || base < 0 || base > 100_000)) {
    throw invalidParameter('The weight must be 0 to 1000 and the base 0 to 100000.');
  }
  return items;
}
