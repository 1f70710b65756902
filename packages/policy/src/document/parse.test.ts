/** Tests of the parser that evaluation uses. */
import { describe, expect, test } from 'vitest';
import { parsePolicyDocument, positionOf } from './parse.ts';

function parsed(policy: unknown) {
  const result = parsePolicyDocument(typeof policy === 'string' ? policy : JSON.stringify(policy));
  if (result.error !== undefined) throw new Error(result.error.message);
  return result.document;
}

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

describe('parsePolicyDocument', () => {
  test('reads a document with every element', () => {
    const text = `{"Version":"2012-10-17","Id":"i","Statement":[{"Sid":"s","Effect":"Deny",
      "Principal":{"AWS":["123456789012","*"],"Service":"ec2.amazonaws.com"},
      "NotAction":["s3:*"],"NotResource":["arn:aws:s3:::b",null],
      "Condition":{"Bool":{"aws:SecureTransport":false},"NumericLessThan":{"k":[1,"2"]}}}]}`;
    const document = parsed(text);
    expect(document).toMatchObject({ version: '2012-10-17', versionGiven: true, id: 'i', text });
    const [first] = document.statements;
    expect(first).toMatchObject({ index: 0, sid: 's', effect: 'Deny' });
    expect(first?.principal?.entries.map(({ kind, value }) => [kind, value])).toEqual([
      ['AWS', '123456789012'],
      ['AWS', '*'],
      ['Service', 'ec2.amazonaws.com'],
    ]);
    expect(first?.notAction?.values.map(({ value }) => value)).toEqual(['s3:*']);
    expect(first?.notResource?.values.map(({ value }) => value)).toEqual(['arn:aws:s3:::b']);
    expect(
      first?.condition?.entries.map(({ operator, key, values }) => [
        operator,
        key,
        values.map(({ value }) => value),
      ]),
    ).toEqual([
      ['Bool', 'aws:SecureTransport', ['false']],
      ['NumericLessThan', 'k', ['1', '2']],
    ]);
    const action = first?.notAction?.values[0]?.span;
    expect(text.slice(action?.start, action?.end)).toBe('"s3:*"');
  });

  test('a single statement is a list of one and an absent Version is 2008-10-17', () => {
    const document = parsed({ Statement: statement });
    expect(document).toMatchObject({ version: '2008-10-17', versionGiven: false });
    expect(document.statements).toHaveLength(1);
  });

  test('"Principal": "*" and {"AWS": "*"} are told apart', () => {
    const any = parsed({ Statement: { ...statement, Principal: '*' } }).statements[0];
    expect(any?.principal).toMatchObject({ any: true, entries: [] });
    const aws = parsed({ Statement: { ...statement, Principal: { AWS: '*' } } }).statements[0];
    expect(aws?.principal).toMatchObject({ any: false, entries: [{ kind: 'AWS', value: '*' }] });
  });

  const refused: readonly (readonly [string, unknown])[] = [
    ['no JSON', 'x'],
    ['a list', []],
    ['no statement', { Version: '2012-10-17' }],
    ['an empty list of statements', { Statement: [] }],
    ['an unknown field', { Statement: statement, __proto: 1 }],
    ['an unknown field in a statement', { Statement: { ...statement, effect: 'Deny' } }],
    ['an unknown Version', { Version: '2020-01-01', Statement: statement }],
    ['Effect in another case', { Statement: { ...statement, Effect: 'allow' } }],
    ['no actions', { Statement: { Effect: 'Allow', Resource: '*' } }],
    ['an empty list of actions', { Statement: { ...statement, Action: [] } }],
    ['Action and NotAction', { Statement: { ...statement, NotAction: 's3:*' } }],
    ['an unknown operator', { Statement: { ...statement, Condition: { Maybe: { a: 'b' } } } }],
    [
      'null as a condition value',
      { Statement: { ...statement, Condition: { Bool: { a: null } } } },
    ],
    ['an unknown kind of principal', { Statement: { ...statement, Principal: { Aws: '*' } } }],
    ['an empty principal', { Statement: { ...statement, Principal: {} } }],
    ['a principal that is a name', { Statement: { ...statement, Principal: 'me' } }],
    ['equal keys', '{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}'],
  ];
  for (const [name, policy] of refused) {
    test(`refuses ${name}`, () => {
      const text = typeof policy === 'string' ? policy : JSON.stringify(policy);
      expect(parsePolicyDocument(text).error).toBeDefined();
    });
  }

  test('an error says where it is', () => {
    const text = '{\n  "Statement": {\n    "Effect": "Never"\n  }\n}';
    const { error } = parsePolicyDocument(text);
    expect(text.slice(error?.span.start, error?.span.end)).toBe('"Never"');
    expect(positionOf(text, error?.span.start ?? 0)).toEqual({ line: 3, column: 15 });
  });
});
