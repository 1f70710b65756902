/** When keys, roles and services were last used: noted at most every 15 minutes, beside the request. */
import type { Caller } from '../authentication/caller.ts';
import { replaceRecord } from '../directory/changes.ts';
import type { Directory } from '../directory/directory.ts';
import { serviceUseChange } from '../directory/service-use.ts';
import type { Change } from '../store/store.ts';

/** A use within this time of the last one noted is not written: AWS's own figure is as coarse. */
const coarsenessMilliseconds = 15 * 60_000;

const notedMax = 10_000;

/** Notes uses. A write that loses a race is left out: the next use writes again. */
export class LastUse {
  readonly #directory: Directory;
  readonly #warn: (error: unknown) => void;
  readonly #noted = new Map<string, number>();

  constructor(directory: Directory, warn: (error: unknown) => void) {
    this.#directory = directory;
    this.#warn = warn;
  }

  /** `service` is the name in credential scopes. */
  note(caller: Caller, service: string, region: string, at: number): void {
    const id = usedId(caller);
    if (id === undefined || !this.#isNew(id, at)) return;
    const change = this.#change(id, service, region, at);
    if (change !== undefined) this.#directory.state.commit([change]).catch(this.#warn);
  }

  /** A use of the service whose actions have that prefix. */
  noteService(caller: Caller, prefix: string, region: string, at: number): void {
    if (caller.kind !== 'user' && caller.kind !== 'role-session') return;
    const { account } = caller;
    const id = caller.kind === 'user' ? caller.userId : caller.roleId;
    const use = `${id} ${prefix}`;
    if (!this.#isNew(use, at)) return;
    const { state } = this.#directory;
    const change = serviceUseChange(state, { account, id }, prefix, { at, region });
    state.commit([change]).catch(this.#warn);
  }

  /** Whether it was not noted lately; it is from now on. */
  #isNew(use: string, at: number): boolean {
    if (at - (this.#noted.get(use) ?? 0) < coarsenessMilliseconds) return false;
    if (this.#noted.size >= notedMax) this.#noted.clear();
    this.#noted.set(use, at);
    return true;
  }

  #change(id: string, service: string, region: string, at: number): Change | undefined {
    const key = this.#directory.accessKey(id);
    if (key !== undefined) {
      return replaceRecord(key, { ...key.record, lastUsed: { at, service, region } });
    }
    const role = this.#directory.roleById(id);
    if (role === undefined) return undefined;
    return replaceRecord(role, { ...role.record, lastUsed: { at, region } });
  }
}

/** The long-term key of a user, or the role of a session. */
function usedId(caller: Caller): string | undefined {
  if (caller.kind === 'role-session') return caller.roleId;
  if (caller.kind === 'user' && caller.session === undefined) return caller.accessKeyId;
  return undefined;
}
