/** A harness that asks S3's rules and calls its operations as the gateway would, on a real disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operations } from '@sekisho/catalog/types/s3';
import {
  authorize,
  type ContextValue,
  type Decision,
  denialMessage,
  type PolicySource,
  parsePolicyDocument,
} from '@sekisho/policy';
import { proveAuthenticated } from '../../authentication/authenticated.ts';
import type { Caller } from '../../authentication/caller.ts';
import { Directory } from '../../directory/directory.ts';
import { principalOf } from '../../information/principal.ts';
import { createNodePlatform } from '../../platform/node-platform.ts';
import type { Platform } from '../../platform/platform.ts';
import { createSealer } from '../../platform/sealer.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { MemoryStore } from '../../store/memory.ts';
import { State } from '../../store/state.ts';
import { type Store, StoreConflict } from '../../store/store.ts';
import { createKmsService } from '../kms/index.ts';
import {
  type Demand,
  type OperationContext,
  OutputWithStatus,
  type Payload,
  proveAuthorized,
  type Runtime,
  type Service,
} from '../service.ts';
import { bulkPrefix, createS3Service } from './index.ts';

export const account = '123456789012';
export const otherAccount = '210987654321';

/** A user with identity policies of its own. */
export interface TestUser {
  readonly caller: Caller;
  readonly policies: readonly string[];
}

function rootOf(id: string): TestUser {
  const arn = `arn:aws:iam::${id}:root`;
  const accessKeyId = 'AKIAEXAMPLEEXAMPLE12';
  return {
    caller: { kind: 'root', partition: 'aws', account: id, arn, userId: id, accessKeyId },
    policies: [],
  };
}

export const owner = rootOf(account);
export const stranger = rootOf(otherAccount);
export const anonymous: TestUser = { caller: { kind: 'anonymous' }, policies: [] };

export function userWith(policy: object | undefined, accountId = account): TestUser {
  const userName = 'alice';
  const arn = `arn:aws:iam::${accountId}:user/${userName}`;
  return {
    caller: {
      kind: 'user',
      partition: 'aws',
      account: accountId,
      arn,
      userId: 'AIDAEXAMPLEEXAMPLE123',
      accessKeyId: 'AKIAEXAMPLEEXAMPLE12',
      userName,
    },
    policies: policy === undefined ? [] : [JSON.stringify(policy)],
  };
}

/** `{ Version, Statement: [{ Effect: Allow, Action, Resource, Condition }] }`. */
export function allow(action: unknown, resource: unknown = '*', condition?: object): object {
  const statement = { Effect: 'Allow', Action: action, Resource: resource };
  return {
    Version: '2012-10-17',
    Statement: [condition === undefined ? statement : { ...statement, Condition: condition }],
  };
}

/** What a call brings besides its input. */
export interface CallOptions {
  readonly as?: TestUser;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly length?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly type?: 'REST-HEADER' | 'REST-QUERY-STRING';
  readonly secure?: boolean;
}

type Name = keyof Operations;

/** S3 over a store and a temporary folder. */
export class TestS3 {
  readonly root: string;
  readonly state: State;
  readonly service: Service;
  readonly kms: Service;
  readonly runtime: Runtime;
  /** Replaces the commit of operations, to fail or to wait in it. */
  commit: OperationContext['commit'];
  lastStatus = 200;
  lastDecisions: readonly Decision[] = [];

  private constructor(
    root: string,
    state: State,
    services: readonly [s3: Service, kms: Service],
    platform: Platform,
  ) {
    this.root = root;
    this.state = state;
    [this.service, this.kms] = services;
    this.commit = (changes) => this.state.commit(changes);
    this.runtime = {
      platform: {
        ...platform,
        process: { ...platform.process, log: () => {}, warn: () => {} },
      },
      state,
      directory: new Directory(state),
      accounts: [account, otherAccount],
      partition: 'aws',
      endpoint: () => 'http://127.0.0.1:4566',
      sealer: createSealer(new Uint8Array(32).fill(7), platform.random),
      service: (id: string) => services.find((service) => service.id === id),
    } as unknown as Runtime;
  }

  static async open(options: { readonly store?: Store; readonly root?: string } = {}) {
    const root = options.root ?? (await mkdtemp(join(tmpdir(), 'sekisho-s3-')));
    const state = await State.open(options.store ?? new MemoryStore(), [bulkPrefix]);
    const platform = createNodePlatform({ root });
    const services = [await createS3Service(), await createKmsService()] as const;
    const test = new TestS3(root, state, services, platform);
    await test.service.start?.(test.runtime);
    return test;
  }

  async close(): Promise<void> {
    await this.service.stop?.(this.runtime);
    await rm(this.root, { recursive: true, force: true });
  }

  /** An operation of KMS, by the owner's root. */
  async callKms<Output>(name: string, input: object = {}): Promise<Output> {
    const operation = this.kms.operations.get(name);
    if (operation === undefined) throw new Error(`kms:${name} is not written`);
    const context = { ...this.#context({}), authorized: proveAuthorized([]) };
    return (await operation(input as never, context)) as Output;
  }

  /** The demands of a call, as the rule gives them. */
  async demands<N extends Name>(
    name: N,
    input: Operations[N]['input'],
    options: CallOptions = {},
  ): Promise<readonly Demand[]> {
    const rule = this.service.authorization.get(name);
    if (rule === undefined) throw new Error(`${name} has no rule`);
    return await rule(input as never, this.#context(options));
  }

  /** Decides and runs. Throws the ServiceError that the client would see. */
  async call<N extends Name>(
    name: N,
    input: Operations[N]['input'],
    options: CallOptions = {},
  ): Promise<Operations[N]['output']> {
    const operation = this.service.operations.get(name);
    if (operation === undefined) throw new Error(`${name} is not written`);
    const context = this.#context(options);
    const rule = this.service.authorization.get(name);
    if (rule === undefined) throw new Error(`${name} has no rule`);
    for (;;) {
      const demands = await rule(input as never, context);
      const decisions = decide(demands, options.as ?? owner);
      this.lastDecisions = decisions;
      const authorized = proveAuthorized(decisions);
      try {
        const result = await operation(input as never, { ...context, authorized });
        const isWrapped = result instanceof OutputWithStatus;
        this.lastStatus = isWrapped ? result.status : 200;
        return (isWrapped ? result.output : result) as Operations[N]['output'];
      } catch (error) {
        if (!(error instanceof StoreConflict) || options.body !== undefined) throw error;
      }
    }
  }

  /** `404 NoSuchKey: The specified key does not exist.`, or the word `success`. */
  async answer<N extends Name>(
    name: N,
    input: Operations[N]['input'],
    options: CallOptions = {},
  ): Promise<string> {
    try {
      await this.call(name, input, options);
      return 'success';
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return `${error.status} ${error.code}: ${error.message}`;
    }
  }

  /** The whole body of an object. */
  async read(bucket: string, key: string, options: CallOptions = {}): Promise<string> {
    const output = await this.call('GetObject', { Bucket: bucket, Key: key }, options);
    return (await bytesOf(output.Body)).toString();
  }

  #context(options: CallOptions): OperationContext {
    const { caller } = options.as ?? owner;
    const headers = Object.entries(options.headers ?? {});
    const isAnonymous = caller.kind === 'anonymous';
    const region = options.region ?? 'us-east-1';
    const http: HttpRequest = {
      method: 'GET',
      target: '/',
      rawPath: '/',
      query: [],
      headers,
      header: (name) => headers.find(([key]) => key === name)?.[1],
      body: chunks([]),
      remoteAddress: '127.0.0.1',
      secure: options.secure ?? false,
      receivedAt: this.runtime.platform.clock.now(),
    };
    return {
      caller,
      partition: 'aws',
      region,
      account: 'account' in caller ? caller.account : '',
      http,
      authenticated: proveAuthenticated({
        caller,
        authenticationType: isAnonymous ? 'none' : (options.type ?? 'REST-HEADER'),
        signatureVersion: isAnonymous ? 'none' : 'AWS4-HMAC-SHA256',
        ...(isAnonymous ? {} : { region }),
      }),
      runtime: this.runtime,
      authorized: proveAuthorized([]),
      requestId: 'test',
      now: this.runtime.platform.clock.now(),
      commit: (changes) => this.commit(changes),
      payload: payloadOf(options),
    };
  }
}

function payloadOf({ body, length }: CallOptions): Payload {
  const trailers = new Map<string, string>();
  if (body === undefined) return { stream: chunks([]), length: 0, trailers };
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = Buffer.from(body);
    return { stream: chunks([bytes]), length: length ?? bytes.byteLength, trailers };
  }
  return { stream: body, ...(length === undefined ? {} : { length }), trailers };
}

/** Collects a body. */
export async function bytesOf(
  body: AsyncIterable<Uint8Array> | Uint8Array | undefined,
): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* chunks(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** Decides all demands; throws at the first refusal that counts. */
function decide(demands: readonly Demand[], user: TestUser): readonly Decision[] {
  return demands.map((demand) => {
    const decision = decideOne(demand, user);
    if (decision.outcome === 'allow' || demand.advisory === true) return decision;
    if (demand.whenDenied !== undefined) throw demand.whenDenied(decision);
    const { resourceText } = demand;
    const text = denialMessage({
      decision,
      ...(resourceText === undefined ? {} : { resourceText }),
    });
    throw new ServiceError('AccessDenied', text, 403);
  });
}

function decideOne(demand: Demand, user: TestUser): Decision {
  const { caller } = user;
  const entries: [string, ContextValue][] = [...(demand.context ?? [])].map(([key, value]) => [
    key,
    value,
  ]);
  if ('account' in caller) entries.push(['aws:PrincipalAccount', caller.account]);
  const identity = user.policies.map((text): PolicySource => {
    const { document } = parsePolicyDocument(text);
    if (document === undefined) throw new Error('a test policy cannot be parsed');
    return { document, name: 'inline policy' };
  });
  return authorize(
    {
      principal: principalOf(caller),
      action: demand.action,
      resource: demand.resource,
      ...(demand.resourceAccount === undefined ? {} : { resourceAccount: demand.resourceAccount }),
      context: entries,
    },
    {
      identity,
      ...(demand.resourcePolicy === undefined ? {} : { resource: demand.resourcePolicy }),
      ...(demand.combining === undefined ? {} : { combining: demand.combining }),
    },
  );
}
