/** GetAuthorizationToken. */
import assert from 'node:assert/strict';
import type {
  GetAuthorizationTokenRequest,
  GetAuthorizationTokenResponse,
} from '@sekisho/catalog/types/ecr';
import type { OperationContext } from '../../service.ts';
import { issueAuthorizationToken, registryUserName } from '../authorization-token.ts';
import { invalidParameter } from '../errors.ts';
import { proxyEndpoint } from '../registry-address.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
export function getAuthorizationToken(
  { registryIds }: GetAuthorizationTokenRequest,
  context: OperationContext,
): GetAuthorizationTokenResponse {
  const { caller, region, now, runtime, account } = context;
  assert('accessKeyId' in caller, 'the operation is called with credentials only');
  if (registryIds?.some((id) => !/^\d{12}$/.test(id))) {
    const pattern = '[Member must satisfy regular expression pattern: [0-9]{12}]';
    throw invalidParameter('registryIds', `Member must satisfy constraint: ${pattern}`);
  }
  const { password, expiresAt } = issueAuthorizationToken(caller, region, now, runtime);
  const authorizationToken = Buffer.from(`${registryUserName}:${password}`).toString('base64');
  const authorizationData = [...new Set(registryIds ?? [account])].map((registryId) => ({
    authorizationToken,
    expiresAt: new Date(expiresAt),
    proxyEndpoint: proxyEndpoint({ account: registryId, region }, context),
  }));
  return { authorizationData };
}
