/** The constraint validator: AWS's sentences, in the forms of IAM and of STS. */
import { loadServiceModel } from '@sekisho/catalog';
import { describe, expect, test } from 'vitest';
import { list, map, member, structure, text } from './testing.contract.ts';
import { validate } from './validate.ts';

const name = { min: 1, max: 5, pattern: '[\\w+=,.@-]+' };
const tag = structure('Tag', [
  member('Key', text({ min: 1, max: 3, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' }), {}, true),
  member('Value', text({ max: 3 }), {}, true),
]);
const shape = structure('Input', [
  member('UserName', text(name), {}, true),
  member('Seconds', {
    kind: 'integer',
    name: 'Seconds',
    constraints: { min: 900, max: 1000 },
  }),
  member('Status', text({ enum: ['Active', 'Inactive'] })),
  member('Tags', list(tag, { max: 2 })),
  member('TagKeys', list(text(name), { max: 50, min: 0 })),
  member('ClientIDList', list(text({ min: 1, max: 3 }))),
  member('Map', map()),
]);

function iam(input: object) {
  return validate(input, shape, 'iam');
}

function sts(input: object) {
  return validate(input, shape, 'sts');
}

const one = '1 validation error detected: ';

describe('a valid input', () => {
  test('has no text', () => {
    expect(iam({ UserName: 'ab', Seconds: 900, Status: 'Active', Tags: [], Map: {} })).toBe(
      undefined,
    );
  });

  test('lengths count characters, not code units', () => {
    const wide = structure('W', [member('A', text({ max: 2 }))]);
    expect(validate({ A: '😀😀' }, wide, 'iam')).toBe(undefined);
    expect(validate({ A: '😀😀😀' }, wide, 'iam')).toContain('less than or equal to 2');
  });
});

describe('one violation', () => {
  test('missing', () => {
    const tail = "at 'userName' failed to satisfy constraint: Member must not be null";
    expect(iam({})).toBe(`${one}Value ${tail}`);
    expect(sts({ UserName: null })).toBe(`${one}Value null ${tail}`);
  });

  test('too long, too short, out of the pattern', () => {
    expect(iam({ UserName: 'abcdef' })).toBe(
      `${one}Value at 'userName' failed to satisfy constraint: ` +
        'Member must have length less than or equal to 5',
    );
    expect(sts({ UserName: 'abcdef' })).toBe(
      `${one}Value 'abcdef' at 'userName' failed to satisfy constraint: ` +
        'Member must have length less than or equal to 5',
    );
    expect(sts({ UserName: 'a:b' })).toBe(
      `${one}Value 'a:b' at 'userName' failed to satisfy constraint: ` +
        'Member must satisfy regular expression pattern: [\\w+=,.@-]+',
    );
  });

  test('numbers and enums', () => {
    expect(sts({ UserName: 'a', Seconds: 1001 })).toBe(
      `${one}Value '1001' at 'seconds' failed to satisfy constraint: ` +
        'Member must have value less than or equal to 1000',
    );
    expect(iam({ UserName: 'a', Status: 'x' })).toBe(
      `${one}Value at 'status' failed to satisfy constraint: ` +
        'Member must satisfy enum value set: [Active, Inactive]',
    );
  });

  test('list elements: all constraints are listed, whichever failed', () => {
    expect(iam({ UserName: 'a', TagKeys: ['ok', 'toolong'] })).toBe(
      `${one}Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: ` +
        '[Member must have length less than or equal to 5, ' +
        'Member must have length greater than or equal to 1, ' +
        'Member must satisfy regular expression pattern: [\\w+=,.@-]+, Member must not be null]',
    );
    expect(sts({ UserName: 'a', ClientIDList: ['', 'b'] })).toBe(
      `${one}Value '[, b]' at 'clientIDList' failed to satisfy constraint: ` +
        'Member must satisfy constraint: [Member must have length less than or equal to 3, ' +
        'Member must have length greater than or equal to 1]',
    );
  });

  test('gaps in lists are null members', () => {
    expect(iam({ UserName: 'a', TagKeys: [null, 'a'] })).toContain('Member must not be null]');
    expect(iam({ UserName: 'a', Tags: [null] })).toBe(
      `${one}Value at 'tags.1.member' failed to satisfy constraint: Member must not be null`,
    );
  });

  test('lists of structures have paths from one on; long lists are counted', () => {
    expect(
      iam({
        UserName: 'a',
        Tags: [
          { Key: 'a', Value: 'b' },
          { Key: 'abcd', Value: '' },
        ],
      }),
    ).toBe(
      `${one}Value at 'tags.2.member.key' failed to satisfy constraint: ` +
        'Member must have length less than or equal to 3',
    );
    const tags = [1, 2, 3].map((key) => ({ Key: String(key), Value: '' }));
    expect(iam({ UserName: 'a', Tags: tags })).toBe(
      `${one}Value at 'tags' failed to satisfy constraint: ` +
        'Member must have length less than or equal to 2',
    );
  });

  test('a list of structures as they are parsed, without prototypes, is printed', () => {
    const parsed = (key: string) => Object.assign(Object.create(null), { Key: key, Value: '' });
    expect(sts({ UserName: 'a', Tags: ['a', 'b', 'c'].map(parsed) })).toBe(
      `${one}Value '[{Key=a, Value=}, {Key=b, Value=}, {Key=c, Value=}]' at 'tags' failed to ` +
        'satisfy constraint: Member must have length less than or equal to 2',
    );
  });

  test('characters beyond the BMP match no pattern', () => {
    expect(iam({ UserName: 'a', Tags: [{ Key: '𝒜', Value: '' }] })).toContain(
      "'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression",
    );
  });

  test('a secret is never echoed', () => {
    const secret = structure('S', [
      member('Password', { kind: 'string', name: 'P', sensitive: true, constraints: { min: 8 } }),
    ]);
    expect(validate({ Password: 'hunter2' }, secret, 'sts')).not.toContain('hunter2');
  });
});

describe('several violations', () => {
  test('are counted and joined', () => {
    expect(iam({ Seconds: 1, Status: 'x' })).toBe(
      "3 validation errors detected: Value at 'userName' failed to satisfy constraint: " +
        "Member must not be null; Value at 'seconds' failed to satisfy constraint: " +
        "Member must have value greater than or equal to 900; Value at 'status' failed to " +
        'satisfy constraint: Member must satisfy enum value set: [Active, Inactive]',
    );
  });
});

describe('with the model of IAM', () => {
  test('recorded answers of AWS come out', async () => {
    const model = await loadServiceModel('iam');
    const check = (operation: string, input: object) => {
      const found = model.operation(operation);
      return found === undefined ? 'no operation' : validate(input, found.input, 'iam');
    };
    expect(
      check('UpdateAccountPasswordPolicy', {
        MinimumPasswordLength: 129,
        PasswordReusePrevention: 25,
        MaxPasswordAge: 1096,
      })?.split('; '),
    ).toHaveLength(3);
    expect(check('UntagRole', { RoleName: 'R', TagKeys: ['a'.repeat(129)] })).toBe(
      "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: " +
        'Member must satisfy constraint: [Member must have length less than or equal to 128, ' +
        'Member must have length greater than or equal to 1, Member must satisfy regular ' +
        'expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, Member must not be null]',
    );
    expect(check('CreateUser', { UserName: 'u', Path: `/${'a'.repeat(600)}/` })).toBe(
      "1 validation error detected: Value at 'path' failed to satisfy constraint: " +
        'Member must have length less than or equal to 512',
    );
  });
});
