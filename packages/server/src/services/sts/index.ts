/** AWS Security Token Service: temporary credentials. */
import { loadServiceModel } from '@sekisho/catalog';
import { OidcWebIdentities } from '../../authentication/web-identity/oidc-web-identities.ts';
import type { WebIdentities } from '../../authentication/web-identity/web-identities.ts';
import { defineService, type Service } from '../service.ts';
import {
  assumeRoleDemands,
  assumeRoleWithSamlDemands,
  assumeRoleWithWebIdentityDemands,
  getFederationTokenDemands,
  noDemands,
} from './authorization.ts';
import { federateWebIdentity } from './federate.ts';
import { assumeRole } from './operations/assume-role.ts';
import { decodeAuthorizationMessage } from './operations/authorization-message.ts';
import { getAccessKeyInfo, getCallerIdentity } from './operations/identity.ts';
import { getFederationToken, getSessionToken } from './operations/tokens.ts';
import { assumeRoleWithWebIdentity } from './operations/web-identity.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html */
export async function createStsService(): Promise<Service> {
  let webIdentities: WebIdentities | undefined;
  return defineService({
    id: 'sts',
    signingName: 'sts',
    actionPrefix: 'sts',
    model: await loadServiceModel('sts'),
    protocols: ['aws-query'],
    validation: 'sts',
    unsigned: new Set(['AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML']),
    federate: (operation, input, context) => {
      if (operation !== 'AssumeRoleWithWebIdentity') return undefined;
      webIdentities ??= new OidcWebIdentities(context.runtime);
      return federateWebIdentity(input, context, webIdentities);
    },
    authorization: {
      AssumeRole: assumeRoleDemands,
      AssumeRoleWithSAML: assumeRoleWithSamlDemands,
      AssumeRoleWithWebIdentity: assumeRoleWithWebIdentityDemands,
      GetCallerIdentity: noDemands,
      GetSessionToken: noDemands,
      GetFederationToken: getFederationTokenDemands,
    },
    operations: {
      AssumeRole: assumeRole,
      AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
      DecodeAuthorizationMessage: decodeAuthorizationMessage,
      GetAccessKeyInfo: getAccessKeyInfo,
      GetCallerIdentity: getCallerIdentity,
      GetFederationToken: getFederationToken,
      GetSessionToken: getSessionToken,
    },
  });
}
