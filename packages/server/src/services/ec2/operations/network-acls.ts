/**
 * DescribeNetworkAcls: each VPC has its default one, which lets everything through.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
 */
import type {
  DescribeNetworkAclsRequest,
  DescribeNetworkAclsResult,
  NetworkAcl,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { networkAclIdOf } from '../default-routes.ts';
import { ec2Error } from '../errors.ts';
import { applyFilters, filterTable } from '../filters.ts';
import { idOfDefault } from '../ids.ts';
import { Inventory } from '../inventory.ts';
import { paginate } from '../paging.ts';

const aclFilters = filterTable<NetworkAcl>({
  'association.association-id': ({ Associations: all }) =>
    all?.map(({ NetworkAclAssociationId: id }) => id ?? ''),
  'association.network-acl-id': ({ NetworkAclId: id }) => id,
  'association.subnet-id': ({ Associations: all }) => all?.map(({ SubnetId: id }) => id ?? ''),
  default: ({ IsDefault: isDefault }) => String(isDefault),
  'network-acl-id': ({ NetworkAclId: id }) => id,
  'owner-id': ({ OwnerId: owner }) => owner,
  'vpc-id': ({ VpcId: id }) => id,
});

export function describeNetworkAcls(
  input: DescribeNetworkAclsRequest,
  context: OperationContext,
): DescribeNetworkAclsResult {
  const inventory = Inventory.of(context);
  const all = inventory.list('vpc').map(({ record }) => describeAcl(record.id, inventory));
  const ids = new Set(input.NetworkAclIds ?? []);
  for (const id of ids) {
    if (!all.some(({ NetworkAclId: known }) => known === id)) {
      throw ec2Error('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`);
    }
  }
  const wanted = ids.size === 0 ? all : all.filter((acl) => ids.has(acl.NetworkAclId ?? ''));
  const keyOf = ({ NetworkAclId: id }: NetworkAcl) => id ?? '';
  const found = [...applyFilters(wanted, input.Filters, aclFilters, () => [])];
  const sorted = found.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const page = paginate(sorted, keyOf, input, context, 'DescribeNetworkAcls');
  return { NetworkAcls: page.items, NextToken: page.NextToken };
}

function describeAcl(vpcId: string, inventory: Inventory): NetworkAcl {
  const id = networkAclIdOf(vpcId);
  const subnets = inventory.list('subnet').filter(({ record }) => record.vpcId === vpcId);
  const entry = { CidrBlock: '0.0.0.0/0', Protocol: '-1' };
  return {
    Associations: subnets.map(({ record }) => ({
      NetworkAclAssociationId: idOfDefault('aclassoc', record.id),
      NetworkAclId: id,
      SubnetId: record.id,
    })),
    Entries: [true, false].flatMap((egress) => [
      { ...entry, Egress: egress, RuleAction: 'allow', RuleNumber: 100 },
      { ...entry, Egress: egress, RuleAction: 'deny', RuleNumber: 32_767 },
    ]),
    IsDefault: true,
    NetworkAclId: id,
    Tags: [],
    VpcId: vpcId,
    OwnerId: inventory.place.account,
  };
}
