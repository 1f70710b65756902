/**
 * Which grants of a key apply to a request.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
import { isEqual, isSubset } from './encryption-context.ts';
import type { ContextPair, GrantRecord } from './entities.ts';
import type { GrantedAction } from './key-policy.ts';
import type { FoundKey } from './key-store.ts';

/** What of a request grants look at. */
export interface GrantedRequest {
  /** Without the prefix: `Decrypt`. */
  readonly operation: string;
  readonly encryptionContext?: readonly ContextPair[];
  /** Of CreateGrant: the operations of the new grant and its constraints. */
  readonly newGrant?: Pick<GrantRecord, 'operations' | 'contextEquals' | 'contextSubset'>;
}

const contextOperations = new Set([
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
]);

/** The grants that allow the request to their grantees. */
export function grantedActions(found: FoundKey, request: GrantedRequest): readonly GrantedAction[] {
  const action = `kms:${request.operation}`;
  return found.store
    .grants(found.record.id)
    .all()
    .map(({ record }) => record)
    .filter((grant) => allows(grant, request))
    .map((grant) => ({
      grant,
      principal: grant.granteePrincipal,
      principalId: grant.granteeId,
      action,
    }));
}

function allows(grant: GrantRecord, request: GrantedRequest): boolean {
  const { operation, encryptionContext = [], newGrant } = request;
  if (!grant.operations.includes(operation)) return false;
  if (newGrant !== undefined) return isNarrower(newGrant, grant);
  if (!contextOperations.has(operation)) return true;
  const { contextEquals, contextSubset } = grant;
  if (contextEquals !== undefined && !isEqual(contextEquals, encryptionContext)) return false;
  return contextSubset === undefined || isSubset(contextSubset, encryptionContext);
}

/** A grant made by right of another gives no more than that one does. */
function isNarrower(made: NonNullable<GrantedRequest['newGrant']>, by: GrantRecord): boolean {
  if (!made.operations.every((operation) => by.operations.includes(operation))) return false;
  if (by.contextEquals !== undefined) {
    return made.contextEquals !== undefined && isEqual(made.contextEquals, by.contextEquals);
  }
  if (by.contextSubset === undefined) return true;
  const pairs = made.contextEquals ?? made.contextSubset;
  return pairs !== undefined && isSubset(by.contextSubset, pairs);
}

/** Who may retire a grant by right of the grant itself. */
export function retirers(grant: GrantRecord): readonly GrantedAction[] {
  const action = 'kms:RetireGrant';
  const { retiringPrincipal: principal, retiringId: principalId } = grant;
  return [
    ...(principal === undefined ? [] : [{ grant, principal, principalId, action }]),
    ...(grant.operations.includes('RetireGrant')
      ? [{ grant, principal: grant.granteePrincipal, principalId: grant.granteeId, action }]
      : []),
  ];
}
