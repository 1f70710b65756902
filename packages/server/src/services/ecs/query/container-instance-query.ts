/**
 * The cluster query language over container instances: comparisons, and, or, not, parentheses.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 */
import type { ContainerInstance } from '@sekisho/catalog/types/ecs';
import { invalidParameter } from '../errors.ts';
import { matchesPattern } from './pattern.ts';
import { type QueryToken, readTokens } from './tokens.ts';

/** Whether a container instance is meant. */
export type Query = (instance: ContainerInstance) => boolean;

const depthMax = 20;

/** Throws InvalidParameterException. */
export function readQuery(expression: string): Query {
  const reader = new QueryReader(readTokens(expression));
  return reader.whole();
}

function malformed(): Error {
  // Unverified: the text.
  return invalidParameter('Invalid filter expression.');
}

/** Recursive descent: `or` binds weaker than `and`, `and` weaker than `not`. */
class QueryReader {
  readonly #tokens: readonly QueryToken[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly QueryToken[]) {
    this.#tokens = tokens;
  }

  whole(): Query {
    const query = this.#or();
    if (this.#next < this.#tokens.length) throw malformed();
    return query;
  }

  #or(): Query {
    let query = this.#and();
    while (this.#takes('or', '||')) {
      const [left, right] = [query, this.#and()];
      query = (instance) => left(instance) || right(instance);
    }
    return query;
  }

  #and(): Query {
    let query = this.#not();
    while (this.#takes('and', '&&')) {
      const [left, right] = [query, this.#not()];
      query = (instance) => left(instance) && right(instance);
    }
    return query;
  }

  #not(): Query {
    this.#depth += 1;
    if (this.#depth > depthMax) throw malformed();
    try {
      if (this.#takes('not', '!')) {
        const query = this.#not();
        return (instance) => !query(instance);
      }
      if (!this.#takes('(')) return this.#comparison();
      const query = this.#or();
      if (!this.#takes(')')) throw malformed();
      return query;
    } finally {
      this.#depth -= 1;
    }
  }

  #comparison(): Query {
    const subject = this.#take('text');
    if (this.#takes('exists')) return (instance) => fieldOf(subject, instance) !== undefined;
    if (this.#takes('!exists')) return (instance) => fieldOf(subject, instance) === undefined;
    if (this.#takes('not_exists')) return (instance) => fieldOf(subject, instance) === undefined;
    const isNegated = this.#takes('!in', 'not_in');
    if (isNegated || this.#takes('in')) {
      const values = this.#list();
      return (instance) => {
        const value = fieldOf(subject, instance);
        return value !== undefined && values.includes(value) !== isNegated;
      };
    }
    const operator = this.#take('operator');
    const compare = comparisons.get(operator);
    if (compare === undefined) throw malformed();
    const argument = this.#take('text');
    return (instance) => {
      const value = fieldOf(subject, instance);
      return value !== undefined && compare(value, argument);
    };
  }

  /** `[a, b]` */
  #list(): readonly string[] {
    if (!this.#takes('[')) throw malformed();
    const values = [this.#take('text')];
    while (this.#takes(',')) values.push(this.#take('text'));
    if (!this.#takes(']')) throw malformed();
    return values;
  }

  #takes(...texts: readonly string[]): boolean {
    const token = this.#tokens[this.#next];
    if (token === undefined || token.quoted || !texts.includes(token.text)) return false;
    this.#next += 1;
    return true;
  }

  #take(kind: QueryToken['kind']): string {
    const token = this.#tokens[this.#next];
    if (token?.kind !== kind) throw malformed();
    this.#next += 1;
    return token.text;
  }
}

type Comparison = (value: string, argument: string) => boolean;

const equal: Comparison = (value, argument) => value === argument;
const ordered =
  (test: (order: number) => boolean): Comparison =>
  (value, argument) =>
    test(orderOf(value, argument));

const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['==', equal],
  ['equals', equal],
  ['!=', (value, argument) => value !== argument],
  ['not_equals', (value, argument) => value !== argument],
  ['>', ordered((order) => order > 0)],
  ['greater_than', ordered((order) => order > 0)],
  ['>=', ordered((order) => order >= 0)],
  ['greater_than_equal', ordered((order) => order >= 0)],
  ['<', ordered((order) => order < 0)],
  ['less_than', ordered((order) => order < 0)],
  ['<=', ordered((order) => order <= 0)],
  ['less_than_equal', ordered((order) => order <= 0)],
  ['=~', matchesPattern],
  ['matches', matchesPattern],
  ['!~', (value, argument) => !matchesPattern(value, argument)],
  ['not_matches', (value, argument) => !matchesPattern(value, argument)],
]);

/** By number where both are numbers or dates, else by code unit. */
function orderOf(value: string, argument: string): number {
  const [one, other] = [quantity(value), quantity(argument)];
  if (one !== undefined && other !== undefined) return one - other;
  return value < argument ? -1 : value === argument ? 0 : 1;
}

const numberForm = /^-?\d{1,15}(?:\.\d{1,6})?$/;
const dateForm = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z?)?$/;

function quantity(text: string): number | undefined {
  if (numberForm.test(text)) return Number(text);
  const milliseconds = dateForm.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** `attribute:<name>` or a field of the container instance. */
function fieldOf(subject: string, instance: ContainerInstance): string | undefined {
  if (subject.startsWith('attribute:')) {
    const name = subject.slice('attribute:'.length);
    const found = instance.attributes?.find((attribute) => attribute.name === name);
    return found === undefined ? undefined : (found.value ?? '');
  }
  const fields = new Map<string, string | number | boolean | undefined>([
    ['agentConnected', instance.agentConnected],
    ['agentVersion', instance.versionInfo?.agentVersion],
    ['ec2InstanceId', instance.ec2InstanceId],
    ['registeredAt', instance.registeredAt?.toISOString()],
    ['runningTasksCount', instance.runningTasksCount],
    ['pendingTasksCount', instance.pendingTasksCount],
  ]);
  // Unverified: the answer to a subject that is not known, `task:group` among them.
  if (!fields.has(subject)) throw malformed();
  const value = fields.get(subject);
  return value === undefined ? undefined : String(value);
}
