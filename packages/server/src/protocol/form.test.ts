/** Forms: order, decoding, and the refusals that AWS answers without a body. */
import { describe, expect, test } from 'vitest';
import { formOfQuery, formValue, parseForm, parseFormText } from './form.ts';
import { ServiceError } from './service-error.ts';

describe('a form', () => {
  test('keeps the order and repetitions of its parameters', () => {
    expect(parseFormText('b=1&a=2&b=3')).toEqual([
      { name: 'b', value: '1' },
      { name: 'a', value: '2' },
      { name: 'b', value: '3' },
    ]);
    expect(formValue(parseFormText('b=1&b=3'), 'b')).toBe('1');
  });

  test('reads plus as a blank and percent triplets as UTF-8', () => {
    expect(parseFormText('a+b=%E6%97%A5+%2B&c')).toEqual([
      { name: 'a b', value: '日 +' },
      { name: 'c', value: '' },
    ]);
  });

  test('splits at the first equals sign and skips empty pairs', () => {
    expect(parseFormText('&a=b=c&&')).toEqual([{ name: 'a', value: 'b=c' }]);
    expect(parseFormText('')).toEqual([]);
  });

  test.each(['a=%', 'a=%2', 'a=%zz', 'a=%ff', 'a=%C0%80', 'a=%ED%A0%80'])(
    'refuses %s with status 400 and no code',
    (text) => {
      let thrown: unknown;
      try {
        parseFormText(text);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(ServiceError);
      expect(thrown).toMatchObject({ code: '', status: 400 });
    },
  );

  test('refuses bytes that are not UTF-8 and more names than any request has', () => {
    expect(() => parseForm(new Uint8Array([0x61, 0x3d, 0xff]))).toThrow(ServiceError);
    expect(() => parseFormText('a&'.repeat(60_000))).toThrow(ServiceError);
  });

  test('a query string is read as a form: plus is a blank there', () => {
    const query = [{ rawName: 'a', rawValue: 'x+y', name: 'a', value: 'x+y' }];
    expect(formOfQuery(query)).toEqual([{ name: 'a', value: 'x y' }]);
  });
});
