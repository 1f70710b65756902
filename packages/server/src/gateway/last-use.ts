/** When access keys and roles were last used: noted at most every 15 minutes, beside the request. */
import type { Caller } from '../authentication/caller.ts';
import { replaceRecord } from '../directory/changes.ts';
import type { Directory } from '../directory/directory.ts';
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
    if (id === undefined || at - (this.#noted.get(id) ?? 0) < coarsenessMilliseconds) return;
    if (this.#noted.size >= notedMax) this.#noted.clear();
    this.#noted.set(id, at);
    const change = this.#change(id, service, region, at);
    if (change !== undefined) this.#directory.state.commit([change]).catch(this.#warn);
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
