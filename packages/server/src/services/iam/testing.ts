/** A harness that calls IAM operations directly, over a store in memory, as the gateway would. */
import type { Operations } from '@sekisho/catalog/types/iam';
import type { Authenticated } from '../../authentication/authenticated.ts';
import type { Caller } from '../../authentication/caller.ts';
import { Directory } from '../../directory/directory.ts';
import type { Platform } from '../../platform/platform.ts';
import { createSealer } from '../../platform/sealer.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { validate } from '../../protocol/validate.ts';
import { MemoryStore } from '../../store/memory.ts';
import { State } from '../../store/state.ts';
import { type Store, StoreConflict } from '../../store/store.ts';
import type { Authorized, Operation, OperationContext, Runtime, Service } from '../service.ts';
import { createIamService } from './index.ts';

export type OperationName = keyof Operations;

/** What an operation answered: its output, or AWS's code, message and status. */
export type Outcome<N extends OperationName> =
  | { readonly output: Operations[N]['output']; readonly error?: never }
  | { readonly error: ServiceError; readonly output?: never };

/** The accounts of the harness; the first one is called unless told otherwise. */
export const account = '123456789012';
export const otherAccount = '210987654321';

export const rootCaller: Caller = rootOf(account);

export function rootOf(id: string): Caller {
  const arn = `arn:aws:iam::${id}:root`;
  const accessKeyId = 'AKIAEXAMPLEEXAMPLE12';
  return { kind: 'root', partition: 'aws', account: id, arn, userId: id, accessKeyId };
}

/** A user of the first account, as authentication would present it. */
export function userCaller(userName: string, userId = 'AIDAEXAMPLEEXAMPLE123'): Caller {
  const arn = `arn:aws:iam::${account}:user/${userName}`;
  const accessKeyId = 'AKIAEXAMPLEEXAMPLE12';
  return { kind: 'user', partition: 'aws', account, arn, userId, accessKeyId, userName };
}

export class TestIam {
  readonly directory: Directory;
  readonly state: State;
  readonly #service: Service;
  readonly #runtime: Runtime;
  /** Wall time of the next call in milliseconds. */
  now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

  private constructor(state: State, service: Service) {
    this.state = state;
    this.directory = new Directory(state);
    this.#service = service;
    const platform = testPlatform();
    this.#runtime = {
      platform,
      state,
      directory: this.directory,
      accounts: [account, otherAccount],
      partition: 'aws',
      sealer: createSealer(new Uint8Array(32).fill(7), platform.random),
    } as unknown as Runtime;
  }

  static async open(store: Store = new MemoryStore()): Promise<TestIam> {
    return new TestIam(await State.open(store), await createIamService());
  }

  get runtime(): Runtime {
    return this.#runtime;
  }

  /** The modelled output. Throws ServiceError. */
  async call<N extends OperationName>(
    name: N,
    input: Operations[N]['input'],
    caller: Caller = rootCaller,
  ): Promise<Operations[N]['output']> {
    const problem = validate(input, this.#model(name).input, 'iam');
    if (problem !== undefined) throw new ServiceError('ValidationError', problem, 400);
    const operation = this.#service.operations.get(name);
    if (operation === undefined) throw new Error(`${name} is not written`);
    const call = operation as Operation<unknown>;
    for (;;) {
      try {
        const output = await call(input, this.#context(caller));
        return output as Operations[N]['output'];
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    }
  }

  async outcome<N extends OperationName>(
    name: N,
    input: Operations[N]['input'],
    caller: Caller = rootCaller,
  ): Promise<Outcome<N>> {
    try {
      return { output: await this.call(name, input, caller) };
    } catch (error) {
      if (error instanceof ServiceError) return { error };
      throw error;
    }
  }

  /** `404 NoSuchEntity: The role with name x cannot be found.`, or the word `success`. */
  async answer<N extends OperationName>(
    name: N,
    input: Operations[N]['input'],
    caller: Caller = rootCaller,
  ): Promise<string> {
    const { error } = await this.outcome(name, input, caller);
    return error === undefined ? 'success' : `${error.status} ${error.code}: ${error.message}`;
  }

  #model(name: string) {
    const model = this.#service.model.operation(name);
    if (model === undefined) throw new Error(`the model has no ${name}`);
    return model;
  }

  #context(caller: Caller): OperationContext {
    return {
      caller,
      partition: 'aws',
      region: 'us-east-1',
      account: 'account' in caller ? caller.account : '',
      http: {} as OperationContext['http'],
      authenticated: {} as Authenticated,
      runtime: this.#runtime,
      authorized: {} as Authorized,
      requestId: 'test',
      now: this.now,
      commit: (changes) => this.state.commit(changes),
      payload: {} as OperationContext['payload'],
    };
  }
}

/** Bytes of a counter: every id is new, every run the same. */
function testPlatform(): Platform {
  let seed = 1;
  const bytes = (count: number) =>
    Uint8Array.from({ length: count }, () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 16) & 255;
    });
  const uuid = () => {
    const hex = Buffer.from(bytes(16)).toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
  return { random: { bytes, uuid } } as unknown as Platform;
}
