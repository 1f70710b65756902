/** Issuers that serve many tenants: trust in them needs a condition that names the tenant. */
import { parseArn } from '../arn.ts';
import { foldCase } from '../ascii.ts';
import type { ConditionElement, StringElement } from './policy-document.ts';

/**
 * Provider → the claims of which one must be restricted. A key with a colon is a whole key.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 */
const requiredClaims: ReadonlyMap<string, readonly string[]> = new Map([
  ['token.actions.githubusercontent.com', ['sub', 'job_workflow_ref']],
  ['gitlab.com', ['sub']],
  ['agent.buildkite.com', ['sub']],
  ['app.terraform.io', ['sub']],
  ['api.pulumi.com/oidc', ['aud']],
  ['oidc.vercel.com', ['aud']],
  ['accounts.google.com', ['aud', 'oaud', 'sub']],
  ['sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d', ['sts:RoleSessionName']],
]);

const operators: ReadonlySet<string> = new Set([
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'ForAnyValue:StringEquals',
  'ForAnyValue:StringEqualsIgnoreCase',
  'ForAnyValue:StringLike',
]);

/** The shared issuer that a Federated value names without the condition it needs. */
export function unrestrictedSharedIssuer(
  federated: string,
  actions: StringElement | undefined,
  condition: ConditionElement | undefined,
): string | undefined {
  if (!actions?.values.some(({ value }) => reachesWebIdentity(value))) return undefined;
  const resource = parseArn(federated)?.resource ?? federated;
  const named = resource.replace(/^oidc-provider\//, '').replace(/\/$/, '');
  const issuer = named.startsWith('oidc.vercel.com/') ? 'oidc.vercel.com' : named;
  const claims = requiredClaims.get(issuer);
  if (claims === undefined) return undefined;
  const keys = claims.map((claim) => foldCase(claim.includes(':') ? claim : `${named}:${claim}`));
  const restricted = condition?.entries.some(
    ({ operator, key, values }) =>
      operators.has(operator) &&
      keys.includes(foldCase(key)) &&
      values.length > 0 &&
      values.every(({ value }) => namesTenant(value)),
  );
  return restricted === true ? undefined : named;
}

function namesTenant(value: string): boolean {
  return value.trim() !== '' && !/^[*?]/.test(value);
}

function reachesWebIdentity(action: string): boolean {
  const folded = foldCase(action);
  const star = folded.search(/[*?]/);
  const name = 'sts:assumerolewithwebidentity';
  return star < 0 ? folded === name : name.startsWith(folded.slice(0, star));
}
