/** The demands of operations on VPCs, subnets, security groups and key pairs. */
import type {
  CreateSecurityGroupRequest,
  CreateSubnetRequest,
  CreateVpcRequest,
  DeleteKeyPairRequest,
  TagSpecification,
} from '@sekisho/catalog/types/ec2';
import type { TagList } from '../../../directory/records.ts';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import { ec2Arn } from '../arn.ts';
import { ec2Demand, type Keys } from '../demand.ts';
import { missingParameter } from '../errors.ts';
import { Inventory } from '../inventory.ts';
import { readTagSpecifications, requestTagKeys } from '../tags.ts';
import { keyPairKeys, securityGroupKeys, subnetKeys, vpcKeys } from './instance-keys.ts';
import { createTagsDemands } from './tag-demands.ts';

/** What every creation with tags has. */
interface Tagged {
  readonly TagSpecifications?: readonly TagSpecification[] | undefined;
}

/** The thing made, then its tags. */
export function creation(
  operation: string,
  type: string,
  id: string,
  input: Tagged,
  context: DemandContext,
  keys: Keys = [],
): readonly Demand[] {
  const tags = readTagSpecifications(input.TagSpecifications, [type]);
  const own: TagList = tags.get(type) ?? [];
  const arn = ec2Arn(Inventory.of(context).place, type, id);
  return [
    ec2Demand(context, `ec2:${operation}`, arn, [...keys, ...requestTagKeys(own)]),
    ...createTagsDemands(context, operation, tags),
  ];
}

function vpcDemand(operation: string, id: string, context: DemandContext, more: Keys = []): Demand {
  const inventory = Inventory.of(context);
  const record = inventory.find('vpc', id)?.record;
  const keys = record === undefined ? [] : vpcKeys(record);
  const arn = ec2Arn(inventory.place, 'vpc', id);
  return ec2Demand(context, `ec2:${operation}`, arn, [...keys, ...more]);
}

export function createVpcDemands(
  input: CreateVpcRequest,
  context: DemandContext,
): readonly Demand[] {
  const keys: Keys = [
    ['ec2:Tenancy', input.InstanceTenancy ?? 'default'],
    ['ec2:VpcID', '*'],
  ];
  return creation('CreateVpc', 'vpc', '*', input, context, keys);
}

export function createSubnetDemands(
  input: CreateSubnetRequest,
  context: DemandContext,
): readonly Demand[] {
  if (input.VpcId === undefined) throw missingParameter('vpcId');
  const { place } = Inventory.of(context);
  const keys: Keys = [
    ['ec2:AvailabilityZone', input.AvailabilityZone],
    ['ec2:SubnetID', '*'],
    ['ec2:Vpc', ec2Arn(place, 'vpc', input.VpcId)],
  ];
  return [
    ...creation('CreateSubnet', 'subnet', '*', input, context, keys),
    vpcDemand('CreateSubnet', input.VpcId, context),
  ];
}

export function createSecurityGroupDemands(
  input: CreateSecurityGroupRequest,
  context: DemandContext,
): readonly Demand[] {
  const inventory = Inventory.of(context);
  const vpcId = input.VpcId ?? inventory.defaultVpc()?.id;
  const keys: Keys = [
    ['ec2:SecurityGroupID', '*'],
    ['ec2:Vpc', vpcId === undefined ? undefined : ec2Arn(inventory.place, 'vpc', vpcId)],
  ];
  const made = creation('CreateSecurityGroup', 'security-group', '*', input, context, keys);
  return vpcId === undefined ? made : [...made, vpcDemand('CreateSecurityGroup', vpcId, context)];
}

export function createKeyPairDemands(
  operation: string,
): DemandRule<Tagged & { readonly KeyName: string; readonly KeyType?: string | undefined }> {
  return (input, context) => {
    if (input.KeyName === undefined || input.KeyName === '') throw missingParameter('KeyName');
    const keys: Keys = [
      ['ec2:KeyPairName', input.KeyName],
      ['ec2:KeyPairType', operation === 'CreateKeyPair' ? (input.KeyType ?? 'rsa') : undefined],
    ];
    return creation(operation, 'key-pair', input.KeyName, input, context, keys);
  };
}

export function deleteKeyPairDemands(
  input: DeleteKeyPairRequest,
  context: DemandContext,
): readonly Demand[] {
  const inventory = Inventory.of(context);
  const { KeyName: name, KeyPairId: id } = input;
  if (name === undefined && id === undefined) throw missingParameter('KeyName');
  const record =
    name === undefined
      ? inventory.keyPairWithId(id ?? '')?.record
      : inventory.keyPairNamed(name)?.record;
  const arn = ec2Arn(inventory.place, 'key-pair', record?.name ?? name ?? '*');
  const keys: Keys = record === undefined ? [] : keyPairKeys(record);
  return [ec2Demand(context, 'ec2:DeleteKeyPair', arn, keys)];
}

/** An operation on one VPC. */
export function oneVpc(
  operation: string,
  attributesOf: (input: object) => Keys = () => [],
): DemandRule<{ readonly VpcId: string }> {
  return (input, context) => {
    if (input.VpcId === undefined) throw missingParameter('vpcId');
    return [vpcDemand(operation, input.VpcId, context, attributesOf(input))];
  };
}

/** An operation on one subnet. */
export function oneSubnet(
  operation: string,
  attributesOf: (input: object) => Keys = () => [],
): DemandRule<{ readonly SubnetId: string }> {
  return (input, context) => {
    if (input.SubnetId === undefined) throw missingParameter('subnetId');
    const inventory = Inventory.of(context);
    const record = inventory.find('subnet', input.SubnetId)?.record;
    const keys = record === undefined ? [] : subnetKeys(inventory.place, record);
    const arn = ec2Arn(inventory.place, 'subnet', input.SubnetId);
    return [ec2Demand(context, `ec2:${operation}`, arn, [...keys, ...attributesOf(input)])];
  };
}

/** An operation on one security group, named by id or (in the default VPC) by name. */
export function oneSecurityGroup(operation: string): DemandRule<
  Tagged & {
    readonly GroupId?: string | undefined;
    readonly GroupName?: string | undefined;
  }
> {
  return (input, context) => {
    const inventory = Inventory.of(context);
    const { GroupId: id, GroupName: name } = input;
    if (id === undefined && name === undefined) throw missingParameter('GroupName or GroupId');
    const vpcId = inventory.defaultVpc()?.id ?? '';
    const record =
      id === undefined
        ? inventory.securityGroupNamed(vpcId, name ?? '')
        : inventory.find('security-group', id)?.record;
    const arn = ec2Arn(inventory.place, 'security-group', record?.id ?? id ?? '*');
    const keys = record === undefined ? [] : securityGroupKeys(inventory.place, record);
    const tags = readTagSpecifications(input.TagSpecifications, ['security-group-rule']);
    const action = `ec2:${operation}`;
    const own = tags.get('security-group-rule');
    const rule = ec2Arn(inventory.place, 'security-group-rule', '*');
    return [
      ec2Demand(context, action, arn, keys),
      ...(own === undefined ? [] : [ec2Demand(context, action, rule, requestTagKeys(own))]),
      ...createTagsDemands(context, operation, tags),
    ];
  };
}
