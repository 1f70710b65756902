/** A server without its wire for tests: real policies, real decisions, EC2 and IAM's records. */
import { proveAuthenticated } from '../../authentication/authenticated.ts';
import type { Caller, RootCaller } from '../../authentication/caller.ts';
import { SessionTokens } from '../../authentication/session-token.ts';
import { createRecord } from '../../directory/changes.ts';
import { Directory } from '../../directory/directory.ts';
import { createServiceAssumeRole } from '../../gateway/assume-role-as-service.ts';
import { enforce } from '../../gateway/enforce.ts';
import { PolicyLibrary } from '../../information/policies.ts';
import { createNodePlatform } from '../../platform/node-platform.ts';
import type { Platform } from '../../platform/platform.ts';
import { createSealer } from '../../platform/sealer.ts';
import { MemoryStore } from '../../store/memory.ts';
import { State } from '../../store/state.ts';
import type { OperationContext, Runtime, Service } from '../service.ts';

export const account = '123456789012';
export const region = 'us-east-1';

/** A statement of a policy for tests. */
export interface TestStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Sid?: string;
  readonly Condition?: unknown;
}

const trustOfEc2 = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

export class Ec2Fixture {
  readonly runtime: Runtime;
  readonly tokens: SessionTokens;
  readonly library: PolicyLibrary;
  readonly service: Service;
  readonly #clock: { now: number };

  private constructor(
    runtime: Runtime,
    tokens: SessionTokens,
    library: PolicyLibrary,
    service: Service,
    clock: { now: number },
  ) {
    this.runtime = runtime;
    this.tokens = tokens;
    this.library = library;
    this.service = service;
    this.#clock = clock;
  }

  static async create(service: Service): Promise<Ec2Fixture> {
    const clock = { now: Date.UTC(2026, 0, 2, 3, 4, 5) };
    const node = createNodePlatform({ root: '/nonexistent' });
    const platform: Platform = { ...node, clock: { ...node.clock, now: () => clock.now } };
    const state = await State.open(new MemoryStore());
    const directory = new Directory(state);
    const library = new PolicyLibrary(directory, { document: () => undefined });
    const masterKey = new Uint8Array(32).fill(7);
    const sealer = createSealer(masterKey, platform.random);
    const tokens = new SessionTokens(masterKey, platform.random);
    const runtime: Runtime = {
      platform,
      state,
      directory,
      accounts: [account],
      partition: 'aws',
      loopbackIssuers: [],
      endpoint: () => 'http://127.0.0.1:4566',
      sealer,
      issueSession: (session) => tokens.mint(session),
      assumeRoleAsService: createServiceAssumeRole({
        directory,
        partition: 'aws',
        tokens,
        clock: platform.clock,
      }),
      encodeAuthorizationMessage: (message, owner) => sealer.seal(message, `message/${owner}`),
      decodeAuthorizationMessage: (encoded, owner) => sealer.open(encoded, `message/${owner}`),
    };
    return new Ec2Fixture(runtime, tokens, library, service, clock);
  }

  get now(): number {
    return this.#clock.now;
  }

  pass(milliseconds: number): void {
    this.#clock.now += milliseconds;
  }

  /** A user with one inline policy; returns the caller. */
  async user(name: string, statements: readonly TestStatement[]): Promise<Caller> {
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const id = `AIDA${name.toUpperCase().padEnd(17, 'A')}`;
    await this.runtime.state.commit([
      createRecord(account, 'user', name, {
        name,
        id,
        path: '/',
        createdAt: this.now,
        inlinePolicies: [['p', document]],
        attachedPolicies: [],
        tags: [],
        groups: [],
      }),
    ]);
    return {
      kind: 'user',
      partition: 'aws',
      account,
      arn: `arn:aws:iam::${account}:user/${name}`,
      userId: id,
      accessKeyId: 'AKIAEXAMPLE',
      userName: name,
    };
  }

  /** A role with that trust policy; returns its ARN. */
  async role(name: string, trustPolicy = trustOfEc2): Promise<string> {
    await this.runtime.state.commit([
      createRecord(account, 'role', name, {
        name,
        id: `AROA${name.toUpperCase().replaceAll('-', '').padEnd(17, 'A').slice(0, 17)}`,
        path: '/',
        createdAt: this.now,
        inlinePolicies: [],
        attachedPolicies: [],
        trustPolicy,
        trustPrincipalIds: [],
        maxSessionSeconds: 3600,
        tags: [],
      }),
    ]);
    return `arn:aws:iam::${account}:role/${name}`;
  }

  async profile(name: string, roleName?: string): Promise<string> {
    await this.runtime.state.commit([
      createRecord(account, 'instance-profile', name, {
        name,
        id: `AIPA${name.toUpperCase().replaceAll('-', '').padEnd(17, 'A').slice(0, 17)}`,
        path: '/',
        createdAt: this.now,
        ...(roleName === undefined ? {} : { roleName }),
        tags: [],
      }),
    ]);
    return `arn:aws:iam::${account}:instance-profile/${name}`;
  }

  root(): RootCaller {
    return {
      kind: 'root',
      partition: 'aws',
      account,
      arn: `arn:aws:iam::${account}:root`,
      userId: account,
      accessKeyId: 'AKIAROOT',
    };
  }

  /** The caller whose credentials an instance's metadata service handed out. */
  instanceCaller(token: string): Caller {
    const session = this.tokens.open(token);
    if (session === undefined) throw new Error('no token of this server');
    const { principalName: roleName, principalId: roleId, sessionName, accessKeyId } = session;
    return {
      kind: 'role-session',
      partition: 'aws',
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
      userId: `${roleId}:${sessionName}`,
      accessKeyId,
      session,
      roleName,
      roleArn: `arn:aws:iam::${account}:role/${roleName}`,
      roleId,
      sessionName,
    };
  }

  /** Authorizes and runs an operation as the gateway does. */
  async call<Output>(
    operation: string,
    input: object,
    caller: Caller = this.root(),
  ): Promise<Output> {
    const context = this.#context(caller);
    const rule = this.service.authorization.get(operation);
    const run = this.service.operations.get(operation);
    if (rule === undefined || run === undefined) throw new Error(`${operation} is not written`);
    const demands = await rule(input as never, context);
    const { authorized, refused } = enforce(demands, {
      context,
      library: this.library,
      input,
      now: this.now,
    });
    if (refused !== undefined) throw refused.error;
    const operationContext: OperationContext = {
      ...context,
      authorized,
      requestId: 'r',
      now: this.now,
      commit: (changes) => this.runtime.state.commit(changes),
      payload: { stream: emptyStream(), trailers: new Map() },
    };
    return (await run(input as never, operationContext)) as Output;
  }

  #context(
    caller: Caller,
  ): Omit<OperationContext, 'authorized' | 'requestId' | 'now' | 'commit' | 'payload'> {
    return {
      caller,
      partition: 'aws',
      region,
      account,
      http: {
        method: 'POST',
        target: '/',
        rawPath: '/',
        query: [],
        headers: [],
        header: () => undefined,
        body: emptyStream(),
        remoteAddress: '127.0.0.1',
        secure: false,
        receivedAt: this.now,
      },
      authenticated: proveAuthenticated({
        caller,
        authenticationType: 'REST-HEADER',
        signatureVersion: 'AWS4-HMAC-SHA256',
        region,
      }),
      runtime: this.runtime,
    };
  }
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {}
