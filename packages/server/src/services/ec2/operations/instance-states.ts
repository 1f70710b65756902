/**
 * StartInstances, StopInstances, RebootInstances, TerminateInstances: all of them or none.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
 */
import type {
  InstanceStateChange,
  RebootInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@sekisho/catalog/types/ec2';
import type { ServiceError } from '../../../protocol/service-error.ts';
import type { Change } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import type { InstanceRecord } from '../entities.ts';
import { ec2Error } from '../errors.ts';
import { requireInstances } from '../instance-lookup.ts';
import { type InstanceStateName, stateNamed, stateOf } from '../instance-state.ts';
import { Inventory, type Stored } from '../inventory.ts';

export async function startInstances(
  input: StartInstancesRequest,
  context: OperationContext,
): Promise<StartInstancesResult> {
  const { inventory, instances } = read(input.InstanceIds, context);
  const changes: Change[] = [];
  const answers: InstanceStateChange[] = [];
  for (const stored of instances) {
    const { record } = stored;
    const { Name: state } = stateOf(record, context.now);
    if (state === 'running' || state === 'pending') {
      answers.push(stateChange(record, state, state));
      continue;
    }
    if (state !== 'stopped') throw wrongState(record, 'started');
    const { stateReason: _reason, ...rest } = record;
    const started: InstanceRecord = {
      ...rest,
      target: 'running',
      targetSince: context.now,
      launchedAt: context.now,
    };
    changes.push(inventory.replace(stored, started));
    answers.push(stateChange(record, 'pending', state));
  }
  if (changes.length > 0) await context.commit(changes);
  return { StartingInstances: answers };
}

export async function stopInstances(
  input: StopInstancesRequest,
  context: OperationContext,
): Promise<StopInstancesResult> {
  const { inventory, instances } = read(input.InstanceIds, context);
  if (input.Hibernate === true) {
    throw ec2Error(
      'UnsupportedHibernationConfiguration',
      'Instances can only be hibernated when they were launched with hibernation enabled.',
    );
  }
  const changes: Change[] = [];
  const answers: InstanceStateChange[] = [];
  for (const stored of instances) {
    const { record } = stored;
    const { Name: state } = stateOf(record, context.now);
    if (state === 'stopped' || state === 'stopping') {
      answers.push(stateChange(record, state, state));
      continue;
    }
    if (state !== 'running' && state !== 'pending') throw wrongState(record, 'stopped');
    if (record.disableApiStop) throw notPermitted(record, 'stopped', 'disableApiStop');
    changes.push(inventory.replace(stored, sent(record, 'stopped', context.now)));
    answers.push(stateChange(record, 'stopping', state));
  }
  if (changes.length > 0) await context.commit(changes);
  return { StoppingInstances: answers };
}

/** Nothing of an instance's metadata changes by a reboot. */
export function rebootInstances(
  input: RebootInstancesRequest,
  context: OperationContext,
): Readonly<Record<never, never>> {
  const { instances } = read(input.InstanceIds, context);
  for (const { record } of instances) {
    const { Name: state } = stateOf(record, context.now);
    if (state !== 'running' && state !== 'pending') throw wrongState(record, 'rebooted');
  }
  return {};
}

export async function terminateInstances(
  input: TerminateInstancesRequest,
  context: OperationContext,
): Promise<TerminateInstancesResult> {
  const { inventory, instances } = read(input.InstanceIds, context);
  const changes: Change[] = [];
  const answers: InstanceStateChange[] = [];
  for (const stored of instances) {
    const { record } = stored;
    const { Name: state } = stateOf(record, context.now);
    if (record.target === 'terminated') {
      answers.push(stateChange(record, state, state));
      continue;
    }
    if (record.disableApiTermination) {
      throw notPermitted(record, 'terminated', 'disableApiTermination');
    }
    changes.push(...termination(stored, inventory, context.now));
    answers.push(stateChange(record, 'shutting-down', state));
  }
  if (changes.length > 0) await context.commit(changes);
  return { TerminatingInstances: answers };
}

/** The instance loses its profile, its address and the volumes that go with it. */
function termination(
  stored: Stored<InstanceRecord>,
  inventory: Inventory,
  now: number,
): readonly Change[] {
  const { record } = stored;
  const { association: _association, sealedUserData: _userData, ...rest } = record;
  const changes: Change[] = [inventory.replace(stored, sent(rest, 'terminated', now))];
  for (const { volumeId, deleteOnTermination } of record.volumes) {
    const volume = inventory.find('volume', volumeId);
    if (volume === undefined) continue;
    const { instanceId: _id, deviceName: _device, ...detached } = volume.record;
    changes.push(
      deleteOnTermination ? inventory.remove(volume) : inventory.replace(volume, detached),
    );
  }
  const address = inventory.find('address', `${record.subnetId}:${record.privateIp}`);
  if (address?.record.instanceId === record.id) changes.push(inventory.remove(address));
  return changes;
}

function sent(
  record: InstanceRecord,
  target: 'stopped' | 'terminated',
  now: number,
): InstanceRecord {
  return {
    ...record,
    target,
    targetSince: now,
    stateReason: {
      code: 'Client.UserInitiatedShutdown',
      message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    },
  };
}

function read(ids: readonly string[] | undefined, context: OperationContext) {
  const inventory = Inventory.of(context);
  return { inventory, instances: requireInstances(ids ?? [], inventory) };
}

function stateChange(
  record: InstanceRecord,
  current: InstanceStateName,
  previous: InstanceStateName,
): InstanceStateChange {
  return {
    InstanceId: record.id,
    CurrentState: stateNamed(current),
    PreviousState: stateNamed(previous),
  };
}

function wrongState({ id }: InstanceRecord, done: string): ServiceError {
  return ec2Error(
    'IncorrectInstanceState',
    `The instance '${id}' is not in a state from which it can be ${done}.`,
  );
}

function notPermitted({ id }: InstanceRecord, done: string, attribute: string): ServiceError {
  return ec2Error(
    'OperationNotPermitted',
    `The instance '${id}' may not be ${done}. Modify its '${attribute}' instance attribute and try again.`,
  );
}
