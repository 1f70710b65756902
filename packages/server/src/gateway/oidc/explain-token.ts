/** `POST /_sekisho/oidc/explanations`: what a token is to a role, claim by claim. */
import {
  authorize,
  type LayerTrace,
  type NearStatement,
  type TracedDecision,
} from '@sekisho/policy';
import type { Claims } from '../../authentication/web-identity/jwt.ts';
import type { WebIdentity } from '../../authentication/web-identity/web-identity.ts';
import { invalidJob } from '../../endpoints/oidc-issuer/index.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import type { DemandContext } from '../../services/service.ts';
import { assumeRoleWithWebIdentityDemands } from '../../services/sts/authorization.ts';
import { roleOfArn } from '../../services/sts/role-arn.ts';
import { enforce } from '../enforce.ts';
import { authenticateOwn, checkOwn } from '../own-request.ts';
import type { GatewayParts } from '../parts.ts';
import { adviceFor } from './advice.ts';
import { type Cause, trustCauses } from './cause.ts';
import { type ClaimComparison, causesOfStatement, compareClaims } from './claim-comparison.ts';
import { readMembers, textOf } from './issue-token.ts';
import { claimsToShow, judgeToken, type TokenOutcome } from './token-outcome.ts';
import { smallestChange, type TrustChange } from './trust-change.ts';

const bodyBytesMax = 65_536;
const roleArnShape = /^arn:[a-z-]{1,20}:iam::(\d{12}):role\/[\x21-\x7e]{1,576}$/;
/** What GitHub's official action calls its sessions. */
const sessionName = 'GitHubActions';

interface TrustOutcome {
  readonly error?: ServiceError;
  readonly causes: readonly Cause[];
  readonly comparisons: readonly ClaimComparison[];
  readonly change?: TrustChange;
}

/**
 * `{ token, role }` → whether the token gets a session of the role, and if not, why. Needs
 * `sekisho:ExplainWebIdentityToken` on the role, which must be the asker's own account's.
 */
export async function explainToken(request: HttpRequest, parts: GatewayParts): Promise<object> {
  const { body, context } = await authenticateOwn(request, parts, { bytesMax: bodyBytesMax });
  const members = readMembers(body, ['token', 'role']);
  const token = textOf(members, 'token', /^[^\p{C}\s]{1,20000}$/u);
  const role = textOf(members, 'role', roleArnShape);
  if (token === undefined || role === undefined) {
    throw invalidJob('The members "token" and "role" (the ARN of a role) are needed.');
  }
  if (roleArnShape.exec(role)?.[1] !== context.account) {
    const message = 'Only tokens for roles of your own account are explained.';
    throw new ServiceError('AccessDenied', message, 403);
  }
  checkOwn('sekisho:ExplainWebIdentityToken', role, context, parts);
  const judged = await judgeToken(token, context.account, request.receivedAt, parts);
  const trust = trustOf(judged, role, context, parts);
  return written(role, judged, trust);
}

function trustOf(
  { identity, read }: TokenOutcome,
  role: string,
  asker: DemandContext,
  parts: GatewayParts,
): TrustOutcome {
  if (identity === undefined || read === undefined) return { causes: [], comparisons: [] };
  const context: DemandContext = {
    ...asker,
    caller: { kind: 'web-identity', provider: identity.provider, identity },
    account: '',
  };
  const input = { RoleArn: role, RoleSessionName: sessionName, WebIdentityToken: '' };
  const demands = assumeRoleWithWebIdentityDemands(input, context);
  const now = asker.http.receivedAt;
  const { authorized } = enforce(demands, { context, library: parts.library, input, now });
  const decisions = authorized.decisions.map((decision) =>
    decision.failure === undefined ? authorize(decision.request, decision.policies) : decision,
  );
  const refused = decisions.find(({ outcome }) => outcome !== 'allow') ?? decisions[0];
  const layer = refused?.trace?.layers.find(({ policyType }) => policyType === 'role trust policy');
  const comparisons = layer === undefined ? [] : compareClaims(layer);
  if (refused === undefined || refused.outcome === 'allow') return { causes: [], comparisons };
  const error = new ServiceError(
    'AccessDenied',
    `Not authorized to perform ${refused.request.action}`,
    403,
  );
  if (roleOfArn(role, context) === undefined) {
    return { error, causes: [trustCauses.noSuchRole(role)], comparisons: [] };
  }
  if (layer === undefined || refused.trace === undefined) {
    return { error, causes: [trustCauses.noStatement()], comparisons };
  }
  const refusal = { ...refused, trace: refused.trace };
  return { error, comparisons, ...causesOf(refusal, layer, identity, read.claims) };
}

function causesOf(
  decision: TracedDecision,
  layer: LayerTrace,
  identity: WebIdentity,
  claims: Claims,
): Pick<TrustOutcome, 'causes' | 'change'> {
  if (layer.verdict === 'explicitDeny') {
    const index = layer.deciding?.trace.statement.index ?? 0;
    return { causes: [trustCauses.explicitDeny(index + 1)] };
  }
  const { action } = decision.request;
  const nearest = nearestOf(layer, { identity, claims, action });
  if (nearest === undefined) return { causes: [trustCauses.noStatement()] };
  const change = smallestChange(decision, nearest.near);
  return { causes: nearest.causes, ...(change?.proven === true && { change }) };
}

/** A statement for other principals or actions says little, however few of its elements failed. */
function nearestOf(
  { policies }: LayerTrace,
  sources: Parameters<typeof causesOfStatement>[1],
): { readonly near: NearStatement; readonly causes: readonly Cause[] } | undefined {
  const candidates = policies.flatMap(({ source, statements }) =>
    statements
      .filter(({ statement }) => statement.effect === 'Allow')
      .map((trace) => {
        const failed = trace.elements.filter(({ match }) => match !== 'yes');
        const causes = causesOfStatement(trace, sources);
        const elsewhere = failed.filter(({ element }) => element !== 'Condition').length;
        return {
          near: { source, trace, failed },
          causes,
          distance: elsewhere * 100 + causes.length,
        };
      }),
  );
  const least = Math.min(...candidates.map(({ distance }) => distance));
  return candidates.find(({ distance }) => distance === least);
}

function written(role: string, judged: TokenOutcome, trust: TrustOutcome): object {
  const { read, identity } = judged;
  const error = judged.error ?? trust.error;
  return {
    role,
    allowed: error === undefined,
    ...(error && { error: { code: error.code, message: error.message, status: error.status } }),
    token: {
      verified: identity !== undefined,
      ...(read && {
        algorithm: read.algorithm,
        keyId: read.keyId,
        claims: Object.fromEntries(claimsToShow(read.claims)),
      }),
    },
    causes: [...judged.causes, ...trust.causes].map(withAdvice),
    comparisons: trust.comparisons,
    ...(trust.change && { change: trust.change }),
  };
}

function withAdvice(cause: Cause): object {
  const advice = adviceFor(cause.code);
  return { ...cause, ...(advice && { advice }) };
}
