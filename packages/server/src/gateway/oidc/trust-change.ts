/** The smallest change of a trust policy that lets a token in, and nobody else: tried before told. */
import {
  applyChanges,
  authorize,
  type Decision,
  type ElementTrace,
  literalText,
  type NearStatement,
  type StatementJson,
  statementJson,
} from '@sekisho/policy';
import { isMistypedAudience } from './cause.ts';
import { comparisonOf, isClaim } from './claim-comparison.ts';
import { compareSubject, readSubject } from './subject-comparison.ts';

/** A changed trust policy. */
export interface TrustChange {
  /** Of the condition: what goes, and what comes. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** The whole document as it would read. */
  readonly policyDocument: string;
  /** Whether the token was let in when the changed policy was asked. */
  readonly proven: boolean;
  /** Whether the same token of another owner's repository was still refused. */
  readonly strangersRefused: boolean;
}

interface Edit {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** undefined where more than conditions would have to change. */
export function smallestChange(decision: Decision, near: NearStatement): TrustChange | undefined {
  let statement = statementJson(near.trace.statement);
  const removed: string[] = [];
  const added: string[] = [];
  for (const element of near.failed) {
    const edit = editOf(element, near.source.document.version === '2012-10-17');
    const { operator, key } = element;
    if (edit === undefined || operator === undefined || key === undefined) return undefined;
    statement = withEdit(statement, operator, key, edit);
    removed.push(...edit.removed);
    added.push(...edit.added);
  }
  const changed = applyChanges(decision.policies, [
    {
      change: 'addValue',
      policyType: 'role trust policy',
      policy: near.source,
      statementIndex: near.trace.statement.index,
      element: 'Condition',
      values: added,
      statement,
    },
  ]);
  const text = changed.resource?.document.text;
  if (text === undefined) return undefined;
  const { request } = decision;
  return {
    removed,
    added,
    policyDocument: JSON.stringify(JSON.parse(text), undefined, 2),
    proven: authorize(request, changed).outcome === 'allow',
    strangersRefused: authorize(ofStranger(request), changed).outcome !== 'allow',
  };
}

function editOf(element: ElementTrace, hasVariables: boolean): Edit | undefined {
  const { key = '', operator = '', policyValues, requestValues = [], cause } = element;
  const comparison = comparisonOf(operator);
  const [only, ...others] = requestValues;
  if (comparison === undefined || only === undefined || others.length > 0) return undefined;
  if (cause !== undefined || !hasVariables) return undefined;
  const exact = literalText(only, '2012-10-17');
  if (isClaim(key, 'aud') && isMistypedAudience(only, policyValues)) {
    return { removed: ['sts.amazon.com'], added: [exact] };
  }
  if (!isClaim(key, 'sub')) return { removed: [], added: [exact] };
  const compared = compareSubject(only, policyValues, comparison);
  const given = readSubject(only);
  const wanted = compared && readSubject(compared.pattern);
  if (given === undefined || wanted === undefined) return { removed: [], added: [exact] };
  // The pattern's own branches and tags stay, under the repository's true name.
  const renamed = `repo:${given.repository}:${wanted.context}`;
  const [cause_, ...more] = compared?.causes ?? [];
  if (more.length > 0 || wanted.context === '') return { removed: [], added: [exact] };
  if (cause_ === 'subjectWithIds') return { removed: [], added: [renamed] };
  if (cause_ === 'subjectCase') return { removed: [compared?.pattern ?? ''], added: [renamed] };
  return { removed: [], added: [exact] };
}

function withEdit(
  statement: StatementJson,
  operator: string,
  key: string,
  { removed, added }: Edit,
): StatementJson {
  const operators = new Map(Object.entries(statement.Condition ?? {}));
  const keys = new Map(Object.entries(operators.get(operator) ?? {}));
  const kept = [keys.get(key) ?? []].flat().filter((value) => !removed.includes(value));
  const values = [...new Set([...kept, ...added])];
  const [first = ''] = values;
  keys.set(key, values.length === 1 ? first : values);
  operators.set(operator, Object.fromEntries(keys));
  return { ...statement, Condition: Object.fromEntries(operators) };
}

/** The witness that the change opens nothing else: the same job in somebody else's repository. */
function ofStranger(request: Decision['request']): Decision['request'] {
  const context = [...request.context].map(
    ([key, value]): readonly [string, string | readonly string[]] =>
      isClaim(key, 'sub') && typeof value === 'string'
        ? [key, value.replace(/^repo:[^:]*/, 'repo:somebody-else/their-repository')]
        : [key, value],
  );
  return { ...request, context };
}
