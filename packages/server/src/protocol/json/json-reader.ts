/** Where JSON's reading of shapes differs from CBOR's: names, moments, bytes, special numbers. */
import type { Member, ScalarShape, Traits } from '@sekisho/catalog';
import { decodeBase64 } from '../base64.ts';
import { dateOfEpochSeconds, parseTimestamp } from '../timestamp.ts';
import type { Tree } from '../tree/tree.ts';
import type { TreeDialect } from '../tree/tree-reader.ts';

function timestamp(shape: ScalarShape, traits: Traits, tree: Tree): Date | undefined {
  const format = traits.timestampFormat ?? shape.timestampFormat ?? 'epoch-seconds';
  if (typeof tree === 'number') {
    return format === 'epoch-seconds' ? dateOfEpochSeconds(tree) : undefined;
  }
  if (typeof tree !== 'string' || format === 'epoch-seconds') return undefined;
  return parseTimestamp(tree, format);
}

const specialNumbers: ReadonlyMap<Tree, number> = new Map<Tree, number>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

const scalars = {
  timestamp,
  blob: (tree: Tree) => (typeof tree === 'string' ? decodeBase64(tree) : undefined),
  float: (tree: Tree) => (typeof tree === 'number' ? tree : specialNumbers.get(tree)),
};

/** aws-json: members by the model's names. */
export const awsJsonReading: TreeDialect = { ...scalars, memberName: (member) => member.name };

/** rest-json: members by `jsonName` where there is one. */
export const restJsonReading: TreeDialect = { ...scalars, memberName: jsonName };

/** The name of a member in rest-json documents. */
export function jsonName(member: Member): string {
  return member.traits.jsonName ?? member.name;
}
