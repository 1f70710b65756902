/** Applying changes: the policies as they would be, through their text like any other policy. */
import { parsePolicyDocument } from '../document/parse.ts';
import type { PolicySet, PolicySource, PolicyType } from '../request.ts';
import type { Change } from './change.ts';
import { type StatementJson, statementJson } from './statement-json.ts';

interface Edits {
  readonly replaced: Map<number, StatementJson | undefined>;
  readonly added: StatementJson[];
}

/** A managed policy is the same wherever it is attached; others are told apart by identity. */
export function policyIdentity(policy: PolicySource): unknown {
  return policy.arn ?? policy;
}

function collectEdits(changes: readonly Change[]): Map<unknown, Edits> {
  const edits = new Map<unknown, Edits>();
  for (const change of changes) {
    if (change.policy === undefined) continue;
    const identity = policyIdentity(change.policy);
    const known: Edits = edits.get(identity) ?? { replaced: new Map(), added: [] };
    edits.set(identity, known);
    if (change.change === 'addStatement') known.added.push(change.statement);
    else if (change.change === 'removeDeny') known.replaced.set(change.statementIndex, undefined);
    else known.replaced.set(change.statementIndex, change.statement);
  }
  return edits;
}

function parsed(source: PolicySource, json: object): PolicySource {
  const { document, error } = parsePolicyDocument(JSON.stringify(json));
  if (document === undefined) throw new Error(`a changed policy is none: ${error.message}`);
  return { ...source, document };
}

function edited(source: PolicySource, { replaced, added }: Edits): PolicySource {
  const { document } = source;
  const kept = document.statements.flatMap((statement) => {
    if (!replaced.has(statement.index)) return [statementJson(statement)];
    const replacement = replaced.get(statement.index);
    return replacement === undefined ? [] : [replacement];
  });
  const statements = [...kept, ...added];
  if (statements.length === 0) return { ...source, document: { ...document, statements: [] } };
  return parsed(withoutSavedIds(source, [...replaced.values(), ...added]), {
    ...(document.versionGiven && { Version: document.version }),
    ...(document.id !== undefined && { Id: document.id }),
    Statement: statements,
  });
}

/** Saving a policy binds the names in it anew (rule P6): those that the changed statements have. */
function withoutSavedIds(
  source: PolicySource,
  statements: readonly (StatementJson | undefined)[],
): PolicySource {
  if (source.principalIds === undefined) return source;
  const ids = new Map(source.principalIds);
  for (const statement of statements) {
    const principal = statement?.Principal;
    const named = typeof principal === 'object' ? (principal['AWS'] ?? []) : [];
    for (const name of typeof named === 'string' ? [named] : named) ids.delete(name);
  }
  return { ...source, principalIds: ids };
}

function created(changes: readonly Change[], type: PolicyType, level?: number): PolicySource[] {
  return changes.flatMap((change) => {
    if (change.change !== 'addStatement' || change.policy !== undefined) return [];
    if (change.policyType !== type || change.level !== level) return [];
    const name = `new ${type}`;
    const empty = { text: '', version: '2012-10-17', versionGiven: true, statements: [] } as const;
    const statement = change.statement;
    return [parsed({ name, document: empty }, { Version: '2012-10-17', Statement: [statement] })];
  });
}

/**
 * The policies with the changes made. A change of a managed policy is seen wherever it is attached.
 * Throws when a change does not make a policy.
 */
export function applyChanges(policies: PolicySet, changes: readonly Change[]): PolicySet {
  const edits = collectEdits(changes);
  const edit = (source: PolicySource): PolicySource => {
    const own = edits.get(policyIdentity(source));
    return own === undefined ? source : edited(source, own);
  };
  const more = (type: PolicyType, level?: number) => created(changes, type, level);
  const levels = (type: PolicyType, given: PolicySet['serviceControl']) =>
    given?.map((level, index) => [...level.map(edit), ...more(type, index)]);
  const [newResource] = [...more('resource-based policy'), ...more('role trust policy')];
  const resource = policies.resource === undefined ? newResource : edit(policies.resource);
  const { boundary, session, vpcEndpoint } = policies;
  const newSession = more('session policy');
  const serviceControl = levels('service control policy', policies.serviceControl);
  const resourceControl = levels('resource control policy', policies.resourceControl);
  return {
    ...policies,
    identity: [...policies.identity.map(edit), ...more('identity-based policy')],
    ...(resource && { resource }),
    ...(boundary && { boundary: edit(boundary) }),
    ...((session || newSession.length > 0) && {
      session: [...(session ?? []).map(edit), ...newSession],
    }),
    ...(serviceControl && { serviceControl }),
    ...(resourceControl && { resourceControl }),
    ...(vpcEndpoint && {
      vpcEndpoint: [...vpcEndpoint.map(edit), ...more('VPC endpoint policy')],
    }),
  };
}
