/** The request context: condition keys, case-insensitive in their names, and their values. */
import { foldCase } from './ascii.ts';
import type { ContextEntries, ContextValue } from './request.ts';

interface Entry {
  readonly value: ContextValue;
  readonly ambiguous: boolean;
}

/** Reads a request's context once; names compare ASCII-case-insensitively (rule P1). */
export class RequestContext {
  readonly #entries = new Map<string, Entry>();

  constructor(entries: ContextEntries) {
    for (const [key, value] of entries) {
      const name = foldCase(key);
      this.#entries.set(name, { value, ambiguous: this.#entries.has(name) });
    }
  }

  /** Whether the key is there, whatever its value. */
  has(key: string): boolean {
    return this.#entries.has(foldCase(key));
  }

  /** Whether two entries name this key: neither may be trusted. */
  isAmbiguous(key: string): boolean {
    return this.#entries.get(foldCase(key))?.ambiguous ?? false;
  }

  /** The value; undefined where the key is absent. */
  get(key: string): ContextValue | undefined {
    return this.#entries.get(foldCase(key))?.value;
  }

  /** The value of a single-valued key that is there once; undefined otherwise. */
  single(key: string): string | undefined {
    const entry = this.#entries.get(foldCase(key));
    return entry !== undefined && !entry.ambiguous && typeof entry.value === 'string'
      ? entry.value
      : undefined;
  }
}
