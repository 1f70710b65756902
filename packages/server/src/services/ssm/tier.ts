/** The tier that a new version of a parameter gets. */
import type { PutParameterRequest } from '@sekisho/catalog/types/ssm';
import type { ParameterTier, ParameterVersion } from './entities.ts';
import { standardValueBytesMax } from './limits.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
export function chooseTier(
  { Tier: tier, Value: value }: PutParameterRequest,
  old: ParameterVersion | undefined,
): ParameterTier {
  if (tier === 'Advanced') return 'Advanced';
  if (tier === 'Intelligent-Tiering') {
    const isLarge = Buffer.byteLength(value) > standardValueBytesMax;
    return isLarge || old?.tier === 'Advanced' ? 'Advanced' : 'Standard';
  }
  // A version that names no tier stays in its parameter's.
  return tier === undefined ? (old?.tier ?? 'Standard') : 'Standard';
}
