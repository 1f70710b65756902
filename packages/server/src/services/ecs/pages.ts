/** Pages of ECS's lists: `maxResults` from 1 to 100, and next tokens. */
import { paginate } from '../records/page.ts';
import type { OperationContext } from '../service.ts';
import { invalidNextToken, invalidParameter } from './errors.ts';
import { listedMax } from './limits.ts';

/** What every List operation has in its input. */
export interface PageInput {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** The page after the token. `filters` tell the list apart from others. */
export function page<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { nextToken, maxResults }: PageInput,
  filters: readonly (string | undefined)[],
  context: OperationContext,
  order: 'ascending' | 'descending' = 'ascending',
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  // Unverified: the text.
  if (maxResults !== undefined && (maxResults < 1 || maxResults > listedMax)) {
    throw invalidParameter(`maxResults must be between 1 and ${listedMax}.`);
  }
  const request = {
    token: nextToken,
    itemsMax: maxResults ?? listedMax,
    list: ['ecs', context.region, ...filters],
    invalidToken: invalidNextToken,
  };
  return paginate(items, keyOf, request, context, order);
}
