/** Condition keys as small numbers: names compare ASCII-case-insensitively (rule P1). */
import { foldCase } from '../ascii.ts';

const spellingsMax = 4096;

/** Only keys that some policy names have a number; a request may name any others. */
export class ConditionKeys {
  readonly #ids = new Map<string, number>();
  /** Spellings that requests have used; bounded, since requests choose them. */
  readonly #spellings = new Map<string, number>();
  /** By number, how a request wrote the key last: nearly every request writes it so. */
  readonly #lastSpellings: string[] = [];

  get count(): number {
    return this.#ids.size;
  }

  /** The number of a key in a policy. */
  intern(key: string): number {
    const name = foldCase(key);
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(name, id);
    this.#lastSpellings.push(name);
    this.#spellings.clear();
    return id;
  }

  /** The number of a key in a request; -1 where no policy names it. */
  find(key: string): number {
    const known = this.#spellings.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.get(foldCase(key)) ?? -1;
    if (this.#spellings.size >= spellingsMax) this.#spellings.clear();
    this.#spellings.set(key, id);
    return id;
  }

  /** Whether a request's key has this number. */
  isNamed(key: string, id: number): boolean {
    const last = this.#lastSpellings[id];
    // Lengths tell most keys apart without a hash.
    if (last === undefined || last.length !== key.length) return false;
    if (last === key) return true;
    if (this.find(key) !== id) return false;
    this.#lastSpellings[id] = key;
    return true;
  }
}
