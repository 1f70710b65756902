/** Policy documents and requests made to do harm: malformed, enormous, slow to match, misleading. */
import type { DecisionVector } from '../decision-vector.ts';
import { type Json, type Place, randomPolicy, type Subject } from '../differential/policy.ts';
import type { Random } from '../differential/random.ts';

/** The largest document that any service takes is about this long. */
const lengthMax = 20_480;

const oddTexts: readonly string[] = [
  '',
  '*',
  '**',
  '?',
  '${',
  '${}',
  '${*}',
  "${a, 'b}",
  "${aws:username, '${aws:username}'}",
  '${aws:username}${aws:username}',
  ':::::',
  'arn:aws:s3:::*',
  'arn:*:*:*:*:*',
  'arn',
  's3:*',
  ':*',
  's3:',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\ud800',
  '😀',
  'İ',
  '\u202e',
  'é\u0301',
  '1e400',
  '-0',
  'NaN',
  'Infinity',
  '0x10',
  '99999999999999999999999999',
  '2026-02-30T00:00:00Z',
  '0000-00-00',
  '9999-12-31T23:59:60Z',
  '::ffff:1.2.3.4',
  '1.2.3.4/33',
  '::/129',
  '0:0:0:0:0:0:0:0:0',
  'true',
  'AROAEXAMPLE',
  '111122223333',
];

const oddValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1.5e300,
  [],
  {},
  [[]],
  [null],
  [{}],
  { AWS: '*' },
  { AWS: [] },
  { '': '' },
];

const elements = ['Version', 'Id', 'Statement', 'Sid', 'Effect', 'Principal', 'NotPrincipal']
  .concat('Action', 'NotAction', 'Resource', 'NotResource', 'Condition', '__proto__', 'effect')
  .concat('Extra');

const repeated = (random: Random, text: string): string =>
  text.repeat(1 + random.below(random.chance(0.3) ? lengthMax / (text.length + 1) : 20));

/** Texts that a careless matcher takes for ever to refuse. */
function slowText(random: Random): string {
  const unit = random.pick([
    'a*',
    '*a',
    '?*',
    '**a',
    '*?a*',
    'a',
    '${*}',
    '${aws:username}*',
    ':*',
  ]);
  const prefix = random.pick(['', 'arn:aws:s3:::', 'arn:aws:s3:::bucket/', 's3:', 'arn:*:*:*:*:']);
  return `${prefix}${repeated(random, unit)}${random.pick(['', 'b', 'c*'])}`;
}

function oddValue(random: Random, depth: number): unknown {
  if (depth > 5) return 'deep';
  switch (random.below(6)) {
    case 0:
      return random.pick(oddValues);
    case 1:
      return random.pick(oddTexts);
    case 2:
      return slowText(random);
    case 3:
      return Array.from({ length: random.below(5) }, () => oddValue(random, depth + 1));
    case 4: {
      const names = Array.from({ length: random.below(4) }, () =>
        random.pick([...oddTexts, ...elements, 'StringLike', 'ForAllValues:StringNotLike']),
      );
      return Object.fromEntries(names.map((name) => [name, oddValue(random, depth + 1)]));
    }
    default:
      return Array.from({ length: random.below(400) }, () => slowText(random).slice(0, 40));
  }
}

/** A policy of which some members, at any depth, are something else. */
function disturbed(random: Random, value: unknown, depth = 0): unknown {
  if (random.chance(0.06)) return oddValue(random, depth);
  if (typeof value === 'string' && random.chance(0.1)) return slowText(random);
  if (Array.isArray(value)) {
    const members = value.map((member: unknown) => disturbed(random, member, depth + 1));
    const [first] = members;
    if (typeof first !== 'string' || !random.chance(0.05)) return members;
    return Array.from({ length: 300 }, () => first.slice(0, 60));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => {
    const odd = random.chance(0.03) ? random.pick([...elements, ...oddTexts]) : name;
    return [odd, disturbed(random, member, depth + 1)];
  });
  return Object.fromEntries(random.chance(0.05) ? entries.slice(1) : entries);
}

/** Text with some of its characters changed, doubled or cut out. */
function garbled(random: Random, text: string): string {
  let result = text;
  for (let count = random.below(4); count > 0; count -= 1) {
    const start = random.below(result.length + 1);
    const end = Math.min(result.length, start + random.below(20));
    const middle = random.pick([
      '',
      result.slice(start, end).repeat(2),
      random.pick([...'{}[]",:\\\n\t\u0000 ']),
      random.pick(['\\u0041', '\\ud800', '//', '1e999', '"Effect":"Allow",', '[[[[[[[[']),
      random.pick(oddTexts),
    ]);
    result = `${result.slice(0, start)}${middle}${result.slice(end)}`;
  }
  return result;
}

/** The text of a document that may be anything. */
export function hostileDocument(random: Random, subject: Subject, place: Place): string {
  if (random.chance(0.03)) return repeated(random, random.pick(['[', '{"a":', '"', '{', '[1,']));
  const policy = randomPolicy(random, subject, place);
  const text = JSON.stringify(random.chance(0.75) ? disturbed(random, policy) : policy) ?? '';
  return (random.chance(0.3) ? garbled(random, text) : text).slice(0, lengthMax);
}

/** A document with as many statements, values or wildcards as the quota has room for. */
export function enormousDocument(random: Random, subject: Subject, place: Place): Json {
  const statements: unknown[] = [];
  let length = 0;
  while (length < lengthMax) {
    const [statement] = [randomPolicy(random, subject, place)['Statement']].flat();
    const action = random.chance(0.5) ? slowText(random).slice(0, 800) : 's3:*';
    const slow = { Action: `s3:${action}`, Resource: `arn:aws:s3:::${slowText(random)}` };
    const chosen = random.chance(0.5) ? statement : { ...Object(statement), ...slow };
    length += JSON.stringify(chosen).length;
    statements.push(chosen);
  }
  return { Version: '2012-10-17', Statement: statements };
}

/** The vector's request made awkward: long names, odd keys, values that wildcards like. */
export function hostileRequest(random: Random, vector: DecisionVector): DecisionVector {
  const long = repeated(random, random.pick(['a', 'ab', 'aaaaaaaaab', '*', '${aws:username}']));
  const context = new Map(Object.entries(vector.context));
  for (let count = random.below(4); count > 0; count -= 1) {
    const key = random.chance(0.5) ? random.pick(oddTexts) : 'aws:username';
    const value = random.pick<string | readonly string[]>([
      long,
      random.pick(oddTexts),
      [long],
      [],
    ]);
    context.set(key, value);
  }
  return {
    ...vector,
    ...(random.chance(0.3) && { resource: `arn:aws:s3:::${long.slice(0, 2_000)}` }),
    ...(random.chance(0.05) && { resource: random.pick(oddTexts) }),
    ...(random.chance(0.05) && { action: random.pick(oddTexts) }),
    context: Object.fromEntries(context),
  };
}
