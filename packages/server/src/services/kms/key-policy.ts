/**
 * Key policies: the default one, and the policy of a decision with the grants that apply to it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
import type { PolicySource } from '@sekisho/policy';
import type { Directory } from '../../directory/directory.ts';
import { type AttachedPolicy, policySource } from '../attached-policy.ts';
import type { DemandContext } from '../service.ts';
import type { GrantRecord, KeyRecord } from './entities.ts';

/** What a key gets that is made without a policy: it delegates everything to the account. */
export function defaultKeyPolicy({ partition, account }: DemandContext): string {
  return [
    '{',
    '  "Version" : "2012-10-17",',
    '  "Id" : "key-default-1",',
    '  "Statement" : [ {',
    '    "Sid" : "Enable IAM User Permissions",',
    '    "Effect" : "Allow",',
    '    "Principal" : {',
    `      "AWS" : "arn:${partition}:iam::${account}:root"`,
    '    },',
    '    "Action" : "kms:*",',
    '    "Resource" : "*"',
    '  } ]',
    '}',
  ].join('\n');
}

/** A principal that a grant allows one action. */
export interface GrantedAction {
  readonly grant: GrantRecord;
  readonly principal: string;
  /** The unique id that the principal's ARN meant when the grant was made. */
  readonly principalId: string | undefined;
  readonly action: string;
}

/**
 * The key policy as the decision point takes it. Grants allow and never deny: each that applies is
 * one more Allow in the key's own policy, so that any explicit deny still wins.
 *
 * Unverified: a grantee of another account also needs its own account's leave.
 */
export function keyPolicySource(
  { policy, arn }: KeyRecord,
  granted: readonly GrantedAction[],
  directory: Directory,
): PolicySource {
  const name = `key policy of ${arn}`;
  const source = policySource(policy, name, directory);
  if (granted.length === 0) return source;
  const combination = granted.map(({ grant, principal, action }) => [grant.id, principal, action]);
  const key = JSON.stringify(combination);
  const known = combined.get(policy) ?? new Map<string, PolicySource>();
  const made = known.get(key) ?? combine({ policy, arn }, granted, directory);
  if (known.size >= combinationsMax) known.clear();
  combined.set(policy, known.set(key, made));
  return made;
}

/** By the policy as State hands it out, then by the grants: the same source is compiled once. */
const combined = new WeakMap<AttachedPolicy, Map<string, PolicySource>>();
const combinationsMax = 100;

function combine(
  { policy, arn }: Pick<KeyRecord, 'policy' | 'arn'>,
  granted: readonly GrantedAction[],
  { policyDocuments }: Directory,
): PolicySource {
  const name = `key policy of ${arn} and its grants`;
  // By the unique id where there is one: an ARN that was made anew since is another principal.
  const statements = granted.map(({ grant, principal, principalId, action }) => ({
    Sid: `Grant${grant.id}`,
    Effect: 'Allow',
    Principal: { AWS: principalId ?? principal },
    Action: action,
    Resource: '*',
  }));
  const text = withStatements(policy.text, statements);
  const document = policyDocuments.read(text, name);
  // Their own ids: those that a policy shows are else those of deleted principals.
  const alive = granted.flatMap(({ principalId: id }): readonly (readonly [string, string])[] =>
    id === undefined ? [] : [[id, id]],
  );
  return { document, name, principalIds: new Map([...policy.principalIds, ...alive]) };
}

/** The policy was parsed strictly when it was put: it is an object with statements. */
function withStatements(text: string, added: readonly object[]): string {
  const policy: unknown = JSON.parse(text);
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) {
    throw new Error('a stored key policy is no policy');
  }
  const { Statement: own } = policy;
  return JSON.stringify({
    ...policy,
    Statement: [...(Array.isArray(own) ? own : [own]), ...added],
  });
}
