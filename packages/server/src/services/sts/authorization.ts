/** STS requests → demands: what trust policies and identity policies are asked. */

import { strict as assert } from 'node:assert';
import type {
  AssumeRoleRequest,
  AssumeRoleWithSAMLRequest,
  AssumeRoleWithWebIdentityRequest,
  GetFederationTokenRequest,
} from '@sekisho/catalog/types/sts';
import type { ContextValue } from '@sekisho/policy';
import type { ContextEntry } from '../../information/entries.ts';
import { present } from '../../information/entries.ts';
import type { Demand, DemandContext } from '../service.ts';
import { accessDenied } from './errors.ts';
import { multiFactorEntries, verifyMultiFactor } from './multi-factor.ts';
import { accountOfRoleArn } from './role-arn.ts';
import { checkSessionTags, inheritedTags } from './session-tags.ts';
import { trustDemand } from './trust.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function assumeRoleDemands(
  input: AssumeRoleRequest,
  context: DemandContext,
): readonly Demand[] {
  accountOfRoleArn(input.RoleArn);
  const { caller } = context;
  if (caller.kind === 'root') throw accessDenied('Roles may not be assumed by root accounts.');
  const session = 'session' in caller ? caller.session : undefined;
  const tags = input.Tags ?? [];
  const inherited = inheritedTags(session);
  checkSessionTags(tags, input.TransitiveTagKeys ?? [], inherited);
  const sourceIdentity = input.SourceIdentity ?? session?.sourceIdentity;
  const contexts = input.ProvidedContexts ?? [];
  const providers = contexts.flatMap(({ ProviderArn: arn }) => (arn === undefined ? [] : [arn]));
  const entries: ContextEntry[] = [
    ...present(
      ['sts:RoleSessionName', input.RoleSessionName],
      ['sts:ExternalId', input.ExternalId],
      ['sts:SourceIdentity', sourceIdentity],
      ['sts:TransitiveTagKeys', nonEmpty(input.TransitiveTagKeys ?? [])],
      ['sts:RequestContextProviders', nonEmpty(providers)],
    ),
    // MFA is proven by the request, so that the trust policy already sees it.
    ...multiFactorEntries(verifyMultiFactor(input, context)),
    // Inherited tags stand for the role's own where the keys are equal (rule S4).
    ...inherited.tags.flatMap(([key, value]): ContextEntry[] => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  ];
  const arn = 'arn' in caller ? caller.arn : '';
  const refused = (action: string) =>
    accessDenied(
      `User: ${arn} is not authorized to perform: ${action} on resource: ${input.RoleArn}`,
    );
  const actions = ['sts:AssumeRole'];
  if (tags.length > 0 || inherited.tags.length > 0) actions.push('sts:TagSession');
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  if (contexts.length > 0) actions.push('sts:SetContext');
  return actions.map((action) => trustDemand(action, input.RoleArn, entries, context, refused));
}

function nonEmpty(values: readonly string[]): ContextValue | undefined {
  return values.length === 0 ? undefined : values;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export function assumeRoleWithWebIdentityDemands(
  input: AssumeRoleWithWebIdentityRequest,
  context: DemandContext,
): readonly Demand[] {
  const { caller } = context;
  assert(caller.kind === 'web-identity', 'the token is verified before the demands');
  const { identity } = caller;
  const entries: ContextEntry[] = [
    ...identity.trustKeys,
    ...present(
      ['sts:RoleSessionName', input.RoleSessionName],
      ['sts:SourceIdentity', identity.sourceIdentity],
      ['sts:TransitiveTagKeys', nonEmpty(identity.transitiveTagKeys)],
      ['aws:TagKeys', nonEmpty(identity.tags.map(([key]) => key))],
      ['aws:FederatedProvider', identity.provider],
    ),
    ...identity.tags.map(([key, value]): ContextEntry => [`aws:RequestTag/${key}`, value]),
  ];
  const actions = ['sts:AssumeRoleWithWebIdentity'];
  if (identity.tags.length > 0) actions.push('sts:TagSession');
  if (identity.sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  return actions.map((action) =>
    trustDemand(action, input.RoleArn, entries, context, notAuthorized),
  );
}

/** Who is not an identity of IAM is told the action and no more. */
function notAuthorized(action: string): Error {
  return accessDenied(`Not authorized to perform ${action}`);
}

/**
 * Assertions are not read: the caller stays anonymous, whom no trust in a SAML provider is for.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 */
export function assumeRoleWithSamlDemands(
  { RoleArn }: AssumeRoleWithSAMLRequest,
  context: DemandContext,
): readonly Demand[] {
  return [trustDemand('sts:AssumeRoleWithSAML', RoleArn, [], context, notAuthorized)];
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export function getFederationTokenDemands(
  input: GetFederationTokenRequest,
  { partition, account }: DemandContext,
): readonly Demand[] {
  const tags = input.Tags ?? [];
  checkSessionTags(tags, [], { tags: [], transitiveTagKeys: [] });
  const resource = `arn:${partition}:sts::${account}:federated-user/${input.Name}`;
  const actions = ['sts:GetFederationToken'];
  if (tags.length > 0) actions.push('sts:TagSession');
  return actions.map((action) => ({ action, resource }));
}

/** For what no permission is asked. */
export function noDemands(): readonly Demand[] {
  return [];
}
