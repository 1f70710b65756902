/** Tests of STS: demands decided by real policies, and what the operations hand out. */
import { randomBytes, randomUUID } from 'node:crypto';
import { authorize } from '@sekisho/policy';
import { beforeEach, describe, expect, test } from 'vitest';
import type {
  Caller,
  RoleSessionCaller,
  Session,
  UserCaller,
} from '../../authentication/caller.ts';
import { SessionTokens } from '../../authentication/session-token.ts';
import { Directory } from '../../directory/directory.ts';
import { type RoleRecord, recordKey } from '../../directory/records.ts';
import { demandContext, sharedContext } from '../../information/context.ts';
import { PolicyLibrary } from '../../information/policies.ts';
import { principalOf } from '../../information/principal.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { MemoryStore } from '../../store/memory.ts';
import { State } from '../../store/state.ts';
import type { Demand, DemandContext, OperationContext, Runtime, Service } from '../service.ts';
import { createStsService } from './index.ts';

const account = '123456789012';
const other = '210987654321';
const roleArn = `arn:aws:iam::${account}:role/team/deploy`;
const userArn = `arn:aws:iam::${account}:user/alice`;
const now = 1_800_000_000_000;

const userId = 'AIDAALICEALICEALICE23';
const alice: UserCaller = {
  kind: 'user',
  partition: 'aws',
  account,
  arn: userArn,
  userId,
  accessKeyId: 'AKIAALICEALICEALICE2',
  userName: 'alice',
};

const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() };
const tokens = new SessionTokens(randomBytes(32), random);

let service: Service;
let state: State;
let directory: Directory;
let library: PolicyLibrary;
let runtime: Runtime;

function trust(principal: object, more: object = {}): string {
  const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action, ...more }],
  });
}

async function putRole(changes: Partial<RoleRecord> = {}): Promise<void> {
  const role: RoleRecord = {
    name: 'deploy',
    id: 'AROADEPLOYDEPLOYDEP23',
    path: '/team/',
    createdAt: 0,
    inlinePolicies: [],
    attachedPolicies: [],
    trustPolicy: trust({ AWS: userArn }),
    trustPrincipalIds: [[userArn, userId]],
    maxSessionSeconds: 3600,
    tags: [['Project', 'role']],
    ...changes,
  };
  const value = JSON.parse(JSON.stringify(role));
  await state.commit([{ key: recordKey(account, 'role', role.name), value }]);
}

async function putUser(policy?: object, owner = account): Promise<void> {
  const value = {
    name: 'alice',
    id: userId,
    path: '/',
    createdAt: 0,
    inlinePolicies: policy === undefined ? [] : [['p', JSON.stringify(policy)]],
    attachedPolicies: [],
    tags: [],
    groups: [],
  };
  await state.commit([{ key: recordKey(owner, 'user', 'alice'), value }]);
}

beforeEach(async () => {
  service = await createStsService();
  state = await State.open(new MemoryStore());
  directory = new Directory(state);
  library = new PolicyLibrary(directory, { document: () => undefined });
  const parts: Partial<Runtime> = {
    state,
    directory,
    accounts: [account],
    partition: 'aws',
    issueSession: (session) => tokens.mint(session),
    decodeAuthorizationMessage: (encoded, owner) =>
      encoded === 'sealed' && owner === account ? '{"allowed":false}' : undefined,
  };
  runtime = parts as Runtime;
  await putUser();
  await putRole();
});

function contextOf(caller: Caller): OperationContext {
  const http = { header: () => undefined, remoteAddress: '127.0.0.1', secure: false };
  const context: Partial<OperationContext> & Pick<DemandContext, 'caller'> = {
    caller,
    partition: 'aws',
    region: 'us-east-1',
    account: 'account' in caller ? caller.account : '',
    http: { ...http, receivedAt: now } as unknown as DemandContext['http'],
    runtime,
    now,
  };
  return context as OperationContext;
}

/** What the gateway does: every demand is decided, then the operation runs. */
async function call(operation: string, input: object, caller: Caller = alice): Promise<unknown> {
  const context = contextOf(caller);
  const rule = service.authorization.get(operation);
  for (const demand of (await rule?.(input as never, context)) ?? []) {
    const refusal = decide(demand, input, context);
    if (refusal !== undefined) throw refusal;
  }
  return await service.operations.get(operation)?.(input as never, context);
}

function decide(demand: Demand, input: object, context: OperationContext): Error | undefined {
  const { caller, http, region } = context;
  const shared = sharedContext({ caller, http, region, now, directory });
  const resourceAccount = demand.resource.split(':')[4] ?? '';
  const policies = library.of(caller);
  const decision = authorize(
    {
      principal: principalOf(caller),
      action: demand.action,
      resource: demand.resource,
      context: demandContext(shared, { ...demand, resourceAccount }, input, directory),
    },
    {
      ...policies,
      ...(demand.resourcePolicy && { resource: demand.resourcePolicy }),
      ...(demand.combining && { combining: demand.combining }),
    },
  );
  if (decision.outcome === 'allow') return undefined;
  return demand.whenDenied?.(decision) ?? new ServiceError('AccessDenied', 'denied', 403);
}

async function refusal(operation: string, input: object, caller?: Caller): Promise<string> {
  return await call(operation, input, caller).then(
    () => 'done',
    (error: ServiceError) => `${error.code}: ${error.message}`,
  );
}

const request = { RoleArn: roleArn, RoleSessionName: 'session' };
const assume = (more: object = {}, caller?: Caller) =>
  refusal('AssumeRole', { ...request, ...more }, caller);
const denied = (action = 'sts:AssumeRole', arn = userArn, role = roleArn) =>
  `AccessDenied: User: ${arn} is not authorized to perform: ${action} on resource: ${role}`;

async function sessionOf(more: object = {}, caller?: Caller): Promise<Session> {
  const output = await call('AssumeRole', { ...request, ...more }, caller);
  const { Credentials } = output as { readonly Credentials: { readonly SessionToken: string } };
  const session = tokens.open(Credentials.SessionToken);
  if (session === undefined) throw new Error('the token does not open');
  return session;
}

async function roleSession(more: object = {}): Promise<RoleSessionCaller> {
  const session = await sessionOf(more);
  return {
    kind: 'role-session',
    partition: 'aws',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/deploy/session`,
    userId: `${session.principalId}:session`,
    accessKeyId: session.accessKeyId,
    roleName: 'deploy',
    roleArn,
    roleId: session.principalId,
    sessionName: 'session',
    session,
  };
}

const trustsRole = { AWS: [userArn, roleArn] };

describe('AssumeRole', () => {
  test('hands out credentials of a session with the role, its name and its end', async () => {
    const output = await call('AssumeRole', request);
    expect(output).toEqual({
      AssumedRoleUser: {
        AssumedRoleId: 'AROADEPLOYDEPLOYDEP23:session',
        Arn: `arn:aws:sts::${account}:assumed-role/deploy/session`,
      },
      Credentials: {
        AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
        SecretAccessKey: expect.stringMatching(/^.{40}$/),
        SessionToken: expect.any(String),
        Expiration: new Date(now + 3_600_000),
      },
    });
    expect(await sessionOf()).toMatchObject({
      kind: 'role',
      account,
      issuedAt: now,
      principalId: 'AROADEPLOYDEPLOYDEP23',
      chained: false,
    });
  });

  test('what has no form of an ARN is invalid', async () => {
    for (const bad of [
      'nothing-valid-in-here',
      'arn::b:::something/test-role',
      'arn:a::::something/test-role',
      'arn:a:a::aaaaaaaaaa:',
      'arn:a:a:a',
    ]) {
      expect(await assume({ RoleArn: bad })).toBe(`ValidationError: ${bad} is invalid`);
    }
  });

  test('root accounts may not assume roles', async () => {
    const arn = `arn:aws:iam::${account}:root`;
    const root = { kind: 'root', partition: 'aws', account, arn, userId: account } as const;
    expect(await assume({}, { ...root, accessKeyId: 'AKIA' })).toBe(
      'AccessDenied: Roles may not be assumed by root accounts.',
    );
  });

  test('unknown roles, other paths, distrust and missing permission look the same', async () => {
    for (const name of ['team/nobody', 'deploy', 'team/Deploy']) {
      const arn = `arn:aws:iam::${account}:role/${name}`;
      expect(await assume({ RoleArn: arn })).toBe(denied('sts:AssumeRole', userArn, arn));
    }
    await putRole({ trustPolicy: trust({ Service: 'ec2.amazonaws.com' }) });
    expect(await assume()).toBe(denied());
    await putRole({ trustPolicy: 'unreadable' });
    expect(await assume()).toBe(denied());
    await putRole({ trustPolicy: trust({ AWS: account }) });
    expect(await assume()).toBe(denied());
    await putUser({ Statement: { Effect: 'Allow', Action: 'sts:*', Resource: roleArn } });
    expect(await assume()).toBe('done');
  });

  test('across accounts both sides must allow', async () => {
    const visitor: UserCaller = { ...alice, account: other, arn: `arn:aws:iam::${other}:user/bob` };
    await putRole({ trustPolicy: trust({ AWS: visitor.arn }), trustPrincipalIds: [] });
    await putUser(undefined, other);
    expect(await assume({}, visitor)).toBe(denied('sts:AssumeRole', visitor.arn));
    const allow = { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' } };
    await putUser(allow, other);
    expect(await assume({}, visitor)).toBe('done');
    await putRole({ trustPolicy: trust({ AWS: userArn }) });
    expect(await assume({}, visitor)).toBe(denied('sts:AssumeRole', visitor.arn));
  });

  test('a user made anew under the same name is not trusted', async () => {
    const again = { ...alice, userId: 'AIDAANEWANEWANEWANE23' };
    await state.commit([{ key: recordKey(account, 'user', 'alice'), value: undefined }]);
    await putUser();
    expect(await assume({}, again)).toBe(denied());
  });

  test('the external id must be the one that the trust policy asks for', async () => {
    const Condition = { StringEquals: { 'sts:ExternalId': 'secret' } };
    await putRole({ trustPolicy: trust({ AWS: userArn }, { Condition }) });
    expect(await assume()).toBe(denied());
    expect(await assume({ ExternalId: 'Secret' })).toBe(denied());
    expect(await assume({ ExternalId: 'secret' })).toBe('done');
  });

  test('durations are limited by the role and, in a chain, by an hour', async () => {
    const tooLong =
      'ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for ' +
      'this role.';
    expect(await assume({ DurationSeconds: 3601 })).toBe(tooLong);
    await putRole({ maxSessionSeconds: 7200, trustPolicy: trust(trustsRole) });
    expect(await assume({ DurationSeconds: 7200 })).toBe('done');
    const chained = await roleSession();
    expect(await assume({ DurationSeconds: 7201 }, chained)).toBe(tooLong);
    expect(await assume({ DurationSeconds: 3601 }, chained)).toBe(
      'ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for ' +
        'roles assumed by role chaining.',
    );
    expect((await sessionOf({}, chained)).chained).toBe(true);
  });

  test('tags need sts:TagSession in the trust policy', async () => {
    const Tags = [{ Key: 'Team', Value: 't' }];
    expect(await assume({ Tags })).toBe('done');
    await putRole({ trustPolicy: trust({ AWS: userArn }, { Action: 'sts:AssumeRole' }) });
    expect(await assume({ Tags })).toBe(denied('sts:TagSession'));
    expect(await assume({ SourceIdentity: 'alice' })).toBe(denied('sts:SetSourceIdentity'));
    const Condition = { StringEquals: { 'aws:RequestTag/Team': 't' } };
    await putRole({ trustPolicy: trust({ AWS: userArn }, { Condition }) });
    expect(await assume({ Tags })).toBe('done');
    expect(await assume({ Tags: [{ Key: 'Team', Value: 'x' }] })).toBe(denied());
  });

  test('tags that cannot be taken', async () => {
    const Tags = [{ Key: 'a', Value: '1' }];
    expect(await assume({ Tags, TransitiveTagKeys: ['b'] })).toBe(
      'InvalidParameterValue: The specified transitive tag key must be included in the ' +
        'requested tags.',
    );
    expect(await assume({ Tags: [...Tags, { Key: 'A', Value: '2' }] })).toBe(
      'InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys are case ' +
        'insensitive.',
    );
  });

  test('transitive tags go on along the chain and cannot be set again', async () => {
    await putRole({ trustPolicy: trust(trustsRole) });
    const chained = await roleSession({
      Tags: [
        { Key: 'Team', Value: 't' },
        { Key: 'Own', Value: 'o' },
      ],
      TransitiveTagKeys: ['team'],
    });
    const next = await sessionOf({ Tags: [{ Key: 'More', Value: 'm' }] }, chained);
    expect(next.tags).toEqual([
      ['Team', 't'],
      ['More', 'm'],
    ]);
    expect(next.transitiveTagKeys).toEqual(['team']);
    expect(await assume({ Tags: [{ Key: 'TEAM', Value: 'x' }] }, chained)).toBe(
      "InvalidParameterValue: One of the specified transitive tag keys can't be set because it " +
        'conflicts with a transitive tag key from the calling session.',
    );
    const Condition = { StringEquals: { 'aws:ResourceTag/Project': 'role' } };
    await putRole({ trustPolicy: trust(trustsRole, { Condition }) });
    const over = { Tags: [{ Key: 'Project', Value: 'x' }], TransitiveTagKeys: ['Project'] };
    const overriding = await roleSession(over);
    expect(await assume({}, chained)).toBe('done');
    expect(await assume({}, overriding)).toBe(denied('sts:AssumeRole', overriding.arn));
  });

  test('a source identity stays along the chain', async () => {
    await putRole({ trustPolicy: trust(trustsRole) });
    const chained = await roleSession({ SourceIdentity: 'alice' });
    expect((await sessionOf({}, chained)).sourceIdentity).toBe('alice');
    expect(await assume({ SourceIdentity: 'bob' }, chained)).toBe(
      'ValidationError: The source identity is already set for this assume role session',
    );
  });

  test('session policies are checked, kept and counted', async () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    });
    const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const more = { Policy, PolicyArns: [{ arn }] };
    expect(await sessionOf(more)).toMatchObject({
      sessionPolicies: [Policy],
      sessionPolicyArns: [arn],
    });
    expect(await call('AssumeRole', { ...request, ...more })).toHaveProperty('PackedPolicySize');
    expect(await assume({ Policy: '{}' })).toBe(
      'MalformedPolicyDocument: Syntax errors in policy.',
    );
    const long = 'x'.repeat(2049);
    expect(await assume({ Policy: long })).toBe(
      `ValidationError: 1 validation error detected: Value '${long}' at 'policy' failed to ` +
        'satisfy constraint: Member must have length less than or equal to 2048',
    );
    for (const absent of [
      'arn:aws:iam::aws:policy/Nothing',
      `arn:aws:iam::${account}:policy/nothing`,
      `arn:aws:iam::${other}:policy/nothing`,
    ]) {
      expect(await assume({ PolicyArns: [{ arn: absent }] })).toContain('does not exist');
    }
    const Tags = Array.from({ length: 40 }, (_, index) => ({
      Key: `key-${index}`,
      Value: 'v'.repeat(200),
    }));
    expect(await assume({ Tags })).toMatch(
      /^PackedPolicyTooLarge: Packed size of session tags consumes \d+% of allotted space\.$/,
    );
  });

  test('MFA cannot be proven without a device', async () => {
    const more = { SerialNumber: `arn:aws:iam::${account}:mfa/alice`, TokenCode: '123456' };
    expect(await assume(more)).toContain('unable to validate MFA code.  Please verify');
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  const provider = `arn:aws:iam::${account}:oidc-provider/issuer.example`;
  const caller: Caller = {
    kind: 'web-identity',
    provider,
    identity: {
      account,
      provider,
      subject: 'me',
      audience: 'sts',
      trustKeys: [
        ['issuer.example:sub', 'me'],
        ['issuer.example:aud', 'sts'],
      ],
      sessionKeys: [['issuer.example:sub', 'me']],
      tags: [['Team', 't']],
      transitiveTagKeys: [],
    },
  };
  const federated = (value: string, Action = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession']) =>
    trust(
      { Federated: provider },
      { Action, Condition: { StringEquals: { 'issuer.example:sub': value } } },
    );

  test('hands out a session of the role to whom its trust policy names', async () => {
    await putRole({ trustPolicy: federated('me') });
    const output = await call('AssumeRoleWithWebIdentity', request, caller);
    expect(output).toMatchObject({
      SubjectFromWebIdentityToken: 'me',
      Audience: 'sts',
      Provider: provider,
      PackedPolicySize: expect.any(Number),
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/deploy/session` },
    });
    const { Credentials } = output as { Credentials: { SessionToken: string } };
    expect(tokens.open(Credentials.SessionToken)).toMatchObject({
      federatedProvider: provider,
      contextKeys: [['issuer.example:sub', 'me']],
      tags: [['Team', 't']],
      chained: false,
    });
  });

  test('the refusal does not tell why', async () => {
    const text = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';
    const refused = (more: object = {}) =>
      refusal('AssumeRoleWithWebIdentity', { ...request, ...more }, caller);
    expect(await refused()).toBe(text);
    await putRole({ trustPolicy: federated('you') });
    expect(await refused()).toBe(text);
    expect(await refused({ RoleArn: `arn:aws:iam::${account}:role/nobody` })).toBe(text);
    await putRole({ trustPolicy: federated('me', ['sts:AssumeRoleWithWebIdentity']) });
    expect(await refused()).toBe('AccessDenied: Not authorized to perform sts:TagSession');
  });

  test('the token is verified for the account of the role', async () => {
    const context = contextOf({ kind: 'anonymous' });
    const input = { ...request, WebIdentityToken: 'x', RoleArn: 'x' };
    await expect(async () =>
      service.federate?.('AssumeRoleWithWebIdentity', input, context),
    ).rejects.toThrow();
    expect(await service.federate?.('GetCallerIdentity', {}, context)).toBeUndefined();
  });
});

describe('the other operations', () => {
  test('GetCallerIdentity answers every kind of caller', async () => {
    expect(await call('GetCallerIdentity', {})).toEqual({
      UserId: userId,
      Account: account,
      Arn: userArn,
    });
    const chained = await roleSession();
    expect(await call('GetCallerIdentity', {}, chained)).toEqual({
      UserId: 'AROADEPLOYDEPLOYDEP23:session',
      Account: account,
      Arn: chained.arn,
    });
  });

  test('GetSessionToken and GetFederationToken are for long-term credentials', async () => {
    const chained = await roleSession();
    for (const operation of ['GetSessionToken', 'GetFederationToken']) {
      await putRole({
        inlinePolicies: [['p', '{"Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}']],
      });
      expect(await refusal(operation, { Name: 'bob' }, chained)).toBe(
        `AccessDenied: Cannot call ${operation} with session credentials`,
      );
    }
  });

  test('GetSessionToken lasts twelve hours, root an hour at most', async () => {
    const expiration = async (caller: Caller, DurationSeconds?: number) => {
      const output = await call('GetSessionToken', { DurationSeconds }, caller);
      return (output as { Credentials: { Expiration: Date } }).Credentials.Expiration.getTime();
    };
    expect(await expiration(alice)).toBe(now + 43_200_000);
    expect(await expiration(alice, 900)).toBe(now + 900_000);
    const arn = `arn:aws:iam::${account}:root`;
    const { userName: _, ...rest } = alice;
    const root: Caller = { ...rest, kind: 'root', arn, userId: account };
    expect(await expiration(root)).toBe(now + 3_600_000);
  });

  test('GetFederationToken without a policy gives no permissions of its own', async () => {
    expect(await refusal('GetFederationToken', { Name: 'bob' })).toBe('AccessDenied: denied');
    await putUser({ Statement: { Effect: 'Allow', Action: 'sts:*', Resource: '*' } });
    const output = await call('GetFederationToken', { Name: 'bob' });
    expect(output).toMatchObject({
      FederatedUser: {
        FederatedUserId: `${account}:bob`,
        Arn: `arn:aws:sts::${account}:federated-user/bob`,
      },
      PackedPolicySize: 0,
    });
    const { Credentials } = output as { Credentials: { SessionToken: string } };
    expect(tokens.open(Credentials.SessionToken)).toMatchObject({
      kind: 'federated-user',
      sessionPolicies: [],
      sessionName: 'bob',
      principalId: userId,
    });
  });

  test('GetAccessKeyInfo reads the account off the id', async () => {
    const { accessKeyId } = await sessionOf();
    expect(await call('GetAccessKeyInfo', { AccessKeyId: accessKeyId })).toEqual({
      Account: account,
    });
    expect(await refusal('GetAccessKeyInfo', { AccessKeyId: 'nonsensenonsense' })).toContain(
      'ValidationError',
    );
  });

  test('DecodeAuthorizationMessage opens what this server sealed for the account', async () => {
    expect(await call('DecodeAuthorizationMessage', { EncodedMessage: 'sealed' })).toEqual({
      DecodedMessage: '{"allowed":false}',
    });
    expect(await refusal('DecodeAuthorizationMessage', { EncodedMessage: 'x' })).toBe(
      'InvalidAuthorizationMessageException: Message is not valid',
    );
  });
});
