/** Virtual MFA devices: their seeds, and which codes each of them takes now. */
import { strict as assert } from 'node:assert';
import type { Owned } from '../../directory/directory.ts';
import { type MfaDeviceRecord, recordKey } from '../../directory/records.ts';
import type { State } from '../../store/state.ts';
import { wrongAttemptsOf } from '../wrong-attempts.ts';
import { fromBase32 } from './base32.ts';
import { isCodeOf, stepAt } from './one-time-code.ts';

/** AWS takes codes of two steps before and after the device's own time. */
export const driftStepsMax = 2;
/** Unverified: how far a device may be off that is synchronized again (here ten minutes). */
export const resyncStepsMax = 20;

/** What a device is verified with. `now` is wall time in milliseconds. */
export interface DeviceContext {
  readonly runtime: {
    readonly state: State;
    readonly sealer: { open(sealed: string, associated: string): string | undefined };
  };
  readonly now: number;
}

type Device = Owned<MfaDeviceRecord>;

/** The name of a device in its account: path and name as in its ARN, after `mfa/`. */
export function mfaDeviceName({ path, name }: Pick<MfaDeviceRecord, 'path' | 'name'>): string {
  return `${path.slice(1)}${name}`;
}

/** What its sealed seed belongs to. */
export function seedAssociated(
  account: string,
  device: Pick<MfaDeviceRecord, 'path' | 'name'>,
): string {
  return recordKey(account, 'mfa-device', mfaDeviceName(device));
}

/**
 * The device as it is once the code is used: to be committed before anybody profits from it.
 * undefined: the code is wrong or was used, or the device is locked.
 */
export function useCode(
  device: Device,
  code: string,
  context: DeviceContext,
): MfaDeviceRecord | undefined {
  const { record } = device;
  const center = stepAt(context.now) + record.driftSteps;
  const step = guarded(device, context, (seed) =>
    stepsAround(center, driftStepsMax).find((each) => isCodeOf(code, seed, each)),
  );
  // A code that was right once is no guess: it is refused, but not counted.
  if (step === undefined || step <= record.lastStep) return undefined;
  return { ...record, lastStep: step };
}

/**
 * The device after two consecutive codes, its drift set by the second. `stepsMax`: how far it may
 * be off. undefined as for `useCode`.
 */
export function useTwoCodes(
  device: Device,
  codes: readonly [first: string, second: string],
  stepsMax: number,
  context: DeviceContext,
): MfaDeviceRecord | undefined {
  const { record } = device;
  const present = stepAt(context.now);
  const [first, second] = codes;
  const step = guarded(device, context, (seed) =>
    stepsAround(present, stepsMax).find(
      (each) => isCodeOf(second, seed, each) && isCodeOf(first, seed, each - 1),
    ),
  );
  if (step === undefined || step - 1 <= record.lastStep) return undefined;
  return { ...record, lastStep: step, driftSteps: step - present };
}

/** Looks for the step unless the device is locked; finding none counts as a wrong code. */
function guarded(
  device: Device,
  { runtime, now }: DeviceContext,
  find: (seed: Uint8Array) => number | undefined,
): number | undefined {
  const attempts = wrongAttemptsOf(runtime.state);
  if (attempts.isLocked(device.key, now)) return undefined;
  const step = find(seedOf(device, runtime.sealer));
  if (step === undefined) attempts.note(device.key, now);
  return step;
}

function seedOf(
  { account, record }: Device,
  sealer: DeviceContext['runtime']['sealer'],
): Uint8Array {
  const opened = sealer.open(record.sealedSeed, seedAssociated(account, record));
  const seed = opened === undefined ? undefined : fromBase32(opened);
  assert(seed, 'a seed opens under the key that sealed it');
  return seed;
}

function stepsAround(center: number, stepsMax: number): readonly number[] {
  return Array.from({ length: 2 * stepsMax + 1 }, (_, index) => center - stepsMax + index);
}
