/** The last decisions in memory, for `sekisho why`: bounded, newest first. */
import type { Decision } from '@sekisho/policy';
import type { Caller } from '../authentication/caller.ts';

/** A request and how each of its demands was decided. */
export interface JournalEntry {
  readonly id: string;
  readonly at: number;
  readonly account: string;
  readonly caller: Caller;
  readonly service: string;
  readonly operation: string;
  readonly allowed: boolean;
  readonly decisions: readonly Decision[];
}

const entriesMax = 1000;

/** Refusals by id; allowed requests are not kept. */
export class DecisionJournal {
  readonly #entries = new Map<string, JournalEntry>();

  record(entry: JournalEntry): void {
    if (this.#entries.size >= entriesMax) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    this.#entries.set(entry.id, entry);
  }

  find(id: string): JournalEntry | undefined {
    return this.#entries.get(id);
  }

  /** The newest refusal in the account. */
  last(account: string): JournalEntry | undefined {
    let newest: JournalEntry | undefined;
    for (const entry of this.#entries.values()) if (entry.account === account) newest = entry;
    return newest;
  }

  clear(): void {
    this.#entries.clear();
  }
}
