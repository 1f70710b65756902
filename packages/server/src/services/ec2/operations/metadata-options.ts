/**
 * ModifyInstanceMetadataOptions, and the account's defaults for new instances.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
 */
import type {
  GetInstanceMetadataDefaultsResult,
  ModifyInstanceMetadataDefaultsRequest,
  ModifyInstanceMetadataDefaultsResult,
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import type { MetadataDefaultsRecord } from '../entities.ts';
import { ec2Error, invalidParameterValue } from '../errors.ts';
import { requireInstance } from '../instance-lookup.ts';
import { Inventory } from '../inventory.ts';
import { changeMetadataOptions, describeMetadataOptions } from '../metadata-options.ts';
import { checkMetadataTags } from '../tags.ts';

/** In effect as soon as it is answered; AWS answers `pending` and applies it a little later. */
export async function modifyMetadataOptions(
  input: ModifyInstanceMetadataOptionsRequest,
  context: OperationContext,
): Promise<ModifyInstanceMetadataOptionsResult> {
  const inventory = Inventory.of(context);
  const stored = requireInstance(input.InstanceId, inventory);
  const { record } = stored;
  if (record.target === 'terminated') {
    throw ec2Error(
      'IncorrectInstanceState',
      `The instance '${record.id}' is not in a valid state for this operation.`,
    );
  }
  const metadataOptions = changeMetadataOptions(record.metadataOptions, input);
  if (metadataOptions.instanceMetadataTags === 'enabled') checkMetadataTags(record.tags);
  await context.commit([inventory.replace(stored, { ...record, metadataOptions })]);
  return {
    InstanceId: record.id,
    InstanceMetadataOptions: describeMetadataOptions(metadataOptions, 'pending'),
  };
}

/** The one record of its kind. */
const id = 'account';

export function getMetadataDefaults(
  _input: object,
  context: OperationContext,
): GetInstanceMetadataDefaultsResult {
  const record = Inventory.of(context).find('metadata-defaults', id)?.record ?? {};
  return {
    AccountLevel: {
      HttpTokens: record.httpTokens,
      HttpPutResponseHopLimit: record.httpPutResponseHopLimit,
      HttpEndpoint: record.httpEndpoint,
      InstanceMetadataTags: record.instanceMetadataTags,
      ManagedBy: 'account',
    },
  };
}

export async function modifyMetadataDefaults(
  input: ModifyInstanceMetadataDefaultsRequest,
  context: OperationContext,
): Promise<ModifyInstanceMetadataDefaultsResult> {
  const inventory = Inventory.of(context);
  const stored = inventory.find('metadata-defaults', id);
  const toggles = ['enabled', 'disabled'] as const;
  const tokens = ['required', 'optional'] as const;
  const old = stored?.record ?? {};
  const record: MetadataDefaultsRecord = {
    ...preference('httpTokens', input.HttpTokens, tokens, old.httpTokens),
    ...preference('httpEndpoint', input.HttpEndpoint, toggles, old.httpEndpoint),
    ...preference(
      'instanceMetadataTags',
      input.InstanceMetadataTags,
      toggles,
      old.instanceMetadataTags,
    ),
    ...hopLimit(input.HttpPutResponseHopLimit, old.httpPutResponseHopLimit),
  };
  await context.commit([
    stored === undefined
      ? inventory.create('metadata-defaults', id, record)
      : inventory.replace(stored, record),
  ]);
  return { Return: true };
}

/** The member with its new value, its old one, or (`no-preference`) left out. */
function preference<Name extends string, Value extends string>(
  name: Name,
  value: string | undefined,
  allowed: readonly Value[],
  old: Value | undefined,
): { readonly [key in Name]?: Value } {
  const none = {} as { readonly [key in Name]?: Value };
  if (value === 'no-preference') return none;
  if (value === undefined) return old === undefined ? none : member(name, old);
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw invalidParameterValue(`Value (${value}) for parameter ${name} is invalid.`);
  }
  return member(name, found);
}

function member<Name extends string, Value>(
  name: Name,
  value: Value,
): { readonly [key in Name]?: Value } {
  return { [name]: value } as { readonly [key in Name]?: Value };
}

/** -1 states no preference. */
function hopLimit(
  value: number | undefined,
  old: number | undefined,
): Pick<MetadataDefaultsRecord, 'httpPutResponseHopLimit'> {
  if (value === -1) return {};
  const limit = value ?? old;
  if (limit === undefined) return {};
  if (limit < 1 || limit > 64) {
    throw invalidParameterValue(
      `Value (${limit}) for parameter HttpPutResponseHopLimit is invalid. Values must be between 1 and 64`,
    );
  }
  return { httpPutResponseHopLimit: limit };
}
