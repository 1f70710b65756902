/** Pages of a list: MaxItems, IsTruncated, and markers that only we can have made. */
import { createHash } from 'node:crypto';
import type { OperationContext } from '../service.ts';
import { validationError } from './errors.ts';

/** What every paginated request has. */
export interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** One page and what its response says of the rest. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly rest: { readonly IsTruncated: boolean; readonly Marker?: string };
}

/** How the list is identified and its items told apart. */
export interface Paging<Item> {
  /** Operation, parent and filters: a marker of another list is no marker. */
  readonly list: readonly (string | undefined)[];
  readonly keyOf: (item: Item) => string;
  /** The list is in ascending order of its keys (by code unit). */
  readonly sorted: boolean;
  /** The ValidationError's text for a marker that is not ours. */
  readonly invalidMarker?: string;
}

const itemsDefault = 100;

/**
 * The page after the marker. An item that went away meanwhile is no hindrance: in a sorted list
 * the page starts after where it stood, otherwise from the start (repeating, never skipping).
 */
export function paginate<Item>(
  items: readonly Item[],
  input: PageInput,
  context: OperationContext,
  paging: Paging<Item>,
): Page<Item> {
  const associated = JSON.stringify(['marker', context.account, ...paging.list]);
  const { sealer } = context.runtime;
  let start = 0;
  if (input.Marker !== undefined) {
    const after = sealer.open(input.Marker, associated);
    if (after === undefined) throw validationError(paging.invalidMarker ?? 'Invalid Marker.');
    start = startAfter(items, after, paging);
  }
  const end = start + (input.MaxItems ?? itemsDefault);
  const page = items.slice(start, end);
  const last = page.at(-1);
  if (end >= items.length || last === undefined) {
    return { items: page, rest: { IsTruncated: false } };
  }
  const marker = sealer.seal(positionOf(last, paging), associated);
  return { items: page, rest: { IsTruncated: true, Marker: marker } };
}

function startAfter<Item>(items: readonly Item[], after: string, paging: Paging<Item>): number {
  const index = paging.sorted
    ? items.findIndex((item) => paging.keyOf(item) > after)
    : items.findIndex((item) => positionOf(item, paging) === after) + 1;
  return index === -1 ? items.length : index;
}

/** A marker has 320 characters at most, which names fit into; other keys are told by a digest. */
function positionOf<Item>(item: Item, paging: Paging<Item>): string {
  const key = paging.keyOf(item);
  return paging.sorted ? key : createHash('sha256').update(key).digest('base64');
}
