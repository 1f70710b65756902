/** What nobody may change: AWS managed keys. */
import { ServiceError } from '../../protocol/service-error.ts';
import type { FoundKey } from './key-store.ts';

/** Throws AccessDeniedException. Unverified: the text. */
export function requireCustomerManaged(found: FoundKey): FoundKey {
  const { manager, arn } = found.record;
  if (manager === 'CUSTOMER') return found;
  throw new ServiceError('AccessDeniedException', `${arn} is an AWS managed key.`, 400);
}
