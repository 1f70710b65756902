/** Programs: what the policies of a set say of one action, denies first. */
import type { ActionNames } from './action-names.ts';
import { type Answer, negate, no, undecided, yes } from './answer.ts';
import type { RequestFrame } from './request-frame.ts';
import { type StatementStore, statementFlags } from './statement-store.ts';
import { WordDraft, WordStore } from './word-store.ts';

/** What decides which layers bind a caller: `authorize/layers.ts` tells why. */
export const callerKinds = {
  /** Users and role sessions. */
  identity: 0,
  root: 1,
  federatedByRoot: 2,
  federatedByUser: 3,
  serviceLinked: 4,
  /** Services, web identities, SAML and anonymous callers. */
  withoutAccount: 5,
} as const;

/** When a section of allows may be passed over for a grant of the resource's policy. */
export const sectionKinds = { required: 1, identity: 2, limit: 3 } as const;

/** Offsets of layers; 0 is an absent one. */
export interface SetLayers {
  readonly identity: number;
  readonly boundary: number;
  readonly session: number;
  readonly vpcEndpoint: number;
  readonly serviceControl: readonly number[];
  readonly resourceControl: readonly number[];
}

/**
 * A program is a run of denies, then sections of allows, of which each must have one that holds.
 * A run of statements ends with 0. A statement is: its size, number of its principal test plus one,
 * whether resources are tested (1) or excluded (2), count of patterns, where the conditions start,
 * patterns, numbers of conditions. A section begins with its kind; one that always holds is left
 * out. The program of a resource-based policy is a run of denies and a run of allows.
 */
export class ProgramWriter {
  readonly programs = new WordStore();
  readonly #statements: StatementStore;
  readonly #layers: WordStore;
  readonly #names: ActionNames;
  readonly #draft = new WordDraft();
  readonly #empty: number;

  constructor(statements: StatementStore, layers: WordStore, names: ActionNames) {
    this.#statements = statements;
    this.#layers = layers;
    this.#names = names;
    this.#empty = layers.intern(new WordDraft());
  }

  /** The program of a caller's policies. 0 when the budget ran out meanwhile. */
  writeSet(layers: SetLayers, callerKind: number, action: number, frame: RequestFrame): number {
    const draft = this.#draft;
    draft.clear();
    const { required, identity, limits } = bindingLayers(layers, callerKind, this.#empty);
    const controlled = callerKind !== callerKinds.serviceLinked;
    const denying = controlled ? [...layers.resourceControl] : [];
    denying.push(...required, ...limits);
    if (callerKind !== callerKinds.withoutAccount) denying.push(layers.identity);
    for (const layer of new Set(denying)) this.#writeRun(layer, true, action, frame);
    draft.push(0);
    for (const layer of required) {
      this.#writeSection(sectionKinds.required, layer, action, frame);
    }
    if (identity !== 0) this.#writeSection(sectionKinds.identity, identity, action, frame);
    for (const layer of limits) this.#writeSection(sectionKinds.limit, layer, action, frame);
    draft.push(0);
    return frame.isExhausted ? 0 : this.programs.intern(draft);
  }

  /** The program of a resource-based policy. 0 when the budget ran out meanwhile. */
  writeResource(layer: number, action: number, frame: RequestFrame): number {
    const draft = this.#draft;
    draft.clear();
    this.#writeRun(layer, true, action, frame);
    draft.push(0);
    this.#writeRun(layer, false, action, frame);
    draft.push(0);
    return frame.isExhausted ? 0 : this.programs.intern(draft);
  }

  #writeSection(kind: number, layer: number, action: number, frame: RequestFrame): void {
    const draft = this.#draft;
    const start = draft.length;
    draft.push(kind);
    if (this.#writeRun(layer, false, action, frame)) draft.length = start;
    else draft.push(0);
  }

  /** Writes the statements of one effect, the cheap ones first; whether one always holds. */
  #writeRun(layer: number, denies: boolean, action: number, frame: RequestFrame): boolean {
    const { words } = this.#statements.words;
    const chosen: { readonly offset: number; readonly cost: number }[] = [];
    const end = layer + this.#layers.lengthAt(layer);
    for (let at = layer; at < end; at++) {
      const offset = this.#layers.words[at] ?? 0;
      if (((words[offset] ?? 0) & statementFlags.deny) !== (denies ? statementFlags.deny : 0)) {
        continue;
      }
      const answer = this.#matchAction(offset, action, frame);
      if (answer === no || (answer === undecided && !denies)) continue;
      const cost = this.#cost(offset);
      if (cost === 0 && !denies) return true;
      chosen.push({ offset, cost });
    }
    if (chosen.length > 1) chosen.sort((left, right) => left.cost - right.cost);
    for (const { offset } of chosen) this.#writeStatement(offset, action);
    return false;
  }

  #matchAction(offset: number, action: number, frame: RequestFrame): Answer {
    const { words } = this.#statements.words;
    const count = words[offset + 2] ?? 0;
    let answer: Answer = no;
    for (let index = 0; index < count && answer !== yes; index++) {
      const next = this.#statements.actions.match(words[offset + 3 + index] ?? 0, action, frame);
      if (next !== no) answer = next;
    }
    const negated = ((words[offset] ?? 0) & statementFlags.notAction) !== 0;
    return negated ? negate(answer) : answer;
  }

  /** 0 for a statement that always holds for its actions. */
  #cost(offset: number): number {
    const store = this.#statements.words;
    const at = offset + 3 + (store.words[offset + 2] ?? 0);
    const tested =
      (store.words[offset] ?? 0) & (statementFlags.resource | statementFlags.notResource);
    const principal = store.words[offset + 1] === 0 ? 0 : 1;
    return (
      principal +
      (tested === 0 ? 0 : 1) +
      8 * (store.lengthAt(offset) - (this.#conditionsAt(at) - offset))
    );
  }

  /** Where the conditions of a statement begin, from where its count of patterns stands. */
  #conditionsAt(patternCountAt: number): number {
    const { words } = this.#statements.words;
    const count = words[patternCountAt] ?? 0;
    let at = patternCountAt + 1;
    for (let index = 0; index < count; index++) at += words[at + 1] ?? 0;
    return at;
  }

  #writeStatement(offset: number, action: number): void {
    const draft = this.#draft;
    const store = this.#statements.words;
    const { words } = store;
    const flags = words[offset] ?? 0;
    const patternCountAt = offset + 3 + (words[offset + 2] ?? 0);
    const conditionsAt = this.#conditionsAt(patternCountAt);
    const conditionCount = offset + store.lengthAt(offset) - conditionsAt;
    const isTested = (flags & statementFlags.resource) !== 0;
    const isExcluded = (flags & statementFlags.notResource) !== 0;
    const patternWords = conditionsAt - patternCountAt - 1;
    draft.push(5 + patternWords + conditionCount);
    draft.push(words[offset + 1] ?? 0);
    draft.push(isTested ? 1 : isExcluded ? 2 : 0);
    draft.push(words[patternCountAt] ?? 0);
    draft.push(5 + patternWords);
    const service = this.#statements.resources.serviceNumber(this.#names.service(action));
    let at = patternCountAt + 1;
    while (at < conditionsAt) {
      const head = words[at] ?? 0;
      const size = words[at + 1] ?? 0;
      draft.push((head & 15) | (head >> 4 === service ? 16 : 0));
      draft.copy(words, at + 1, size - 1);
      at += size;
    }
    draft.copy(words, conditionsAt, conditionCount);
  }
}

interface BindingLayers {
  readonly required: readonly number[];
  /** 0: absent, or allowed by default as for root (rule E10). */
  readonly identity: number;
  readonly limits: readonly number[];
}

/** The layers that must allow. */
function bindingLayers(layers: SetLayers, callerKind: number, empty: number): BindingLayers {
  const { identity, boundary, session, vpcEndpoint, serviceControl } = layers;
  const bySelf = callerKind !== callerKinds.withoutAccount;
  const controlled = bySelf && callerKind !== callerKinds.serviceLinked;
  const isRoot = callerKind === callerKinds.root;
  const byRoot = isRoot || callerKind === callerKinds.federatedByRoot;
  const federated =
    callerKind === callerKinds.federatedByRoot || callerKind === callerKinds.federatedByUser;
  const limits = bySelf && !isRoot ? [boundary, session || (federated ? empty : 0)] : [];
  return {
    required: [...(controlled ? serviceControl : []), vpcEndpoint].filter((layer) => layer !== 0),
    identity: bySelf && !byRoot ? identity : 0,
    limits: limits.filter((layer) => layer !== 0),
  };
}
