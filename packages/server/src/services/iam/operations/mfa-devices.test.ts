/** 001-2: virtual MFA devices from their creation to their removal. */
import { inflateSync } from 'node:zlib';
import decodeQR from 'qr/decode.js';
import { beforeEach, describe, expect, test } from 'vitest';
import { fromBase32 } from '../../../authentication/multi-factor/base32.ts';
import { oneTimeCode, stepAt } from '../../../authentication/multi-factor/one-time-code.ts';
import { account, otherAccount, rootOf, TestIam, userCaller } from '../testing.ts';

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
  await iam.call('CreateUser', { UserName: 'alice' });
  await iam.call('CreateUser', { UserName: 'bob' });
});

const arn = (name: string): string => `arn:aws:iam::${account}:mfa/${name}`;

/** A device's serial number and seed. */
interface Device {
  readonly SerialNumber: string;
  readonly seed: Uint8Array;
}

async function create(VirtualMFADeviceName: string, more: object = {}): Promise<Device> {
  const output = await iam.call('CreateVirtualMFADevice', { VirtualMFADeviceName, ...more });
  const { SerialNumber, Base32StringSeed } = output.VirtualMFADevice;
  const seed = fromBase32(Buffer.from(Base32StringSeed ?? []).toString());
  if (seed === undefined) throw new Error('the seed is no base32');
  return { SerialNumber, seed };
}

/** The codes of a step (0: now) and the one after. */
const codes = ({ seed }: Device, offset = -1) => ({
  AuthenticationCode1: oneTimeCode(seed, stepAt(iam.now) + offset),
  AuthenticationCode2: oneTimeCode(seed, stepAt(iam.now) + offset + 1),
});
const enable = (device: Device, UserName = 'alice', offset = -1) =>
  iam.answer('EnableMFADevice', {
    UserName,
    SerialNumber: device.SerialNumber,
    ...codes(device, offset),
  });
const resync = (device: Device, offset: number, UserName = 'alice') =>
  iam.answer('ResyncMFADevice', {
    UserName,
    SerialNumber: device.SerialNumber,
    ...codes(device, offset),
  });
const invalidCode = '403 InvalidAuthenticationCode: Authentication code for device is not valid.';

/** Pixels of a one-bit PNG, as the QR reader wants them. */
function pixels(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const width = bytes.readUInt32BE(16);
  const from = bytes.indexOf('IDAT');
  const lines = inflateSync(bytes.subarray(from + 4, from + 4 + bytes.readUInt32BE(from - 4)));
  const lineBytes = 1 + Math.ceil(width / 8);
  const data = new Uint8Array(width * width * 4).fill(255);
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const light = (lines.readUInt8(y * lineBytes + 1 + (x >> 3)) >> (7 - (x & 7))) & 1;
      if (light === 0) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height: width, data };
}

describe('001-2 CreateVirtualMFADevice', () => {
  test('shows the seed once, in base32 and as a QR code; it is sealed in the store', async () => {
    const Tags = [{ Key: 'Owner', Value: 'a' }];
    const { VirtualMFADevice: device } = await iam.call('CreateVirtualMFADevice', {
      VirtualMFADeviceName: 'phone',
      Path: '/team/',
      Tags,
    });
    const seed = Buffer.from(device.Base32StringSeed ?? []).toString();
    expect(seed).toMatch(/^[A-Z2-7]{64}$/);
    const uri = decodeQR(pixels(device.QRCodePNG ?? new Uint8Array()));
    expect(uri).toBe(`otpauth://totp/phone@${account}?secret=${seed}`);
    expect(Object.keys(device)).toEqual(['SerialNumber', 'Base32StringSeed', 'QRCodePNG', 'Tags']);
    expect(device.SerialNumber).toBe(arn('team/phone'));
    expect(device.Tags).toEqual(Tags);
    const stored = JSON.stringify(iam.directory.list(account, 'mfa-device'));
    expect(stored).not.toContain(seed);
    const listed = await iam.call('ListVirtualMFADevices', {});
    expect(listed).toEqual({
      VirtualMFADevices: [{ SerialNumber: arn('team/phone') }],
      IsTruncated: false,
    });
  });

  test('a name is taken in its path whatever its case; odd names and paths are refused', async () => {
    await create('phone');
    const again = (VirtualMFADeviceName: string, Path?: string) =>
      iam.answer('CreateVirtualMFADevice', { VirtualMFADeviceName, Path });
    expect(await again('PHONE')).toBe('409 EntityAlreadyExists: MFA device already exists.');
    expect(await again('phone', '/other/')).toBe('success');
    expect(await again('pho ne')).toMatch(/^400 ValidationError/);
    expect(await again('phone', 'other')).toBe(
      '400 ValidationError: The specified value for path is invalid. It must begin and end with ' +
        '/ and contain only alphanumeric characters and/or / characters.',
    );
  });
});

describe('001-2 EnableMFADevice', () => {
  test('wants two consecutive codes of the present', async () => {
    const device = await create('phone');
    const { SerialNumber } = device;
    const { AuthenticationCode1: first, AuthenticationCode2: second } = codes(device);
    for (const [AuthenticationCode1, AuthenticationCode2] of [
      [second, first],
      [second, second],
      ['000000', second],
    ] as const) {
      const input = { UserName: 'alice', SerialNumber, AuthenticationCode1, AuthenticationCode2 };
      expect(await iam.answer('EnableMFADevice', input)).toBe(invalidCode);
    }
    expect(await enable(device, 'alice', -4)).toBe(invalidCode);
    expect(await enable(device, 'alice', 2)).toBe(invalidCode);
    expect(await enable(device, 'alice', -3)).toBe('success');
    const EnableDate = new Date(Math.floor(iam.now / 1000) * 1000);
    expect(await iam.call('ListMFADevices', { UserName: 'ALICE' })).toEqual({
      MFADevices: [{ UserName: 'alice', SerialNumber, EnableDate }],
      IsTruncated: false,
    });
    const { VirtualMFADevices } = await iam.call('ListVirtualMFADevices', {
      AssignmentStatus: 'Assigned',
    });
    expect(VirtualMFADevices).toMatchObject([
      { SerialNumber, EnableDate, User: { UserName: 'alice', Path: '/' } },
    ]);
  });

  test('what is not there, is taken, or is beyond the quota', async () => {
    const device = await create('phone');
    const missing = (SerialNumber: string) =>
      `404 NoSuchEntity: MFA Device with serial number ${SerialNumber} does not exist.`;
    expect(await enable(device, 'nobody')).toBe(
      '404 NoSuchEntity: The user with name nobody cannot be found.',
    );
    // The case counts: policies are asked about the ARN as it is given.
    for (const SerialNumber of [arn('PHONE'), arn('x'), 'GAHT12345678', `${arn('phone')}x`]) {
      expect(await enable({ ...device, SerialNumber })).toBe(missing(SerialNumber));
    }
    expect(await enable(device)).toBe('success');
    expect(await enable(device)).toBe(
      '409 EntityAlreadyExists: MFA Device for user alice already exists.',
    );
    expect(await enable(device, 'bob')).toBe(
      '409 EntityAlreadyExists: MFA Device is already in use.',
    );
    for (let count = 2; count <= 8; count += 1) {
      expect(await enable(await create(`phone${count}`))).toBe('success');
    }
    expect(await enable(await create('phone9'))).toBe(
      '409 LimitExceeded: Cannot exceed quota for MFADevicesPerUser: 8',
    );
    const first = await iam.call('ListMFADevices', { UserName: 'alice', MaxItems: 5 });
    const rest = await iam.call('ListMFADevices', { UserName: 'alice', Marker: first.Marker });
    expect(first.MFADevices.length + rest.MFADevices.length).toBe(8);
    expect(await iam.answer('ListVirtualMFADevices', { Marker: 'x' })).toBe(
      '400 ValidationError: Invalid Marker.',
    );
  });

  test('no device is found from another account', async () => {
    const device = await create('phone');
    await iam.call('CreateUser', { UserName: 'alice' }, rootOf(otherAccount));
    const input = { UserName: 'alice', SerialNumber: device.SerialNumber, ...codes(device) };
    expect(await iam.answer('EnableMFADevice', input, rootOf(otherAccount))).toMatch(/^404/);
  });

  test('nine wrong codes in three minutes lock the device', async () => {
    const device = await create('phone');
    for (let count = 1; count <= 9; count += 1) await enable(device, 'alice', -10);
    expect(await enable(device)).toBe(invalidCode);
    iam.now += 3 * 60_000;
    expect(await enable(device)).toBe('success');
  });
});

describe('001-2 ResyncMFADevice', () => {
  test('takes the device’s own time, within ten minutes, and never a used code', async () => {
    const device = await create('phone');
    expect(await resync(device, 5)).toBe('404 NoSuchEntity: MFA Device invalid for user.');
    await enable(device);
    expect(await resync(device, 5, 'bob')).toBe('404 NoSuchEntity: MFA Device invalid for user.');
    expect(await resync(device, 0)).toBe(invalidCode);
    expect(await resync(device, 20)).toBe(invalidCode);
    expect(await resync(device, 12)).toBe('success');
    expect(await resync(device, 12)).toBe(invalidCode);
    const [stored] = iam.directory.list(account, 'mfa-device');
    expect(stored?.record.driftSteps).toBe(13);
  });
});

describe('001-2 the end of a device', () => {
  test('in the order that AWS asks for', async () => {
    const device = await create('phone');
    const { SerialNumber } = device;
    await enable(device);
    const remove = () => iam.answer('DeleteVirtualMFADevice', { SerialNumber });
    const deactivate = (UserName: string) =>
      iam.answer('DeactivateMFADevice', { UserName, SerialNumber });
    expect(await remove()).toBe(
      '409 DeleteConflict: MFA VirtualDevice in use. Must deactivate first.',
    );
    expect(await iam.answer('DeleteUser', { UserName: 'alice' })).toBe(
      '409 DeleteConflict: Cannot delete entity, must remove tokens from principal first.',
    );
    expect(await deactivate('bob')).toBe('404 NoSuchEntity: MFA Device invalid for user.');
    expect(await deactivate('alice')).toBe('success');
    expect(await deactivate('alice')).toBe('404 NoSuchEntity: MFA Device invalid for user.');
    expect((await iam.call('ListMFADevices', { UserName: 'alice' })).MFADevices).toEqual([]);
    const { VirtualMFADevices } = await iam.call('ListVirtualMFADevices', {
      AssignmentStatus: 'Unassigned',
    });
    expect(VirtualMFADevices).toEqual([{ SerialNumber }]);
    // Enabled again, it takes no code that it has taken before.
    expect(await enable(device)).toBe(invalidCode);
    expect(await enable(device, 'alice', 1)).toBe('success');
    expect(await deactivate('alice')).toBe('success');
    expect(await remove()).toBe('success');
    expect(await remove()).toBe(
      `404 NoSuchEntity: MFA Device with serial number ${SerialNumber} does not exist.`,
    );
    expect(await iam.answer('DeleteUser', { UserName: 'alice' })).toBe('success');
  });

  test('a renamed user keeps its devices; without UserName the calling user is meant', async () => {
    const device = await create('phone');
    await enable(device);
    await iam.call('UpdateUser', { UserName: 'alice', NewUserName: 'alicia' });
    const { MFADevices } = await iam.call('ListMFADevices', {}, userCaller('alicia'));
    expect(MFADevices.map(({ UserName }) => UserName)).toEqual(['alicia']);
    const { SerialNumber } = device;
    expect(await iam.answer('DeactivateMFADevice', { SerialNumber }, userCaller('alicia'))).toBe(
      'success',
    );
    expect(await iam.answer('ListMFADevices', {})).toBe(
      '400 ValidationError: Must specify userName when calling with non-User credentials',
    );
  });
});

test('001-2 GetMFADevice tells of FIDO keys only; tags and numbers of devices', async () => {
  const device = await create('phone');
  const { SerialNumber } = device;
  expect(await iam.answer('GetMFADevice', { SerialNumber, UserName: 'alice' })).toMatch(
    /^400 ValidationError: The MFA device serial number sent in the request is invalid or not supp/,
  );
  await iam.call('TagMFADevice', { SerialNumber, Tags: [{ Key: 'a', Value: '1' }] });
  await iam.call('TagMFADevice', { SerialNumber, Tags: [{ Key: 'b', Value: '2' }] });
  await iam.call('UntagMFADevice', { SerialNumber, TagKeys: ['a'] });
  expect((await iam.call('ListMFADeviceTags', { SerialNumber })).Tags).toEqual([
    { Key: 'b', Value: '2' },
  ]);
  expect(await iam.answer('ListMFADeviceTags', { SerialNumber: arn('absent') })).toMatch(/^404/);
  await create('second');
  await enable(device);
  const { SummaryMap } = await iam.call('GetAccountSummary', {});
  const summary = Object.fromEntries(SummaryMap as unknown as Map<string, number>);
  expect(summary).toMatchObject({ MFADevices: 2, MFADevicesInUse: 1 });
});
