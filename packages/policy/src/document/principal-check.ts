/** Whether the principals of a resource-based policy are ones that AWS would take. */
import { isAccountId, parseArn } from '../arn.ts';
import type { Positioned, PrincipalKind } from './policy-document.ts';

/** What a policy's writer can look up. */
export interface PrincipalLookUp {
  /** Whether the user, role, account (`…:root`) or session ARN names something that exists. */
  readonly principalExists: (arn: string) => boolean;
  /** Whether the service principal is known; without it, every well-formed name is. */
  readonly serviceExists?: (service: string) => boolean;
  /** Whether the identity provider exists; without it, every well-formed ARN does. */
  readonly providerExists?: (arn: string) => boolean;
  /** Partition of account principals; default `aws`. */
  readonly partition?: string;
}

type Entry = Positioned & { readonly kind: PrincipalKind };

const principalResource =
  /^(?:root|(?:user|role)\/[^*?]+|assumed-role\/[^*?/]+\/[^*?]+|federated-user\/[^*?]+)$/;
const uniqueId = /^A(?:ID|RO)A[A-Z0-9]{12,124}$/;
const serviceName =
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|aws\.internal|amazon\.com)$/;
const domainName = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/;

/** Whether an entry of the kinds AWS, Service and Federated is acceptable. */
export function isValidPrincipal({ kind, value }: Entry, lookUp: PrincipalLookUp): boolean {
  switch (kind) {
    case 'AWS':
      return isValidAwsPrincipal(value, lookUp);
    case 'Service':
      return serviceName.test(value) && (lookUp.serviceExists?.(value) ?? true);
    case 'Federated':
      return (
        isFederatedForm(value) &&
        (domainName.test(value) || (lookUp.providerExists?.(value) ?? true))
      );
    case 'CanonicalUser':
      return false;
  }
}

function isValidAwsPrincipal(value: string, lookUp: PrincipalLookUp): boolean {
  if (value === '*') return true;
  if (isAccountId(value)) {
    return lookUp.principalExists(`arn:${lookUp.partition ?? 'aws'}:iam::${value}:root`);
  }
  // What AWS prints for a principal that was deleted can be written back while that id exists.
  if (uniqueId.test(value)) return lookUp.principalExists(value);
  const arn = parseArn(value);
  if (arn === undefined || arn.region !== '' || !isAccountId(arn.account)) return false;
  const session = /^(?:assumed-role|federated-user)\//.test(arn.resource);
  if (arn.service !== (session ? 'sts' : 'iam')) return false;
  return principalResource.test(arn.resource) && lookUp.principalExists(value);
}

/** Whether a Federated value is a domain name or the ARN of an identity provider. */
export function isFederatedForm(value: string): boolean {
  if (domainName.test(value)) return true;
  const arn = parseArn(value);
  return (
    arn !== undefined &&
    arn.service === 'iam' &&
    arn.region === '' &&
    isAccountId(arn.account) &&
    /^(?:oidc|saml)-provider\/[^*?]+$/.test(arn.resource)
  );
}
