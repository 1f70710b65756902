/** The quick evaluator: policies compiled once, decisions without explanation. */
import type { AuthorizationRequest, Decision, PolicySet } from '../request.ts';
import { ActionNames } from './action-names.ts';
import { Compilation, type CompilationSize, type CompiledPrincipal } from './compilation.ts';
import { type PackedRequests, recordPlaces } from './packed-requests.ts';

/** The policies that bind a caller, without those that hang on the resource. */
export type PrincipalPolicies = Omit<PolicySet, 'resource' | 'combining' | 'resourceIsTrustPolicy'>;

/** The policy that hangs on the resource, and how it combines. */
export type ResourcePolicies = Pick<PolicySet, 'resource' | 'combining'>;

export interface CompiledPoliciesOptions {
  /** Names of all actions, `service:Action`: patterns of actions become ranges of them. */
  readonly actions?: Iterable<string>;
  /** Beyond so many 32-bit words of statements and sets everything is compiled anew. */
  readonly statementWordsMax?: number;
  /** Beyond so many 32-bit words of programs these are written anew. */
  readonly programWordsMax?: number;
}

const noResource: ResourcePolicies = {};

/**
 * Compiles policies and decides requests. The answer is that of `authorize`, which is the
 * specification and explains; `agreement.test.ts` holds the two equal. Statements, sets of policies
 * and programs are interned by content; a program holds what one set says of one action, and is
 * written when it is first asked for.
 *
 * Total: a failure, an exhausted budget or a void handle answers `implicitDeny` (rule E18).
 */
export class CompiledPolicies {
  readonly #names: ActionNames;
  readonly #statementWordsMax: number;
  readonly #programWordsMax: number;
  #compilation: Compilation;

  constructor(options: CompiledPoliciesOptions = {}) {
    this.#names = new ActionNames(options.actions ?? []);
    this.#statementWordsMax = Math.min(options.statementWordsMax ?? 1 << 26, 1 << 27);
    this.#programWordsMax = options.programWordsMax ?? 1 << 25;
    this.#compilation = new Compilation(this.#names, this.#programWordsMax, 0);
  }

  /** What is held now. */
  get size(): CompilationSize {
    return this.#compilation.size;
  }

  /**
   * Compiles a caller's policies; the same object gives the same handle without work. The policies
   * must not change afterwards.
   */
  principalSet(policies: PrincipalPolicies): CompiledPrincipal {
    const { statementWords, generation } = this.#compilation;
    if (statementWords > this.#statementWordsMax) {
      this.#compilation = new Compilation(this.#names, this.#programWordsMax, generation + 1);
    }
    return this.#compilation.principalSet(policies);
  }

  /** The number of an action, for `decideAction`; -1 for a text that is no action. */
  actionNumber(action: string): number {
    if (this.#names.isFull) {
      this.#names.forgetStrangers();
      this.#compilation.dropPrograms();
    }
    return this.#names.find(action);
  }

  /**
   * Decides a request. Its context must be one that can be read more than once (an array, say), for
   * the caller will want `authorize` to explain a denial.
   */
  decide(
    compiled: CompiledPrincipal,
    request: AuthorizationRequest,
    onResource: ResourcePolicies = noResource,
  ): Decision['outcome'] {
    return this.decideAction(compiled, this.actionNumber(request.action), request, onResource);
  }

  /** The same for an action whose number is known; `request.action` is not read. */
  decideAction(
    compiled: CompiledPrincipal,
    action: number,
    request: AuthorizationRequest,
    onResource: ResourcePolicies = noResource,
  ): Decision['outcome'] {
    if (compiled.generation !== this.#compilation.generation || !this.#names.has(action)) {
      return 'implicitDeny';
    }
    try {
      return this.#compilation.decide(compiled, action, request, onResource);
    } catch {
      return 'implicitDeny';
    }
  }

  /** A place for many requests: see `pack`. */
  packedRequests(): PackedRequests {
    return this.#compilation.newPacked();
  }

  /**
   * Puts a request where `decidePacked` reads it without any look-up; its number is the count
   * before. False for one that must be asked by `decide`: no action, a void handle, a resource
   * beyond U+00FF, a condition key given twice.
   */
  pack(
    packed: PackedRequests,
    compiled: CompiledPrincipal,
    request: AuthorizationRequest,
  ): boolean {
    const { generation } = this.#compilation;
    if (packed.generation !== generation || compiled.generation !== generation) return false;
    const action = this.actionNumber(request.action);
    return action >= 0 && this.#compilation.pack(packed, compiled, action, request);
  }

  /** Decides a packed request. */
  decidePacked(
    packed: PackedRequests,
    number: number,
    onResource: ResourcePolicies = noResource,
  ): Decision['outcome'] {
    const record = packed.recordAt(number);
    if (record < 0 || packed.generation !== this.#compilation.generation) return 'implicitDeny';
    const action = packed.records[record + recordPlaces.action] ?? -1;
    if (!this.#names.has(action)) return 'implicitDeny';
    try {
      return this.#compilation.decidePacked(packed, number, record, action, onResource);
    } catch {
      return 'implicitDeny';
    }
  }
}
