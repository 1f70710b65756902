/**
 * MetadataOptions: the request's, else the account's defaults, else the image's.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html
 */
import type {
  InstanceMetadataOptionsRequest,
  InstanceMetadataOptionsResponse,
} from '@sekisho/catalog/types/ec2';
import type { MetadataOptions } from './entities.ts';
import { invalidParameterValue } from './errors.ts';
import type { Inventory } from './inventory.ts';

/** What may be asked for, by launch and by change alike. */
export type MetadataOptionsInput = InstanceMetadataOptionsRequest;

/**
 * Images count as made with `ImdsSupport=v2.0`: without any other wish the second version is
 * required and the hop limit is 2. The account's defaults come before the image's, as the user
 * guide has it.
 */
const ofImage: MetadataOptions = {
  httpTokens: 'required',
  httpPutResponseHopLimit: 2,
  httpEndpoint: 'enabled',
  httpProtocolIpv6: 'disabled',
  instanceMetadataTags: 'disabled',
};

/** The options that a launch gets. */
export function launchMetadataOptions(
  input: MetadataOptionsInput | undefined,
  inventory: Inventory,
): MetadataOptions {
  const defaults = inventory.find('metadata-defaults', 'account')?.record ?? {};
  const base: MetadataOptions = { ...ofImage, ...defaults };
  return changeMetadataOptions(base, input ?? {});
}

/** The options with those of the request written over them. Throws on values that are none. */
export function changeMetadataOptions(
  base: MetadataOptions,
  input: MetadataOptionsInput,
): MetadataOptions {
  const limit = input.HttpPutResponseHopLimit;
  if (limit !== undefined && (limit < 1 || limit > 64)) {
    throw invalidParameterValue(
      `Value (${limit}) for parameter HttpPutResponseHopLimit is invalid. Values must be between 1 and 64`,
    );
  }
  const toggles = ['enabled', 'disabled'] as const;
  return {
    httpTokens: oneOf('HttpTokens', input.HttpTokens, ['required', 'optional']) ?? base.httpTokens,
    httpPutResponseHopLimit: limit ?? base.httpPutResponseHopLimit,
    httpEndpoint: oneOf('HttpEndpoint', input.HttpEndpoint, toggles) ?? base.httpEndpoint,
    httpProtocolIpv6:
      oneOf('HttpProtocolIpv6', input.HttpProtocolIpv6, toggles) ?? base.httpProtocolIpv6,
    instanceMetadataTags:
      oneOf('InstanceMetadataTags', input.InstanceMetadataTags, toggles) ??
      base.instanceMetadataTags,
  };
}

/** The value as one of those allowed. */
export function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined || value === '') return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw invalidParameterValue(`Value (${value}) for parameter ${name} is invalid.`);
  }
  return found;
}

export function describeMetadataOptions(
  options: MetadataOptions,
  state: 'pending' | 'applied',
): InstanceMetadataOptionsResponse {
  return {
    State: state,
    HttpTokens: options.httpTokens,
    HttpPutResponseHopLimit: options.httpPutResponseHopLimit,
    HttpEndpoint: options.httpEndpoint,
    HttpProtocolIpv6: options.httpProtocolIpv6,
    InstanceMetadataTags: options.instanceMetadataTags,
  };
}
