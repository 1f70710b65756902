/** A service assumes a role (EC2 for its instances): the trust policy is really evaluated. */
import { type AuthorizationRequest, authorize, type Decision } from '@sekisho/policy';
import type { SessionTokens } from '../authentication/session-token.ts';
import type { Directory, Owned } from '../directory/directory.ts';
import { foldCase, type RoleRecord } from '../directory/records.ts';
import { contextDate } from '../information/entries.ts';
import type { Clock } from '../platform/platform.ts';
import { RefusedByPolicy } from '../services/refused-by-policy.ts';
import type { Credentials, ServiceAssumeRole } from '../services/service.ts';
import { trustPolicyOf } from '../services/sts/trust.ts';

const roleArn = /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

/** Makes the function that services call. Its calls throw ServiceError AccessDenied when refused. */
export function createServiceAssumeRole(parts: {
  readonly directory: Directory;
  readonly partition: string;
  readonly tokens: SessionTokens;
  readonly clock: Clock;
}): (request: ServiceAssumeRole) => Credentials {
  const { directory, tokens, clock } = parts;
  return (request) => {
    const role = findRole(request.roleArn, directory, parts.partition);
    const [, account = ''] = roleArn.exec(request.roleArn) ?? [];
    const trustPolicy = role && trustPolicyOf(role.record, directory, parts.partition);
    const now = clock.now();
    const asked = requestOf(request, account, now);
    if (role === undefined) throw refused(request, failed(asked, 'the role does not exist'));
    // A trust policy that cannot be read trusts nobody.
    if (trustPolicy === undefined) {
      throw refused(request, failed(asked, 'the trust policy cannot be read'));
    }
    const decision = authorize(asked, {
      identity: [],
      resource: trustPolicy,
      combining: 'resource-required',
      resourceIsTrustPolicy: true,
    });
    if (decision.outcome !== 'allow') throw refused(request, decision);
    // MaxSessionDuration does not limit sessions that AWS services assume.
    return tokens.mint({
      kind: 'role',
      account,
      issuedAt: now,
      expiresAt: now + request.sessionSeconds * 1000,
      principalId: role.record.id,
      principalName: role.record.name,
      sessionName: request.sessionName,
      tags: [],
      transitiveTagKeys: [],
      chained: false,
      contextKeys: request.contextKeys,
    });
  };
}

/**
 * Names are unique whatever the path. An ARN with another path names no role: `iam:PassRole` was
 * asked for on that ARN, which a policy on `role/<path>/*` may allow.
 */
function findRole(
  arn: string,
  directory: Directory,
  partition: string,
): Owned<RoleRecord> | undefined {
  const [, account = '', name = ''] = roleArn.exec(arn) ?? [];
  const role = directory.find(account, 'role', name);
  if (role === undefined) return undefined;
  const { path, name: storedName } = role.record;
  const stored = `arn:${partition}:iam::${account}:role${path}${storedName}`;
  // As canonicalArn, of which the decision was made: spellings that differ in case are one role's.
  return foldCase(stored) === foldCase(arn) ? role : undefined;
}

function requestOf(request: ServiceAssumeRole, account: string, now: number): AuthorizationRequest {
  return {
    principal: { type: 'service', service: request.service },
    action: 'sts:AssumeRole',
    resource: request.roleArn,
    resourceAccount: account,
    context: [
      ['aws:PrincipalIsAWSService', 'true'],
      ['aws:PrincipalServiceName', request.service],
      ['aws:PrincipalServiceNamesList', [request.service]],
      ['aws:CurrentTime', contextDate(now)],
      ['aws:EpochTime', String(Math.floor(now / 1000))],
      ['aws:ResourceAccount', account],
      ['sts:RoleSessionName', request.sessionName],
      ...request.context,
    ],
  };
}

function failed(request: AuthorizationRequest, failure: string): Decision {
  return { outcome: 'implicitDeny', failure, request, policies: { identity: [] } };
}

function refused({ service, roleArn: arn }: ServiceAssumeRole, decision: Decision) {
  return new RefusedByPolicy(
    'AccessDenied',
    `User: ${service} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    403,
    [decision],
  );
}
