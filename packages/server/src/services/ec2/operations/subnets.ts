/**
 * Subnets: CreateSubnet, DeleteSubnet, DescribeSubnets, ModifySubnetAttribute.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
 */
import type {
  CreateSubnetRequest,
  CreateSubnetResult,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  ModifySubnetAttributeRequest,
  Subnet,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { ec2Arn } from '../arn.ts';
import type { SubnetRecord } from '../entities.ts';
import { ec2Error, invalidParameterValue, missingParameter, unknownSubnet } from '../errors.ts';
import { applyFilters, type FilterTable, filterTable } from '../filters.ts';
import { newId } from '../ids.ts';
import { Inventory, type Stored } from '../inventory.ts';
import { containsBlock, overlap, parseCidr, sizeOf } from '../ipv4.ts';
import { subnetsPerVpcMax } from '../limits.ts';
import { paginate } from '../paging.ts';
import { describeTags, readTagSpecifications } from '../tags.ts';
import { zoneNamed, zonesOf } from '../zones.ts';
import { requireVpc } from './vpcs.ts';

export async function createSubnet(
  input: CreateSubnetRequest,
  context: OperationContext,
): Promise<CreateSubnetResult> {
  const inventory = Inventory.of(context);
  const vpc = requireVpc(input.VpcId, inventory);
  const cidr = input.CidrBlock;
  if (cidr === undefined || cidr === '') throw missingParameter('cidrBlock');
  checkBlock(cidr, vpc.record.cidr, vpc.record.id, inventory);
  const id = newId('subnet', context.runtime.platform.random);
  const subnet: SubnetRecord = {
    id,
    vpcId: vpc.record.id,
    cidr,
    availabilityZone: zoneOf(input, context.region),
    defaultForAz: false,
    mapPublicIpOnLaunch: false,
    tags: readTagSpecifications(input.TagSpecifications, ['subnet']).get('subnet') ?? [],
  };
  // Writing the VPC as it is makes two overlapping subnets at once impossible.
  await context.commit([
    inventory.create('subnet', id, subnet),
    inventory.replace(vpc, vpc.record),
  ]);
  return { Subnet: describe(subnet, inventory) };
}

function checkBlock(cidr: string, vpcCidr: string, vpcId: string, inventory: Inventory): void {
  const block = parseCidr(cidr);
  if (block === undefined) {
    throw invalidParameterValue(
      `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  const outer = parseCidr(vpcCidr);
  const fits = block.prefix >= 16 && block.prefix <= 28;
  if (!fits || outer === undefined || !containsBlock(outer, block)) {
    throw ec2Error('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
  }
  const siblings = inventory.list('subnet').filter(({ record }) => record.vpcId === vpcId);
  for (const { record } of siblings) {
    const other = parseCidr(record.cidr);
    if (other !== undefined && overlap(block, other)) {
      throw ec2Error('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
    }
  }
  if (siblings.length >= subnetsPerVpcMax) {
    throw ec2Error('SubnetLimitExceeded', 'The maximum number of subnets has been reached.');
  }
}

function zoneOf(input: CreateSubnetRequest, region: string): string {
  const { AvailabilityZone: name, AvailabilityZoneId: id } = input;
  const zones = zonesOf(region);
  const zone =
    name !== undefined
      ? zoneNamed(region, name)
      : id !== undefined
        ? zones.find((candidate) => candidate.id === id)
        : zones[0];
  if (zone !== undefined) return zone.name;
  throw invalidParameterValue(
    `Value (${name ?? id}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.map((candidate) => candidate.name).join(', ')}.`,
  );
}

export function requireSubnet(id: string | undefined, inventory: Inventory): Stored<SubnetRecord> {
  if (id === undefined || id === '') throw missingParameter('subnetId');
  const stored = inventory.find('subnet', id);
  if (stored === undefined) throw unknownSubnet(id);
  return stored;
}

export async function deleteSubnet(
  input: DeleteSubnetRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireSubnet(input.SubnetId, inventory);
  const { id } = stored.record;
  if (inventory.addressesIn(id).size > 0) {
    throw ec2Error(
      'DependencyViolation',
      `The subnet '${id}' has dependencies and cannot be deleted.`,
    );
  }
  const tables = inventory
    .list('route-table')
    .filter(({ record }) => record.associations.some(({ subnetId }) => subnetId === id));
  // The subnet's association ends with it.
  const freed = tables.map((table) =>
    inventory.replace(table, {
      ...table.record,
      associations: table.record.associations.filter(({ subnetId }) => subnetId !== id),
    }),
  );
  await context.commit([inventory.remove(stored), ...freed]);
  return {};
}

export async function modifySubnetAttribute(
  input: ModifySubnetAttributeRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireSubnet(input.SubnetId, inventory);
  const map = input.MapPublicIpOnLaunch?.Value;
  if (map === undefined) {
    throw ec2Error('UnsupportedOperation', 'Only MapPublicIpOnLaunch can be modified.');
  }
  const record: SubnetRecord = { ...stored.record, mapPublicIpOnLaunch: map };
  await context.commit([inventory.replace(stored, record)]);
  return {};
}

function subnetFilters(inventory: Inventory): FilterTable<SubnetRecord> {
  const { place } = inventory;
  return filterTable<SubnetRecord>({
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    availabilityZone: ({ availabilityZone }) => availabilityZone,
    'availability-zone-id': (subnet) => zoneNamed(place.region, subnet.availabilityZone)?.id,
    'available-ip-address-count': (subnet) => String(freeAddresses(subnet, inventory)),
    cidr: ({ cidr }) => cidr,
    cidrBlock: ({ cidr }) => cidr,
    'cidr-block': ({ cidr }) => cidr,
    'default-for-az': ({ defaultForAz }) => String(defaultForAz),
    defaultForAz: ({ defaultForAz }) => String(defaultForAz),
    'map-public-ip-on-launch': ({ mapPublicIpOnLaunch }) => String(mapPublicIpOnLaunch),
    'owner-id': () => place.account,
    state: () => 'available',
    'subnet-arn': ({ id }) => ec2Arn(place, 'subnet', id),
    'subnet-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
  });
}

export function describeSubnets(
  input: DescribeSubnetsRequest,
  context: OperationContext,
): DescribeSubnetsResult {
  const inventory = Inventory.of(context);
  const ids = [...new Set(input.SubnetIds ?? [])];
  const stored =
    ids.length === 0 ? inventory.list('subnet') : ids.map((id) => requireSubnet(id, inventory));
  const records = stored.map(({ record }) => record);
  const filters = subnetFilters(inventory);
  const subnets = applyFilters(records, input.Filters, filters, ({ tags }) => tags);
  const sorted = [...subnets].sort((one, other) => (one.id < other.id ? -1 : 1));
  const page = paginate(sorted, ({ id }) => id, input, context, 'DescribeSubnets');
  return {
    NextToken: page.NextToken,
    Subnets: page.items.map((subnet) => describe(subnet, inventory)),
  };
}

/** Five addresses of each subnet are AWS's own. */
function freeAddresses(subnet: SubnetRecord, inventory: Inventory): number {
  const block = parseCidr(subnet.cidr);
  return block === undefined ? 0 : sizeOf(block) - 5 - inventory.addressesIn(subnet.id).size;
}

function describe(subnet: SubnetRecord, inventory: Inventory): Subnet {
  const { place } = inventory;
  return {
    AvailabilityZoneId: zoneNamed(place.region, subnet.availabilityZone)?.id,
    MapCustomerOwnedIpOnLaunch: false,
    OwnerId: place.account,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    Tags: describeTags(subnet.tags),
    SubnetArn: ec2Arn(place, 'subnet', subnet.id),
    EnableDns64: false,
    Ipv6Native: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    SubnetId: subnet.id,
    State: 'available',
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidr,
    AvailableIpAddressCount: freeAddresses(subnet, inventory),
    AvailabilityZone: subnet.availabilityZone,
    DefaultForAz: subnet.defaultForAz,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
  };
}
