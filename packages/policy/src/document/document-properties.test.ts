/** Properties of the JSON reader and of the checks that stand on it, on generated texts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkIdentityPolicy } from './identity-policy.ts';
import { type JsonNode, parseJson } from './json.ts';
import { parsePolicyDocument } from './parse.ts';
import { checkResourcePolicy } from './resource-policy.ts';
import { checkTrustPolicy } from './trust-policy.ts';

function plainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(
        [...node.members].map(([key, { value }]) => [key, plainValue(value)]),
      );
    case 'array':
      return node.items.map(plainValue);
    case 'number':
      return Number(node.text);
    case 'null':
      return null;
    default:
      return node.value;
  }
}

const word = fc.constantFrom(
  'Version',
  'Statement',
  'Effect',
  'Allow',
  'Deny',
  'Principal',
  'AWS',
  'Action',
  'sts:AssumeRole',
  's3:*',
  'Resource',
  '*',
  'arn:aws:s3:::b',
  'Condition',
  'StringEquals',
  'DateLessThan',
  '2012-10-17',
  '__proto__',
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.constantFrom(null, true, 1),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
  ),
}));

describe('properties', () => {
  test('any JSON is read with the values that it has', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const result = parseJson(text);
        if (!('value' in result)) throw new Error(result.error.message);
        expect(plainValue(result.value)).toEqual(JSON.parse(text));
        expect(result.value.span).toEqual({ start: 0, end: text.length });
      }),
    );
  });

  test('the checks answer any text, and what they accept evaluation can read', () => {
    const anything = { principalExists: () => true };
    const bucket = { ...anything, actionPrefix: 's3', resourceArn: 'arn:aws:s3:::b' };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          tree.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const accepted =
            checkIdentityPolicy(text) === undefined ||
            checkTrustPolicy(text, anything) === undefined ||
            checkResourcePolicy(text, bucket) === undefined;
          const { error } = parsePolicyDocument(text);
          if (accepted) expect(error).toBeUndefined();
        },
      ),
      { numRuns: 1000 },
    );
  });
});
