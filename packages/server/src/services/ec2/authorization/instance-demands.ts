/** The demands of operations on instances that exist: one for each instance, with its keys. */
import type {
  AssociateIamInstanceProfileRequest,
  DescribeInstanceAttributeRequest,
  DisassociateIamInstanceProfileRequest,
  ModifyInstanceAttributeRequest,
  ModifyInstanceMetadataOptionsRequest,
  ReplaceIamInstanceProfileAssociationRequest,
} from '@sekisho/catalog/types/ec2';
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import { ec2Arn } from '../arn.ts';
import { ec2Demand, type Keys } from '../demand.ts';
import { malformedId, missingParameter } from '../errors.ts';
import { isId } from '../ids.ts';
import { type ProfileReference, readProfile } from '../instance-profile.ts';
import { Inventory } from '../inventory.ts';
import { instanceKeys, securityGroupKeys } from './instance-keys.ts';
import { passRoleDemand } from './pass-role.ts';

/** Start, Stop, Reboot, Terminate: one refused, all refused. */
export function eachInstance(action: string): DemandRule<{
  readonly InstanceIds?: readonly string[] | undefined;
}> {
  return (input, context) => {
    const ids = input.InstanceIds ?? [];
    if (ids.length === 0) throw missingParameter('InstanceId');
    const inventory = Inventory.of(context);
    return [...new Set(ids)].map((id) => instanceDemand(action, id, [], inventory, context));
  };
}

function instanceDemand(
  action: string,
  id: string | undefined,
  keys: Keys,
  inventory: Inventory,
  context: DemandContext,
): Demand {
  if (id === undefined || id === '') throw missingParameter('InstanceId');
  if (!isId('i', id)) throw malformedId('InvalidInstanceID', id, 'i');
  const record = inventory.find('instance', id)?.record;
  return ec2Demand(context, action, ec2Arn(inventory.place, 'instance', id), [
    ...(record === undefined ? [] : instanceKeys(inventory.place, record)),
    ...keys,
  ]);
}

export function associateProfileDemands(
  input: AssociateIamInstanceProfileRequest,
  context: DemandContext,
): readonly Demand[] {
  const action = 'ec2:AssociateIamInstanceProfile';
  return profileDemands(action, input.InstanceId, input.IamInstanceProfile, context);
}

export function replaceProfileDemands(
  input: ReplaceIamInstanceProfileAssociationRequest,
  context: DemandContext,
): readonly Demand[] {
  const action = 'ec2:ReplaceIamInstanceProfileAssociation';
  const id = associatedInstance(input.AssociationId, context);
  return profileDemands(action, id, input.IamInstanceProfile, context);
}

function profileDemands(
  action: string,
  instanceId: string | undefined,
  specification: AssociateIamInstanceProfileRequest['IamInstanceProfile'] | undefined,
  context: DemandContext,
): readonly Demand[] {
  const inventory = Inventory.of(context);
  const { place } = inventory;
  const reference = readProfile(specification, context.runtime.directory, place);
  if (reference === undefined) throw missingParameter('IamInstanceProfile');
  const keys: Keys = [['ec2:NewInstanceProfile', profileArn(reference, inventory)]];
  const demand =
    instanceId === '*'
      ? ec2Demand(context, action, ec2Arn(place, 'instance', '*'), keys)
      : instanceDemand(action, instanceId, keys, inventory, context);
  return [demand, ...passRoleDemand(context, reference.profile?.role, demand.resource)];
}

function profileArn(reference: ProfileReference, { place }: Inventory): string {
  if (reference.profile !== undefined) return reference.profile.arn;
  if (reference.by === 'arn') return reference.text;
  return `arn:${place.partition}:iam::${place.account}:instance-profile/${reference.text}`;
}

/** The instance of an association; `*` when there is no such association. */
function associatedInstance(id: string | undefined, context: DemandContext): string {
  if (id === undefined || id === '') throw missingParameter('AssociationId');
  return Inventory.of(context).instanceOfAssociation(id)?.record.id ?? '*';
}

export function disassociateProfileDemands(
  input: DisassociateIamInstanceProfileRequest,
  context: DemandContext,
): readonly Demand[] {
  const action = 'ec2:DisassociateIamInstanceProfile';
  const inventory = Inventory.of(context);
  const id = associatedInstance(input.AssociationId, context);
  if (id === '*') return [ec2Demand(context, action, ec2Arn(inventory.place, 'instance', '*'))];
  return [instanceDemand(action, id, [], inventory, context)];
}

export function modifyMetadataOptionsDemands(
  input: ModifyInstanceMetadataOptionsRequest,
  context: DemandContext,
): readonly Demand[] {
  const { InstanceId: id, DryRun: _dryRun, ...attributes } = input;
  const keys = attributeKeys(new Map(Object.entries(attributes)));
  const action = 'ec2:ModifyInstanceMetadataOptions';
  return [instanceDemand(action, id, keys, Inventory.of(context), context)];
}

/** `ec2:Attribute` (the names) and `ec2:Attribute/<Name>` (the values). */
export function attributeKeys(attributes: ReadonlyMap<string, unknown>): Keys {
  const given = [...attributes].filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0) return [];
  return [
    ['ec2:Attribute', given.length === 1 ? (given[0]?.[0] ?? '') : given.map(([name]) => name)],
    ...given.flatMap(([name, value]) => {
      const text = attributeText(value);
      return text === undefined ? [] : [[`ec2:Attribute/${name}`, text] as const];
    }),
  ];
}

function attributeText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'object' && value !== null && 'Value' in value) {
    return attributeText(value.Value);
  }
  return undefined;
}

export function modifyAttributeDemands(
  input: ModifyInstanceAttributeRequest,
  context: DemandContext,
): readonly Demand[] {
  const { InstanceId: id, DryRun: _dryRun, Attribute: name, Value: value, ...members } = input;
  const attributes = new Map<string, unknown>(
    Object.entries(members).map(([member, given]) => [member, given]),
  );
  // The old form names the attribute in lower camel case.
  if (name !== undefined)
    attributes.set(`${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, value);
  const action = 'ec2:ModifyInstanceAttribute';
  const inventory = Inventory.of(context);
  return [
    instanceDemand(action, id, attributeKeys(attributes), inventory, context),
    ...(input.Groups ?? []).map((groupId) => {
      const record = inventory.find('security-group', groupId)?.record;
      const keys = record === undefined ? [] : securityGroupKeys(inventory.place, record);
      return ec2Demand(context, action, ec2Arn(inventory.place, 'security-group', groupId), keys);
    }),
  ];
}

/** Unlike the other Describe operations this one is asked of its instance. */
export function describeAttributeDemands(
  input: DescribeInstanceAttributeRequest,
  context: DemandContext,
): readonly Demand[] {
  const action = 'ec2:DescribeInstanceAttribute';
  const keys: Keys = [['ec2:Attribute', input.Attribute]];
  return [instanceDemand(action, input.InstanceId, keys, Inventory.of(context), context)];
}
