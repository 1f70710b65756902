/** Services without their wire for tests: real policies, real decisions, callers of two accounts. */

import { proveAuthenticated } from '../authentication/authenticated.ts';
import type { Caller, RoleSessionCaller, Session } from '../authentication/caller.ts';
import { SessionTokens } from '../authentication/session-token.ts';
import { createRecord } from '../directory/changes.ts';
import { Directory } from '../directory/directory.ts';
import { createServiceAssumeRole } from '../gateway/assume-role-as-service.ts';
import { enforce } from '../gateway/enforce.ts';
import { PolicyLibrary } from '../information/policies.ts';
import { createNodePlatform } from '../platform/node-platform.ts';
import { createSealer } from '../platform/sealer.ts';
import { ServiceError } from '../protocol/service-error.ts';
import { validate } from '../protocol/validate.ts';
import { MemoryStore } from '../store/memory.ts';
import { State } from '../store/state.ts';
import { StoreConflict } from '../store/store.ts';
import type { DemandContext, OperationContext, Runtime, Service } from './service.ts';

export const account = '123456789012';
export const otherAccount = '210987654321';
export const region = 'us-east-1';

/** A statement of a policy for tests. */
export interface TestStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
  readonly Principal?: unknown;
}

export function policyText(...statements: readonly TestStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export const root: Caller = rootOf(account);

export function rootOf(id: string): Caller {
  const arn = `arn:aws:iam::${id}:root`;
  return { kind: 'root', partition: 'aws', account: id, arn, userId: id, accessKeyId: 'AKIAROOT' };
}

export class Workload {
  readonly state: State;
  readonly runtime: Runtime;
  readonly library: PolicyLibrary;
  readonly tokens: SessionTokens;
  readonly #services: readonly Service[];
  /** Wall time of the next call in milliseconds. */
  now = Date.UTC(2026, 0, 2, 3, 4, 5);

  private constructor(state: State, services: readonly Service[]) {
    const platform = createNodePlatform({ root: '/nonexistent' });
    const directory = new Directory(state);
    this.state = state;
    this.#services = services;
    this.library = new PolicyLibrary(directory, { document: () => undefined });
    const clock = { ...platform.clock, now: () => this.now };
    this.tokens = new SessionTokens(new Uint8Array(32).fill(8), platform.random);
    this.runtime = {
      platform: { ...platform, clock },
      state,
      directory,
      accounts: [account, otherAccount],
      partition: 'aws',
      endpoint: () => 'http://127.0.0.1:4566',
      assumeRoleAsService: createServiceAssumeRole({
        directory,
        partition: 'aws',
        tokens: this.tokens,
        clock,
      }),
      issueSession: (session: Omit<Session, 'accessKeyId'>) => this.tokens.mint(session),
      sealer: createSealer(new Uint8Array(32).fill(7), platform.random),
      service: (id: string) => services.find((service) => service.id === id),
    } as unknown as Runtime;
  }

  static async open(...services: readonly Service[]): Promise<Workload> {
    const state = await State.open(new MemoryStore(), ['cwl/', 'ecrm/']);
    return new Workload(state, services);
  }

  /** A user with one inline policy. */
  async user(name: string, statements: readonly TestStatement[], owner = account): Promise<Caller> {
    const id = `AIDA${name.toUpperCase().padEnd(17, 'A')}`;
    await this.state.commit([
      createRecord(owner, 'user', name, {
        name,
        id,
        path: '/',
        createdAt: this.now,
        inlinePolicies: statements.length === 0 ? [] : [['p', policyText(...statements)]],
        attachedPolicies: [],
        tags: [],
        groups: [],
      }),
    ]);
    const arn = `arn:aws:iam::${owner}:user/${name}`;
    const accessKeyId = 'AKIAEXAMPLE';
    return {
      kind: 'user',
      partition: 'aws',
      account: owner,
      arn,
      userId: id,
      accessKeyId,
      userName: name,
    };
  }

  /** A session of a role with one inline policy. */
  async session(
    roleName: string,
    statements: readonly TestStatement[],
  ): Promise<RoleSessionCaller> {
    const roleId = `AROA${roleName.toUpperCase().padEnd(17, 'A').slice(0, 17)}`;
    await this.state.commit([
      createRecord(account, 'role', roleName, {
        name: roleName,
        id: roleId,
        path: '/',
        createdAt: this.now,
        inlinePolicies: [['p', policyText(...statements)]],
        attachedPolicies: [],
        trustPolicy: policyText(),
        trustPrincipalIds: [],
        maxSessionSeconds: 3600,
        tags: [],
      }),
    ]);
    return {
      kind: 'role-session',
      partition: 'aws',
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${roleName}/s`,
      userId: `${roleId}:s`,
      accessKeyId: 'ASIAEXAMPLE',
      session: {
        issuedAt: this.now,
        tags: [],
        contextKeys: [],
      } as unknown as RoleSessionCaller['session'],
      roleName,
      roleArn: `arn:aws:iam::${account}:role/${roleName}`,
      roleId,
      sessionName: 's',
    };
  }

  /** Validates, authorizes and runs an operation as the gateway does: `secretsmanager:X`. */
  async call<Output = Record<string, unknown>>(
    name: string,
    input: object = {},
    caller: Caller = root,
  ): Promise<Output> {
    const [id, operation = ''] = name.split(':');
    const service = this.#services.find((each) => each.id === id);
    const model = service?.model.operation(operation);
    const rule = service?.authorization.get(operation);
    const run = service?.operations.get(operation);
    if (service === undefined || model === undefined || rule === undefined || run === undefined) {
      throw new Error(`${name} is not written`);
    }
    const style = service.validation ?? 'json';
    const problem = validate(input, model.input, style);
    if (problem !== undefined) {
      const isEcr = style === 'ecr';
      throw new ServiceError(
        isEcr ? 'InvalidParameterException' : 'ValidationException',
        problem,
        400,
      );
    }
    const context = this.#context(caller);
    for (;;) {
      const { library, now } = this;
      const { protocols } = service;
      const demands = await rule(input as never, context);
      const { authorized, refused } = enforce(demands, { context, library, input, now, protocols });
      if (refused !== undefined) throw refused.error;
      const operationContext: OperationContext = {
        ...context,
        authorized,
        requestId: 'r',
        now,
        commit: (changes) => this.state.commit(changes),
        payload: { stream: emptyStream(), trailers: new Map() },
      };
      try {
        return (await run(input as never, operationContext)) as Output;
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    }
  }

  /** `400 ResourceNotFoundException: text`, or the word `success`. */
  async answer(name: string, input: object = {}, caller: Caller = root): Promise<string> {
    try {
      await this.call(name, input, caller);
      return 'success';
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return `${error.status} ${error.code}: ${error.message}`;
    }
  }

  #context(caller: Caller): DemandContext {
    return {
      caller,
      partition: 'aws',
      region,
      account: 'account' in caller ? caller.account : '',
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
