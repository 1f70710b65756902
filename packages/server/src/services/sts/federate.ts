/** The caller of AssumeRoleWithWebIdentity: proven by its token for the account of the role. */
import type { AssumeRoleWithWebIdentityRequest } from '@sekisho/catalog/types/sts';
import type { Caller } from '../../authentication/caller.ts';
import type { WebIdentities } from '../../authentication/web-identity/web-identities.ts';
import type { DemandContext } from '../service.ts';
import { invalidIdentityToken } from './errors.ts';
import { accountOfRoleArn } from './role-arn.ts';

/** Throws ServiceError with AWS's answer when the token proves nothing. */
export async function federateWebIdentity(
  input: unknown,
  { http }: DemandContext,
  webIdentities: WebIdentities,
): Promise<Caller> {
  const { RoleArn, WebIdentityToken, ProviderId } = input as AssumeRoleWithWebIdentityRequest;
  const account = accountOfRoleArn(RoleArn);
  // ProviderId is for OAuth 2.0 access tokens of two providers, whose tokens are no JWT.
  if (ProviderId !== undefined) {
    throw invalidIdentityToken('Provided Token is not a Login With Amazon token');
  }
  // Clients send a token file as it is, with the newline at its end.
  const token = WebIdentityToken.replace(/\r?\n$/, '');
  const identity = await webIdentities.verify(token, account, http.receivedAt);
  return { kind: 'web-identity', provider: identity.provider, identity };
}
