/** Many requests in a few buffers: what "who can" and "can what" ask one after the other. */
import { parseArn } from '../arn.ts';
import type { AuthorizationRequest, ContextValue } from '../request.ts';
import type { ConditionKeys } from './condition-keys.ts';
import { packText } from './word-store.ts';

/** Words of a request: set key, action, flags, where its text and context begin, their lengths. */
const recordWords = 7;
const flags = { boundary: 1, unnamed: 2, crossAccount: 4 } as const;

/** Requests with everything looked up beforehand. Made by `CompiledPolicies.pack`. */
export class PackedRequests {
  readonly generation: number;
  readonly #keys: ConditionKeys;
  /** Texts of resources, four characters a word. */
  words = new Int32Array(64);
  bytes = new Uint8Array(this.words.buffer);
  #textEnd = 0;
  #records = new Int32Array(recordWords * 8);
  #context = new Int32Array(64);
  #contextEnd = 0;
  readonly #values: ContextValue[] = [];
  readonly #valueNumbers = new Map<string, number>();
  readonly #requests: AuthorizationRequest[] = [];

  constructor(generation: number, keys: ConditionKeys) {
    this.generation = generation;
    this.#keys = keys;
  }

  get count(): number {
    return this.#requests.length;
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
    if (at + recordWords > this.#records.length) this.#records = doubled(this.#records, 0);
    this.#records.set(record, at);
    this.#textEnd += textWords;
    this.#requests.push(request);
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

  setKey(number: number): number {
    return this.#records[number * recordWords] ?? 0;
  }

  action(number: number): number {
    return this.#records[number * recordWords + 1] ?? -1;
  }

  hasPermissionsBoundary(number: number): boolean {
    return this.#has(number, flags.boundary);
  }

  isUnnamed(number: number): boolean {
    return this.#has(number, flags.unnamed);
  }

  isCrossAccount(number: number): boolean {
    return this.#has(number, flags.crossAccount);
  }

  #has(number: number, flag: number): boolean {
    return ((this.#records[number * recordWords + 2] ?? 0) & flag) !== 0;
  }

  resourceAt(number: number): number {
    return this.#records[number * recordWords + 3] ?? 0;
  }

  resourceLength(number: number): number {
    return this.#records[number * recordWords + 4] ?? 0;
  }

  /** The value of a condition key; undefined where it is absent. */
  contextValue(number: number, key: number): ContextValue | undefined {
    const end = this.#records[number * recordWords + 6] ?? 0;
    for (let at = this.#records[number * recordWords + 5] ?? 0; at < end; at += 2) {
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
    (hasPermissionsBoundary ? flags.boundary : 0) |
    (wildcardOnlyAction === true || resource === '*' ? flags.unnamed : 0) |
    (isAcross ? flags.crossAccount : 0)
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
