/** MFA devices of users: enabled by two consecutive codes, synchronized again, deactivated. */
import type {
  DeactivateMFADeviceRequest,
  EnableMFADeviceRequest,
  GetMFADeviceRequest,
  GetMFADeviceResponse,
  ListMFADevicesRequest,
  ListMFADevicesResponse,
  ResyncMFADeviceRequest,
} from '@sekisho/catalog/types/iam';
import {
  driftStepsMax,
  resyncStepsMax,
  useTwoCodes,
} from '../../../authentication/multi-factor/device.ts';
import { holdRecord, replaceRecord } from '../../../directory/changes.ts';
import type { Owned } from '../../../directory/directory.ts';
import type { MfaDeviceRecord, UserRecord } from '../../../directory/records.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { entityArn } from '../arn.ts';
import { namedOrCallingUser } from '../calling-user.ts';
import { toDate } from '../entities.ts';
import { entityAlreadyExists, noSuchEntity, validationError } from '../errors.ts';
import { findMfaDevice, findUser } from '../find.ts';
import { checkQuota } from '../limits.ts';
import { paginate } from '../pagination.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html */
export async function enableMFADevice(
  input: EnableMFADeviceRequest,
  context: OperationContext,
): Promise<object> {
  const user = findUser(context, input.UserName);
  const { id, name } = user.record;
  const device = findMfaDevice(context, input.SerialNumber);
  const { assigned } = device.record;
  if (assigned !== undefined) {
    throw entityAlreadyExists(
      assigned.userId === id
        ? `MFA Device for user ${name} already exists.`
        : 'MFA Device is already in use.',
    );
  }
  const synchronized = twoCodes(device, input, driftStepsMax, context);
  checkQuota('MFADevicesPerUser', context.runtime.directory.mfaDevicesOf(id).length + 1);
  const enabled = { ...synchronized, assigned: { userId: id, at: context.now } };
  await context.commit([replaceRecord(device, enabled), holdRecord(user)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html */
export async function resyncMFADevice(
  input: ResyncMFADeviceRequest,
  context: OperationContext,
): Promise<object> {
  const user = findUser(context, input.UserName);
  const device = findDeviceOf(user, input.SerialNumber, context);
  const synchronized = twoCodes(device, input, resyncStepsMax, context);
  await context.commit([replaceRecord(device, synchronized)]);
  return {};
}

/**
 * The device stays, and is nobody's.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
 */
export async function deactivateMFADevice(
  input: DeactivateMFADeviceRequest,
  context: OperationContext,
): Promise<object> {
  const user = namedOrCallingUser(input.UserName, context);
  const device = findDeviceOf(user, input.SerialNumber, context);
  const { assigned: _, ...unassigned } = device.record;
  await context.commit([replaceRecord(device, unassigned)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html */
export function listMFADevices(
  input: ListMFADevicesRequest,
  context: OperationContext,
): ListMFADevicesResponse {
  const { record: user } = namedOrCallingUser(input.UserName, context);
  const devices = context.runtime.directory.mfaDevicesOf(user.id);
  const page = paginate(devices, input, context, {
    list: ['ListMFADevices', user.id],
    keyOf: ({ key }) => key,
    sorted: false,
  });
  const items = page.items.map(({ record }) => ({
    UserName: user.name,
    SerialNumber: entityArn(context, 'mfa', record),
    EnableDate: toDate(record.assigned?.at ?? record.createdAt),
  }));
  return { MFADevices: items, ...page.rest };
}

/**
 * Tells of FIDO security keys only, of which there are none here.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html
 */
export function getMFADevice(
  _input: GetMFADeviceRequest,
  _context: OperationContext,
): GetMFADeviceResponse {
  throw validationError(
    'The MFA device serial number sent in the request is invalid or not supported by this API. ' +
      'Currently, only hardware FIDO security keys are supported. Please use the compatible ' +
      'device or API.',
  );
}

function findDeviceOf(
  { record }: Owned<UserRecord>,
  serial: string,
  context: OperationContext,
): Owned<MfaDeviceRecord> {
  const device = findMfaDevice(context, serial);
  if (device.record.assigned?.userId === record.id) return device;
  throw noSuchEntity('MFA Device invalid for user.');
}

/** The device after both codes. Throws InvalidAuthenticationCode. */
function twoCodes(
  device: Owned<MfaDeviceRecord>,
  input: Pick<EnableMFADeviceRequest, 'AuthenticationCode1' | 'AuthenticationCode2'>,
  stepsMax: number,
  context: OperationContext,
): MfaDeviceRecord {
  const codes = [input.AuthenticationCode1, input.AuthenticationCode2] as const;
  const synchronized = useTwoCodes(device, codes, stepsMax, context);
  if (synchronized !== undefined) return synchronized;
  const message = 'Authentication code for device is not valid.';
  throw new ServiceError('InvalidAuthenticationCode', message, 403);
}
