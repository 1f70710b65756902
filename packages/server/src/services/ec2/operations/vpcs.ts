/**
 * VPCs: CreateVpc, DeleteVpc, DescribeVpcs, DescribeVpcAttribute, ModifyVpcAttribute.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
 */
import type {
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  ModifyVpcAttributeRequest,
  Vpc,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { defaultSecurityGroup } from '../default-network.ts';
import type { VpcRecord } from '../entities.ts';
import { ec2Error, invalidParameterValue, missingParameter, unknownVpc } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { idOfDefault, newId } from '../ids.ts';
import { Inventory, type Stored } from '../inventory.ts';
import { parseCidr } from '../ipv4.ts';
import { vpcsPerRegionMax } from '../limits.ts';
import { oneOf } from '../metadata-options.ts';
import { paginate } from '../paging.ts';
import { isMain } from '../route-choice.ts';
import { describeTags, readTagSpecifications } from '../tags.ts';

export async function createVpc(
  input: CreateVpcRequest,
  context: OperationContext,
): Promise<CreateVpcResult> {
  const inventory = Inventory.of(context);
  const cidr = input.CidrBlock;
  if (cidr === undefined || cidr === '') throw missingParameter('cidrBlock');
  const block = parseCidr(cidr);
  if (block === undefined) {
    throw invalidParameterValue(
      `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  if (block.prefix < 16 || block.prefix > 28) {
    throw ec2Error('InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`);
  }
  if (inventory.list('vpc').length >= vpcsPerRegionMax) {
    throw ec2Error('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
  }
  const { random } = context.runtime.platform;
  const id = newId('vpc', random);
  const vpc: VpcRecord = {
    id,
    cidr,
    isDefault: false,
    tenancy: oneOf('instanceTenancy', input.InstanceTenancy, ['default', 'dedicated']) ?? 'default',
    enableDnsSupport: true,
    enableDnsHostnames: false,
    tags: readTagSpecifications(input.TagSpecifications, ['vpc']).get('vpc') ?? [],
  };
  const group = defaultSecurityGroup(newId('sg', random), id, {
    ingress: newId('sgr', random),
    egress: newId('sgr', random),
  });
  await context.commit([
    inventory.create('vpc', id, vpc),
    inventory.create('security-group', group.id, group),
  ]);
  return { Vpc: { ...describe(vpc, inventory), State: 'pending' } };
}

export async function deleteVpc(
  input: DeleteVpcRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireVpc(input.VpcId, inventory);
  const { id } = stored.record;
  const groups = inventory.list('security-group').filter(({ record }) => record.vpcId === id);
  const tables = inventory.list('route-table').filter(({ record }) => record.vpcId === id);
  const inUse =
    (['subnet', 'vpc-endpoint', 'internet-gateway'] as const).some((kind) =>
      inventory.list(kind).some(({ record }) => record.vpcId === id),
    ) ||
    tables.some(({ record }) => !isMain(record)) ||
    groups.some(({ record }) => record.name !== 'default');
  if (inUse) {
    throw ec2Error(
      'DependencyViolation',
      `The vpc '${id}' has dependencies and cannot be deleted.`,
    );
  }
  await context.commit([
    inventory.remove(stored),
    ...groups.map((group) => inventory.remove(group)),
    // A main table that was never written is gone with its VPC.
    ...tables
      .filter(({ revision }) => revision > 0)
      .map(({ key, revision }) => ({ key, value: undefined, ifRevision: revision })),
  ]);
  return {};
}

export function requireVpc(id: string | undefined, inventory: Inventory): Stored<VpcRecord> {
  if (id === undefined || id === '') throw missingParameter('vpcId');
  const stored = inventory.find('vpc', id);
  if (stored === undefined) throw unknownVpc(id);
  return stored;
}

const vpcFilters = filterTable<VpcRecord>({
  cidr: ({ cidr }) => cidr,
  'cidr-block': ({ cidr }) => cidr,
  'cidr-block-association.cidr-block': ({ cidr }) => cidr,
  'cidr-block-association.state': () => 'associated',
  'dhcp-options-id': () => 'default',
  isDefault: ({ isDefault }) => String(isDefault),
  'is-default': ({ isDefault }) => String(isDefault),
  state: () => 'available',
  'vpc-id': ({ id }) => id,
});

export function describeVpcs(
  input: DescribeVpcsRequest,
  context: OperationContext,
): DescribeVpcsResult {
  const inventory = Inventory.of(context);
  const ids = [...new Set(input.VpcIds ?? [])];
  const stored =
    ids.length === 0 ? inventory.list('vpc') : ids.map((id) => requireVpc(id, inventory));
  const records = stored.map(({ record }) => record);
  const vpcs = applyFilters(records, input.Filters, vpcFilters, ({ tags }) => tags);
  const sorted = [...vpcs].sort((one, other) => (one.id < other.id ? -1 : 1));
  const page = paginate(sorted, ({ id }) => id, input, context, 'DescribeVpcs');
  return {
    Vpcs: page.items.map((vpc) => describe(vpc, inventory)),
    NextToken: page.NextToken,
  };
}

function describe(vpc: VpcRecord, inventory: Inventory): Vpc {
  const { account, region } = inventory.place;
  return {
    OwnerId: account,
    InstanceTenancy: vpc.tenancy,
    Ipv6CidrBlockAssociationSet: [],
    CidrBlockAssociationSet: [
      {
        AssociationId: idOfDefault('vpc-cidr-assoc', vpc.id),
        CidrBlock: vpc.cidr,
        CidrBlockState: { State: 'associated' },
      },
    ],
    IsDefault: vpc.isDefault,
    Tags: describeTags(vpc.tags),
    VpcId: vpc.id,
    State: 'available',
    CidrBlock: vpc.cidr,
    DhcpOptionsId: idOfDefault('dopt', account, region),
  };
}

export function describeVpcAttribute(
  input: DescribeVpcAttributeRequest,
  context: OperationContext,
): DescribeVpcAttributeResult {
  const { record } = requireVpc(input.VpcId, Inventory.of(context));
  switch (input.Attribute) {
    case 'enableDnsSupport':
      return { VpcId: record.id, EnableDnsSupport: { Value: record.enableDnsSupport } };
    case 'enableDnsHostnames':
      return { VpcId: record.id, EnableDnsHostnames: { Value: record.enableDnsHostnames } };
    case 'enableNetworkAddressUsageMetrics':
      return { VpcId: record.id, EnableNetworkAddressUsageMetrics: { Value: false } };
    default:
      throw invalidParameterValue(
        `Value (${input.Attribute}) for parameter attribute is invalid. Unknown attribute.`,
      );
  }
}

export async function modifyVpcAttribute(
  input: ModifyVpcAttributeRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireVpc(input.VpcId, inventory);
  const { record } = stored;
  const support = input.EnableDnsSupport?.Value;
  const hostnames = input.EnableDnsHostnames?.Value;
  if (support === undefined && hostnames === undefined) {
    throw ec2Error('InvalidParameterCombination', 'No attributes specified.');
  }
  await context.commit([
    inventory.replace(stored, {
      ...record,
      enableDnsSupport: support ?? record.enableDnsSupport,
      enableDnsHostnames: hostnames ?? record.enableDnsHostnames,
    }),
  ]);
  return {};
}
