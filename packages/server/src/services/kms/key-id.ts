/** The four ways to name a key: id, ARN, alias, alias ARN. */
import type { DemandContext } from '../service.ts';

type Place = Pick<DemandContext, 'partition' | 'region' | 'account'>;

/** What a text names; nothing is looked up. */
export type KeyName =
  | { readonly kind: 'key'; readonly account: string; readonly id: string }
  | { readonly kind: 'alias'; readonly account: string; readonly name: string }
  /** An ARN of another region or partition. */
  | { readonly kind: 'elsewhere'; readonly region: string }
  | { readonly kind: 'invalid' };

const idForm =
  /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const arnForm = /^arn:([a-z-]+):kms:([a-z0-9-]+):(\d{12}):(key|alias)\/(.+)$/;
const aliasForm = /^alias\/[a-zA-Z0-9/_-]+$/;

export function readKeyName(text: string, place: Place): KeyName {
  const { account } = place;
  if (idForm.test(text)) return { kind: 'key', account, id: text };
  if (aliasForm.test(text)) return { kind: 'alias', account, name: text };
  const [whole, partition, region = '', owner = '', kind, rest = ''] = arnForm.exec(text) ?? [];
  if (whole === undefined) return { kind: 'invalid' };
  if (partition !== place.partition || region !== place.region)
    return { kind: 'elsewhere', region };
  if (kind === 'alias') return { kind: 'alias', account: owner, name: `alias/${rest}` };
  return idForm.test(rest) ? { kind: 'key', account: owner, id: rest } : { kind: 'invalid' };
}

export function keyArn({ partition, region }: Place, account: string, id: string): string {
  return `arn:${partition}:kms:${region}:${account}:key/${id}`;
}

/** `name` starts with `alias/`. */
export function aliasArn({ partition, region }: Place, account: string, name: string): string {
  return `arn:${partition}:kms:${region}:${account}:${name}`;
}
