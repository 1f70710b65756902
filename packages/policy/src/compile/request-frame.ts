/** The request being decided: its resource as packed text, its context, its budget. */
import type { AuthorizationRequest, ContextValue } from '../request.ts';
import { decisionSteps, type Steps } from '../step-budget.ts';
import type { ConditionKeys } from './condition-keys.ts';
import { type PackedRequests, recordPlaces, requestFlags } from './packed-requests.ts';
import type { Grant } from './principal-test.ts';
import { packText } from './word-store.ts';

/** Of a context of so many entries at most, so many keys are looked for one by one. */
const soughtEntriesMax = 16;
const soughtKeysMax = 4;

/**
 * One frame is used over and over. What a request has is read on first use only: many programs ask
 * for neither resource nor context.
 */
export class RequestFrame implements Steps {
  readonly #keys: ConditionKeys;
  #request: AuthorizationRequest | undefined;
  #packed: PackedRequests | undefined;
  #number = 0;
  #record = 0;
  /** Of a packed request. */
  #acrossAccounts = false;
  /** Counts down; below zero the decision is a denial. */
  steps = 0;
  hasPermissionsBoundary = false;
  /** How the Principal element matched last names the caller. */
  grant: Grant = 0;
  /** The action supports no resource-level permissions, or names no resource. */
  unnamed = false;
  /** The resource's text, four characters a word from `base` (a word) on: see `readResource`. */
  words = new Int32Array(128);
  /** The same memory; or, for a text beyond U+00FF (`wide`), its UTF-16 code units from 0 on. */
  units: Uint8Array | Uint16Array = new Uint8Array(this.words.buffer);
  base = 0;
  length = 0;
  wide = false;
  /** Positions of the first five colons, after `findColons`. */
  readonly colons = new Int32Array(5);
  colonCount = 0;
  #own = this.words;
  #ownUnits = new Uint8Array(this.words.buffer);
  #resourceRead = false;
  #colonsFound = false;
  #contextRead = false;
  /** The key that was looked for last, and what was found; -1: none yet. */
  #sought = -1;
  #soughtCount = 0;
  #soughtValue: ContextValue | undefined;
  #soughtTwice = false;
  #generation = 0;
  #stamps = new Int32Array(64);
  #ambiguous = new Int32Array(64);
  #values: ContextValue[] = [];
  /** A pattern with its variables replaced. */
  tokens = new Int32Array(256);

  constructor(keys: ConditionKeys) {
    this.#keys = keys;
  }

  begin(request: AuthorizationRequest, hasPermissionsBoundary: boolean): void {
    this.#request = request;
    this.#packed = undefined;
    this.hasPermissionsBoundary = hasPermissionsBoundary;
    this.unnamed = request.wildcardOnlyAction === true || request.resource === '*';
    this.#resourceRead = false;
    this.#clear();
  }

  /** The same for a request of which everything lies ready, in the record that begins there. */
  beginPacked(packed: PackedRequests, number: number, record: number): void {
    const { records } = packed;
    const flags = records[record + recordPlaces.flags] ?? 0;
    this.#request = undefined;
    this.#packed = packed;
    this.#number = number;
    this.#record = record;
    this.#acrossAccounts = (flags & requestFlags.crossAccount) !== 0;
    this.hasPermissionsBoundary = (flags & requestFlags.boundary) !== 0;
    this.unnamed = (flags & requestFlags.unnamed) !== 0;
    this.#resourceRead = true;
    this.words = packed.words;
    this.units = packed.bytes;
    this.base = records[record + recordPlaces.resource] ?? 0;
    this.length = records[record + recordPlaces.resourceLength] ?? 0;
    this.wide = false;
    this.#clear();
  }

  #clear(): void {
    this.steps = decisionSteps;
    this.#colonsFound = false;
    this.#contextRead = false;
    this.#sought = -1;
    this.#soughtCount = 0;
  }

  /** Whether more steps were needed than a decision may take: no answer may be trusted. */
  get isExhausted(): boolean {
    return this.steps < 0;
  }

  /** For operators of the plain evaluator. */
  get exhausted(): boolean {
    return this.steps < 0;
  }

  spend(steps = 1): boolean {
    // A field that holds whole numbers only is quicker.
    this.steps -= Math.ceil(steps);
    return this.steps >= 0;
  }

  get request(): AuthorizationRequest {
    this.#request ??= this.#packed?.request(this.#number);
    if (this.#request === undefined) throw new Error('no request is being decided');
    return this.#request;
  }

  readResource(): void {
    if (this.#resourceRead) return;
    this.#resourceRead = true;
    const text = this.request.resource;
    const { length } = text;
    if (length > this.#own.length * 4) {
      this.#own = new Int32Array(length);
      this.#ownUnits = new Uint8Array(this.#own.buffer);
    }
    this.words = this.#own;
    this.units = this.#ownUnits;
    this.base = 0;
    this.length = length;
    this.steps -= length >> 4;
    this.wide = !packText(text, this.#own, 0);
    if (!this.wide) return;
    this.units = Uint16Array.from({ length }, (_, index) => text.charCodeAt(index));
  }

  findColons(): void {
    if (this.#colonsFound) return;
    this.#colonsFound = true;
    this.readResource();
    const { units, length, colons } = this;
    const start = this.base * 4;
    let count = 0;
    for (let index = 0; index < length && count < 5; index++) {
      if (units[start + index] === 58) colons[count++] = index;
    }
    this.colonCount = count;
  }

  /** Whether the resource is another account's; without a name it is the caller's. */
  isCrossAccount(): boolean {
    if (this.#packed !== undefined) return this.#acrossAccounts;
    const { principal, resourceAccount, resource } = this.request;
    const account = 'account' in principal ? principal.account : '';
    if (resourceAccount !== undefined) return resourceAccount !== account;
    this.findColons();
    if (this.colonCount < 5 || !resource.startsWith('arn:')) return false;
    const start = (this.colons[3] ?? 0) + 1;
    if ((this.colons[4] ?? 0) - start !== 12) return false;
    let differs = account.length !== 12;
    for (let index = 0; index < 12; index++) {
      const unit = this.units[this.base * 4 + start + index] ?? 0;
      if (unit < 48 || unit > 57) return false;
      if (unit !== account.charCodeAt(index)) differs = true;
    }
    return differs;
  }

  /**
   * Looks for one key: most decisions ask for one or two, for which a number need not be found for
   * each entry. False where the whole context must be read.
   */
  #seek(key: number): boolean {
    if (this.#contextRead) return false;
    if (this.#sought === key) return true;
    const { context } = this.request;
    if (!Array.isArray(context) || context.length > soughtEntriesMax) return false;
    if (++this.#soughtCount > soughtKeysMax) return false;
    const entries: readonly (readonly [string, ContextValue])[] = context;
    let value: ContextValue | undefined;
    let twice = false;
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index];
      if (entry === undefined || !this.#keys.isNamed(entry[0], key)) continue;
      twice ||= value !== undefined;
      value = entry[1];
    }
    this.steps -= entries.length;
    this.#sought = key;
    this.#soughtValue = value;
    this.#soughtTwice = twice;
    return true;
  }

  #readContext(): void {
    this.#contextRead = true;
    const keys = this.#keys;
    if (keys.count > this.#stamps.length) this.#growSlots(keys.count * 2);
    if (this.#generation > 0x3fffffff) this.#growSlots(this.#stamps.length);
    const generation = ++this.#generation;
    const { context } = this.request;
    const entries: readonly (readonly [string, ContextValue])[] = Array.isArray(context)
      ? context
      : [...context];
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index];
      if (entry === undefined) continue;
      const id = keys.find(entry[0]);
      if (id < 0) continue;
      if (this.#stamps[id] === generation) this.#ambiguous[id] = generation;
      this.#stamps[id] = generation;
      this.#values[id] = entry[1];
    }
    this.steps -= entries.length;
  }

  #growSlots(count: number): void {
    this.#stamps = new Int32Array(count);
    this.#ambiguous = new Int32Array(count);
    this.#values = new Array<ContextValue>(count).fill('');
    this.#generation = 0;
  }

  /** The value of a key; undefined where it is absent. */
  valueOf(key: number): ContextValue | undefined {
    if (this.#packed !== undefined) return this.#packed.contextValue(this.#record, key);
    if (this.#seek(key)) return this.#soughtValue;
    if (!this.#contextRead) this.#readContext();
    return this.#stamps[key] === this.#generation ? this.#values[key] : undefined;
  }

  /** Whether two entries name the key. */
  isAmbiguous(key: number): boolean {
    if (this.#packed !== undefined) return false;
    if (this.#seek(key)) return this.#soughtTwice;
    if (!this.#contextRead) this.#readContext();
    return this.#ambiguous[key] === this.#generation;
  }

  /** What a variable stands for: a single value, or the default where the key is absent. */
  variable(key: number, defaultValue: string | undefined): string | undefined {
    const value = this.valueOf(key);
    if (value === undefined) return defaultValue;
    return typeof value === 'string' && !this.isAmbiguous(key) ? value : undefined;
  }

  reserveTokens(count: number): Int32Array {
    if (count > this.tokens.length) {
      const grown = new Int32Array(count * 2);
      grown.set(this.tokens);
      this.tokens = grown;
    }
    return this.tokens;
  }
}
