/** The query protocol's decoding rules, row by row: lists, scalars, repetitions. */
import { describe, expect, test } from 'vitest';
import { parseFormText } from '../form.ts';
import { list, map, member, scalar, structure, text, thrownBy } from '../testing.contract.ts';
import { growTree } from './parameter-tree.ts';
import { type QueryDialect, readQueryStructure } from './query-reader.ts';

const dialect: QueryDialect = {
  memberName: ({ name, traits }) => traits.xmlName ?? name,
  isFlat: ({ traits }) => traits.xmlFlattened === true,
};

const tag = structure('Tag', [member('Key', text()), member('Value', text())]);
const input = structure('Input', [
  member('Name', text()),
  member('Count', scalar('integer')),
  member('Size', scalar('long')),
  member('Flag', scalar('boolean')),
  member('Rate', scalar('double')),
  member('At', scalar('timestamp')),
  member('Bytes', scalar('blob')),
  member('Names', list(text())),
  member('Flat', list(text()), { xmlFlattened: true }),
  member('Tags', list(tag)),
  member('Map', map()),
  member('Nested', tag),
]);

function read(form: string) {
  return readQueryStructure(input, growTree(parseFormText(form)), dialect);
}

function fault(form: string) {
  const { code, status, message } = thrownBy(() => read(form));
  expect([code, status]).toEqual(['MalformedInput', 400]);
  return message;
}

describe('scalars', () => {
  test('the first of repeated parameters wins and unknown ones are ignored', () => {
    expect(read('Name=a&Name=b&Other=c&__proto__.x=1&constructor=2')).toEqual({ Name: 'a' });
  });

  test.each(['+1', '01', '-1', '2147483647', '-2147483648'])('the integer %s is read', (number) => {
    expect(read(`Count=${encodeURIComponent(number)}`)).toEqual({ Count: Number(number) });
  });

  test.each([' 1', '1 ', '1.0', '1e0', '2147483648', '-2147483649', 'x', '--1', '0x1'])(
    'the integer "%s" is MalformedInput without a message',
    (number) => {
      expect(fault(`Count=${encodeURIComponent(number)}`)).toBe('');
    },
  );

  test('an empty integer has a message of its own', () => {
    expect(fault('Count=')).toBe('missing value for decimal type');
  });

  test.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('the boolean %s is read', (word, value) => {
    expect(read(`Flag=${word}`)).toEqual({ Flag: value });
  });

  test.each(['True', 'FALSE', '+true', '', 'null', 'yes'])(
    'the boolean "%s" is MalformedInput',
    (word) => {
      expect(fault(`Flag=${word}`)).toBe('');
    },
  );

  test('longs beyond 2^53, bad doubles, moments and base64 are MalformedInput', () => {
    expect(read('Size=9007199254740991')).toEqual({ Size: 9007199254740991 });
    for (const form of [
      'Size=9007199254740993',
      'Rate=1,5',
      'Rate=',
      'At=yesterday',
      'At=2026-02-30T00:00:00Z',
      'Bytes=a',
      'Bytes=YQ',
      `Count=${'1'.repeat(500)}`,
    ]) {
      expect(fault(form), form).toBe('');
    }
  });

  test('moments and bytes are read', () => {
    expect(read('At=2026-01-02T03%3A04%3A05.678%2B09%3A00&Bytes=YQ%3D%3D&Rate=1.5e3')).toEqual({
      At: new Date('2026-01-01T18:04:05.678Z'),
      Bytes: new Uint8Array([97]),
      Rate: 1500,
    });
  });
});

describe('lists', () => {
  test('are read in the order of their indices, whatever the order on the wire', () => {
    expect(read('Names.member.2=b&Names.member.1=a')).toEqual({ Names: ['a', 'b'] });
    expect(read('Flat.1=a&Flat.2=b')).toEqual({ Flat: ['a', 'b'] });
    const many = Array.from({ length: 120 }, (_, index) => `Names.member.${index + 1}=${index}`);
    expect(read(many.toSorted().join('&'))['Names']).toHaveLength(120);
  });

  test('member.1 and member.01 are the same element', () => {
    expect(read('Names.member.01=a&Names.member.1=b')).toEqual({ Names: ['a'] });
  });

  test('an empty list is sent as the bare name', () => {
    expect(read('Names=&Tags=&Map=')).toEqual({ Names: [], Tags: [], Map: {} });
  });

  test('of structures nest', () => {
    expect(read('Tags.member.1.Key=k&Tags.member.1.Value=&Tags.member.2.Key=l')).toEqual({
      Tags: [{ Key: 'k', Value: '' }, { Key: 'l' }],
    });
  });

  test('a bad index has its own message', () => {
    expect(fault('Names.member.0=a')).toBe('0 is not a valid index');
    expect(fault('Names.member.-1=a')).toBe("Key -1 may not have a leading '-'");
    expect(fault('Names.member.x=a')).toBe('Start of list found where not expected');
    expect(fault('Names.member.1e1=a')).toBe('Start of list found where not expected');
  });

  test('an index may skip ten elements, which become null, and no more', () => {
    expect(read('Names.member.11=a')['Names']).toEqual([...new Array(10).fill(null), 'a']);
    expect(fault('Names.member.12=a')).toBe('Excessively sparse input would skip 11 list elements');
    expect(fault('Names.member.1=a&Names.member.999999999=b')).toBe(
      'Excessively sparse input would skip 999999997 list elements',
    );
  });
});

describe('maps and structures', () => {
  test('entries with keys of every kind are read', () => {
    const read1 = read(
      'Map.entry.1.key=__proto__&Map.entry.1.value=a&Map.entry.2.key=b&Map.entry.2.value=c',
    )['Map'];
    expect(Object.getPrototypeOf(read1)).toBeNull();
    expect(Object.entries(read1 as object)).toEqual([
      ['__proto__', 'a'],
      ['b', 'c'],
    ]);
  });

  test('a structure that is told as a text is no structure', () => {
    expect(read('Nested=text')).toEqual({});
    expect(read('Nested.Key=a')).toEqual({ Nested: { Key: 'a' } });
  });

  test('names deeper than any model are ignored', () => {
    expect(read(`${'a.'.repeat(5000)}b=1&Name=n`)).toEqual({ Name: 'n' });
  });
});
