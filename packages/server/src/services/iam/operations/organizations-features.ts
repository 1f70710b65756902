/** Central management of root access: features of an organization, which no account here is in. */
import { ServiceError } from '../../../protocol/service-error.ts';

/**
 * The answer to all five operations.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html
 * Unverified: the text, which is the API reference's.
 */
export function organizationNotFound(): never {
  throw new ServiceError(
    'OrganizationNotFoundException',
    'The request was rejected because no organization is associated with your account.',
    400,
  );
}
