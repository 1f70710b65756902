/** Statements as interned words: what is equal in two policies is stored once. */
import type { Statement, StringElement } from '../document/policy-document.ts';
import type { PolicySource } from '../request.ts';
import type { ActionNames } from './action-names.ts';
import { ActionPatterns } from './action-patterns.ts';
import type { ConditionKeys } from './condition-keys.ts';
import { type ConditionTest, prepareCondition } from './condition-test.ts';
import { type PrincipalTest, preparePrincipal } from './principal-test.ts';
import { ResourcePatterns, type StatementPlace } from './resource-pattern.ts';
import { WordDraft, WordStore } from './word-store.ts';

/** Bits of a statement's first word. */
export const statementFlags = { deny: 1, notAction: 2, resource: 4, notResource: 8 } as const;

type Written = 'always' | 'never' | 'written';

/**
 * A statement is: flags, number of its principal test plus one, count of action patterns, their
 * numbers, count of resource patterns, the patterns, numbers of conditions.
 *
 * Elements that always match are left out, and so are statements that never take effect: an Allow
 * with an element that stays undecided, for one (rule E18).
 */
export class StatementStore {
  readonly words = new WordStore();
  readonly actions: ActionPatterns;
  readonly resources: ResourcePatterns;
  readonly conditions: ConditionTest[] = [];
  readonly principals: PrincipalTest[] = [];
  readonly #keys: ConditionKeys;
  readonly #conditionNumbers = new Map<string, number>();
  readonly #principalNumbers = new Map<string, number>();
  readonly #known: Record<StatementPlace, WeakMap<object, Int32Array>> = {
    identity: new WeakMap(),
    serviceControl: new WeakMap(),
    resource: new WeakMap(),
    vpcEndpoint: new WeakMap(),
    resourceControl: new WeakMap(),
  };
  readonly #draft = new WordDraft();
  readonly #patterns = new WordDraft();

  constructor(names: ActionNames, keys: ConditionKeys) {
    this.#keys = keys;
    this.actions = new ActionPatterns(names);
    this.resources = new ResourcePatterns(keys);
  }

  /** Offsets of the statements of a policy that can take effect. */
  statementsOf(source: PolicySource, place: StatementPlace): Int32Array {
    // Saved principal ids belong to the source, everything else to the document.
    const owner = source.principalIds === undefined ? source.document : source;
    const known = this.#known[place].get(owner);
    if (known !== undefined) return known;
    const offsets: number[] = [];
    for (const statement of source.document.statements) {
      const offset = this.#write(statement, source, place);
      if (offset !== undefined) offsets.push(offset);
    }
    const statements = Int32Array.from(offsets);
    this.#known[place].set(owner, statements);
    return statements;
  }

  #write(statement: Statement, source: PolicySource, place: StatementPlace): number | undefined {
    const { effect } = statement;
    // RCPFullAWSAccess cannot be detached, so that an RCP only denies (rule E2).
    if (effect === 'Allow' && place === 'resourceControl') return undefined;
    const draft = this.#draft;
    draft.clear();
    draft.push(effect === 'Deny' ? statementFlags.deny : 0);
    draft.push(0);
    const elements = [
      this.#writePrincipal(statement, source, place),
      this.#writeAction(statement),
      this.#writeResource(statement, source, place),
    ];
    if (elements.includes('never')) return undefined;
    for (const entry of statement.condition?.entries ?? []) {
      draft.push(this.#condition(entry, source));
    }
    return this.words.intern(draft);
  }

  #flag(bit: number): void {
    this.#draft.words[0] = (this.#draft.words[0] ?? 0) | bit;
  }

  #writePrincipal(statement: Statement, source: PolicySource, place: StatementPlace): Written {
    const { principal, notPrincipal, effect } = statement;
    const element = principal ?? notPrincipal;
    if (place === 'identity' || place === 'serviceControl') {
      return element === undefined ? 'always' : unlessAllow(effect);
    }
    if (element === undefined) {
      return place === 'resourceControl' ? unlessAllow(effect) : 'never';
    }
    const negated = principal === undefined;
    const needsGrant = place === 'resource' && effect === 'Allow';
    if (element.any && !negated && !needsGrant) return 'always';
    const test = preparePrincipal(element, negated, effect, source.principalIds);
    const key = JSON.stringify(test);
    let number = this.#principalNumbers.get(key);
    if (number === undefined) {
      number = this.principals.push(test) - 1;
      this.#principalNumbers.set(key, number);
    }
    this.#draft.words[1] = number + 1;
    return 'written';
  }

  #writeAction({ action, notAction, effect }: Statement): Written {
    const draft = this.#draft;
    const element = action ?? notAction;
    const numbers = element === undefined ? 'everything' : this.#actionNumbers(element);
    draft.push(typeof numbers === 'string' ? 0 : numbers.length);
    if (element === undefined) return unlessAllow(effect);
    const negated = action === undefined;
    if (numbers === 'everything') {
      if (negated) return 'never';
      // No pattern matches no action; that no action is left out is every action.
      this.#flag(statementFlags.notAction);
      return 'always';
    }
    if (negated) this.#flag(statementFlags.notAction);
    else if (numbers.length === 0) return 'never';
    for (const number of numbers) draft.push(number);
    return 'written';
  }

  #actionNumbers(element: StringElement): number[] | 'everything' {
    const numbers: number[] = [];
    for (const { value } of element.values) {
      const number = this.actions.intern(value);
      if (number === 'everything') return 'everything';
      if (number !== 'nothing') numbers.push(number);
    }
    return numbers;
  }

  #writeResource(statement: Statement, source: PolicySource, place: StatementPlace): Written {
    const { resource, notResource, effect } = statement;
    const draft = this.#draft;
    const element = resource ?? notResource;
    if (element === undefined) {
      draft.push(0);
      return place === 'resource' ? 'always' : unlessAllow(effect);
    }
    const negated = resource === undefined;
    const spares = negated && effect === 'Deny';
    const patterns = this.#patterns;
    patterns.clear();
    let count = 0;
    for (const { value } of element.values) {
      const { version } = source.document;
      const written = this.resources.write(value, version, { place, spares }, patterns);
      if (written === 'everything') {
        draft.push(0);
        return negated ? 'never' : 'always';
      }
      if (written === 'written') count++;
    }
    draft.push(count);
    draft.copy(patterns.words, 0, patterns.length);
    if (count === 0) return negated ? 'always' : 'never';
    this.#flag(negated ? statementFlags.notResource : statementFlags.resource);
    return 'written';
  }

  #condition(
    entry: NonNullable<Statement['condition']>['entries'][number],
    { document }: PolicySource,
  ): number {
    const values = entry.values.map(({ value }) => value);
    const key = JSON.stringify([document.version, entry.operator, entry.key, values]);
    let number = this.#conditionNumbers.get(key);
    if (number === undefined) {
      number = this.conditions.push(prepareCondition(entry, document.version, this.#keys)) - 1;
      this.#conditionNumbers.set(key, number);
    }
    return number;
  }
}

/** An undecided element: an Allow never takes effect, a Deny as though it matched (rule E18). */
function unlessAllow(effect: 'Allow' | 'Deny'): Written {
  return effect === 'Allow' ? 'never' : 'always';
}
