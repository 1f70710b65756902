/** The REST binding: header fields that lie, lists in fields, and templates. */
import type { OperationModel } from '@sekisho/catalog';
import { describe, expect, test } from 'vitest';
import { protocolNamed } from '../protocols.ts';
import {
  list,
  member,
  parseQuery,
  scalar,
  structure,
  text,
  thrownBy,
} from '../testing.contract.ts';
import { joinHeader, splitHeader } from './header-list.ts';
import { compileTemplate, matchPath } from './uri-template.ts';

const input = structure('In', [
  member('MaxKeys', scalar('integer'), { httpQuery: 'max-keys' }),
  member('Names', list(text()), { httpHeader: 'X-Names' }),
  member(
    'Meta',
    { kind: 'map', name: 'M', key: member('key', text()), value: member('value', text()) },
    {
      httpPrefixHeaders: 'x-amz-meta-',
    },
  ),
  member('Since', scalar('timestamp'), { httpHeader: 'If-Modified-Since' }),
  member('Other', scalar('timestamp'), { httpHeader: 'x-amz-since' }),
  member('Json', text(), { httpHeader: 'x-json', mediaType: 'application/json' }),
  member('Tagging', structure('Tagging', [member('Name', text())]), { httpPayload: true }),
]);
const output = structure('Out', [
  member('Disposition', text(), { httpHeader: 'Content-Disposition' }),
  member('Names', list(text()), { httpHeader: 'X-Names' }),
]);
const operation: OperationModel = { name: 'Op', input, output };

function read(query: string, headers: [string, string][] = [], body = '') {
  return protocolNamed('rest-xml').parseInput(operation, {
    query: parseQuery(query),
    headers,
    header: (name) => headers.find(([field]) => field === name)?.[1],
    body: new Uint8Array(Buffer.from(body)),
  });
}

describe('input', () => {
  test('a scalar query parameter that stands twice is refused', () => {
    expect(read('max-keys=5')).toEqual({ MaxKeys: 5 });
    expect(thrownBy(() => read('max-keys=5&max-keys=6')).code).toBe('InvalidArgument');
  });

  test('an unreadable parameter is InvalidArgument with its name and value', () => {
    expect(thrownBy(() => read('max-keys=many'))).toMatchObject({
      code: 'InvalidArgument',
      message: 'Provided max-keys not an integer or within integer range',
      details: [
        ['ArgumentName', 'max-keys'],
        ['ArgumentValue', 'many'],
      ],
    });
  });

  test('repeated fields are one list; prefixed fields are a map without prototype', () => {
    const meta = read('', [
      ['x-names', 'a, "b,c"'],
      ['x-names', 'd'],
      ['x-amz-meta-__proto__', 'x'],
      ['x-amz-meta-one', '1'],
      ['x-amz-meta-one', '2'],
    ]);
    expect(meta['Names']).toEqual(['a', 'b,c', 'd']);
    expect(Object.entries(meta['Meta'] as object)).toEqual([
      ['__proto__', 'x'],
      ['one', '1,2'],
    ]);
  });

  test('a bad date is ignored in a standard field and refused in one of AWS', () => {
    expect(read('', [['if-modified-since', 'yesterday']])).toEqual({});
    expect(thrownBy(() => read('', [['x-amz-since', 'yesterday']])).code).toBe('InvalidArgument');
    const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
    expect(read('', [['if-modified-since', date]])).toEqual({ Since: new Date(date) });
  });

  test('JSON in a field is base64 of UTF-8', () => {
    expect(read('', [['x-json', 'e30=']])).toEqual({ Json: '{}' });
    for (const field of ['e30', '{}', '/w==']) {
      expect(thrownBy(() => read('', [['x-json', field]])).code, field).toBe('InvalidArgument');
    }
  });

  test('a document must have the right root and no member twice', () => {
    const name = (body: string) => read('', [], body)['Tagging'];
    expect(name('<Tagging xmlns="x"><Name>a</Name><Other/></Tagging>')).toEqual({ Name: 'a' });
    for (const body of [
      '<Other><Name>a</Name></Other>',
      '<Tagging><Name>a</Name><Name>b</Name></Tagging>',
      '<Tagging><Name><b/></Name></Tagging>',
      'text',
    ]) {
      expect(thrownBy(() => name(body)).code, body).toBe('MalformedXML');
    }
  });
});

describe('output', () => {
  function field(value: string): string | undefined {
    const context = { model: modelOf(), requestId: 'r' };
    const { headers } = protocolNamed('rest-xml').writeOutput(
      operation,
      { Disposition: value },
      context,
    );
    return headers.find(([name]) => name === 'content-disposition')?.[1];
  }

  test('no line end gets into a header field', () => {
    expect(field('inline')).toBe('inline');
    expect(field('a\r\nset-cookie: b')).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/=]+\?=$/);
    expect(field('日本')).toBe('=?UTF-8?B?5pel5pys?=');
  });
});

function modelOf() {
  return {
    id: 'x',
    apiVersion: '1',
    serviceName: 'X',
    operationNames: [],
    operation: () => undefined,
    error: () => undefined,
  };
}

describe('lists in fields', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['a , b', ['a', 'b']],
    ['"a,b", c', ['a,b', 'c']],
    ['"a\\"b"', ['a"b']],
    ['', []],
    ['a,,b', ['a', '', 'b']],
  ])('%s', (field, parts) => {
    expect(splitHeader(field, false)).toEqual(parts);
  });

  test('an open quote and text after a quote are refused', () => {
    expect(splitHeader('"a', false)).toBe(undefined);
    expect(splitHeader('"a"b', false)).toBe(undefined);
  });

  test('dates keep their own comma; what is joined splits again', () => {
    const dates = ['Sun, 06 Nov 1994 08:49:37 GMT', 'Mon, 07 Nov 1994 08:49:37 GMT'];
    expect(splitHeader(joinHeader(dates, true), true)).toEqual(dates);
    const parts = ['a', 'b,c', 'd"e', ' f', 'g\\'];
    expect(splitHeader(joinHeader(parts, false), false)).toEqual(parts);
  });
});

describe('templates', () => {
  const match = (uri: string, path: string) => {
    const labels = matchPath(compileTemplate(uri), path);
    return labels === undefined ? undefined : Object.fromEntries(labels);
  };

  test.each([
    ['/', '/', {}],
    ['/a/{B}', '/a/x', { B: 'x' }],
    ['/a/{B}', '/a/x/', { B: 'x' }],
    ['/a/{B}', '/a/', undefined],
    ['/a/{B}', '/a', undefined],
    ['/a/{B}', '/b/x', undefined],
    ['/{A}/{K+}', '/a/b/c', { A: 'a', K: 'b/c' }],
    ['/{A}/{K+}', '/a//', { A: 'a', K: '/' }],
    ['/{A}/{K+}', '/a/', undefined],
    ['/x/{K+}/end', '/x/a/b/end', { K: 'a/b' }],
    ['/x/{K+}/end', '/x/end', undefined],
    ['/', '/a', undefined],
    ['/', '*', undefined],
    ['/', '', undefined],
  ])('%s on %s', (uri, path, labels) => {
    expect(match(uri, path)).toEqual(labels);
  });

  test('query literals are kept, x-id is not', () => {
    expect(compileTemplate('/{B}?acl&list-type=2&x-id=Foo').literals).toEqual([
      ['acl', undefined],
      ['list-type', '2'],
    ]);
  });
});
