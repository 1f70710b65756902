/**
 * Claims as condition keys: those that every provider has, and those of certain providers.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
import type { JsonNode } from '@sekisho/policy';
import type { Claims } from './jwt.ts';
import type { Audience } from './token-audience.ts';
import type { ClaimKeys } from './web-identity.ts';

const gitHub = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
];
const gitLab = [
  'namespace_id',
  'pipeline_source',
  'project_id',
  'ref_protected',
  'runner_environment',
  'user_access_level',
  'user_email',
  'user_id',
  'user_login',
];
const buildkite = [
  'build_branch',
  'cluster_id',
  'cluster_name',
  'organization_id',
  'organization_slug',
  'pipeline_id',
  'pipeline_slug',
];

/** By provider: the service authorization reference of AWS STS. */
const furtherClaims: readonly (readonly [provider: RegExp, claims: readonly string[]])[] = [
  [/^token\.actions\.githubusercontent\.com(?:\/.+)?$/, gitHub],
  [/^token\.actions\.[^./]+\.ghe\.com$/, gitHub],
  [/^github\.com\/enterprises\/[^/]+$/, gitHub],
  [/^gitlab\.com$/, gitLab],
  [/^agent\.buildkite\.com$/, buildkite],
  [/^agent\.[^./]+\.buildkite\.(?:dev|site)$/, buildkite],
  [/^accounts\.google\.com$/, ['google/organization_number']],
  [/^oidc\.circleci\.com\/org\/[^/]+$/, ['oidc.circleci.com/project-id']],
  [/^idcs-[^./]+\.identity\.oraclecloud\.com$/, ['rpst_id']],
];

/** Keys of the trust policy's evaluation, and those that the session keeps. */
export function claimKeys(
  provider: string,
  claims: Claims,
  subject: string,
  { audience, original }: Audience,
): { readonly trustKeys: ClaimKeys; readonly sessionKeys: ClaimKeys } {
  const key = (claim: string): string => `${provider}:${claim}`;
  const methods = listOf(claims.get('amr')?.value);
  const kept: ClaimKeys = [
    [key('aud'), audience],
    [key('sub'), subject],
    ...(methods === undefined ? [] : [[key('amr'), methods] as const]),
  ];
  const further = furtherClaims.find(([shape]) => shape.test(provider))?.[1] ?? [];
  const single = ['azp', 'email', ...further].flatMap((claim) => {
    const value = textOf(claims.get(claim)?.value);
    return value === undefined ? [] : [[key(claim), value] as const];
  });
  const [onlyOriginal] = original ?? [];
  const oaud =
    original === undefined || onlyOriginal === undefined
      ? []
      : [[key('oaud'), original.length === 1 ? onlyOriginal : original] as const];
  return { trustKeys: [...kept, ...single, ...oaud], sessionKeys: kept };
}

/** Strings, numbers and booleans have a text; other claims give no key. */
function textOf(node: JsonNode | undefined): string | undefined {
  switch (node?.kind) {
    case 'string':
      return node.value;
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    default:
      return undefined;
  }
}

function listOf(node: JsonNode | undefined): readonly string[] | undefined {
  if (node === undefined) return undefined;
  const items = node.kind === 'array' ? node.items : [node];
  const texts = items.flatMap((item) => textOf(item) ?? []);
  return texts.length === items.length ? texts : undefined;
}
