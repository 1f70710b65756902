/** The XML parser: what it reads, and everything that it must refuse (E5: no entities, no DTD). */
import { describe, expect, test } from 'vitest';
import { MalformedXml, parseXml } from './xml-parser.ts';

function parse(text: string) {
  return parseXml(new Uint8Array(Buffer.from(text, 'utf8')));
}

describe('the parser reads', () => {
  test('elements, attributes, text and entities', () => {
    const root = parse(
      '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<!-- c --><a:R xmlns:a="u" x=\'1 &lt; 2\'>' +
        '<a:K>a&amp;b&#65;&#x1F600;<![CDATA[<&]]></a:K><E/></a:R >\n<!-- end -->',
    );
    expect(root.name).toBe('R');
    expect(root.attributes.get('x')).toBe('1 < 2');
    expect(root.children.map(({ name, text }) => [name, text])).toEqual([
      ['K', 'a&bA\u{1F600}<&'],
      ['E', ''],
    ]);
  });

  test('line ends as one line feed, references as they are', () => {
    expect(parse('<a>1\r\n2\r3&#13;</a>').text).toBe('1\n2\n3\r');
  });

  test('control characters that only references can carry', () => {
    expect(parse('<a>&#1;</a>').text).toBe('\u0001');
  });
});

const deep = `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`;

describe('the parser refuses', () => {
  test.each([
    ['a document type', '<!DOCTYPE a><a/>'],
    ['an entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
    ['an unknown entity', '<a>&e;</a>'],
    ['a bare ampersand', '<a>b & c</a>'],
    ['NUL by reference', '<a>&#0;</a>'],
    ['half a character', '<a>&#xD800;</a>'],
    ['a character beyond Unicode', '<a>&#x110000;</a>'],
    ['a raw control character', '<a>\u0001</a>'],
    ['a processing instruction', '<a><?php ?></a>'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
    ['a wrong end tag', '<a></b>'],
    ['overlapping tags', '<a><b></a></b>'],
    ['a missing end tag', '<a><b></b>'],
    ['an end tag too many', '<a/></a>'],
    ['two roots', '<a/><b/>'],
    ['text outside the root', '<a/>x'],
    ['CDATA outside the root', '<![CDATA[x]]><a/>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['a tag in an attribute', '<a b="<"/>'],
    ['attributes without a blank', '<a b="1"c="2"/>'],
    ['an open tag', '<a'],
    ['an open attribute', '<a b="'],
    ['an open comment', '<a><!-- '],
    ['an open section', '<a><![CDATA['],
    ['nothing', ''],
    ['blanks', '  '],
    ['JSON', '{}'],
    ['65 levels', deep],
  ])('%s', (_what, text) => {
    expect(() => parse(text)).toThrow(MalformedXml);
  });

  test('bytes that are not UTF-8', () => {
    expect(() => parseXml(new Uint8Array([0x3c, 0x61, 0x3e, 0xff]))).toThrow(MalformedXml);
  });

  test('more elements than any request has, quickly', () => {
    expect(() => parse(`<a>${'<b/>'.repeat(300_000)}</a>`)).toThrow(MalformedXml);
  });
});
