/** Pages of KMS's lists: Limit, Marker, NextMarker, Truncated. */
import { paginate } from '../records/page.ts';
import type { DemandContext } from '../service.ts';
import { invalidMarker } from './errors.ts';

export interface ListInput {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

/** `list` tells this list apart from others: operation, key and filters. */
export function listPage<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { Limit, Marker }: ListInput,
  list: readonly (string | undefined)[],
  context: DemandContext,
  limitDefault: number,
): {
  readonly items: readonly Item[];
  readonly rest: { readonly NextMarker: string | undefined; readonly Truncated: boolean };
} {
  const request = {
    token: Marker,
    itemsMax: Limit ?? limitDefault,
    list,
    invalidToken: invalidMarker,
  };
  const { items: page, nextToken } = paginate(items, keyOf, request, context);
  return { items: page, rest: { NextMarker: nextToken, Truncated: nextToken !== undefined } };
}
