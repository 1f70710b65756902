/** Data as JSON and CBOR carry it, before shapes give it meaning. */

/** A CBOR tag with what it tags. */
export class Tagged {
  readonly tag: number;
  readonly value: Tree;
  constructor(tag: number, value: Tree) {
    this.tag = tag;
    this.value = value;
  }
}

/** A value of JSON or CBOR. Objects are Maps: no key can reach a prototype. */
export type Tree =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Tagged
  | readonly Tree[]
  | ReadonlyMap<string, Tree>;

/** The bytes are no document of the format, or not of the shape. Never leaves this room. */
export class Unreadable extends Error {}

/** Objects and lists may be nested this deep. */
export const depthMax = 128;

/** AWS's names of what was found instead. */
export function kindName(tree: Tree): string {
  if (tree === null) return 'NULL_VALUE';
  if (typeof tree === 'string') return 'STRING_VALUE';
  if (typeof tree === 'number') return 'NUMBER_VALUE';
  if (typeof tree === 'boolean') return tree ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return tree instanceof Uint8Array || tree instanceof Tagged ? 'BINARY_VALUE' : 'START';
}
