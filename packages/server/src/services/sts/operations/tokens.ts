/** GetSessionToken and GetFederationToken: temporary credentials of users and of root. */
import { strict as assert } from 'node:assert';
import type {
  GetFederationTokenRequest,
  GetFederationTokenResponse,
  GetSessionTokenRequest,
  GetSessionTokenResponse,
} from '@sekisho/catalog/types/sts';
import type { RootCaller, UserCaller } from '../../../authentication/caller.ts';
import type { OperationContext } from '../../service.ts';
import { toCredentials } from '../entities.ts';
import { accessDenied } from '../errors.ts';
import { rootTokenSecondsMax, tokenSecondsDefault } from '../limits.ts';
import { verifyMultiFactor } from '../multi-factor.ts';
import { readSessionPolicies } from '../session-policy.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export async function getSessionToken(
  input: GetSessionTokenRequest,
  context: OperationContext,
): Promise<GetSessionTokenResponse> {
  const caller = longTermCaller('GetSessionToken', context);
  const proof = verifyMultiFactor(input, context);
  if (proof !== undefined) await context.commit([proof.use]);
  const issued = context.runtime.issueSession({
    kind: 'session-token',
    ...tokenOf(caller, input.DurationSeconds, context),
    sessionName: '',
    tags: [],
    ...(proof === undefined ? {} : { multiFactorAt: proof.at }),
  });
  return { Credentials: toCredentials(issued) };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export async function getFederationToken(
  input: GetFederationTokenRequest,
  context: OperationContext,
): Promise<GetFederationTokenResponse> {
  const caller = longTermCaller('GetFederationToken', context);
  const { account, partition } = caller;
  const tags = input.Tags ?? [];
  const policies = await readSessionPolicies(input, tags, account, context);
  const issued = context.runtime.issueSession({
    kind: 'federated-user',
    ...tokenOf(caller, input.DurationSeconds, context),
    sessionName: input.Name,
    // Without any session policy the federated user has no permissions of its own (rule E7).
    sessionPolicies: [],
    ...policies.session,
    tags: tags.map(({ Key, Value }) => [Key, Value] as const),
  });
  return {
    Credentials: toCredentials(issued),
    FederatedUser: {
      FederatedUserId: `${account}:${input.Name}`,
      Arn: `arn:${partition}:sts::${account}:federated-user/${input.Name}`,
    },
    PackedPolicySize: policies.packedPercent,
  };
}

/** Throws AccessDenied for callers with temporary credentials. */
function longTermCaller(operation: string, { caller }: OperationContext): UserCaller | RootCaller {
  if ('session' in caller && caller.session !== undefined) {
    throw accessDenied(`Cannot call ${operation} with session credentials`);
  }
  assert(caller.kind === 'user' || caller.kind === 'root', 'a signed caller without a session');
  return caller;
}

/** What both kinds of session have. The root user never gets more than an hour. */
function tokenOf(
  caller: UserCaller | RootCaller,
  asked: number | undefined,
  { now }: OperationContext,
) {
  const isRoot = caller.kind === 'root';
  const wanted = asked ?? tokenSecondsDefault;
  const seconds = isRoot ? Math.min(wanted, rootTokenSecondsMax) : wanted;
  return {
    account: caller.account,
    issuedAt: now,
    expiresAt: now + seconds * 1000,
    principalId: caller.userId,
    principalName: isRoot ? '' : caller.userName,
    transitiveTagKeys: [],
    chained: false,
    contextKeys: [],
  };
}
