/** Random callers, actions, resources and contexts, few enough that policies often meet them. */
import type { VectorPrincipal } from '../decision-vector.ts';
import type { Random } from './random.ts';

export const accounts = ['111122223333', '444455556666'] as const;

export type Context = Readonly<Record<string, string | readonly string[]>>;

/** What a key's values look like, and which operators are meant for them. */
export type ValueKind = 'string' | 'arn' | 'number' | 'date' | 'bool' | 'ip' | 'binary';

export const kindOfKey: ReadonlyMap<string, ValueKind> = new Map<string, ValueKind>([
  ['aws:PrincipalTag/team', 'string'],
  ['aws:ResourceTag/team', 'string'],
  ['aws:username', 'string'],
  ['s3:prefix', 'string'],
  ['aws:TagKeys', 'string'],
  ['dynamodb:Attributes', 'string'],
  ['aws:SourceArn', 'arn'],
  ['aws:PrincipalArn', 'arn'],
  ['sts:RequestContextProviders', 'arn'],
  ['s3:max-keys', 'number'],
  ['aws:MultiFactorAuthAge', 'number'],
  ['aws:CurrentTime', 'date'],
  ['aws:TokenIssueTime', 'date'],
  ['aws:SecureTransport', 'bool'],
  ['aws:MultiFactorAuthPresent', 'bool'],
  ['aws:SourceIp', 'ip'],
  ['aws:VpcSourceIp', 'ip'],
  ['example:Binary', 'binary'],
]);

/** The keys as a list to pick from. */
export const keys = [...kindOfKey];

export const valuesOfKind: Readonly<Record<ValueKind, readonly string[]>> = {
  string: ['red', 'Red', 'red/blue', 'blue', 'a*c', 'abc', 'x?z', '$', 'home/red', 'réd', ''],
  arn: [
    'arn:aws:sns:us-east-1:111122223333:topic',
    'arn:aws:iam::111122223333:role/team/app',
    'arn:aws:iam::111122223333:user/alice',
    'arn:aws:s3:::bucket/a:b/c',
    'arn:aws:lambda:eu-west-1:444455556666:function:red:1',
    'not an arn',
  ],
  number: ['0', '10', '10.0', '9.99', '-3', '1800', '9007199254740993', '9007199254740992'],
  date: [
    '2026-01-01T00:00:00Z',
    '2026-01-01',
    '1767225600',
    '2026-01-01T09:00:00+09:00',
    '2025-12-31T23:59:59.5Z',
    '2025-06-01T12:30Z',
  ],
  bool: ['true', 'false', 'True', 'FALSE'],
  ip: ['203.0.113.7', '10.0.0.1', '2001:db8::1', '2001:db8:0:0:0:0:0:1', '255.255.255.255'],
  binary: ['QUJD', 'QUI=', 'YWJj'],
};

const multivalued = ['aws:TagKeys', 'dynamodb:Attributes', 'sts:RequestContextProviders'];

/** Multivalued keys are mostly lists, the others mostly single values; the odd ones too. */
export function randomContext(random: Random): Context {
  // aws:PrincipalArn comes with the caller: it must not contradict it.
  const entries = keys.filter(([key]) => key !== 'aws:PrincipalArn' && random.chance(0.5));
  return Object.fromEntries(
    entries.map(([key, kind]) => {
      // Undocumented: a variable with a default whose key has several values.
      const oddity = key === 'aws:username' ? 0 : 0.03;
      const isList = random.chance(multivalued.includes(key) ? 0.95 : oddity);
      const values = valuesOfKind[kind];
      if (!isList) return [key, random.pick(values)];
      return [key, random.some(values, random.chance(0.2) ? 0 : 0.25)];
    }),
  );
}

/** What is asked, of which service; the resource without its account. */
export interface Operation {
  readonly action: string;
  readonly resources: readonly string[];
  readonly wildcardOnlyAction?: true;
}

const [own, other] = accounts;

export const operations: readonly Operation[] = [
  { action: 's3:GetObject', resources: ['arn:aws:s3:::bucket/red/key', 'arn:aws:s3:::bucket/a*c'] },
  { action: 's3:ListBucket', resources: ['arn:aws:s3:::bucket', 'arn:aws:s3:::red'] },
  {
    action: 'sqs:SendMessage',
    resources: [`arn:aws:sqs:us-east-1:${own}:red-queue`, `arn:aws:sqs:eu-west-1:${other}:red`],
  },
  {
    action: 'lambda:InvokeFunction',
    resources: [`arn:aws:lambda:us-east-1:${own}:function:red:live`],
  },
  {
    action: 'kms:Decrypt',
    resources: [
      `arn:aws:kms:us-east-1:${own}:key/1234abcd`,
      `arn:aws:kms:us-east-1:${other}:key/1`,
    ],
  },
  { action: 'kms:CreateAlias', resources: [`arn:aws:kms:us-east-1:${own}:alias/red`] },
  {
    action: 'sts:AssumeRole',
    resources: [`arn:aws:iam::${own}:role/app`, `arn:aws:iam::${other}:role/team/red`],
  },
  { action: 'sts:AssumeRoleWithWebIdentity', resources: [`arn:aws:iam::${own}:role/app`] },
  { action: 'sts:TagSession', resources: [`arn:aws:iam::${own}:role/app`] },
  { action: 'iam:PassRole', resources: [`arn:aws:iam::${own}:role/team/app`] },
  {
    action: 'ec2:RunInstances',
    resources: [`arn:aws:ec2:us-east-1:${own}:instance/*`, 'arn:aws:ec2:us-east-1::image/ami-1'],
  },
  { action: 'ec2:DescribeInstances', resources: ['*'], wildcardOnlyAction: true },
];

/** A caller with what its context would say of it. */
export interface RandomCaller {
  readonly principal: VectorPrincipal;
  readonly context: Context;
  /** What may be attached to such a caller. */
  readonly has: 'policies and sessions' | 'policies' | 'nothing';
}

function callersOf(account: string): readonly RandomCaller[] {
  const arn = (name: string) => `arn:aws:iam::${account}:${name}`;
  const session = (name: string) => `arn:aws:sts::${account}:assumed-role/${name}`;
  const ofUser = { 'aws:userid': 'AIDAEXAMPLE', 'aws:username': 'red' };
  const ofRole = { 'aws:userid': 'AROAEXAMPLE:run' };
  return [
    { principal: arn('user/alice'), context: ofUser, has: 'policies' },
    {
      principal: arn('user/team/red'),
      context: { ...ofUser, 'aws:PrincipalArn': arn('user/team/red') },
      has: 'policies',
    },
    { principal: arn('role/app'), context: {}, has: 'policies and sessions' },
    { principal: session('app/run'), context: ofRole, has: 'policies and sessions' },
    {
      principal: session('app/run'),
      context: { ...ofRole, 'aws:PrincipalArn': arn('role/team/app') },
      has: 'policies and sessions',
    },
    {
      principal: arn('role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX'),
      context: {},
      has: 'policies',
    },
    {
      principal: `arn:aws:sts::${account}:federated-user/red`,
      context: { 'aws:userid': `${account}:red` },
      has: 'policies and sessions',
    },
    { principal: arn('root'), context: { 'aws:userid': account }, has: 'nothing' },
    { principal: 'sns.amazonaws.com', context: {}, has: 'nothing' },
    { principal: { type: 'Service', service: 'ec2.amazonaws.com' }, context: {}, has: 'nothing' },
    { principal: { type: 'Anonymous' }, context: {}, has: 'nothing' },
    {
      principal: { type: 'WebIdentity', federatedProvider: arn('oidc-provider/example.com') },
      context: {},
      has: 'nothing',
    },
  ];
}

const callers = accounts.map(callersOf);

/** Half of them are plain users and roles. */
export function randomCaller(random: Random): RandomCaller {
  const ofAccount = random.pick(callers.slice(0, random.chance(0.6) ? 2 : 1));
  return random.pick(random.chance(0.5) ? ofAccount.slice(0, 5) : ofAccount);
}
