/**
 * Internet gateways: kept as records, so that route tables can name them.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html
 * Unverified: the texts of the refusals.
 */
import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult,
  DeleteInternetGatewayRequest,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DetachInternetGatewayRequest,
  InternetGateway,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import type { InternetGatewayRecord } from '../entities.ts';
import { ec2Error, missingParameter, unknownInternetGateway } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { newId } from '../ids.ts';
import { Inventory, type Stored } from '../inventory.ts';
import { internetGatewaysPerRegionMax } from '../limits.ts';
import { paginate } from '../paging.ts';
import { describeTags, readTagSpecifications } from '../tags.ts';
import { requireVpc } from './vpcs.ts';

export async function createInternetGateway(
  input: CreateInternetGatewayRequest,
  context: OperationContext,
): Promise<CreateInternetGatewayResult> {
  const inventory = Inventory.of(context);
  if (inventory.list('internet-gateway').length >= internetGatewaysPerRegionMax) {
    throw ec2Error(
      'InternetGatewayLimitExceeded',
      'The maximum number of internet gateways has been reached.',
    );
  }
  const type = 'internet-gateway';
  const gateway: InternetGatewayRecord = {
    id: newId('igw', context.runtime.platform.random),
    tags: readTagSpecifications(input.TagSpecifications, [type]).get(type) ?? [],
  };
  await context.commit([inventory.create(type, gateway.id, gateway)]);
  return { InternetGateway: describe(gateway, inventory) };
}

function requireGateway(
  id: string | undefined,
  inventory: Inventory,
): Stored<InternetGatewayRecord> {
  if (id === undefined || id === '') throw missingParameter('internetGatewayId');
  const stored = inventory.find('internet-gateway', id);
  if (stored === undefined) throw unknownInternetGateway(id);
  return stored;
}

export async function attachInternetGateway(
  input: AttachInternetGatewayRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireGateway(input.InternetGatewayId, inventory);
  const vpc = requireVpc(input.VpcId, inventory);
  const { record } = stored;
  if (record.vpcId !== undefined) {
    throw ec2Error(
      'Resource.AlreadyAssociated',
      `resource ${record.id} is already attached to network ${record.vpcId}`,
    );
  }
  const gateways = inventory.list('internet-gateway');
  if (gateways.some((other) => other.record.vpcId === vpc.record.id)) {
    throw ec2Error(
      'InvalidParameterValue',
      `Network ${vpc.record.id} already has an internet gateway attached`,
    );
  }
  await context.commit([
    inventory.replace(stored, { ...record, vpcId: vpc.record.id }),
    inventory.replace(vpc, vpc.record),
  ]);
  return {};
}

export async function detachInternetGateway(
  input: DetachInternetGatewayRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireGateway(input.InternetGatewayId, inventory);
  requireVpc(input.VpcId, inventory);
  const { vpcId, ...detached } = stored.record;
  if (vpcId === undefined || vpcId !== input.VpcId) {
    throw ec2Error(
      'Gateway.NotAttached',
      `resource ${stored.record.id} is not attached to network ${input.VpcId}`,
    );
  }
  await context.commit([inventory.replace(stored, detached)]);
  return {};
}

export async function deleteInternetGateway(
  input: DeleteInternetGatewayRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireGateway(input.InternetGatewayId, inventory);
  const { id, vpcId } = stored.record;
  if (vpcId !== undefined) {
    throw ec2Error(
      'DependencyViolation',
      `The internetGateway '${id}' has dependencies and cannot be deleted.`,
    );
  }
  await context.commit([inventory.remove(stored)]);
  return {};
}

const gatewayFilters = filterTable<InternetGatewayRecord>({
  'attachment.state': ({ vpcId }) => (vpcId === undefined ? undefined : 'available'),
  'attachment.vpc-id': ({ vpcId }) => vpcId,
  'internet-gateway-id': ({ id }) => id,
});

export function describeInternetGateways(
  input: DescribeInternetGatewaysRequest,
  context: OperationContext,
): DescribeInternetGatewaysResult {
  const inventory = Inventory.of(context);
  const ids = [...new Set(input.InternetGatewayIds ?? [])];
  const stored =
    ids.length === 0
      ? inventory.list('internet-gateway')
      : ids.map((id) => requireGateway(id, inventory));
  const records = stored.map(({ record }) => record);
  const found = applyFilters(records, input.Filters, gatewayFilters, ({ tags }) => tags);
  const sorted = [...found].sort((one, other) => (one.id < other.id ? -1 : 1));
  const page = paginate(sorted, ({ id }) => id, input, context, 'DescribeInternetGateways');
  return {
    InternetGateways: page.items.map((gateway) => describe(gateway, inventory)),
    NextToken: page.NextToken,
  };
}

function describe(
  { id, vpcId, tags }: InternetGatewayRecord,
  inventory: Inventory,
): InternetGateway {
  return {
    Attachments: vpcId === undefined ? [] : [{ State: 'available', VpcId: vpcId }],
    InternetGatewayId: id,
    OwnerId: inventory.place.account,
    Tags: describeTags(tags),
  };
}
