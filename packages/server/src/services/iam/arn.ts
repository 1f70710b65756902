/** ARNs of IAM's own resources: written from records, and read from requests. */
import { invalidInput, validationError } from './errors.ts';

/** Where a resource lives. */
export interface ArnScope {
  readonly partition: string;
  readonly account: string;
}

export type ArnKind =
  | 'user'
  | 'group'
  | 'role'
  | 'policy'
  | 'instance-profile'
  | 'server-certificate'
  | 'mfa';

/** `arn:aws:iam::123456789012:role/path/name`. */
export function entityArn(
  scope: ArnScope,
  kind: ArnKind,
  entity: { readonly path: string; readonly name: string },
): string {
  return `arn:${scope.partition}:iam::${scope.account}:${kind}${entity.path}${entity.name}`;
}

export function oidcProviderArn(scope: ArnScope, url: string): string {
  return `arn:${scope.partition}:iam::${scope.account}:oidc-provider/${url}`;
}

export function samlProviderArn(scope: ArnScope, name: string): string {
  return `arn:${scope.partition}:iam::${scope.account}:saml-provider/${name}`;
}

/** An IAM ARN in its parts; `resource` is everything after the kind's first slash. */
export interface IamArn {
  readonly partition: string;
  readonly account: string;
  readonly kind: string;
  readonly resource: string;
}

/** The parts of an IAM ARN; undefined when it has another form. */
export function parseIamArn(arn: string): IamArn | undefined {
  const [prefix, partition, service, region, account, ...rest] = arn.split(':');
  if (prefix !== 'arn' || service !== 'iam' || region !== '') return undefined;
  if (partition === undefined || account === undefined) return undefined;
  const resource = rest.join(':');
  const slash = resource.indexOf('/');
  if (slash <= 0) return undefined;
  return {
    partition,
    account,
    kind: resource.slice(0, slash),
    resource: resource.slice(slash + 1),
  };
}

/** Throws `ARN X is not valid.` for what is no ARN at all. */
export function checkArn(arn: string): void {
  if (!hasArnForm(arn)) throw validationError(`ARN ${arn} is not valid.`);
}

/** Throws InvalidInput for what cannot be a permissions boundary: it must be a policy's ARN. */
export function checkBoundaryArn(arn: string): void {
  if (parseIamArn(arn)?.kind !== 'policy') throw invalidInput(`ARN ${arn} is not valid.`);
}

function hasArnForm(arn: string): boolean {
  const parts = arn.split(':');
  return parts.length >= 6 && parts[0] === 'arn' && parts[1] !== '' && parts[2] !== '';
}
