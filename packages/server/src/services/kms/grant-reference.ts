/** How requests name a grant: by its token, or by its key and id. */
import type { Held } from '../records/record-folder.ts';
import type { DemandContext } from '../service.ts';
import type { GrantRecord } from './entities.ts';
import { type FoundKey, findKey } from './key-store.ts';

const tokenUse = 'kms/grant-token';

/** The token of a grant: opaque, and no secret that gives rights. */
export function grantToken(keyArn: string, grantId: string, { runtime }: DemandContext): string {
  return runtime.sealer.seal(JSON.stringify([keyArn, grantId]), tokenUse);
}

export interface GrantReference {
  readonly GrantToken?: string | undefined;
  readonly KeyId?: string | undefined;
  readonly GrantId?: string | undefined;
}

export interface FoundGrant {
  readonly key: FoundKey;
  readonly grant: Held<GrantRecord>;
}

/** undefined when token, key or grant is not there. */
export function findGrant(
  { GrantToken: token, KeyId: keyId, GrantId: grantId }: GrantReference,
  context: DemandContext,
): FoundGrant | undefined {
  const [arn, id] = token === undefined ? [keyId, grantId] : readToken(token, context);
  const key = arn === undefined ? undefined : findKey(arn, context);
  if (key === undefined || id === undefined) return undefined;
  const grant = key.store.grants(key.record.id).find(id);
  return grant === undefined ? undefined : { key, grant };
}

function readToken(token: string, { runtime }: DemandContext): readonly string[] {
  const text = runtime.sealer.open(token, tokenUse);
  if (text === undefined) return [];
  const parts: unknown = JSON.parse(text);
  return Array.isArray(parts) ? parts.map(String) : [];
}
