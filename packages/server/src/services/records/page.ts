/** Pages of a list in ascending order, with next tokens that only this server can have made. */
import type { DemandContext } from '../service.ts';

/** What is asked for, and how the list is told apart from others. */
export interface PageRequest {
  readonly token: string | undefined;
  readonly itemsMax: number;
  /** Operation, parent and filters: a token of another list is no token. */
  readonly list: readonly (string | undefined)[];
  readonly invalidToken: () => Error;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/** The page after the token. `keyOf` ascends by code unit, or descends throughout. */
export function paginate<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  request: PageRequest,
  { runtime, account }: DemandContext,
  order: 'ascending' | 'descending' = 'ascending',
): Page<Item> {
  const { token, itemsMax, list, invalidToken } = request;
  const associated = JSON.stringify(['page', account, ...list]);
  let start = 0;
  if (token !== undefined) {
    const after = runtime.sealer.open(token, associated);
    if (after === undefined) throw invalidToken();
    const index = items.findIndex((item) =>
      order === 'ascending' ? keyOf(item) > after : keyOf(item) < after,
    );
    start = index === -1 ? items.length : index;
  }
  const page = items.slice(start, start + itemsMax);
  const last = page.at(-1);
  if (last === undefined || start + itemsMax >= items.length) {
    return { items: page, nextToken: undefined };
  }
  return { items: page, nextToken: runtime.sealer.seal(keyOf(last), associated) };
}
