/** ListPoliciesGrantingServiceAccess: through which policies an entity reaches a service. */
import type {
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse,
  PolicyGrantingServiceAccess,
} from '@sekisho/catalog/types/iam';
import type { PolicySource } from '@sekisho/policy';
import { foldCase, type PrincipalRecord } from '../../../directory/records.ts';
import type { OperationContext } from '../../service.ts';
import { paginate } from '../pagination.ts';
import {
  findEntity,
  readManaged,
  readPolicy,
  type SimulatedEntity,
} from './simulation-policies.ts';

/** A policy of the entity or of one of its groups, as it is answered and as it is read. */
export interface Attachment {
  readonly answer: PolicyGrantingServiceAccess;
  readonly policy: PolicySource;
}

/**
 * Looks at Allow statements only: conditions, denials and boundaries do not count.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
 */
export async function listPoliciesGrantingServiceAccess(
  input: ListPoliciesGrantingServiceAccessRequest,
  context: OperationContext,
): Promise<ListPoliciesGrantingServiceAccessResponse> {
  const { Arn, ServiceNamespaces } = input;
  const { kind, record, groups } = findEntity(Arn, context);
  const attachments = await attachmentsOf(kind, record, context);
  for (const group of groups) attachments.push(...(await attachmentsOf('group', group, context)));
  const entries = ServiceNamespaces.map((namespace) => ({
    ServiceNamespace: namespace,
    Policies: attachments
      .filter(({ policy }) => grants(policy, foldCase(namespace)))
      .map(({ answer }) => answer),
  }));
  const page = paginate(entries, input, context, {
    list: ['ListPoliciesGrantingServiceAccess', Arn, ...ServiceNamespaces],
    keyOf: ({ ServiceNamespace }) => ServiceNamespace,
    sorted: false,
  });
  return { PoliciesGrantingServiceAccess: page.items, ...page.rest };
}

/** The policies of an entity or of one of its groups. */
export async function attachmentsOf(
  kind: SimulatedEntity['kind'],
  record: PrincipalRecord,
  context: OperationContext,
): Promise<Attachment[]> {
  const { name, inlinePolicies, attachedPolicies } = record;
  const attachments: Attachment[] = [];
  for (const PolicyArn of attachedPolicies) {
    const policy = await readManaged(PolicyArn, context);
    const answer = { PolicyName: policy.name, PolicyType: 'MANAGED', PolicyArn };
    attachments.push({ answer, policy });
  }
  const EntityType = { user: 'USER', group: 'GROUP', role: 'ROLE' }[kind];
  for (const [PolicyName, text] of inlinePolicies) {
    const answer = { PolicyName, PolicyType: 'INLINE', EntityType, EntityName: name };
    attachments.push({ answer, policy: readPolicy(text, PolicyName) });
  }
  return attachments;
}

/**
 * Whether a policy lets the service with that prefix (lower case) be reached at all. Unverified:
 * that NotAction grants every service that it does not name as a whole.
 */
export function grants({ document }: PolicySource, namespace: string): boolean {
  return document.statements.some(({ effect, action, notAction }) => {
    if (effect !== 'Allow') return false;
    if (action !== undefined) return action.values.some(({ value }) => names(value, namespace));
    const excluded = notAction?.values ?? [];
    return !excluded.some(({ value }) => value === '*' || foldCase(value) === `${namespace}:*`);
  });
}

/** Whether an action pattern is about the service; wildcards stand behind the colon only. */
function names(value: string, namespace: string): boolean {
  return value === '*' || foldCase(value).startsWith(`${namespace}:`);
}
