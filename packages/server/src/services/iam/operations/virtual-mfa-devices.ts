/** Virtual MFA devices, enabled for a user or not yet. */
import type {
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse,
  DeleteVirtualMFADeviceRequest,
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse,
  VirtualMFADevice,
} from '@sekisho/catalog/types/iam';
import { toBase32 } from '../../../authentication/multi-factor/base32.ts';
import { mfaDeviceName, seedAssociated } from '../../../authentication/multi-factor/device.ts';
import { createRecord, removeRecord } from '../../../directory/changes.ts';
import type { Owned } from '../../../directory/directory.ts';
import type { MfaDeviceRecord } from '../../../directory/records.ts';
import type { OperationContext } from '../../service.ts';
import { entityArn } from '../arn.ts';
import { echoTags, toDate, toListedUser } from '../entities.ts';
import { deleteConflict, entityAlreadyExists } from '../errors.ts';
import { findMfaDevice } from '../find.ts';
import { checkQuota } from '../limits.ts';
import { checkName, checkPath } from '../names.ts';
import { paginate } from '../pagination.ts';
import { qrCodePng } from '../qr-code.ts';
import { readTags } from '../tags.ts';

/** 64 characters of base32. */
const seedBytes = 40;

/**
 * The only time that the seed is shown.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
 */
export async function createVirtualMFADevice(
  input: CreateVirtualMFADeviceRequest,
  context: OperationContext,
): Promise<CreateVirtualMFADeviceResponse> {
  const { account, runtime } = context;
  const { directory, platform, sealer } = runtime;
  const { VirtualMFADeviceName: name, Path: path = '/' } = input;
  checkName('virtualMFADeviceName', name);
  checkPath(input.Path);
  const tags = readTags(input.Tags, 'exact');
  const deviceName = mfaDeviceName({ path, name });
  if (directory.find(account, 'mfa-device', deviceName) !== undefined) {
    throw entityAlreadyExists('MFA device already exists.');
  }
  checkQuota('VirtualMFADevicesPerAccount', directory.count(account, 'mfa-device') + 1);
  const seed = toBase32(platform.random.bytes(seedBytes));
  const record: MfaDeviceRecord = {
    name,
    path,
    createdAt: context.now,
    tags,
    sealedSeed: sealer.seal(seed, seedAssociated(account, { path, name })),
    driftSteps: 0,
    lastStep: 0,
  };
  await context.commit([createRecord(account, 'mfa-device', deviceName, record)]);
  return {
    VirtualMFADevice: {
      SerialNumber: entityArn(context, 'mfa', record),
      Base32StringSeed: Buffer.from(seed),
      QRCodePNG: qrCodePng(keyUri(name, account, seed)),
      Tags: echoTags(tags),
    },
  };
}

/** What AWS says its code encodes: nobody's device yet, so that the account stands for the user. */
function keyUri(deviceName: string, account: string, seed: string): string {
  return `otpauth://totp/${encodeURIComponent(deviceName)}@${account}?secret=${seed}`;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html */
export async function deleteVirtualMFADevice(
  input: DeleteVirtualMFADeviceRequest,
  context: OperationContext,
): Promise<object> {
  const device = findMfaDevice(context, input.SerialNumber);
  if (device.record.assigned !== undefined) {
    throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.');
  }
  await context.commit([removeRecord(device)]);
  return {};
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html */
export function listVirtualMFADevices(
  input: ListVirtualMFADevicesRequest,
  context: OperationContext,
): ListVirtualMFADevicesResponse {
  const { AssignmentStatus: status = 'Any' } = input;
  const devices = context.runtime.directory
    .list(context.account, 'mfa-device')
    .filter(({ record: { assigned } }) => {
      return status === 'Any' || (status === 'Assigned') === (assigned !== undefined);
    });
  const page = paginate(devices, input, context, {
    list: ['ListVirtualMFADevices', status],
    keyOf: ({ key }) => key,
    sorted: false,
  });
  const items = page.items.map((device) => toListedDevice(device, context));
  return { VirtualMFADevices: items, ...page.rest };
}

function toListedDevice(
  { record }: Owned<MfaDeviceRecord>,
  context: OperationContext,
): VirtualMFADevice {
  const { assigned } = record;
  const SerialNumber = entityArn(context, 'mfa', record);
  if (assigned === undefined) return { SerialNumber };
  const user = context.runtime.directory.userById(assigned.userId);
  return {
    SerialNumber,
    ...(user === undefined ? {} : { User: toListedUser(user, context) }),
    EnableDate: toDate(assigned.at),
  };
}
