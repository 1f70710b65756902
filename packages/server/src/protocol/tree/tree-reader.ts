/** Reads typed input from a tree: the part of the request codec that JSON and CBOR share. */
import type {
  MapShape,
  Member,
  ScalarShape,
  Shape,
  StructureShape,
  Traits,
} from '@sekisho/catalog';
import type { Structure } from '../protocol.ts';
import { kindName, Tagged, type Tree, Unreadable } from './tree.ts';

/** Where JSON and CBOR differ when reading. */
export interface TreeDialect {
  readonly memberName: (member: Member) => string;
  readonly timestamp: (shape: ScalarShape, traits: Traits, tree: Tree) => Date | undefined;
  readonly blob: (tree: Tree) => Uint8Array | undefined;
  /** NaN and the infinities, which JSON writes as texts. */
  readonly float: (tree: Tree) => number | undefined;
}

/** Reads a structure from an object. Unknown members are ignored; null is absent. */
export function readTreeStructure(
  shape: StructureShape,
  tree: Tree,
  dialect: TreeDialect,
  isBound?: (member: Member) => boolean,
): Structure {
  if (!(tree instanceof Map)) throw new Unreadable(unexpected(tree));
  const structure: Structure = Object.create(null);
  let present = 0;
  for (const member of shape.members) {
    if (isBound !== undefined && !isBound(member)) continue;
    const value: Tree | undefined = tree.get(dialect.memberName(member));
    if (value === undefined || value === null) continue;
    structure[member.name] = readTree(member.shape, member.traits, value, dialect);
    present++;
  }
  if (shape.union === true && present !== 1) {
    throw new Unreadable('Exactly one member of a union must be set.');
  }
  return structure;
}

// Unverified: AWS's texts, seen in Java services; the code is certain.
function unexpected(tree: Tree): string {
  if (Array.isArray(tree)) return 'Start of list found where not expected';
  if (tree instanceof Map) return 'Start of structure or map found where not expected.';
  return `Unrecognized collection type: ${kindName(tree)}`;
}

/** Reads a value as the shape. */
export function readTree(shape: Shape, traits: Traits, tree: Tree, dialect: TreeDialect): unknown {
  switch (shape.kind) {
    case 'structure':
      return readTreeStructure(shape, tree, dialect);
    case 'list':
      if (!Array.isArray(tree)) throw new Unreadable(unexpected(tree));
      return tree.map((element) => readElement(shape.member, element, dialect));
    case 'map':
      return readMap(shape, tree, dialect);
    case 'document':
      return plain(tree);
    default:
      return readScalarTree(shape, traits, tree, dialect);
  }
}

function readElement(member: Member, tree: Tree, dialect: TreeDialect): unknown {
  return tree === null ? null : readTree(member.shape, member.traits, tree, dialect);
}

function readMap(shape: MapShape, tree: Tree, dialect: TreeDialect): Record<string, unknown> {
  if (!(tree instanceof Map)) throw new Unreadable(unexpected(tree));
  const map: Record<string, unknown> = Object.create(null);
  for (const [key, value] of tree) {
    if (value === null && shape.sparse !== true) continue;
    map[key] = readElement(shape.value, value, dialect);
  }
  return map;
}

function readScalarTree(
  shape: ScalarShape,
  traits: Traits,
  tree: Tree,
  dialect: TreeDialect,
): unknown {
  const value = scalarOf(shape, traits, tree, dialect);
  if (value === undefined) {
    const isCollection = Array.isArray(tree) || tree instanceof Map;
    throw new Unreadable(
      isCollection
        ? unexpected(tree)
        : `${kindName(tree)} can not be converted to ${typeNames[shape.kind]}`,
    );
  }
  return value;
}

const typeNames: Readonly<Record<ScalarShape['kind'], string>> = {
  string: 'a String',
  boolean: 'Boolean',
  integer: 'an Integer',
  long: 'a Long',
  float: 'a Float',
  double: 'a Double',
  timestamp: 'a Timestamp',
  blob: 'a Blob',
  document: 'a Document',
};

function scalarOf(shape: ScalarShape, traits: Traits, tree: Tree, dialect: TreeDialect): unknown {
  switch (shape.kind) {
    case 'string':
      return typeof tree === 'string' ? tree : undefined;
    case 'boolean':
      return typeof tree === 'boolean' ? tree : undefined;
    case 'integer':
      return typeof tree === 'number' && (tree | 0) === tree ? tree : undefined;
    case 'long':
      return Number.isSafeInteger(tree) ? tree : undefined;
    case 'float':
    case 'double':
      return dialect.float(tree);
    case 'timestamp':
      return dialect.timestamp(shape, traits, tree);
    default:
      return dialect.blob(tree);
  }
}

/** A document as plain values; objects without a prototype. */
export function plain(tree: Tree): unknown {
  if (tree instanceof Map) {
    const object: Record<string, unknown> = Object.create(null);
    for (const [key, value] of tree) object[key] = plain(value);
    return object;
  }
  if (Array.isArray(tree)) return tree.map(plain);
  return tree instanceof Tagged ? plain(tree.value) : tree;
}
