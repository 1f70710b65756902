/** A seeded generator of policy sets and requests, for what must hold of every denial. */
import { account, otherAccount, policyOf } from '../examples.contract.ts';
import type {
  AuthorizationRequest,
  ContextValue,
  PolicySet,
  PolicySource,
  Principal,
} from '../request.ts';

/** Numbers in [0, 1): the same for the same seed (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One question. */
export interface Question {
  readonly request: AuthorizationRequest;
  readonly policies: PolicySet;
}

type Json = Readonly<Record<string, unknown>>;

const principals: readonly Principal[] = [
  { type: 'user', account, arn: `arn:aws:iam::${account}:user/alice`, id: 'AIDAALICE' },
  {
    type: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/app/run`,
    roleArn: `arn:aws:iam::${account}:role/team/app`,
    id: 'AROAAPP',
  },
  {
    type: 'user',
    account: otherAccount,
    arn: `arn:aws:iam::${otherAccount}:user/bob`,
    id: 'AIDAB',
  },
  { type: 'root', account, arn: `arn:aws:iam::${account}:root` },
  {
    type: 'federated-user',
    account,
    arn: `arn:aws:sts::${account}:federated-user/fred`,
    issuerArn: `arn:aws:iam::${account}:user/alice`,
  },
  { type: 'service', service: 'logs.amazonaws.com' },
  { type: 'anonymous' },
];
const actions = ['s3:GetObject', 's3:PutObject', 'ec2:StopInstances', 'iam:PassRole'];
const actionPatterns = [...actions, '*', 's3:*', 's3:Get*', 'ec2:*', 'S3:getobject'];
const resources = [
  'arn:aws:s3:::bucket/alice/file',
  'arn:aws:s3:::bucket/a*b?$',
  `arn:aws:ec2:us-east-1:${account}:instance/i-1`,
  `arn:aws:iam::${account}:role/target`,
];
const resourcePatterns = [
  ...resources.map((arn) => arn.replaceAll(/[*?$]/g, '${$&}')),
  '*',
  'arn:aws:s3:::bucket/*',
  'arn:aws:s3:::bucket/${aws:username}/*',
  'arn:aws:ec2:*:*:instance/*',
  'arn:aws:s3:::other/*',
];
const keys: readonly (readonly [string, readonly ContextValue[]])[] = [
  ['aws:username', ['alice', 'bob']],
  ['aws:RequestedRegion', ['us-east-1', 'eu-west-1']],
  ['aws:SourceIp', ['10.0.0.1', '192.0.2.7']],
  ['aws:MultiFactorAuthPresent', ['true', 'false']],
  ['aws:TagKeys', [['team'], ['team', 'cost'], []]],
  ['iam:PassedToService', ['ec2.amazonaws.com']],
  ['s3:max-keys', ['10', '1000']],
];
const conditions: readonly Json[] = [
  { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
  { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'ap-northeast-1'] } },
  { StringLikeIfExists: { 'aws:username': 'a*' } },
  { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['cost'] } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
  { NumericLessThan: { 's3:max-keys': '100' } },
  { NumericNotEquals: { 's3:max-keys': 'many' } },
  { Null: { 'aws:SourceIp': 'true' } },
  { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/Admin` } },
  { StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'aws:username': 'alice' } },
];
const principalElements: readonly unknown[] = [
  '*',
  { AWS: '*' },
  { AWS: account },
  { AWS: `arn:aws:iam::${account}:role/team/app` },
  { AWS: [`arn:aws:iam::${account}:user/alice`, `arn:aws:iam::${otherAccount}:user/bob`] },
  { Service: 'logs.amazonaws.com' },
];

class Draw {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededNumbers(seed);
  }

  chance(of: number): boolean {
    return this.next() < of;
  }

  one<T>(from: readonly T[]): T {
    const drawn = from[Math.floor(this.next() * from.length)];
    if (drawn === undefined) throw new Error('nothing to draw from');
    return drawn;
  }

  some<T>(from: readonly T[], most: number): T | readonly T[] {
    if (this.chance(0.6)) return this.one(from);
    return [...new Set(Array.from({ length: most }, () => this.one(from)))];
  }

  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: Math.floor(this.next() * (most + 1)) }, make);
  }

  statement(named: boolean, denies: number): Json {
    const isDeny = this.chance(denies);
    const action = this.chance(0.1) && !named ? 'NotAction' : 'Action';
    const resource = this.chance(0.1) ? 'NotResource' : 'Resource';
    return {
      Effect: isDeny ? 'Deny' : 'Allow',
      ...(named && { Principal: this.one(principalElements) }),
      [action]: this.some(actionPatterns, 3),
      [resource]: this.some(resourcePatterns, 3),
      ...(this.chance(0.4) && { Condition: this.one(conditions) }),
    };
  }

  policy(named: boolean, denies = 0.25): PolicySource {
    const version = this.chance(0.9) ? { Version: '2012-10-17' } : {};
    const statements = [
      this.statement(named, denies),
      ...this.list(2, () => this.statement(named, denies)),
    ];
    const arn = `arn:aws:iam::${account}:policy/P${Math.floor(this.next() * 1e9)}`;
    return policyOf({ ...version, Statement: statements }, this.chance(0.3) ? { arn } : {});
  }

  levels(named: boolean): PolicySource[][] {
    return this.list(2, () => [this.policy(named), ...this.list(1, () => this.policy(named))]);
  }
}

/** The question of a seed: allowed or denied as it comes. */
export function randomQuestion(seed: number): Question {
  const draw = new Draw(seed);
  const principal = draw.one(principals);
  const context = keys
    .filter(() => draw.chance(0.6))
    .map(([key, values]): [string, ContextValue] => [key, draw.one(values)]);
  if ('arn' in principal && draw.chance(0.7)) {
    const arn = principal.type === 'role-session' ? principal.roleArn : principal.arn;
    context.push(['aws:PrincipalArn', arn]);
  }
  const policies: PolicySet = {
    identity: draw.list(3, () => draw.policy(false)),
    ...(draw.chance(0.4) && { resource: draw.policy(true) }),
    ...(draw.chance(0.3) && { boundary: draw.policy(false) }),
    ...(draw.chance(0.2) && { session: draw.list(2, () => draw.policy(false)) }),
    ...(draw.chance(0.3) && { serviceControl: draw.levels(false) }),
    ...(draw.chance(0.2) && { resourceControl: draw.levels(true) }),
    ...(draw.chance(0.2) && { vpcEndpoint: [draw.policy(true)] }),
    ...(draw.chance(0.2) && { combining: 'resource-required' as const }),
  };
  const wildcardOnly = draw.chance(0.1);
  return {
    request: {
      principal,
      action: draw.one(actions),
      resource: wildcardOnly ? '*' : draw.one(resources),
      resourceAccount: account,
      context,
      ...(wildcardOnly && { wildcardOnlyAction: true }),
    },
    policies,
  };
}
