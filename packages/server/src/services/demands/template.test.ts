/** Tests of the facts' notation: templates, paths and conditions. */
import { describe, expect, test } from 'vitest';
import type { DemandContext } from '../service.ts';
import { compileCondition } from './condition.ts';
import { compileFacts } from './fact-rule.ts';
import { Unmappable } from './not-mapped.ts';
import type { Scope } from './scope.ts';
import { compileTemplate } from './template.ts';
import { account, alice } from './testing.ts';

function scope(input: object): Scope {
  const place = { caller: alice, partition: 'aws', region: 'eu-west-1', account };
  // Nothing here looks anything up.
  const context = place as unknown as DemandContext;
  return { input, context, serviceLinkedRoles: new Map() };
}

/** Written apart, since it is the notation and no string template. */
const place = (expression: string) => `\u0024{${expression}}`;

const expand = (text: string, input: object) => compileTemplate(text).expand(scope(input));

describe('a template', () => {
  test('takes the first alternative that is there', () => {
    const text = `role${place('Path|/')}${place('RoleName')}`;
    expect(expand(text, { RoleName: 'r' })).toEqual(['role/r']);
    expect(expand(text, { RoleName: 'r', Path: '/a/' })).toEqual(['role/a/r']);
    const nested = place('SubnetId|Interfaces[].SubnetId');
    expect(expand(nested, { Interfaces: [{ SubnetId: 's-1' }, {}, { SubnetId: 's-2' }] })).toEqual([
      's-1',
      's-2',
    ]);
  });

  test('stands with * in a place that the input leaves empty', () => {
    expect(expand(`alarm:${place('AlarmNames')}`, { AlarmNames: [] })).toEqual(['alarm:*']);
    const template = compileTemplate(`x/${place('A')}`);
    expect(template.expandPresent(scope({}))).toEqual([]);
  });

  test('knows where and for whom it is filled', () => {
    const text = [place('@partition'), place('@region'), place('@account')].join(':');
    expect(expand(text, {})).toEqual([`aws:eu-west-1:${account}`]);
    expect(expand(place('A|@callerUserName'), {})).toEqual(['Alice']);
    expect(expand(place('@stripScheme(Url)'), { Url: 'https://a/b' })).toEqual(['a/b']);
    expect(expand(place('@accountOf(T)'), { T: 'arn:aws:iam::1:root' })).toEqual(['1']);
  });

  test('does not take what is only inherited', () => {
    expect(expand(place('toString'), {})).toEqual(['*']);
    expect(expand(place('constructor.name'), {})).toEqual(['*']);
  });

  test.each(['@nonsense', '@nonsense(A)', '@lookup(the moon)', '@entity(planet,A)', 'A B', ''])(
    'with the place "%s" cannot be mapped',
    (expression) => {
      expect(() => compileTemplate(place(expression))).toThrow(Unmappable);
    },
  );
});

describe('a condition', () => {
  const holds = (text: string, input: object) => compileCondition(text)(scope(input));

  test('asks whether a member is there; an empty list is not', () => {
    expect(holds('Tags', { Tags: [{ Key: 'k' }] })).toBe(true);
    expect(holds('Tags', { Tags: [] })).toBe(false);
    expect(holds('!VersionId', {})).toBe(true);
    expect(holds('A || B', { B: '' })).toBe(true);
    expect(holds('A && B', { B: '' })).toBe(false);
  });

  test('compares values', () => {
    expect(holds('Flag == true', { Flag: true })).toBe(true);
    expect(holds('Flag == true', { Flag: false })).toBe(false);
    expect(holds('Directive != "REPLACE"', { Directive: 'COPY' })).toBe(true);
  });

  test('in prose that is not known cannot be mapped', () => {
    expect(() => compileCondition('the moon is full')).toThrow(Unmappable);
    expect(() => compileCondition('Tags || (A && B)')).toThrow(Unmappable);
  });
});

describe('a fact', () => {
  test('gives keys only when the input has their values', () => {
    const context = { 'x:Name': place('Name'), 'x:All': [place('Names[]')] };
    const demands = compileFacts([{ action: 'x:Do', resource: '*', context }]);
    expect(demands(scope({}))).toEqual([{ action: 'x:Do', resource: '*' }]);
    expect(demands(scope({ Name: 'n', Names: ['a', 'b'] }))).toEqual([
      {
        action: 'x:Do',
        resource: '*',
        context: [
          ['x:Name', 'n'],
          ['x:All', ['a', 'b']],
        ],
      },
    ]);
  });

  test('that leaves the decision to a grant cannot be mapped', () => {
    expect(() => compileFacts([{ none: 'grant' }])).toThrow(Unmappable);
    expect(compileFacts([{ none: true }])(scope({}))).toEqual([]);
  });
});
