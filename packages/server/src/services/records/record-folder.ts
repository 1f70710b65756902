/** A service's records of one kind in one account and region, under names of any characters. */
import type { State } from '../../store/state.ts';
import type { Change, Json } from '../../store/store.ts';

/** A record as it was read; writing it back conflicts when it has changed since. */
export interface Held<T> {
  readonly name: string;
  readonly record: T;
  readonly revision: number;
}

/** The records `<prefix><name>`. */
export class RecordFolder<T extends object> {
  readonly #state: State;
  readonly #prefix: string;

  /** `prefix` ends in `/`. */
  constructor(state: State, prefix: string) {
    this.#state = state;
    this.#prefix = prefix;
  }

  find(name: string): Held<T> | undefined {
    const key = this.keyOf(name);
    const value = this.#state.get(key);
    if (value === undefined) return undefined;
    // Records are written by our own operations only; their shapes are the services' entities.
    const record = value as unknown as T;
    return { name, record, revision: this.#state.revisionOf(key) };
  }

  /** In the order of their names by code unit. */
  all(): readonly Held<T>[] {
    return this.names().flatMap((name) => this.find(name) ?? []);
  }

  names(): readonly string[] {
    const start = this.#prefix.length;
    return this.#state
      .keys(this.#prefix)
      .map((key) => decodeURIComponent(key.slice(start)))
      .sort();
  }

  count(): number {
    return this.#state.count(this.#prefix);
  }

  create(name: string, record: T): Change {
    return { key: this.keyOf(name), value: asJson(record), ifRevision: 0 };
  }

  replace({ name, revision }: Held<T>, record: T): Change {
    return { key: this.keyOf(name), value: asJson(record), ifRevision: revision };
  }

  remove({ name, revision }: Held<T>): Change {
    return { key: this.keyOf(name), value: undefined, ifRevision: revision };
  }

  /** Names may hold slashes, which part the folders of the store. */
  keyOf(name: string): string {
    return this.#prefix + encodeURIComponent(name);
  }
}

function asJson(record: object): Json {
  // Records are plain data by their types; an interface only lacks the index signature of Json.
  return record as unknown as Json;
}
