/** A strict XML parser for request bodies: no DTD, no entities but the five, bounded depth. */

/** One element. Names are local names: prefixes are dropped, for attributes they are kept. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All character data directly inside, as it stands. */
  readonly text: string;
}

/** The text is not well-formed XML, or beyond our limits. */
export class MalformedXml extends Error {}

interface OpenElement {
  readonly tag: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const depthMax = 64;
const elementsMax = 200_000;

const decoder = new TextDecoder('utf-8', { fatal: true });
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that XML 1.0 forbids
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Parses a document and returns its root. Throws MalformedXml only. */
export function parseXml(bytes: Uint8Array): XmlElement {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new MalformedXml('not UTF-8');
  }
  if (forbidden.test(text)) throw new MalformedXml('a control character');
  return new Parser(text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text).document();
}

const declaration = /^<\?xml\s+version\s*=\s*(["'])1\.[01]\1([^?<>]{0,100})\?>/;
const otherEncoding = /encoding\s*=\s*["'](?!utf-8["'])/i;
const nameText = /[\p{L}_:][\p{L}\p{N}\-._:·]*/uy;
const blanks = /[ \t\n]*/y;

class Parser {
  private readonly text: string;
  private at = 0;
  private elements = 0;
  private root: XmlElement | undefined;
  private readonly open: OpenElement[] = [];

  constructor(text: string) {
    this.text = text;
  }

  document(): XmlElement {
    const match = declaration.exec(this.text);
    if (match !== null) {
      if (otherEncoding.test(match[2] ?? '')) throw new MalformedXml('not UTF-8');
      this.at = match[0].length;
    }
    while (this.at < this.text.length) this.step();
    if (this.root === undefined || this.open.length > 0) throw new MalformedXml('no end');
    return this.root;
  }

  private step(): void {
    const less = this.text.indexOf('<', this.at);
    const end = less < 0 ? this.text.length : less;
    if (end > this.at) this.characters(resolveReferences(this.text.slice(this.at, end)));
    this.at = end;
    if (less < 0) return;
    const next = this.text[less + 1];
    if (next === '/') this.closeTag();
    else if (next === '!') this.comment();
    else if (next === '?') throw new MalformedXml('a processing instruction');
    else this.openTag();
  }

  private characters(text: string): void {
    const element = this.open.at(-1);
    if (element !== undefined) element.text += text;
    else if (text.trim() !== '') throw new MalformedXml('text outside the root');
  }

  /** Comments and CDATA sections; a DOCTYPE is refused. */
  private comment(): void {
    const isComment = this.text.startsWith('<!--', this.at);
    if (!isComment && !this.text.startsWith('<![CDATA[', this.at)) {
      throw new MalformedXml('a declaration');
    }
    const start = this.at + (isComment ? 4 : 9);
    const end = this.text.indexOf(isComment ? '-->' : ']]>', start);
    if (end < 0) throw new MalformedXml('no end');
    if (!isComment) {
      if (this.open.length === 0) throw new MalformedXml('text outside the root');
      this.characters(this.text.slice(start, end));
    }
    this.at = end + 3;
  }

  private openTag(): void {
    this.at++;
    const tag = this.name();
    if (this.root !== undefined) throw new MalformedXml('a second root');
    if (this.open.length === depthMax) throw new MalformedXml('too deep');
    if (++this.elements > elementsMax) throw new MalformedXml('too many elements');
    const attributes = this.attributes();
    const element = { tag, name: localName(tag), attributes, children: [], text: '' };
    const closed = this.text.startsWith('/>', this.at);
    if (!closed && this.text[this.at] !== '>') throw new MalformedXml('a bad tag');
    this.at += closed ? 2 : 1;
    this.open.push(element);
    if (closed) this.finish();
  }

  private closeTag(): void {
    this.at += 2;
    const tag = this.name();
    this.skipBlanks();
    if (this.open.at(-1)?.tag !== tag || this.text[this.at] !== '>') {
      throw new MalformedXml('a wrong end tag');
    }
    this.at++;
    this.finish();
  }

  private finish(): void {
    const element = this.open.pop();
    if (element === undefined) throw new MalformedXml('an end tag too many');
    const parent = this.open.at(-1);
    if (parent === undefined) this.root = element;
    else parent.children.push(element);
  }

  private name(): string {
    nameText.lastIndex = this.at;
    const name = nameText.exec(this.text)?.[0];
    if (name === undefined) throw new MalformedXml('a name is missing');
    this.at += name.length;
    return name;
  }

  private skipBlanks(): boolean {
    blanks.lastIndex = this.at;
    const length = blanks.exec(this.text)?.[0].length ?? 0;
    this.at += length;
    return length > 0;
  }

  private attributes(): ReadonlyMap<string, string> {
    let attributes = noAttributes;
    while (this.skipBlanks()) {
      const next = this.text[this.at];
      if (next === '>' || next === '/' || next === undefined) break;
      const name = this.name();
      this.skipBlanks();
      if (this.text[this.at] !== '=') throw new MalformedXml('an attribute without value');
      this.at++;
      this.skipBlanks();
      const value = this.quoted();
      if (attributes === noAttributes) attributes = new Map();
      if (attributes.has(name)) throw new MalformedXml('an attribute twice');
      attributes.set(name, value);
    }
    return attributes;
  }

  private quoted(): string {
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") throw new MalformedXml('an attribute without quotes');
    const end = this.text.indexOf(quote, this.at + 1);
    if (end < 0) throw new MalformedXml('no end');
    const value = this.text.slice(this.at + 1, end);
    if (value.includes('<')) throw new MalformedXml('a tag in an attribute');
    this.at = end + 1;
    return resolveReferences(value);
  }
}

const noAttributes = new Map<string, string>();

function localName(tag: string): string {
  return tag.slice(tag.indexOf(':') + 1);
}

const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function resolveReferences(text: string): string {
  let ampersand = text.indexOf('&');
  if (ampersand < 0) return text;
  let result = '';
  let at = 0;
  while (ampersand >= 0) {
    const end = text.indexOf(';', ampersand);
    if (end < 0 || end > ampersand + 12) throw new MalformedXml('a bad reference');
    result += text.slice(at, ampersand) + resolve(text.slice(ampersand + 1, end));
    at = end + 1;
    ampersand = text.indexOf('&', at);
  }
  return result + text.slice(at);
}

const numeric = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/;

/** S3 keys may hold control characters, which only references can carry: all but NUL are let in. */
function resolve(reference: string): string {
  const entity = entities.get(reference);
  if (entity !== undefined) return entity;
  const match = numeric.exec(reference);
  if (match === null) throw new MalformedXml('an unknown entity');
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code === 0 || code > 0x10ffff || isSurrogate) throw new MalformedXml('a bad character');
  return String.fromCodePoint(code);
}
