/**
 * The instance identity document and its signature: proof of the instance that it was read on.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
 */
import { createHash } from 'node:crypto';
import type { Sealer } from '../service.ts';

/** What a document says. */
export interface InstanceIdentity {
  readonly accountId: string;
  readonly instanceId: string;
  readonly region: string;
}

function use(document: string): string {
  return `instance-identity ${createHash('sha256').update(document).digest('hex')}`;
}

/** A seal of this server, where AWS has an RSA signature; base64 as well. */
export function signIdentityDocument(document: string, sealer: Sealer): string {
  return sealer.seal('', use(document));
}

/** Whether this server signed exactly that document. */
export function isSignedIdentityDocument(
  document: string,
  signature: string,
  sealer: Sealer,
): boolean {
  return sealer.open(signature.trim(), use(document)) === '';
}

/** undefined when the text is no identity document. */
export function readIdentityDocument(document: string): InstanceIdentity | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    return undefined;
  }
  const accountId = member(parsed, 'accountId');
  const instanceId = member(parsed, 'instanceId');
  const region = member(parsed, 'region');
  if (accountId === undefined || instanceId === undefined || region === undefined) return undefined;
  return { accountId, instanceId, region };
}

function member(document: unknown, name: string): string | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const value: unknown = Reflect.get(document, name);
  return typeof value === 'string' ? value : undefined;
}
