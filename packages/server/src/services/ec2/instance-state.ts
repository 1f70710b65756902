/** The states of an instance, as they follow from its record and the time. */
import type { InstanceRecord, InstanceTarget } from './entities.ts';
import { terminatedVisibleMilliseconds, transitionMilliseconds } from './limits.ts';

/** A state by its code and name. */
export interface InstanceState {
  readonly Code: number;
  readonly Name: InstanceStateName;
}

export type InstanceStateName =
  | 'pending'
  | 'running'
  | 'shutting-down'
  | 'terminated'
  | 'stopping'
  | 'stopped';

const codes: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

const onTheWay: Readonly<Record<InstanceTarget, InstanceStateName>> = {
  running: 'pending',
  stopped: 'stopping',
  terminated: 'shutting-down',
};

/** The state with its code. */
export function stateNamed(name: InstanceStateName): InstanceState {
  return { Code: codes[name], Name: name };
}

/** The instance's state now: on the way for a moment, then where it was sent. */
export function stateOf(instance: InstanceRecord, now: number): InstanceState {
  const arrived = now >= instance.targetSince + transitionMilliseconds;
  return stateNamed(arrived ? instance.target : onTheWay[instance.target]);
}

/** Terminated instances stay visible for an hour; then they are as if they never were. */
export function isGone(instance: InstanceRecord, now: number): boolean {
  return (
    instance.target === 'terminated' && now >= instance.targetSince + terminatedVisibleMilliseconds
  );
}
