/** Action names as numbers: a catalogue in the order of its names, others as they come. */
import { foldCase } from '../ascii.ts';

const strangersMax = 10_000;

/** What the authorization request demands of an action. */
const actionForm = /^[A-Za-z0-9-]+:[A-Za-z0-9_*-]+$/;

/**
 * Numbers of actions, without regard to case. Names of the catalogue have the numbers below
 * `catalogued`, sorted, so that a pattern like `s3:Get*` is one range of numbers.
 */
export class ActionNames {
  /** Of the catalogue, sorted. */
  readonly #names: readonly string[];
  /** Of other actions; their numbers are never given out again. */
  readonly #strangers = new Map<number, string>();
  readonly #ids = new Map<string, number>();
  readonly #spellings = new Map<string, number>();
  readonly catalogued: number;
  #next: number;

  constructor(catalogue: Iterable<string>) {
    const names = new Set<string>();
    for (const name of catalogue) if (actionForm.test(name)) names.add(foldCase(name));
    this.#names = [...names].sort();
    this.catalogued = this.#names.length;
    this.#next = this.catalogued;
    for (const [id, name] of this.#names.entries()) this.#ids.set(name, id);
  }

  /** In lower case. Undefined for a number that is not, or no longer, given out. */
  name(id: number): string | undefined {
    return this.#names[id] ?? this.#strangers.get(id);
  }

  /** The part before the colon. */
  service(id: number): string {
    const name = this.name(id) ?? '';
    return name.slice(0, name.indexOf(':'));
  }

  /** The number of an action of a request; -1 where it has not the form `service:Action`. */
  find(action: string): number {
    return this.#spellings.get(action) ?? this.#intern(action);
  }

  /** Whether the number names an action. */
  has(id: number): boolean {
    return id < this.catalogued ? id >= 0 : this.#strangers.has(id);
  }

  /** Whether so many other names have come that they should be forgotten. */
  get isFull(): boolean {
    return this.#spellings.size >= strangersMax + this.catalogued;
  }

  forgetStrangers(): void {
    for (const name of this.#strangers.values()) this.#ids.delete(name);
    this.#strangers.clear();
    this.#spellings.clear();
  }

  #intern(action: string): number {
    if (!actionForm.test(action)) return -1;
    const name = foldCase(action);
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.#next++;
      this.#strangers.set(id, name);
      this.#ids.set(name, id);
    }
    this.#spellings.set(action, id);
    return id;
  }

  /** The first number of the catalogue whose name is not before the text. */
  lowerBound(text: string): number {
    let low = 0;
    let high = this.catalogued;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#names[middle] ?? '') < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
