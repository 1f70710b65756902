/** The version of the tokens that the global endpoint of STS gives out. */
import type { SetSecurityTokenServicePreferencesRequest } from '@sekisho/catalog/types/iam';
import type { OperationContext } from '../../service.ts';
import { accountChange } from '../account-record.ts';

/**
 * Shown by GetAccountSummary; every token of this server is valid in every region.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
 */
export async function setSecurityTokenServicePreferences(
  input: SetSecurityTokenServicePreferencesRequest,
  context: OperationContext,
): Promise<object> {
  const globalEndpointTokenVersion =
    input.GlobalEndpointTokenVersion === 'v2Token' ? 'v2Token' : 'v1Token';
  await context.commit([accountChange(context, { globalEndpointTokenVersion })]);
  return {};
}
