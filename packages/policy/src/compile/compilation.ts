/** One generation of compiled policies: statements, layers, sets and programs. */
import type { AuthorizationRequest, Decision, PolicySource, Principal } from '../request.ts';
import type { ActionNames } from './action-names.ts';
import type { PrincipalPolicies, ResourcePolicies } from './compiled-policies.ts';
import { ConditionKeys } from './condition-keys.ts';
import { PackedRequests, recordPlaces } from './packed-requests.ts';
import { type Grant, grants } from './principal-test.ts';
import { ProgramRun } from './program-run.ts';
import { ProgramTable } from './program-table.ts';
import { callerKinds, ProgramWriter, type SetLayers } from './program-writer.ts';
import { RequestFrame } from './request-frame.ts';
import type { StatementPlace } from './resource-pattern.ts';
import { StatementStore } from './statement-store.ts';
import { WordDraft, WordStore } from './word-store.ts';

/** A caller's policies, compiled; void after the evaluator has started anew. */
export interface CompiledPrincipal {
  readonly set: number;
  readonly generation: number;
  readonly hasPermissionsBoundary: boolean;
}

/** Bytes held in buffers, and things counted. */
export interface CompilationSize {
  readonly bytes: number;
  readonly statements: number;
  readonly conditions: number;
  readonly sets: number;
  readonly programs: number;
  readonly programEntries: number;
}

/** A set key is the set with the kind of caller, of which there are six, in its last bits. */
const kindBits = 3;
const kindMask = (1 << kindBits) - 1;

export class Compilation {
  readonly generation: number;
  readonly #keys = new ConditionKeys();
  readonly #statements: StatementStore;
  readonly #layers = new WordStore();
  readonly #sets = new WordStore();
  readonly #writer: ProgramWriter;
  readonly #table = new ProgramTable();
  readonly #frame: RequestFrame;
  readonly #run: ProgramRun;
  readonly #programWordsMax: number;
  readonly #principals = new WeakMap<PrincipalPolicies, CompiledPrincipal>();
  readonly #resourceLayers = new WeakMap<object, number>();
  readonly #draft = new WordDraft();

  constructor(names: ActionNames, programWordsMax: number, generation: number) {
    this.generation = generation;
    this.#programWordsMax = programWordsMax;
    this.#frame = new RequestFrame(this.#keys);
    this.#statements = new StatementStore(names, this.#keys);
    this.#writer = new ProgramWriter(this.#statements, this.#layers, names);
    this.#run = new ProgramRun(this.#writer.programs, this.#statements, this.#frame);
  }

  /** Words of everything but programs. Objects beside the words count as a few words each. */
  get statementWords(): number {
    const { words, conditions, principals, resources } = this.#statements;
    const objects = conditions.length + principals.length + resources.templates.length;
    return words.size + this.#layers.size + this.#sets.size + 64 * objects;
  }

  get size(): CompilationSize {
    const { programs } = this.#writer;
    const stores = [this.#statements.words, this.#layers, this.#sets, programs];
    return {
      bytes: stores.reduce((sum, store) => sum + store.bytesHeld, this.#table.bytesHeld),
      statements: this.#statements.words.count,
      conditions: this.#statements.conditions.length,
      sets: this.#sets.count,
      programs: programs.count,
      programEntries: this.#table.count,
    };
  }

  dropPrograms(): void {
    this.#table.clear();
    this.#writer.programs.clear();
  }

  principalSet(policies: PrincipalPolicies): CompiledPrincipal {
    const known = this.#principals.get(policies);
    if (known !== undefined) return known;
    const { boundary, session, vpcEndpoint, serviceControl, resourceControl } = policies;
    const layer = (sources: readonly PolicySource[] | undefined, place: StatementPlace) =>
      sources === undefined ? 0 : this.#layer(sources, place);
    const words = [
      layer(policies.identity, 'identity'),
      layer(boundary && [boundary], 'identity'),
      layer(session, 'identity'),
      layer(vpcEndpoint, 'vpcEndpoint'),
      serviceControl?.length ?? 0,
      ...(serviceControl ?? []).map((level) => layer(level, 'serviceControl')),
      ...(resourceControl ?? []).map((level) => layer(level, 'resourceControl')),
    ];
    this.#draft.clear();
    for (const word of words) this.#draft.push(word);
    const compiled: CompiledPrincipal = {
      set: this.#sets.intern(this.#draft),
      generation: this.generation,
      hasPermissionsBoundary: boundary !== undefined,
    };
    this.#principals.set(policies, compiled);
    return compiled;
  }

  /** The statements of several policies as a set: their order decides nothing. */
  #layer(sources: readonly PolicySource[], place: StatementPlace): number {
    const offsets: number[] = [];
    for (const source of sources) {
      for (const offset of this.#statements.statementsOf(source, place)) offsets.push(offset);
    }
    offsets.sort((left, right) => left - right);
    this.#draft.clear();
    let last = 0;
    for (const offset of offsets) {
      if (offset !== last) this.#draft.push(offset);
      last = offset;
    }
    return this.#layers.intern(this.#draft);
  }

  #resourceLayer(source: PolicySource): number {
    const owner = source.principalIds === undefined ? source.document : source;
    const known = this.#resourceLayers.get(owner);
    if (known !== undefined) return known;
    const layer = this.#layer([source], 'resource');
    this.#resourceLayers.set(owner, layer);
    return layer;
  }

  decide(
    compiled: CompiledPrincipal,
    action: number,
    request: AuthorizationRequest,
    { resource, combining }: ResourcePolicies,
  ): Decision['outcome'] {
    // Compiled first: a condition key that is new here must be known when the context is read.
    const layer = resource === undefined ? 0 : this.#resourceLayer(resource);
    this.#frame.begin(request, compiled.hasPermissionsBoundary);
    return this.#decide(setKeyOf(compiled, request), action, layer, combining);
  }

  decidePacked(
    packed: PackedRequests,
    number: number,
    record: number,
    action: number,
    { resource, combining }: ResourcePolicies,
  ): Decision['outcome'] {
    const layer = resource === undefined ? 0 : this.#resourceLayer(resource);
    this.#frame.beginPacked(packed, number, record);
    const setKey = packed.records[record + recordPlaces.setKey] ?? 0;
    return this.#decide(setKey, action, layer, combining);
  }

  newPacked(): PackedRequests {
    return new PackedRequests(this.generation, this.#keys);
  }

  pack(
    packed: PackedRequests,
    compiled: CompiledPrincipal,
    action: number,
    request: AuthorizationRequest,
  ): boolean {
    const { hasPermissionsBoundary } = compiled;
    return packed.add(setKeyOf(compiled, request), action, hasPermissionsBoundary, request);
  }

  /** The order of the layers, as `authorize` has it; only the outcome is kept. */
  #decide(
    setKey: number,
    action: number,
    resourceLayer: number,
    combining: ResourcePolicies['combining'],
  ): Decision['outcome'] {
    const program = this.#setProgram(setKey, action);
    if (program === 0) return 'implicitDeny';
    let denies = this.#run.denies(program);
    const sections = this.#run.end;
    let grant: Grant = grants.none;
    if (resourceLayer !== 0 && !denies) {
      const granting = this.#resourceProgram(resourceLayer, action);
      if (granting === 0) return 'implicitDeny';
      denies = this.#run.denies(granting);
      if (!denies) grant = this.#run.strongestGrant();
    }
    const hasAccount = (setKey & kindMask) !== callerKinds.withoutAccount;
    const allows = !denies && this.#allows(sections, grant, hasAccount, combining);
    if (this.#frame.isExhausted) return 'implicitDeny';
    if (denies) return 'explicitDeny';
    return allows ? 'allow' : 'implicitDeny';
  }

  #allows(
    sections: number,
    grant: Grant,
    hasAccount: boolean,
    combining: ResourcePolicies['combining'],
  ): boolean {
    if (!hasAccount) return grant !== grants.none && this.#run.allows(sections, grant);
    const isCrossAccount = this.#frame.isCrossAccount();
    if (grant === grants.none && (isCrossAccount || combining === 'resource-required'))
      return false;
    // Across accounts the caller's own side must always allow (rule E8).
    return this.#run.allows(sections, isCrossAccount ? grants.none : grant);
  }

  #setProgram(setKey: number, action: number): number {
    const known = this.#table.find(setKey, action);
    if (known !== 0) return known;
    this.#boundPrograms();
    const callerKind = setKey & kindMask;
    const layers = this.#setLayers(setKey >> kindBits);
    const program = this.#writer.writeSet(layers, callerKind, action, this.#frame);
    if (program !== 0) this.#table.add(setKey, action, program);
    return program;
  }

  #resourceProgram(layer: number, action: number): number {
    const known = this.#table.find(-layer, action);
    if (known !== 0) return known;
    const program = this.#writer.writeResource(layer, action, this.#frame);
    if (program !== 0) this.#table.add(-layer, action, program);
    return program;
  }

  /** Only before a decision reads programs: what it has read must stay where it is. */
  #boundPrograms(): void {
    const { size } = this.#writer.programs;
    if (size + 8 * this.#table.count > this.#programWordsMax) this.dropPrograms();
  }

  #setLayers(set: number): SetLayers {
    const { words } = this.#sets;
    const levels = set + 5 + (words[set + 4] ?? 0);
    return {
      identity: words[set] ?? 0,
      boundary: words[set + 1] ?? 0,
      session: words[set + 2] ?? 0,
      vpcEndpoint: words[set + 3] ?? 0,
      serviceControl: [...words.subarray(set + 5, levels)],
      resourceControl: [...words.subarray(levels, set + this.#sets.lengthAt(set))],
    };
  }
}

function setKeyOf({ set }: CompiledPrincipal, { principal }: AuthorizationRequest): number {
  return (set << kindBits) | callerKindOf(principal);
}

function callerKindOf(principal: Principal): number {
  switch (principal.type) {
    case 'user':
      return callerKinds.identity;
    case 'role-session':
      return principal.serviceLinked === true ? callerKinds.serviceLinked : callerKinds.identity;
    case 'root':
      return callerKinds.root;
    case 'federated-user':
      return principal.issuerArn.endsWith(':root')
        ? callerKinds.federatedByRoot
        : callerKinds.federatedByUser;
    default:
      return callerKinds.withoutAccount;
  }
}
