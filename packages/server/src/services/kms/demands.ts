/** Demands on keys: the key policy is the root of all permission to a key. */
import { type ContextValue, type Decision, denialMessage } from '@sekisho/policy';
import { ServiceError } from '../../protocol/service-error.ts';
import type { Demand, DemandContext } from '../service.ts';
import { contextKeys } from './encryption-context.ts';
import { type ContextPair, keyOrigin, keySpec, keyUsage } from './entities.ts';
import { type GrantedRequest, grantedActions } from './grants.ts';
import { aliasArn, keyArn, readKeyName } from './key-id.ts';
import { type GrantedAction, keyPolicySource } from './key-policy.ts';
import { type FoundKey, findKey } from './key-store.ts';

export type Keys = readonly (readonly [key: string, value: ContextValue])[];

/** Keys of every KMS request. */
export function callerKeys({ caller }: DemandContext): Keys {
  return 'account' in caller ? [['kms:CallerAccount', caller.account]] : [];
}

/** Both are known by an older name too, which AWS goes on to feed. */
export function specKeys(spec: string, usage: string): Keys {
  return [
    ['kms:KeySpec', spec],
    ['kms:CustomerMasterKeySpec', spec],
    ['kms:KeyUsage', usage],
    ['kms:CustomerMasterKeyUsage', usage],
  ];
}

/** Keys that tell what a key is. */
function keyKeys({ record, store, requestAlias }: FoundKey): Keys {
  const aliases = store.aliasesOf(record.id);
  return [
    ...specKeys(keySpec, keyUsage),
    ['kms:KeyOrigin', keyOrigin],
    ['kms:MultiRegion', 'false'],
    ...(aliases.length === 0 ? [] : [['kms:ResourceAliases', aliases] as const]),
    ...(requestAlias === undefined ? [] : [['kms:RequestAlias', requestAlias] as const]),
    ...record.tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const),
  ];
}

/** What is asked of a key. */
export interface KeyRequest extends GrantedRequest {
  readonly keys?: Keys;
  /** Instead of the grants that allow the operation to their grantees. */
  readonly granted?: readonly GrantedAction[];
}

/** The demand on a key named in any way; one that does not exist is asked of identities alone. */
export function keyDemand(text: string, request: KeyRequest, context: DemandContext): Demand {
  const { operation, encryptionContext = [], keys = [] } = request;
  const action = `kms:${operation}`;
  const own = [...callerKeys(context), ...contextKeys(encryptionContext), ...keys];
  const found = findKey(text, context);
  if (found === undefined) {
    return { action, resource: absentResource(text, context), context: own };
  }
  const granted = request.granted ?? grantedActions(found, request);
  return {
    action,
    resource: found.record.arn,
    context: [...own, ...keyKeys(found)],
    resourcePolicy: keyPolicySource(found.record, granted, context.runtime.directory),
    combining: 'resource-required',
  };
}

function absentResource(text: string, context: DemandContext): string {
  const name = readKeyName(text, context);
  if (name.kind === 'key') return keyArn(context, name.account, name.id);
  if (name.kind === 'alias') return aliasArn(context, name.account, name.name);
  return text.startsWith('arn:') ? text : keyArn(context, context.account, text);
}

/** A cryptographic demand. */
export function cryptographicDemand(
  text: string,
  operation: string,
  encryptionContext: readonly ContextPair[],
  context: DemandContext,
  more: Keys = [],
): Demand {
  const keys: Keys = [['kms:EncryptionAlgorithm', keySpec], ...more];
  return keyDemand(text, { operation, encryptionContext, keys }, context);
}

/** Of a request that names its key by the ciphertext only: AWS does not tell the key then. */
export function ciphertextDenied(decision: Decision): ServiceError {
  const mark = '<ciphertext>';
  const message = denialMessage({ decision, resourceText: mark });
  const [start = '', end = ''] = message.split(` on resource: ${mark}`);
  const byResource = decision.reason?.policyType === 'resource-based policy';
  const reason = byResource
    ? ' because the resource does not exist in this Region, no resource-based policies allow ' +
      'access, or a resource-based policy explicitly denies access'
    : end;
  const text = `${start} on the resource associated with this ciphertext${reason}`;
  return new ServiceError('AccessDeniedException', text, 400);
}
