/** Writes typed output as XML elements: the response codec of aws-query, ec2-query and rest-xml. */
import assert from 'node:assert';
import type { ListShape, MapShape, Member, StructureShape, Traits } from '@sekisho/catalog';
import { isScalar, outputMember } from '../member.ts';
import { writeScalar } from '../scalar.ts';
import type { Precision } from '../timestamp.ts';
import { escapeXml, type XmlText } from './xml-text.ts';

/** Where the XML protocols differ when writing. */
export interface XmlDialect {
  /** The element name of a structure's member. */
  readonly memberName: (member: Member) => string;
  readonly precision: Precision;
}

/** Writes the members that are there, in model order. Attributes are the caller's affair. */
export function writeXmlMembers(
  text: XmlText,
  shape: StructureShape,
  output: unknown,
  dialect: XmlDialect,
): void {
  for (const member of shape.members) writeXmlMember(text, member, output, dialect);
}

/** Writes the members that an error has besides its code and message, where its shape is known. */
export function writeXmlErrorMembers(
  text: XmlText,
  shape: StructureShape | undefined,
  members: Readonly<Record<string, unknown>> | undefined,
  dialect: XmlDialect,
): void {
  if (shape === undefined || members === undefined) return;
  for (const member of shape.members) {
    if (member.traits.httpHeader === undefined) writeXmlMember(text, member, members, dialect);
  }
}

/** Writes one member of a structure. */
export function writeXmlMember(
  text: XmlText,
  member: Member,
  output: unknown,
  dialect: XmlDialect,
): void {
  if (member.traits.xmlAttribute === true) return;
  const value = outputMember(output, member.name);
  if (value === undefined) return;
  const name = dialect.memberName(member);
  const shape = member.shape;
  if (member.traits.xmlFlattened === true) {
    if (shape.kind === 'list') writeElements(text, shape, name, value, dialect);
    else if (shape.kind === 'map') writeEntries(text, shape, name, value, dialect);
  } else writeXmlValue(text, member, name, value, dialect);
}

/** Writes a value as one element of that name. */
export function writeXmlValue(
  text: XmlText,
  member: Member,
  name: string,
  value: unknown,
  dialect: XmlDialect,
): void {
  const shape = member.shape;
  const namespace = xmlnsOf(member.traits);
  if (shape.kind === 'structure') {
    writeXmlStructure(text, shape, name, value, dialect, namespace);
  } else if (shape.kind === 'list') {
    assert(Array.isArray(value), `${name} is a list`);
    writeWrapped(text, name, namespace, value.length === 0, () =>
      writeElements(text, shape, shape.member.traits.xmlName ?? 'member', value, dialect),
    );
  } else if (shape.kind === 'map') {
    writeWrapped(text, name, namespace, false, () =>
      writeEntries(text, shape, 'entry', value, dialect),
    );
  } else {
    const scalar = writeScalar(shape, member.traits, value, 'date-time', dialect.precision);
    text.leaf(name, scalar, namespace);
  }
}

/** Writes a structure with its attributes; an empty one is an empty element. */
export function writeXmlStructure(
  text: XmlText,
  shape: StructureShape,
  name: string,
  value: unknown,
  dialect: XmlDialect,
  namespace = '',
): void {
  const attributes = namespace + attributesOf(shape, value, dialect);
  writeWrapped(text, name, attributes, isEmpty(shape, value), () =>
    writeXmlMembers(text, shape, value, dialect),
  );
}

function writeWrapped(
  text: XmlText,
  name: string,
  attributes: string,
  empty: boolean,
  content: () => void,
): void {
  if (empty) {
    text.leaf(name, '', attributes);
    return;
  }
  text.open(name, attributes);
  content();
  text.close(name);
}

function isEmpty(shape: StructureShape, value: unknown): boolean {
  for (const member of shape.members) {
    if (member.traits.xmlAttribute === true) continue;
    if (outputMember(value, member.name) !== undefined) return false;
  }
  return true;
}

/** The `xmlns` attribute of a trait, with its leading blank. */
export function xmlnsOf(traits: Traits): string {
  const namespace = traits.xmlNamespace;
  if (namespace === undefined) return '';
  const prefix = namespace.prefix === undefined ? '' : `:${namespace.prefix}`;
  return ` xmlns${prefix}="${escapeXml(namespace.uri)}"`;
}

/** The members that are XML attributes, each with a leading blank. */
export function attributesOf(shape: StructureShape, value: unknown, dialect: XmlDialect): string {
  let attributes = '';
  for (const member of shape.members) {
    if (member.traits.xmlAttribute !== true) continue;
    const attribute = outputMember(value, member.name);
    if (attribute === undefined) continue;
    assert(isScalar(member), 'an XML attribute is a scalar');
    const text = writeScalar(
      member.shape,
      member.traits,
      attribute,
      'date-time',
      dialect.precision,
    );
    attributes += ` ${dialect.memberName(member)}="${escapeXml(text)}"`;
  }
  return attributes;
}

function writeElements(
  text: XmlText,
  shape: ListShape,
  name: string,
  list: unknown,
  dialect: XmlDialect,
): void {
  assert(Array.isArray(list), `${name} is a list`);
  for (const element of list) {
    if (element === undefined || element === null) text.leaf(name, '');
    else writeXmlValue(text, shape.member, name, element, dialect);
  }
}

function writeEntries(
  text: XmlText,
  shape: MapShape,
  name: string,
  map: unknown,
  dialect: XmlDialect,
): void {
  assert(typeof map === 'object' && map !== null, `${name} is a map`);
  const entries = map instanceof Map ? map : Object.entries(map);
  for (const [key, value] of entries) {
    if (value === undefined || value === null) continue;
    text.open(name);
    text.leaf(shape.key.traits.xmlName ?? 'key', String(key), xmlnsOf(shape.key.traits));
    writeXmlValue(text, shape.value, shape.value.traits.xmlName ?? 'value', value, dialect);
    text.close(name);
  }
}
