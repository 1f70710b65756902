/** Text of an XML document as it is written: elements, escapes, indentation (XML 1.0). */

/** How a service lays out its XML. */
export interface XmlLayout {
  /** One level of indentation; '' = everything on one line. */
  readonly indent: string;
  /** Whether `<?xml version="1.0" encoding="UTF-8"?>` and a line end stand first. */
  readonly declaration: boolean;
}

/** IAM, STS and the other query services. */
export const queryLayout: XmlLayout = { indent: '  ', declaration: false };
/** EC2. */
export const ec2Layout: XmlLayout = { indent: '    ', declaration: true };
/** S3. */
export const compactLayout: XmlLayout = { indent: '', declaration: true };

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot carry them raw
const special = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\u0085\u2028]/;

/** Escapes text or an attribute value. Characters that XML cannot carry become references. */
export function escapeXml(text: string): string {
  if (!special.test(text)) return text;
  let escaped = '';
  for (const character of text) escaped += escapeCharacter(character);
  return escaped;
}

function escapeCharacter(character: string): string {
  if (character === '&') return '&amp;';
  if (character === '<') return '&lt;';
  if (character === '>') return '&gt;';
  if (character === '"') return '&quot;';
  return special.test(character)
    ? `&#x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()};`
    : character;
}

/** Collects elements in order. */
export class XmlText {
  private text: string;
  private readonly indent: string;
  private margin = '';

  constructor(layout: XmlLayout) {
    this.text = layout.declaration ? '<?xml version="1.0" encoding="UTF-8"?>\n' : '';
    this.indent = layout.indent;
  }

  /** Opens an element; `attributes` is '' or text that begins with a blank. */
  open(name: string, attributes = ''): void {
    this.text += `${this.margin}<${name}${attributes}>`;
    if (this.indent !== '') {
      this.text += '\n';
      this.margin += this.indent;
    }
  }

  /** Closes the element opened last. */
  close(name: string): void {
    if (this.indent === '') {
      this.text += `</${name}>`;
      return;
    }
    this.margin = this.margin.slice(this.indent.length);
    this.text += `${this.margin}</${name}>\n`;
  }

  /** An element with text only. */
  leaf(name: string, text: string, attributes = ''): void {
    const end = this.indent === '' ? '' : '\n';
    this.text +=
      text === ''
        ? `${this.margin}<${name}${attributes}/>${end}`
        : `${this.margin}<${name}${attributes}>${escapeXml(text)}</${name}>${end}`;
  }

  toString(): string {
    return this.text;
  }
}
