/** Pages of the Describe operations: MaxResults, and tokens that only we can have made. */
import type { DemandContext } from '../service.ts';
import { ec2Error, invalidParameterValue } from './errors.ts';

/** What every paginated request has. */
export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly NextToken?: string;
}

/** Bounds of MaxResults; most operations have 5 and 1000. */
export interface PageBounds {
  readonly min: number;
  readonly max: number;
}

/** The page after the token. `items` are in ascending order of their keys. */
export function paginate<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  request: PageRequest,
  context: DemandContext,
  operation: string,
  bounds: PageBounds = { min: 5, max: 1000 },
): Page<T> {
  const { MaxResults: size, NextToken: token } = request;
  if (size !== undefined && (size < bounds.min || size > bounds.max)) {
    // Unverified: the text.
    const expected = size < bounds.min ? `greater than ${bounds.min}` : `less than ${bounds.max}`;
    throw invalidParameterValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value ${expected}.`,
    );
  }
  const { sealer } = context.runtime;
  const use = `ec2/next-token/${operation}/${context.account}/${context.region}`;
  let rest = items;
  if (token !== undefined && token !== '') {
    const after = sealer.open(token, use);
    if (after === undefined) {
      throw ec2Error('InvalidNextToken', 'The specified NextToken is not valid.');
    }
    rest = items.filter((item) => keyOf(item) > after);
  }
  if (size === undefined || rest.length <= size) return { items: rest };
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return last === undefined
    ? { items: page }
    : { items: page, NextToken: sealer.seal(keyOf(last), use) };
}
