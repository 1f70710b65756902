/** The smallest changes that would allow a refused request, executed, and written three ways. */
import {
  type AddValue,
  applyChanges,
  type Change,
  type Decision,
  type PolicySet,
  type PolicySource,
  type Principal,
  type Proposal,
  proposeChanges,
} from '@sekisho/policy';
import type { Directory } from '../../directory/directory.ts';
import { inlinePolicyName, readInlinePolicyName } from '../../information/policies.ts';
import { withoutDeletedPrincipals } from './deleted-principals.ts';
import { lasting } from './lasting.ts';
import {
  copiedPolicy,
  endpointPolicy,
  inlinePolicy,
  managedPolicy,
  resourcePolicy,
  trustPolicy,
} from './place.ts';
import { renderFix } from './render.ts';
import { secretSuffix } from './secret-suffix.ts';
import type { Fix, FixTemplate, Text } from './template.ts';

/** What would allow the request. */
export interface PolicyFixes {
  readonly fixes: readonly Fix[];
  /** With all of them the request is allowed, and without any one it is not: tried out. */
  readonly proven: boolean;
}

/** A policy as it would be written, and which one of a decision it would be instead. */
export interface WrittenPolicy {
  readonly key: string;
  readonly text: Text;
  readonly template: FixTemplate;
  readonly source: PolicySource;
  /** The key of the identity-based policy, boundary or endpoint policy that it replaces. */
  readonly replaces?: string;
  /** The ARN of the role or user that gets it as a further policy. */
  readonly addedTo?: string;
  /** The resource whose policy it is, or the role that it is the trust policy of. */
  readonly resourceOf?: string;
}

/** None where nothing can be proposed. */
export function policyFixes(decision: Decision, directory: Directory): PolicyFixes {
  const { changes, proven } = changesFor(decision);
  const written = templatesOf(changes, decision, directory, new Set());
  const fixes = written.map(({ text, template }) => renderFix(text, template));
  return { fixes, proven: proven && fixes.length > 0 };
}

/** The smallest changes that last. */
export function changesFor(decision: Decision): Proposal {
  return lasting(secretSuffix(decision) ?? proposeChanges(decision), decision);
}

/** Each changed policy once. `taken`: names of new policies that are spoken for. */
export function templatesOf(
  changes: readonly Change[],
  decision: Decision,
  directory: Directory,
  taken: Set<string>,
): readonly WrittenPolicy[] {
  return groups(changes).flatMap((group) => {
    const changed = applyChanges(decision.policies, group);
    const [first] = group;
    const written = first && writtenPolicy(first, changed, decision, directory, taken);
    return written === undefined ? [] : [{ ...written, text: textOf(group, decision) }];
  });
}

/** Changes of one policy are one change of its document; new policies stand for themselves. */
function groups(changes: readonly Change[]): readonly (readonly Change[])[] {
  const known = new Map<unknown, Change[]>();
  for (const change of changes) {
    const key = change.policy === undefined ? change : (change.policy.arn ?? change.policy);
    known.set(key, [...(known.get(key) ?? []), change]);
  }
  return [...known.values()];
}

type Written = Omit<WrittenPolicy, 'text'>;

function writtenPolicy(
  change: Change,
  changed: PolicySet,
  { request, policies }: Decision,
  directory: Directory,
  taken: Set<string>,
): Written | undefined {
  const { resource, principal } = request;
  switch (change.policyType) {
    case 'identity-based policy':
      return identityPolicy(change, { changed, policies }, principal, directory, taken);
    case 'role trust policy': {
      const role = resource.slice(resource.lastIndexOf('/') + 1);
      return ofResource(changed.resource, resource, (document) =>
        trustPolicy(role, withoutDeletedPrincipals(document)),
      );
    }
    case 'resource-based policy':
      return ofResource(changed.resource, resource, (document) =>
        resourcePolicy(resource, document),
      );
    case 'permissions boundary':
      return replacing(changed.boundary, policies.boundary, managedTemplate);
    case 'VPC endpoint policy': {
      const keys = new Map(request.context);
      const [id, vpcId] = [keys.get('aws:SourceVpce'), keys.get('aws:SourceVpc')];
      if (typeof id !== 'string' || typeof vpcId !== 'string') return undefined;
      const [before, after] = [policies.vpcEndpoint?.at(-1), changed.vpcEndpoint?.at(-1)];
      return replacing(after, before, (source) => endpointPolicy(id, vpcId, documentOf(source)));
    }
    default:
      // Session policies are in no account's keeping; this server has no organization.
      return undefined;
  }
}

function ofResource(
  source: PolicySource | undefined,
  resourceOf: string,
  template: (document: object) => FixTemplate | undefined,
): Written | undefined {
  const made = source && template(documentOf(source));
  if (source === undefined || made === undefined) return undefined;
  return { key: `policy of ${resourceOf}`, template: made, source, resourceOf };
}

function replacing(
  source: PolicySource | undefined,
  before: PolicySource | undefined,
  template: (source: PolicySource) => FixTemplate | undefined,
): Written | undefined {
  const made = source && template(source);
  if (source === undefined || before === undefined || made === undefined) return undefined;
  const key = before.arn ?? before.name;
  return { key, template: made, source, replaces: key };
}

function identityPolicy(
  change: Change,
  { changed, policies }: { readonly changed: PolicySet; readonly policies: PolicySet },
  principal: Principal,
  directory: Directory,
  taken: Set<string>,
): Written | undefined {
  const owner = ownerOf(principal);
  if (change.policy === undefined) {
    const added = changed.identity.at(-1);
    if (owner === undefined || added === undefined || !('statement' in change)) return undefined;
    const name = newName(change.statement, { ...owner, directory }, taken);
    // Under the name that it will have: a further change may be one of it.
    const source = { ...added, name: inlinePolicyName(name, `${owner.kind} ${owner.name}`) };
    const template = inlinePolicy(owner, name, documentOf(source));
    return { key: source.name, template, source, addedTo: owner.arn };
  }
  const source = changed.identity[policies.identity.indexOf(change.policy)];
  if (source?.arn !== undefined) return replacing(source, change.policy, managedTemplate);
  const named = source && readInlinePolicyName(source.name);
  const made = (written: PolicySource) =>
    named && inlinePolicy(named, named.policy, documentOf(written));
  const known = replacing(source, change.policy, made);
  // A policy that is itself new stays one that is added.
  const isNew = named !== undefined && taken.has(named.policy);
  if (known === undefined || !isNew || owner === undefined) return known;
  const { replaces: _, ...rest } = known;
  return { ...rest, addedTo: owner.arn };
}

function managedTemplate(source: PolicySource): FixTemplate | undefined {
  const { arn, name } = source;
  if (arn === undefined) return undefined;
  if (!arn.includes(':iam::aws:policy/')) return managedPolicy(arn, documentOf(source));
  const copy = `${name.slice(name.lastIndexOf('/') + 1)}Copy`;
  return copiedPolicy(copy, documentOf(source));
}

interface Owner {
  readonly kind: 'role' | 'user';
  readonly arn: string;
  readonly account: string;
  readonly name: string;
}

function ownerOf(principal: Principal): Owner | undefined {
  const kind = principal.type === 'role-session' ? 'role' : 'user';
  if (principal.type !== 'role-session' && principal.type !== 'user') return undefined;
  const arn = principal.type === 'role-session' ? principal.roleArn : principal.arn;
  return { kind, arn, account: principal.account, name: arn.slice(arn.lastIndexOf('/') + 1) };
}

/** A name that no inline policy of the owner has: `put-role-policy` would replace that one. */
function newName(
  { Action: action }: { readonly Action?: string | readonly string[] },
  { kind, account, name, directory }: Owner & { readonly directory: Directory },
  taken: Set<string>,
): string {
  const [first = 'access'] = [action ?? []].flat();
  const base = `allow-${first.replace(/[^A-Za-z0-9]+/g, '-')}`;
  const record = directory.find(account, kind, name)?.record;
  const used = new Set([...(record?.inlinePolicies.map(([policy]) => policy) ?? []), ...taken]);
  let free = base;
  for (let count = 2; used.has(free); count += 1) free = `${base}-${count}`;
  taken.add(free);
  return free;
}

/** A changed policy is JSON: it was written and read again when the change was made. */
function documentOf({ document }: PolicySource): object {
  const value: unknown = JSON.parse(document.text);
  if (typeof value !== 'object' || value === null) throw new Error('a changed policy is none');
  return value;
}

function textOf(group: readonly Change[], { request }: Decision): Text {
  const [change] = group;
  const where = change?.policy?.name;
  const whereInJapanese = japaneseName(where);
  const what = request.action;
  const on = request.resource;
  switch (change?.change) {
    case 'addValue': {
      const values = change.values.join(', ');
      const element = change.key === undefined ? change.element : change.key;
      const { replaced } = change;
      if (replaced !== undefined) return replacementText(change, replaced, whereInJapanese);
      return {
        en: `Add ${values} to ${element} of statement ${change.statementIndex + 1} of ${where}.`,
        ja: `${whereInJapanese} のステートメント ${change.statementIndex + 1} の ${element} に ${values} を追加します。`,
      };
    }
    case 'narrowDeny':
      return {
        en: `Spare ${what} on ${on} from the Deny in statement ${change.statementIndex + 1} of ${where}.`,
        ja: `${whereInJapanese} のステートメント ${change.statementIndex + 1} の Deny から ${what} (${on}) を除外します。`,
      };
    case 'removeDeny':
      return {
        en: `Remove the Deny in statement ${change.statementIndex + 1} of ${where}.`,
        ja: `${whereInJapanese} のステートメント ${change.statementIndex + 1} の Deny を削除します。`,
      };
    default: {
      const target = where ?? ownerText(request.principal);
      return {
        en: `Allow ${what} on ${on} in ${where === undefined ? 'a new inline policy of ' : ''}${target}.`,
        ja: `${whereInJapanese ?? japaneseOwner(request.principal)} ${where === undefined ? 'の新しいインラインポリシー' : ''}で ${what} (${on}) を許可します。`,
      };
    }
  }
}

/** A principal in the place of one that was deleted. */
function replacementText(
  { policy, element, values, statementIndex }: AddValue,
  replaced: readonly string[],
  whereInJapanese: string | undefined,
): Text {
  const number = statementIndex + 1;
  const [old, name] = [replaced.join(', '), values.join(', ')];
  if (old === name) {
    return {
      en: `Save ${policy.name} again: ${name} in statement ${number} means one that was deleted.`,
      ja: `${whereInJapanese} を保存し直します。ステートメント ${number} の ${name} は、削除されたプリンシパルを指しています。`,
    };
  }
  return {
    en: `Replace ${old} by ${name} in ${element} of statement ${number} of ${policy.name}.`,
    ja: `${whereInJapanese} のステートメント ${number} の ${element} の ${old} を ${name} に置き換えます。`,
  };
}

const kindsInJapanese = { user: 'ユーザー', group: 'グループ', role: 'ロール' } as const;

function japaneseName(name: string | undefined): string | undefined {
  const inline = name === undefined ? undefined : readInlinePolicyName(name);
  if (inline === undefined) return name;
  return `${kindsInJapanese[inline.kind]} ${inline.name} のインラインポリシー ${inline.policy}`;
}

function japaneseOwner(principal: Principal): string {
  const owner = ownerOf(principal);
  return owner === undefined ? 'プリンシパル' : `${kindsInJapanese[owner.kind]} ${owner.name}`;
}

function ownerText(principal: Principal): string {
  const owner = ownerOf(principal);
  return owner === undefined ? 'the principal' : `${owner.kind} ${owner.name}`;
}
