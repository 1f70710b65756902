/** 001-2: codes of MFA devices in requests to STS, and what conditions see of them. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caller, Session } from '../../authentication/caller.ts';
import { LiveCallers } from '../../authentication/live-callers.ts';
import { toBase32 } from '../../authentication/multi-factor/base32.ts';
import { seedAssociated } from '../../authentication/multi-factor/device.ts';
import { oneTimeCode, stepAt } from '../../authentication/multi-factor/one-time-code.ts';
import { createRecord, removeRecord } from '../../directory/changes.ts';
import { sharedContext } from '../../information/context.ts';
import { StoreConflict } from '../../store/store.ts';
import { account, policyText, root, Workload } from '../workload.fixture.ts';
import { createStsService } from './index.ts';

const seed = Uint8Array.from({ length: 40 }, (_, index) => index);
const SerialNumber = `arn:aws:iam::${account}:mfa/alice`;
const RoleArn = `arn:aws:iam::${account}:role/deploy`;
const mayAssume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' } as const;

let workload: Workload;
let alice: Caller;

async function putDevice(name: string, owner: Caller): Promise<void> {
  const device = { path: '/', name };
  await workload.state.commit([
    createRecord(account, 'mfa-device', name, {
      ...device,
      createdAt: 0,
      tags: [],
      sealedSeed: workload.runtime.sealer.seal(toBase32(seed), seedAssociated(account, device)),
      assigned: { userId: 'userId' in owner ? owner.userId : '', at: 0 },
      driftSteps: 0,
      lastStep: 0,
    }),
  ]);
}

/** The role trusts the account under the condition. */
async function putRole(Condition?: object): Promise<void> {
  const { directory } = workload.runtime;
  const old = directory.find(account, 'role', 'deploy');
  const trustPolicy = policyText({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'sts:AssumeRole',
    ...(Condition === undefined ? {} : { Condition }),
  } as never);
  if (old !== undefined) await workload.state.commit([removeRecord(old)]);
  await workload.state.commit([
    createRecord(account, 'role', 'deploy', {
      name: 'deploy',
      id: 'AROADEPLOYDEPLOYDEP23',
      path: '/',
      createdAt: 0,
      inlinePolicies: [],
      attachedPolicies: [],
      trustPolicy,
      trustPrincipalIds: [],
      maxSessionSeconds: 3600,
      tags: [],
    }),
  ]);
}

beforeEach(async () => {
  workload = await Workload.open(await createStsService());
  alice = await workload.user('alice', [mayAssume]);
  await putDevice('alice', alice);
  await putRole();
});

const code = (offset = 0): string => oneTimeCode(seed, stepAt(workload.now) + offset);
const proof = (offset = 0) => ({ SerialNumber, TokenCode: code(offset) });
const wait = (seconds: number): void => {
  workload.now += seconds * 1000;
};

type Issued = { readonly Credentials: { readonly SessionToken: string } };

function sessionOf({ Credentials }: Issued): Session {
  const session = workload.tokens.open(Credentials.SessionToken);
  if (session === undefined) throw new Error('the token does not open');
  return session;
}

/** The caller with the credentials of GetSessionToken. */
async function tokenCaller(input: object, caller = alice): Promise<Caller> {
  const session = sessionOf(await workload.call<Issued>('sts:GetSessionToken', input, caller));
  const found = new LiveCallers(workload.runtime).session(session);
  if (found === undefined) throw new Error('the session is nobody’s');
  return found;
}

function keysOf(caller: Caller): ReadonlyMap<string, unknown> {
  const { now, runtime } = workload;
  const http = { header: () => undefined, remoteAddress: '127.0.0.1', secure: false } as never;
  const { directory } = runtime;
  const sources = { caller, http, region: 'us-east-1', now, directory };
  return new Map(sharedContext(sources).filter(([key]) => key.startsWith('aws:MultiFactor')));
}

const assume = (input: object = {}, caller = alice) =>
  workload.answer('sts:AssumeRole', { RoleArn, RoleSessionName: 'me', ...input }, caller);
const getToken = (input: object, caller = alice) =>
  workload.answer('sts:GetSessionToken', input, caller);
const failed = '403 AccessDenied: MultiFactorAuthentication failed';
const wrongCode = `${failed} with invalid MFA one time pass code. `;
const wrongDevice =
  `${failed}, unable to validate MFA code.  Please verify your MFA serial number is valid and ` +
  'associated with this user.';
const denied =
  `403 AccessDenied: User: arn:aws:iam::${account}:user/alice is not authorized to perform: ` +
  `sts:AssumeRole on resource: ${RoleArn}`;

describe('001-2 codes', () => {
  test('of two steps before and after are taken, others are not', async () => {
    for (const offset of [-3, 3, 100]) expect(await getToken(proof(offset))).toBe(wrongCode);
    for (const offset of [-2, 0, 2]) expect(await getToken(proof(offset))).toBe('success');
  });

  test('are taken once, and none of before', async () => {
    expect(await getToken(proof())).toBe('success');
    expect(await getToken(proof())).toBe(wrongCode);
    expect(await assume(proof())).toBe(wrongCode);
    expect(await assume(proof(-1))).toBe(wrongCode);
    expect(await assume(proof(1))).toBe('success');
    wait(60);
    expect(await assume(proof())).toBe('success');
  });

  test('are taken once also by requests at the same time', async () => {
    const input = proof();
    const answers = await Promise.all([getToken(input), getToken(input), assume(input)]);
    expect(answers.filter((answer) => answer === 'success')).toHaveLength(1);
    expect(answers.filter((answer) => answer === wrongCode)).toHaveLength(2);
  });

  test('nothing is handed out when the use of the code cannot be written', async () => {
    const { state } = workload;
    const commit = state.commit.bind(state);
    let failures = 0;
    state.commit = async (changes) => {
      failures += 1;
      if (failures === 1) throw new StoreConflict('x');
      return await commit(changes);
    };
    expect(await getToken(proof())).toBe('success');
    expect(failures).toBe(2);
    state.commit = async () => {
      throw new Error('the disk is full');
    };
    await expect(getToken(proof(1))).rejects.toThrow('the disk is full');
  });

  test('nine wrong ones in three minutes lock the device for both operations', async () => {
    for (let count = 1; count <= 9; count += 1) {
      expect(await (count % 2 === 0 ? getToken : assume)(proof(50 + count))).toBe(wrongCode);
    }
    expect(await getToken(proof())).toBe(wrongCode);
    expect(await assume(proof())).toBe(wrongCode);
    wait(179);
    expect(await getToken(proof())).toBe(wrongCode);
    wait(1);
    expect(await getToken(proof())).toBe('success');
  });

  test('only devices of the calling user, with both parameters, in their spelling', async () => {
    const bob = await workload.user('bob', [mayAssume]);
    const TokenCode = code();
    for (const serial of [
      SerialNumber.replace('alice', 'ALICE'),
      'GAHT12345678',
      `${SerialNumber}x`,
    ]) {
      expect(await getToken({ SerialNumber: serial, TokenCode })).toBe(wrongDevice);
    }
    expect(await getToken(proof(), bob)).toBe(wrongDevice);
    expect(await getToken(proof(), root)).toBe(wrongDevice);
    const both = `${failed}, must provide both MFA serial number and one time pass code.`;
    expect(await getToken({ TokenCode })).toBe(both);
    expect(await assume({ SerialNumber })).toBe(both);
    expect(await assume({ SerialNumber, TokenCode: '12345' })).toContain('tokenCode');
    // None of these was a guess at alice's code.
    expect(await getToken(proof())).toBe('success');
  });

  test('a role’s session has no device', async () => {
    const session = await workload.session('other', [mayAssume]);
    expect(await assume(proof(), session)).toBe(wrongDevice);
  });
});

describe('001-2 the trust policy’s conditions', () => {
  const condition = (operator: string, key: string, value: string) => ({
    [operator]: { [`aws:${key}`]: value },
  });

  test('Bool true: only with a code, or with a session that had one', async () => {
    await putRole(condition('Bool', 'MultiFactorAuthPresent', 'true'));
    expect(await assume()).toBe(denied);
    expect(await assume(proof(9))).toBe(wrongCode);
    expect(await assume(proof())).toBe('success');
    expect(await assume({}, await tokenCaller({}))).toBe(denied);
    wait(60);
    expect(await assume({}, await tokenCaller(proof()))).toBe('success');
    wait(60);
    expect(await assume(proof(), await tokenCaller({}))).toBe('success');
  });

  test('BoolIfExists true: long-term keys have no such key, sessions without MFA say false', async () => {
    await putRole(condition('BoolIfExists', 'MultiFactorAuthPresent', 'true'));
    expect(await assume()).toBe('success');
    expect(await assume({}, await tokenCaller({}))).toBe(denied);
    expect(await assume({}, await tokenCaller(proof()))).toBe('success');
  });

  test('Null tells whether there was MFA at all', async () => {
    await putRole(condition('Null', 'MultiFactorAuthAge', 'false'));
    expect(await assume()).toBe(denied);
    expect(await assume({}, await tokenCaller({}))).toBe(denied);
    expect(await assume(proof())).toBe('success');
  });

  test('NumericLessThan: the age grows with the session', async () => {
    await putRole(condition('NumericLessThan', 'MultiFactorAuthAge', '300'));
    expect(await assume()).toBe(denied);
    expect(await assume(proof())).toBe('success');
    const session = await tokenCaller(proof(1));
    wait(299);
    expect(await assume({}, session)).toBe('success');
    wait(1);
    expect(await assume({}, session)).toBe(denied);
    // A new code is as old as its request.
    expect(await assume(proof(), session)).toBe('success');
  });

  test('a valid code does not stand in for trust, nor is it used up', async () => {
    await putRole({ StringEquals: { 'sts:ExternalId': 'xyz' } });
    expect(await assume(proof())).toBe(denied);
    expect(await assume({ ...proof(), ExternalId: 'xyz' })).toBe('success');
  });
});

describe('001-2 what a session tells of MFA', () => {
  test('nothing with long-term keys, false or true and its age with a session token', async () => {
    expect(keysOf(alice)).toEqual(new Map());
    const without = await tokenCaller({});
    expect(keysOf(without)).toEqual(new Map([['aws:MultiFactorAuthPresent', 'false']]));
    const proven = await tokenCaller(proof());
    wait(90);
    expect(keysOf(proven)).toEqual(
      new Map([
        ['aws:MultiFactorAuthPresent', 'true'],
        ['aws:MultiFactorAuthAge', '90'],
      ]),
    );
  });

  test('false in the session of a role, although it was assumed with a code', async () => {
    const input = { RoleArn, RoleSessionName: 'me', ...proof() };
    const session = sessionOf(await workload.call<Issued>('sts:AssumeRole', input, alice));
    expect(session.multiFactorAt).toBeUndefined();
    const role = new LiveCallers(workload.runtime).session(session);
    if (role === undefined) throw new Error('the session is nobody’s');
    expect(keysOf(role)).toEqual(new Map([['aws:MultiFactorAuthPresent', 'false']]));
  });
});
