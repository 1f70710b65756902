/** AssumeRole: the checks after authorization, and the session. */
import type { AssumeRoleRequest, AssumeRoleResponse } from '@sekisho/catalog/types/sts';
import type { Session } from '../../../authentication/caller.ts';
import type { Owned } from '../../../directory/directory.ts';
import type { RoleRecord } from '../../../directory/records.ts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { toAssumedRoleUser, toCredentials } from '../entities.ts';
import { validationError } from '../errors.ts';
import { chainedSessionSecondsMax, sessionSecondsDefault } from '../limits.ts';
import { verifyMultiFactor } from '../multi-factor.ts';
import { roleOfArn } from '../role-arn.ts';
import { readSessionPolicies } from '../session-policy.ts';
import { inheritedTags, newSessionTags } from '../session-tags.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(
  input: AssumeRoleRequest,
  context: OperationContext,
): Promise<AssumeRoleResponse> {
  const role = assumableRole(input.RoleArn, context);
  const caller = callerSession(context);
  const chained = caller?.kind === 'role';
  const seconds = input.DurationSeconds ?? sessionSecondsDefault;
  checkDuration(seconds, role.record);
  if (chained && seconds > chainedSessionSecondsMax) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by ' +
        'role chaining.',
    );
  }
  const sourceIdentity = nextSourceIdentity(input.SourceIdentity, caller);
  const proof = verifyMultiFactor(input, context);
  refuseProvidedContexts(input);
  const tags = input.Tags ?? [];
  const policies = await readSessionPolicies(input, tags, role.account, context);
  if (proof !== undefined) await context.commit([proof.use]);
  // Without MFA, also when it was proven: the credentials of AssumeRole tell nothing of it.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
  const issued = context.runtime.issueSession({
    kind: 'role',
    account: role.account,
    issuedAt: context.now,
    expiresAt: context.now + seconds * 1000,
    principalId: role.record.id,
    principalName: role.record.name,
    sessionName: input.RoleSessionName,
    ...policies.session,
    ...newSessionTags(tags, input.TransitiveTagKeys ?? [], inheritedTags(caller)),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    chained,
    contextKeys: [],
  });
  const packed = tags.length > 0 || Object.keys(policies.session).length > 0;
  return {
    AssumedRoleUser: toAssumedRoleUser(role, input.RoleSessionName, context.partition),
    Credentials: toCredentials(issued),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    ...(packed ? { PackedPolicySize: policies.packedPercent } : {}),
  };
}

/** The role, which authorization has found; gone in between means refused. */
export function assumableRole(roleArn: string, context: OperationContext): Owned<RoleRecord> {
  const role = roleOfArn(roleArn, context);
  if (role === undefined) throw new ServiceError('AccessDenied', 'Access denied', 403);
  return role;
}

/** Throws ValidationError when the role does not allow sessions that long. */
export function checkDuration(seconds: number, role: RoleRecord): void {
  if (seconds <= role.maxSessionSeconds) return;
  throw validationError(
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
}

function callerSession({ caller }: OperationContext): Session | undefined {
  return 'session' in caller ? caller.session : undefined;
}

/** Once set, a source identity stays along the chain. */
function nextSourceIdentity(
  asked: string | undefined,
  caller: Session | undefined,
): string | undefined {
  const set = caller?.sourceIdentity;
  if (set !== undefined && asked !== undefined && asked !== set) {
    throw validationError('The source identity is already set for this assume role session');
  }
  return set ?? asked;
}

/** Context assertions come signed from IAM Identity Center, which is not here to ask. */
function refuseProvidedContexts(input: AssumeRoleRequest): void {
  if ((input.ProvidedContexts ?? []).length === 0) return;
  throw new ServiceError(
    'NotImplemented',
    'ProvidedContexts of sts:AssumeRole is not implemented by this server.',
    501,
  );
}
