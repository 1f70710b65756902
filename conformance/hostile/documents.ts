/** Policies of quota size, each made to be slow in another way, with the request that it hates. */
import { type ContextValue, type PolicySource, parsePolicyDocument } from '@sekisho/policy';

/** What a hostile document is asked. */
export interface HostileRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: readonly (readonly [string, ContextValue])[];
}

/** One way to be slow. */
export interface HostileCase extends HostileRequest {
  readonly name: string;
  /** Statements, numbered from 0 on; as many are taken as the quota has room for. */
  readonly statement: (number: number, characters: number) => object;
}

const long = (text: string, length: number): string =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

/** Values until they take so many characters as JSON. */
function values(characters: number, make: (number: number) => string): string[] {
  const made: string[] = [];
  for (let size = 0; ; ) {
    const value = make(made.length);
    size += value.length + 3;
    if (size > characters && made.length > 0) return made;
    made.push(value);
  }
}

const name = (number: number): string => number.toString(36);
const bucket = 'arn:aws:s3:::';
const request: HostileRequest = {
  action: 's3:GetObject',
  resource: `${bucket}bucket/${long('a', 1_000)}`,
  context: [],
};
const everywhere = { Effect: 'Deny', Action: '*', Resource: '*' };

const onResource = (title: string, ...more: ((size: number) => string[])[]): HostileCase[] =>
  more.map((make, index) => ({
    ...request,
    name: index === 0 ? title : `${title}, excluded`,
    statement: (_number, size) => ({
      Effect: 'Deny',
      Action: '*',
      [index === 0 ? 'Resource' : 'NotResource']: make(size - 80),
    }),
  }));

const both = (title: string, make: (size: number) => string[]): HostileCase[] =>
  onResource(title, make, make);

const onContext = (
  title: string,
  operator: string,
  value: ContextValue,
  make: (number: number) => string,
  more: HostileRequest['context'] = [],
): HostileCase => ({
  ...request,
  name: `${title}: ${operator}`,
  context: [['aws:k', value], ...more],
  statement: (_number, size) => ({
    ...everywhere,
    Condition: { [operator]: { 'aws:k': values(size - 120, make) } },
  }),
});

const many = (count: number, make: (number: number) => string): string[] =>
  Array.from({ length: count }, (_, number) => make(number));

const username = '${aws:username}';

const resources: readonly HostileCase[] = [
  ...both('runs of *a', (size) => [`${bucket}${long('*a', size)}b`]),
  ...both('short runs of *a', (size) =>
    values(size, (number) => `${bucket}*a*a*a*a*a*a*a*b${name(number)}`),
  ),
  ...both('half a key', (size) => values(size, () => `${bucket}*${long('a', 480)}b`)),
  ...both('half a key with ?', (size) => values(size, () => `${bucket}*${long('?a', 480)}b`)),
  ...both('runs of ?*', (size) => values(size, () => `${bucket}${long('?*', 600)}b`)),
  ...both('half a key, then *', (size) => values(size, () => `${bucket}*${long('a', 480)}b*`)),
  ...both('shortest patterns', (size) => values(size, () => 'a:*:*:*:*:*')),
  ...both('shortest texts', (size) => values(size, (number) => `a:${name(number)}`)),
  ...both('stars in all fields', (size) => values(size, (n) => `*n:*s:*3:*:*:*b${name(n)}`)),
  ...both('case in the first fields', (size) => values(size, (n) => `ARN:AWS:S3:::*b${name(n)}`)),
  ...both('variables', (size) => values(size, () => `${bucket}${username}`)).map((each) => ({
    ...each,
    context: [['aws:username', long('a', 1_000)]] as const,
  })),
  ...both('many variables', (size) => [`${bucket}${long(username, size)}`]).map((each) => ({
    ...each,
    context: [['aws:username', long('a', 64)]] as const,
  })),
  ...both('variables and stars', (size) =>
    values(size, () => `${bucket}*${username}*${username}*b`),
  ).map((each) => ({ ...each, context: [['aws:username', long('a', 300)]] as const })),
];

const elements: readonly HostileCase[] = [
  {
    ...request,
    name: 'actions with stars',
    action: `s3:${long('a', 120)}`,
    statement: (_number, size) => ({
      Effect: 'Deny',
      Action: values(size - 60, (number) => `s3:*a*a*a*b${name(number)}`),
      Resource: '*',
    }),
  },
  {
    ...request,
    name: 'actions left out, with stars',
    action: `s3:${long('a', 120)}`,
    statement: (_number, size) => ({
      Effect: 'Allow',
      NotAction: values(size - 60, (number) => `s3:*a?*a*b${name(number)}`),
      Resource: '*',
    }),
  },
  {
    ...request,
    name: 'shortest actions',
    statement: (_number, size) => ({
      Effect: 'Deny',
      Action: values(size - 60, (number) => `s:${name(number)}`),
      Resource: '*',
    }),
  },
  { ...request, name: 'shortest statements', statement: () => everywhere },
  {
    ...request,
    name: 'small statements',
    statement: () => ({ ...everywhere, Condition: { Bool: { k: 'a' } } }),
  },
  {
    ...request,
    name: 'many conditions',
    context: many(300, (number) => `k${name(number)}`).map((key) => [key, 'a'] as const),
    statement: (_number, size) => ({
      ...everywhere,
      Condition: {
        StringNotLike: Object.fromEntries(
          values(size / 2 - 60, (number) => `k${name(number)}`).map((key) => [key, '*b']),
        ),
      },
    }),
  },
];

const hundred = many(100, (number) => `${name(number)}-${long('a', 120)}`);
const conditions: readonly HostileCase[] = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringLike', 'StringNotLike']
    .flatMap((operator) => [
      onContext('a long value', operator, long('aB', 8_000), name),
      onContext('a long value', operator, long('aB', 8_000), (number) => `*b*${name(number)}`),
      onContext('values', `ForAllValues:${operator}`, hundred, (n) => `*${name(n)}b`),
      onContext('values', `ForAnyValue:${operator}`, hundred, (n) => `*a*${name(n)}b`),
      onContext('values', `ForAllValues:${operator}`, hundred, name),
      onContext('variables', operator, long('aB', 8_000), () => username, [
        ['aws:username', long('aB', 8_000)],
      ]),
    ])
    .map((each) => each),
  ...['NumericEquals', 'NumericLessThan', 'DateGreaterThan', 'DateNotEquals'].flatMap(
    (operator) => [
      onContext('numbers', `ForAllValues:${operator}`, many(100, String), (n) => String(n + 1e4)),
      onContext(
        'decimals',
        `ForAnyValue:${operator}`,
        many(100, (n) => `${n}.${long('1', 90)}`),
        (number) => `${number}.5`,
      ),
    ],
  ),
  ...['IpAddress', 'NotIpAddress'].flatMap((operator) => [
    onContext(
      'IPv4',
      `ForAnyValue:${operator}`,
      many(100, (n) => `10.0.0.${n}`),
      (n) => `11.0.${n & 255}.0/24`,
    ),
    onContext(
      'IPv6',
      `ForAllValues:${operator}`,
      many(100, (n) => `2001:db8::${name(n)}`),
      (n) => `2001:${n % 10}::/32`,
    ),
    onContext('IPv6', operator, '2001:db8:1:2:3:4:5:6', () => '1::'),
  ]),
  ...['ArnLike', 'ArnNotEquals'].flatMap((operator) => [
    onContext(
      'ARNs',
      `ForAnyValue:${operator}`,
      many(100, (n) => `${bucket}${long('a', n)}`),
      (n) => `*:*:*:*:*:*a*a*b${name(n)}`,
    ),
    onContext('an ARN', operator, `${bucket}${long('a', 8_000)}`, (n) => `*:*:*:::*b${name(n)}`),
    onContext('an ARN', operator, `${bucket}${long('a', 8_000)}`, () => `${bucket}${username}`, [
      ['aws:username', long('a', 8_000)],
    ]),
  ]),
  ...['Bool', 'BinaryEquals', 'Null'].map((operator) =>
    onContext('values', operator === 'Null' ? operator : `ForAnyValue:${operator}`, hundred, () =>
      operator === 'BinaryEquals' ? 'YQ==' : 'true',
    ),
  ),
];

/** Every way. */
export const hostileCases: readonly HostileCase[] = [...resources, ...elements, ...conditions];

/** The case's document, as near to so many characters as statements allow, and never longer. */
export function hostileSource(
  { statement }: HostileCase,
  characters: number,
  everyone = false,
): PolicySource {
  const principal = everyone ? { Principal: '*' } : {};
  const statements: object[] = [];
  let size = 60;
  for (;;) {
    const room = Math.max(200, characters - size - 20);
    const next = { ...principal, ...statement(statements.length, room) };
    size += JSON.stringify(next).length + 1;
    if (size > characters && statements.length > 0) break;
    statements.push(next);
  }
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const { document, error } = parsePolicyDocument(text);
  if (document === undefined) throw new Error(`${error.message}: ${text.slice(0, 300)}`);
  return { document, name: 'hostile' };
}
