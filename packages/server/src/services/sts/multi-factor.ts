/** MFA in requests to STS: a device of the calling user and its code of now. */
import { useCode } from '../../authentication/multi-factor/device.ts';
import { replaceRecord } from '../../directory/changes.ts';
import type { Owned } from '../../directory/directory.ts';
import type { MfaDeviceRecord } from '../../directory/records.ts';
import type { ContextEntry } from '../../information/entries.ts';
import type { Change } from '../../store/store.ts';
import type { DemandContext } from '../service.ts';
import { accessDenied } from './errors.ts';

/** What AssumeRole and GetSessionToken take. */
export interface MultiFactorInput {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

/** A verified code. It is used up by committing `use` before anything is handed out. */
export interface MultiFactorProof {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly use: Change;
}

/**
 * Verifies the code of a request; undefined when it does not want to prove MFA. Throws
 * AccessDenied; a wrong code is counted.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
export function verifyMultiFactor(
  { SerialNumber, TokenCode }: MultiFactorInput,
  context: DemandContext,
): MultiFactorProof | undefined {
  if (SerialNumber === undefined && TokenCode === undefined) return undefined;
  if (SerialNumber === undefined || TokenCode === undefined) {
    // Unverified: the text.
    throw accessDenied(
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass ' +
        'code.',
    );
  }
  const device = deviceOfCaller(SerialNumber, context);
  if (device === undefined) {
    throw accessDenied(
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA ' +
        'serial number is valid and associated with this user.',
    );
  }
  const now = context.http.receivedAt;
  const used = useCode(device, TokenCode, { runtime: context.runtime, now });
  if (used === undefined) {
    // AWS's text ends in a blank.
    throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ');
  }
  return { at: now, use: replaceRecord(device, used) };
}

/** What the request's own decision knows of the proof: it is as old as the request. */
export function multiFactorEntries(proof: MultiFactorProof | undefined): readonly ContextEntry[] {
  if (proof === undefined) return [];
  return [
    ['aws:MultiFactorAuthPresent', 'true'],
    ['aws:MultiFactorAuthAge', '0'],
  ];
}

/** Only users have devices; of another user's nothing is told. */
function deviceOfCaller(
  serial: string,
  { caller, partition, runtime }: DemandContext,
): Owned<MfaDeviceRecord> | undefined {
  if (caller.kind !== 'user') return undefined;
  return runtime.directory.mfaDevicesOf(caller.userId).find(({ record: { path, name } }) => {
    return serial === `arn:${partition}:iam::${caller.account}:mfa${path}${name}`;
  });
}
