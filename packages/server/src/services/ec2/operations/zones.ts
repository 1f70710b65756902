/** DescribeRegions, DescribeAvailabilityZones, DescribeAccountAttributes. */
import type {
  AvailabilityZone,
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  Region,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { invalidParameterValue } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { Inventory } from '../inventory.ts';
import { regionNames, type Zone, zonesOf } from '../zones.ts';

const regionFilters = filterTable<Region>({
  endpoint: ({ Endpoint: endpoint }) => endpoint,
  'opt-in-status': ({ OptInStatus: status }) => status,
  'region-name': ({ RegionName: name }) => name,
});

export function describeRegions(input: DescribeRegionsRequest): DescribeRegionsResult {
  const names = input.RegionNames ?? [];
  const unknown = names.find((name) => !regionNames.includes(name));
  if (unknown !== undefined) throw invalidParameterValue(`Invalid region name: ${unknown}`);
  const regions = (names.length === 0 ? regionNames : names).map((name) => ({
    OptInStatus: 'opt-in-not-required',
    RegionName: name,
    Endpoint: `ec2.${name}.amazonaws.com`,
  }));
  return { Regions: applyFilters(regions, input.Filters, regionFilters) };
}

const zoneFilters = filterTable<AvailabilityZone>({
  'group-name': ({ GroupName: name }) => name,
  'opt-in-status': ({ OptInStatus: status }) => status,
  'region-name': ({ RegionName: name }) => name,
  state: ({ State: state }) => state,
  'zone-id': ({ ZoneId: id }) => id,
  'zone-name': ({ ZoneName: name }) => name,
  'zone-type': ({ ZoneType: type }) => type,
});

export function describeAvailabilityZones(
  input: DescribeAvailabilityZonesRequest,
  context: OperationContext,
): DescribeAvailabilityZonesResult {
  const { region } = context;
  const all = zonesOf(region);
  const names = input.ZoneNames ?? [];
  const ids = input.ZoneIds ?? [];
  const unknown =
    names.find((name) => !all.some((zone) => zone.name === name)) ??
    ids.find((id) => !all.some((zone) => zone.id === id));
  if (unknown !== undefined) {
    throw invalidParameterValue(`Invalid availability zone: [${unknown}]`);
  }
  const zones = all
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .map((zone) => describeZone(zone, region));
  return { AvailabilityZones: applyFilters(zones, input.Filters, zoneFilters) };
}

function describeZone({ name, id }: Zone, region: string): AvailabilityZone {
  return {
    OptInStatus: 'opt-in-not-required',
    Messages: [],
    RegionName: region,
    ZoneName: name,
    ZoneId: id,
    GroupName: region,
    NetworkBorderGroup: region,
    ZoneType: 'availability-zone',
    State: 'available',
  };
}

export function describeAccountAttributes(
  input: DescribeAccountAttributesRequest,
  context: OperationContext,
): DescribeAccountAttributesResult {
  const attributes: readonly (readonly [name: string, values: readonly string[]])[] = [
    ['supported-platforms', ['VPC']],
    ['default-vpc', [Inventory.of(context).defaultVpc()?.id ?? 'none']],
  ];
  const names: readonly string[] = input.AttributeNames ?? [];
  return {
    AccountAttributes: attributes
      .filter(([name]) => names.length === 0 || names.includes(name))
      .map(([name, values]) => ({
        AttributeName: name,
        AttributeValues: values.map((value) => ({ AttributeValue: value })),
      })),
  };
}
