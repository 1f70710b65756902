/** The policies of a caller: identity-based, permissions boundary and session policies. */
import { CompiledPolicies, type PolicyDocument, type PolicySource } from '@sekisho/policy';
import type { Caller } from '../authentication/caller.ts';
import type { Directory } from '../directory/directory.ts';
import { PolicyUnreadable } from '../directory/policy-documents.ts';
import type { PrincipalRecord } from '../directory/records.ts';
import type { PrivateNetwork } from '../protocol/http.ts';

/** Default versions of AWS managed policies by ARN. */
export interface ManagedPolicyDocuments {
  document(arn: string): string | undefined;
}

/** What binds a caller besides the resource's own policy. */
export interface CallerPolicies {
  readonly identity: readonly PolicySource[];
  readonly boundary?: PolicySource;
  readonly session?: readonly PolicySource[];
  /** The policy of the VPC endpoint that the request came through. */
  readonly vpcEndpoint?: readonly PolicySource[];
}

/** Keeps the policies of each stored principal until IAM changes. */
export class PolicyLibrary {
  readonly #actions: readonly string[];
  #quick: CompiledPolicies | undefined;
  readonly #directory: Directory;
  readonly #managed: ManagedPolicyDocuments;
  readonly #principals = new Map<string, CallerPolicies>();
  /** An opened session token stays one object; its policies are joined once to its principal's. */
  readonly #sessions = new WeakMap<
    object,
    { readonly base: CallerPolicies; readonly version: number; readonly bound: CallerPolicies }
  >();
  /** The last endpoint of each set of policies: callers seldom change theirs. */
  readonly #throughEndpoint = new WeakMap<
    CallerPolicies,
    Pick<PrivateNetwork, 'vpcEndpointId' | 'policy'> & { readonly policies: CallerPolicies }
  >();
  /** Counts the changes of IAM: a managed session policy may be among them. */
  #version = 0;
  readonly #stop: () => void;

  /** `actions` are those that action patterns may mean; others are matched one by one. */
  constructor(
    directory: Directory,
    managed: ManagedPolicyDocuments,
    actions: readonly string[] = [],
  ) {
    this.#actions = actions;
    this.#directory = directory;
    this.#managed = managed;
    this.#stop = directory.state.onCommit((commit) => {
      if (!commit.records.some(({ key }) => key.startsWith('iam/'))) return;
      this.#principals.clear();
      this.#version += 1;
    });
  }

  /** The quick evaluator of these policies, made when it is first asked. */
  get quick(): CompiledPolicies {
    this.#quick ??= new CompiledPolicies({ actions: this.#actions });
    return this.#quick;
  }

  close(): void {
    this.#stop();
  }

  /** The parsed document. Throws PolicyUnreadable. */
  parse(text: string, name: string): PolicyDocument {
    return this.#directory.policyDocuments.read(text, name);
  }

  /** The default version of a managed policy of AWS or of an account. Throws PolicyUnreadable. */
  managed(arn: string): PolicySource {
    const text = this.#managed.document(arn) ?? this.#customerManaged(arn);
    if (text === undefined)
      throw new PolicyUnreadable(`managed policy ${arn}`, 'it does not exist');
    return { document: this.parse(text, arn), name: arn.slice(arn.indexOf('/') + 1), arn };
  }

  /** The same policies with that of a VPC endpoint. Throws PolicyUnreadable. */
  through(bound: CallerPolicies, { vpcEndpointId, policy }: PrivateNetwork): CallerPolicies {
    const known = this.#throughEndpoint.get(bound);
    if (known?.policy === policy && known.vpcEndpointId === vpcEndpointId) return known.policies;
    const name = `policy of VPC endpoint ${vpcEndpointId}`;
    const vpcEndpoint = [{ document: this.parse(policy, name), name }];
    const policies = { ...bound, vpcEndpoint };
    this.#throughEndpoint.set(bound, { vpcEndpointId, policy, policies });
    return policies;
  }

  /** Every policy that binds the caller. Throws PolicyUnreadable. */
  of(caller: Caller): CallerPolicies {
    switch (caller.kind) {
      case 'user': {
        const policies = this.#ofUser(caller.account, caller.userName);
        return this.#withSession(policies, caller.session);
      }
      case 'role-session': {
        const owned = this.#directory.roleById(caller.roleId);
        if (owned === undefined) throw new PolicyUnreadable(caller.roleArn, 'the role is gone');
        const policies = this.#stored(owned.key, owned.record, `role ${owned.record.name}`);
        return this.#withSession(policies, caller.session);
      }
      case 'federated-user': {
        const issuer = caller.issuerUserName;
        const policies = issuer === undefined ? none : this.#ofUser(caller.account, issuer);
        return this.#withSession(policies, caller.session);
      }
      case 'root':
      case 'anonymous':
      case 'service':
      case 'web-identity':
        return none;
    }
  }

  #ofUser(account: string, name: string): CallerPolicies {
    const owned = this.#directory.find(account, 'user', name);
    if (owned === undefined) throw new PolicyUnreadable(`user ${name}`, 'the user is gone');
    const { key, record } = owned;
    const known = this.#principals.get(key);
    if (known !== undefined) return known;
    const identity = this.#attached(record, `user ${record.name}`);
    for (const group of record.groups) {
      const member = this.#directory.find(account, 'group', group);
      if (member === undefined) throw new PolicyUnreadable(`group ${group}`, 'the group is gone');
      identity.push(...this.#attached(member.record, `group ${member.record.name}`));
    }
    return this.#keep(key, identity, record.permissionsBoundary);
  }

  #stored(
    key: string,
    record: PrincipalRecord & { readonly permissionsBoundary?: string },
    owner: string,
  ): CallerPolicies {
    const known = this.#principals.get(key);
    if (known !== undefined) return known;
    return this.#keep(key, this.#attached(record, owner), record.permissionsBoundary);
  }

  #keep(key: string, identity: readonly PolicySource[], boundary?: string): CallerPolicies {
    const policies: CallerPolicies = {
      identity,
      ...(boundary === undefined ? {} : { boundary: this.managed(boundary) }),
    };
    this.#principals.set(key, policies);
    return policies;
  }

  #attached(record: PrincipalRecord, owner: string): PolicySource[] {
    const sources: PolicySource[] = [];
    for (const [policy, text] of record.inlinePolicies) {
      const name = inlinePolicyName(policy, owner);
      sources.push({ document: this.parse(text, name), name });
    }
    for (const arn of record.attachedPolicies) sources.push(this.managed(arn));
    return sources;
  }

  #customerManaged(arn: string): string | undefined {
    const account = arn.split(':')[4] ?? '';
    const policy = this.#directory.find(account, 'policy', arn.slice(arn.lastIndexOf('/') + 1));
    const { versions, defaultVersion } = policy?.record ?? {};
    return versions?.find((version) => version.id === defaultVersion)?.document;
  }

  #withSession(
    policies: CallerPolicies,
    session:
      | {
          readonly sessionPolicies?: readonly string[];
          readonly sessionPolicyArns?: readonly string[];
        }
      | undefined,
  ): CallerPolicies {
    const { sessionPolicies: texts, sessionPolicyArns: arns } = session ?? {};
    if (session === undefined || (texts === undefined && arns === undefined)) return policies;
    const known = this.#sessions.get(session);
    if (known?.base === policies && known.version === this.#version) return known.bound;
    const sources: PolicySource[] = [];
    for (const text of texts ?? []) {
      const name = 'session policy';
      sources.push({ document: this.parse(text, name), name });
    }
    for (const arn of arns ?? []) sources.push(this.managed(arn));
    const bound: CallerPolicies = { ...policies, session: sources };
    this.#sessions.set(session, { base: policies, version: this.#version, bound });
    return bound;
  }
}

const none: CallerPolicies = { identity: [] };

/** How an inline policy is called here, and in explanations. */
export function inlinePolicyName(policy: string, owner: string): string {
  return `inline policy ${policy} of ${owner}`;
}

const inlineForm = /^inline policy (.+) of (user|group|role) ([^ ]+)$/;

/** Whose policy a source is, by the name that it got here; undefined for any other. */
export function readInlinePolicyName(
  name: string,
):
  | { readonly policy: string; readonly kind: 'user' | 'group' | 'role'; readonly name: string }
  | undefined {
  const [, policy, kind, owner] = inlineForm.exec(name) ?? [];
  if (policy === undefined || owner === undefined) return undefined;
  return kind === 'user' || kind === 'group' || kind === 'role'
    ? { policy, kind, name: owner }
    : undefined;
}
