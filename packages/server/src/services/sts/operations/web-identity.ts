/** AssumeRoleWithWebIdentity: the checks after the token and the trust policy, and the session. */

import { strict as assert } from 'node:assert';
import type {
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
} from '@sekisho/catalog/types/sts';
import type { OperationContext } from '../../service.ts';
import { toAssumedRoleUser, toCredentials } from '../entities.ts';
import { sessionSecondsDefault } from '../limits.ts';
import { readSessionPolicies } from '../session-policy.ts';
import { assumableRole, checkDuration } from './assume-role.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export async function assumeRoleWithWebIdentity(
  input: AssumeRoleWithWebIdentityRequest,
  context: OperationContext,
): Promise<AssumeRoleWithWebIdentityResponse> {
  const { caller } = context;
  assert(caller.kind === 'web-identity', 'the token was verified before the demands');
  const { identity } = caller;
  const role = assumableRole(input.RoleArn, context);
  const seconds = input.DurationSeconds ?? sessionSecondsDefault;
  checkDuration(seconds, role.record);
  const tags = identity.tags.map(([Key, Value]) => ({ Key, Value }));
  const policies = await readSessionPolicies(input, tags, role.account, context);
  const { sourceIdentity } = identity;
  const issued = context.runtime.issueSession({
    kind: 'role',
    account: role.account,
    issuedAt: context.now,
    expiresAt: context.now + seconds * 1000,
    principalId: role.record.id,
    principalName: role.record.name,
    sessionName: input.RoleSessionName,
    ...policies.session,
    tags: identity.tags,
    transitiveTagKeys: identity.transitiveTagKeys,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    chained: false,
    federatedProvider: identity.provider,
    contextKeys: identity.sessionKeys,
  });
  return {
    SubjectFromWebIdentityToken: identity.subject,
    AssumedRoleUser: toAssumedRoleUser(role, input.RoleSessionName, context.partition),
    PackedPolicySize: policies.packedPercent,
    Provider: identity.provider,
    Audience: identity.audience,
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    Credentials: toCredentials(issued),
  };
}
