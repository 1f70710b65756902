/**
 * DescribeInstanceAttribute, ModifyInstanceAttribute, DescribeInstanceCreditSpecifications.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
 */
import type {
  DescribeInstanceAttributeRequest,
  DescribeInstanceCreditSpecificationsRequest,
  DescribeInstanceCreditSpecificationsResult,
  InstanceAttribute,
  ModifyInstanceAttributeRequest,
} from '@sekisho/catalog/types/ec2';
import type { OperationContext } from '../../service.ts';
import { describeInstance } from '../descriptions/instance.ts';
import type { InstanceRecord } from '../entities.ts';
import {
  ec2Error,
  invalidParameterValue,
  missingParameter,
  unknownSecurityGroup,
} from '../errors.ts';
import { imageWithId } from '../images.ts';
import { requireInstance, requireInstances } from '../instance-lookup.ts';
import { stateOf } from '../instance-state.ts';
import { defaultCredits, isBurstable, isInstanceType } from '../instance-types.ts';
import { Inventory } from '../inventory.ts';
import { sealUserData, userDataUse } from '../launch.ts';
import { oneOf } from '../metadata-options.ts';
import { paginate } from '../paging.ts';

export function describeInstanceAttribute(
  input: DescribeInstanceAttributeRequest,
  context: OperationContext,
): InstanceAttribute {
  const inventory = Inventory.of(context);
  const { record } = requireInstance(input.InstanceId, inventory);
  if (input.Attribute === undefined) throw missingParameter('attribute');
  return { InstanceId: record.id, ...attributeOf(input.Attribute, record, inventory, context) };
}

function attributeOf(
  name: string,
  record: InstanceRecord,
  inventory: Inventory,
  context: OperationContext,
): InstanceAttribute {
  switch (name) {
    case 'instanceType':
      return { InstanceType: { Value: record.instanceType } };
    case 'kernel':
      return { KernelId: {} };
    case 'ramdisk':
      return { RamdiskId: {} };
    case 'userData':
      return { UserData: { Value: userDataOf(record, context) } };
    case 'disableApiTermination':
      return { DisableApiTermination: { Value: record.disableApiTermination } };
    case 'disableApiStop':
      return { DisableApiStop: { Value: record.disableApiStop } };
    case 'instanceInitiatedShutdownBehavior':
      return { InstanceInitiatedShutdownBehavior: { Value: record.shutdownBehavior } };
    case 'rootDeviceName': {
      const image = imageWithId(inventory.place.region, record.imageId);
      return { RootDeviceName: { Value: image.rootDeviceName } };
    }
    case 'sourceDestCheck':
      return { SourceDestCheck: { Value: record.sourceDestCheck } };
    case 'ebsOptimized':
      return { EbsOptimized: { Value: record.ebsOptimized } };
    case 'enaSupport':
      return { EnaSupport: { Value: true } };
    case 'enclaveOptions':
      return { EnclaveOptions: { Enabled: false } };
    case 'sriovNetSupport':
      return {};
    case 'productCodes':
      return { ProductCodes: [] };
    case 'groupSet': {
      const groups = describeInstance(record, inventory, context.now).SecurityGroups;
      return { Groups: (groups ?? []).map(({ GroupId: id }) => ({ GroupId: id })) };
    }
    case 'blockDeviceMapping': {
      const { BlockDeviceMappings: devices } = describeInstance(record, inventory, context.now);
      return { BlockDeviceMappings: devices };
    }
    default:
      throw invalidParameterValue(
        `Value (${name}) for parameter attribute is invalid. Unknown attribute.`,
      );
  }
}

/** The base64 text of the request. */
function userDataOf(record: InstanceRecord, { runtime, account }: OperationContext) {
  if (record.sealedUserData === undefined) return undefined;
  return runtime.sealer.open(record.sealedUserData, userDataUse(account, record.id));
}

export async function modifyInstanceAttribute(
  input: ModifyInstanceAttributeRequest,
  context: OperationContext,
): Promise<Readonly<Record<never, never>>> {
  const inventory = Inventory.of(context);
  const stored = requireInstance(input.InstanceId, inventory);
  const { record } = stored;
  const change = {
    ...flags(input, record),
    ...typeChange(input, record, context),
    ...shutdownChange(input),
    ...groupChange(input, record, inventory),
    ...userDataChange(input, record, context),
  };
  if (Object.keys(change).length === 0) {
    throw ec2Error('InvalidParameterCombination', 'No attributes specified.');
  }
  await context.commit([inventory.replace(stored, { ...record, ...change })]);
  return {};
}

type Change = Partial<InstanceRecord>;

/** The value of an attribute in its own member, or in the old form `Attribute` and `Value`. */
function given<T>(
  input: ModifyInstanceAttributeRequest,
  name: string,
  member: { readonly Value?: T | undefined } | undefined,
): T | string | undefined {
  return member?.Value ?? (input.Attribute === name ? input.Value : undefined);
}

function flag(
  input: ModifyInstanceAttributeRequest,
  name: string,
  member: { readonly Value?: boolean | undefined } | undefined,
): boolean | undefined {
  const value = given(input, name, member);
  return typeof value === 'string' ? oneOf(name, value, ['true', 'false']) === 'true' : value;
}

function flags(input: ModifyInstanceAttributeRequest, record: InstanceRecord): Change {
  const termination = flag(input, 'disableApiTermination', input.DisableApiTermination);
  const stop = flag(input, 'disableApiStop', input.DisableApiStop);
  const check = flag(input, 'sourceDestCheck', input.SourceDestCheck);
  const optimized = flag(input, 'ebsOptimized', input.EbsOptimized);
  if (record.target === 'terminated') {
    throw ec2Error(
      'IncorrectInstanceState',
      `The instance '${record.id}' is not in a valid state for this operation.`,
    );
  }
  return {
    ...(termination === undefined ? {} : { disableApiTermination: termination }),
    ...(stop === undefined ? {} : { disableApiStop: stop }),
    ...(check === undefined ? {} : { sourceDestCheck: check }),
    ...(optimized === undefined ? {} : { ebsOptimized: optimized }),
  };
}

function typeChange(
  input: ModifyInstanceAttributeRequest,
  record: InstanceRecord,
  context: OperationContext,
): Change {
  const type = given(input, 'instanceType', input.InstanceType);
  if (type === undefined) return {};
  if (!isInstanceType(type)) {
    throw invalidParameterValue(`Invalid value '${type}' for InstanceType.`);
  }
  requireStopped(record, context);
  const { cpuCredits } = record;
  return {
    instanceType: type,
    ...(isBurstable(type) ? { cpuCredits: cpuCredits ?? defaultCredits(type) } : {}),
  };
}

function requireStopped(record: InstanceRecord, context: OperationContext): void {
  if (stateOf(record, context.now).Name === 'stopped') return;
  throw ec2Error(
    'IncorrectInstanceState',
    `The instance '${record.id}' is not in the 'stopped' state.`,
  );
}

function shutdownChange(input: ModifyInstanceAttributeRequest): Change {
  const name = 'instanceInitiatedShutdownBehavior';
  const value = given(input, name, input.InstanceInitiatedShutdownBehavior);
  const behavior = oneOf(name, value, ['stop', 'terminate']);
  return behavior === undefined ? {} : { shutdownBehavior: behavior };
}

function groupChange(
  input: ModifyInstanceAttributeRequest,
  record: InstanceRecord,
  inventory: Inventory,
): Change {
  const ids = [...new Set(input.Groups ?? [])];
  if (ids.length === 0) return {};
  for (const id of ids) {
    const group = inventory.find('security-group', id)?.record;
    if (group?.vpcId !== record.vpcId) throw unknownSecurityGroup(id);
  }
  return { securityGroupIds: ids };
}

function userDataChange(
  input: ModifyInstanceAttributeRequest,
  record: InstanceRecord,
  context: OperationContext,
): Change {
  const bytes = input.UserData?.Value;
  const old = input.Attribute === 'userData' ? input.Value : undefined;
  const text = bytes === undefined ? old : Buffer.from(bytes).toString('base64');
  if (text === undefined) return {};
  requireStopped(record, context);
  return sealUserData(text, record.id, context);
}

export function describeInstanceCreditSpecifications(
  input: DescribeInstanceCreditSpecificationsRequest,
  context: OperationContext,
): DescribeInstanceCreditSpecificationsResult {
  const inventory = Inventory.of(context);
  const ids = input.InstanceIds ?? [];
  const stored = ids.length === 0 ? inventory.instances() : requireInstances(ids, inventory);
  const specifications = stored.flatMap(({ record }) => {
    const named = ids.length > 0 && isBurstable(record.instanceType);
    // Without ids only instances with unlimited credits are listed.
    if (!named && record.cpuCredits !== 'unlimited') return [];
    return [{ InstanceId: record.id, CpuCredits: record.cpuCredits }];
  });
  const operation = 'DescribeInstanceCreditSpecifications';
  const page = paginate(specifications, (item) => item.InstanceId, input, context, operation);
  return { InstanceCreditSpecifications: page.items, NextToken: page.NextToken };
}
