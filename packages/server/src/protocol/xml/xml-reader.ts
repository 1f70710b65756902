/** Reads typed input from XML elements: the request codec of rest-xml. */
import type { ListShape, MapShape, Member, StructureShape } from '@sekisho/catalog';
import { isScalar } from '../member.ts';
import type { Structure } from '../protocol.ts';
import { readScalar } from '../scalar.ts';
import { MalformedXml, type XmlElement } from './xml-parser.ts';

interface Names {
  readonly elements: ReadonlyMap<string, Member>;
  readonly attributes: ReadonlyMap<string, Member>;
}

const namesOf = new WeakMap<StructureShape, Names>();

function wireNames(shape: StructureShape): Names {
  let names = namesOf.get(shape);
  if (names === undefined) {
    const pairs = shape.members.map((m) => [m.traits.xmlName ?? m.name, m] as const);
    names = {
      elements: new Map(pairs.filter(([, member]) => member.traits.xmlAttribute !== true)),
      attributes: new Map(pairs.filter(([, member]) => member.traits.xmlAttribute === true)),
    };
    namesOf.set(shape, names);
  }
  return names;
}

/**
 * Reads a structure. Unknown elements are ignored; a member twice is MalformedXml, since two
 * readers could take different ones. Throws MalformedXml and UnreadableScalar.
 */
export function readXmlStructure(
  shape: StructureShape,
  element: XmlElement,
  isBound: (member: Member) => boolean = () => true,
): Structure {
  const structure: Structure = Object.create(null);
  const { elements, attributes } = wireNames(shape);
  for (const child of element.children) {
    const member = elements.get(child.name);
    if (member === undefined || !isBound(member)) continue;
    if (member.traits.xmlFlattened === true) readFlat(structure, member, child);
    else {
      if (member.name in structure) throw new MalformedXml(`${child.name} twice`);
      structure[member.name] = readXmlValue(member, child);
    }
  }
  for (const [name, member] of attributes) {
    const value = element.attributes.get(name);
    if (value !== undefined && isScalar(member)) {
      structure[member.name] = readScalar(member.shape, member.traits, value, 'date-time');
    }
  }
  return structure;
}

function readFlat(structure: Structure, member: Member, child: XmlElement): void {
  const shape = member.shape;
  const sofar = structure[member.name];
  if (shape.kind === 'list') {
    const list = Array.isArray(sofar) ? sofar : [];
    list.push(readXmlValue(shape.member, child));
    structure[member.name] = list;
  } else if (shape.kind === 'map') {
    const map = (sofar ?? Object.create(null)) as Record<string, unknown>;
    readEntry(shape, map, child);
    structure[member.name] = map;
  } else structure[member.name] = readXmlValue(member, child);
}

/** Reads one element as the member's shape. */
export function readXmlValue(member: Member, element: XmlElement): unknown {
  const shape = member.shape;
  if (shape.kind === 'structure') return readXmlStructure(shape, element);
  if (shape.kind === 'list') return readList(shape, element);
  if (shape.kind === 'map') {
    const map: Record<string, unknown> = Object.create(null);
    for (const child of element.children) {
      if (child.name === 'entry') readEntry(shape, map, child);
    }
    return map;
  }
  if (element.children.length > 0) throw new MalformedXml(`${element.name} has parts`);
  const isText = shape.kind === 'string';
  const text = isText ? element.text : element.text.trim();
  return readScalar(shape, member.traits, text, 'date-time');
}

function readList(shape: ListShape, element: XmlElement): unknown[] {
  const name = shape.member.traits.xmlName ?? 'member';
  const list: unknown[] = [];
  for (const child of element.children) {
    if (child.name === name) list.push(readXmlValue(shape.member, child));
  }
  return list;
}

function readEntry(shape: MapShape, map: Record<string, unknown>, entry: XmlElement): void {
  const keyName = shape.key.traits.xmlName ?? 'key';
  const valueName = shape.value.traits.xmlName ?? 'value';
  const key = entry.children.find((child) => child.name === keyName);
  const value = entry.children.find((child) => child.name === valueName);
  if (key === undefined) throw new MalformedXml('an entry without key');
  if (key.text in map) throw new MalformedXml('a key twice');
  if (value !== undefined) map[key.text] = readXmlValue(shape.value, value);
}
