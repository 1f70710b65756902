/** Many requests in a few buffers: what "who can" and "can what" ask one after the other. */
import { parseArn } from '../arn.ts';
import type { AuthorizationRequest, ContextValue } from '../request.ts';
import type { ConditionKeys } from './condition-keys.ts';
import { packText } from './word-store.ts';

/** A record is eight words, of which one is unused, so that none lies across two cache lines. */
const recordWords = 8;
/** Where in a record its words lie. */
export const recordPlaces = {
  setKey: 0,
  action: 1,
  flags: 2,
  resource: 3,
  resourceLength: 4,
  context: 5,
  contextEnd: 6,
} as const;
export const requestFlags = { boundary: 1, unnamed: 2, crossAccount: 4 } as const;

/** Requests with everything looked up beforehand. Made by `CompiledPolicies.pack`. */
export class PackedRequests {
  readonly generation: number;
  readonly #keys: ConditionKeys;
  /** Texts of resources, four characters a word. */
  words = new Int32Array(64);
  bytes = new Uint8Array(this.words.buffer);
  #textEnd = 0;
  /** Read in one place without a call for each word: see `recordPlaces`. */
  records = new Int32Array(recordWords * 8);
  count = 0;
  #context = new Int32Array(64);
  #contextEnd = 0;
  readonly #values: ContextValue[] = [];
  readonly #valueNumbers = new Map<string, number>();
  readonly #requests: AuthorizationRequest[] = [];

  constructor(generation: number, keys: ConditionKeys) {
    this.generation = generation;
    this.#keys = keys;
  }

  /**
   * Takes a request in; false for one that must be asked by itself: a resource beyond U+00FF, a
   * condition key given twice.
   */
  add(
    setKey: number,
    action: number,
    hasPermissionsBoundary: boolean,
    request: AuthorizationRequest,
  ): boolean {
    const { resource } = request;
    const textWords = (resource.length + 3) >> 2;
    this.#reserve(textWords);
    if (!packText(resource, this.words, this.#textEnd)) return false;
    const contextStart = this.#contextEnd;
    if (!this.#addContext(request)) {
      this.#contextEnd = contextStart;
      return false;
    }
    const record = [
      setKey,
      action,
      flagsOf(request, hasPermissionsBoundary),
      this.#textEnd,
      resource.length,
      contextStart,
      this.#contextEnd,
    ];
    const at = this.count * recordWords;
    if (at + recordWords > this.records.length) this.records = doubled(this.records, 0);
    this.records.set(record, at);
    this.#textEnd += textWords;
    this.count = this.#requests.push(request);
    return true;
  }

  #addContext({ context }: AuthorizationRequest): boolean {
    const start = this.#contextEnd;
    for (const [key, value] of context) {
      const id = this.#keys.intern(key);
      for (let at = start; at < this.#contextEnd; at += 2)
        if (this.#context[at] === id) return false;
      if (this.#contextEnd + 2 > this.#context.length) this.#context = doubled(this.#context, 0);
      this.#context[this.#contextEnd++] = id;
      this.#context[this.#contextEnd++] = this.#valueNumber(value);
    }
    return true;
  }

  #valueNumber(value: ContextValue): number {
    if (typeof value !== 'string') return this.#values.push(value) - 1;
    const known = this.#valueNumbers.get(value);
    if (known !== undefined) return known;
    const number = this.#values.push(value) - 1;
    this.#valueNumbers.set(value, number);
    return number;
  }

  #reserve(textWords: number): void {
    if (this.#textEnd + textWords <= this.words.length) return;
    this.words = doubled(this.words, textWords);
    this.bytes = new Uint8Array(this.words.buffer);
  }

  /** The request as it was given. */
  request(number: number): AuthorizationRequest | undefined {
    return this.#requests[number];
  }

  /** Where the record of a request begins; -1 for a number that is none of a request. */
  recordAt(number: number): number {
    return number >= 0 && number < this.count ? number * recordWords : -1;
  }

  /** The value of a condition key; undefined where it is absent. */
  contextValue(record: number, key: number): ContextValue | undefined {
    const end = this.records[record + recordPlaces.contextEnd] ?? 0;
    for (let at = this.records[record + recordPlaces.context] ?? 0; at < end; at += 2) {
      if (this.#context[at] === key) return this.#values[this.#context[at + 1] ?? -1];
    }
    return undefined;
  }
}

function flagsOf(request: AuthorizationRequest, hasPermissionsBoundary: boolean): number {
  const { principal, resource, resourceAccount, wildcardOnlyAction } = request;
  const owner = resourceAccount ?? accountOf(resource);
  const isAcross = 'account' in principal && owner !== undefined && owner !== principal.account;
  return (
    (hasPermissionsBoundary ? requestFlags.boundary : 0) |
    (wildcardOnlyAction === true || resource === '*' ? requestFlags.unnamed : 0) |
    (isAcross ? requestFlags.crossAccount : 0)
  );
}

function accountOf(resource: string): string | undefined {
  const account = parseArn(resource)?.account;
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

function doubled(words: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(words.length * 2 + least);
  grown.set(words);
  return grown;
}
