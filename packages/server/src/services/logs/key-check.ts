/**
 * A log group's KMS key: its policy must let the logs service itself use it for that group.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
import { authorize } from '@sekisho/policy';
import { ServiceError } from '../../protocol/service-error.ts';
import { forwardedDemands } from '../forward-access.ts';
import type { OperationContext } from '../service.ts';

/** Throws AccessDeniedException. */
export async function checkKey(
  keyId: string,
  arn: string,
  context: OperationContext,
): Promise<void> {
  const principal = { type: 'service', service: `logs.${context.region}.amazonaws.com` } as const;
  const input = { KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: { 'aws:logs:arn': arn } };
  const request = { service: 'kms', via: 'logs', operation: 'GenerateDataKey', input };
  const demands = await forwardedDemands(request, context);
  const isAllowed = demands.every(({ action, resource, resourcePolicy, context: keys = [] }) => {
    if (resourcePolicy === undefined) return false;
    // The service acts for itself: it is no caller of an account, and nobody's forwarded access.
    const own = keys.filter(([key]) => key.startsWith('kms:EncryptionContext'));
    const asked = { principal, action, resource, context: own };
    return authorize(asked, { identity: [], resource: resourcePolicy }).outcome === 'allow';
  });
  if (isAllowed) return;
  // Unverified: the text.
  throw new ServiceError(
    'AccessDeniedException',
    `The specified KMS key does not exist or is not allowed to be used with Arn '${arn}'`,
    400,
  );
}
