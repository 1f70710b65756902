/** An organization's roles and their requests, as the benchmark of decisions has them. */

/** A statement that every engine can be told of. */
export interface WorkloadStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: WorkloadCondition;
}

export interface WorkloadCondition {
  readonly operator: 'StringEquals' | 'StringNotEquals' | 'StringLike' | 'Bool' | 'IpAddress';
  readonly key: string;
  readonly value: string;
}

export type WorkloadPolicy = readonly WorkloadStatement[];

export interface WorkloadRequest {
  readonly principal: number;
  readonly action: string;
  readonly resource: string;
  /** Seven keys, as a request has them. */
  readonly context: readonly (readonly [string, string])[];
}

export const account = '111122223333';
const region = 'ap-northeast-1';
const managedPolicies = 200;
/** A server makes each context just before the decision: here few are shared, so near at hand. */
const distinctContexts = 256;

/** Reproducible choices. */
export class Choices {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1;
    this.unit();
  }

  /** From 0 to below 1. */
  unit(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 0x1_0000_0000;
  }

  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** A rank below `count`, the first ones often: Zipf's law with exponent 1. */
  zipf(count: number): number {
    return Math.min(count - 1, Math.floor(Math.exp(this.unit() * Math.log(count + 1))) - 1);
  }
}

/** Services: what is granted together, and which actions are really called. */
const services = [
  {
    patterns: ['s3:Get*', 's3:List*', 's3:PutObject', 's3:DeleteObject'],
    called: ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:DeleteObject'],
    arn: (name: string) => `arn:aws:s3:::${name}/*`,
  },
  {
    patterns: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Batch*'],
    called: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'],
    arn: (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  },
  {
    patterns: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:Get*'],
    called: [
      'sqs:SendMessage',
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
    ],
    arn: (name: string) => `arn:aws:sqs:${region}:${account}:${name}`,
  },
  {
    patterns: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:Describe*'],
    called: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
    arn: (name: string) => `arn:aws:logs:*:${account}:log-group:/app/${name}:*`,
  },
  {
    patterns: ['ecs:Describe*', 'ecs:UpdateService', 'ecs:List*'],
    called: ['ecs:DescribeServices', 'ecs:UpdateService', 'ecs:ListTasks'],
    arn: (name: string) => `arn:aws:ecs:${region}:${account}:service/main/${name}`,
  },
  {
    patterns: ['secretsmanager:GetSecretValue', 'secretsmanager:Describe*'],
    called: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    arn: (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-??????`,
  },
  {
    patterns: ['ec2:Describe*', 'ec2:StartInstances', 'ec2:StopInstances'],
    called: ['ec2:DescribeInstances', 'ec2:StartInstances', 'ec2:StopInstances'],
    arn: (name: string) => `arn:aws:ec2:*:${account}:instance/i-${name}*`,
  },
  {
    patterns: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    called: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
    arn: (name: string) => `arn:aws:kms:${region}:${account}:key/${name}`,
  },
];

/** Values that a request has, for each key; the first one satisfies the conditions. */
const contextValues: readonly (readonly [string, readonly string[]])[] = [
  ['aws:PrincipalOrgID', ['o-a1b2c3d4e5']],
  ['aws:RequestedRegion', [region, 'us-east-1']],
  ['aws:SecureTransport', ['true']],
  ['aws:SourceIp', ['10.1.2.3', '10.77.0.9', '203.0.113.9']],
  ['aws:UserAgent', ['aws-cli/2.31.0', 'Boto3/1.40.1']],
  ['aws:PrincipalTag/team', ['payments', 'search', 'platform']],
  ['aws:CurrentTime', ['2026-03-01T12:00:00Z', '2026-03-01T12:00:01Z']],
];

const conditions: readonly WorkloadCondition[] = [
  { operator: 'StringEquals', key: 'aws:PrincipalOrgID', value: 'o-a1b2c3d4e5' },
  { operator: 'StringEquals', key: 'aws:RequestedRegion', value: region },
  { operator: 'Bool', key: 'aws:SecureTransport', value: 'true' },
  { operator: 'IpAddress', key: 'aws:SourceIp', value: '10.0.0.0/8' },
  { operator: 'StringLike', key: 'aws:PrincipalTag/team', value: 'pay*' },
];

function statement(choices: Choices, name: string): WorkloadStatement {
  const { patterns, arn } = choices.pick(services);
  const count = 1 + choices.below(patterns.length);
  const start = choices.below(patterns.length);
  const actions = Array.from({ length: count }, (_, index) => {
    return patterns[(start + index) % patterns.length] ?? '';
  });
  const isConditioned = choices.unit() < 0.2;
  return {
    effect: 'Allow',
    actions,
    resources: [name === '*' ? '*' : arn(name)],
    ...(isConditioned && { condition: choices.pick(conditions) }),
  };
}

/** A policy that many roles share. */
function managedPolicy(number: number): WorkloadPolicy {
  const choices = new Choices(1_000_000_007 + number);
  if (number % 20 === 7) {
    const key = 'aws:RequestedRegion';
    return [
      {
        effect: 'Deny',
        actions: ['ec2:StartInstances', 's3:PutObject', 'dynamodb:Put*'],
        resources: ['*'],
        condition: { operator: 'StringNotEquals', key, value: region },
      },
    ];
  }
  return Array.from({ length: 1 + choices.below(4) }, () =>
    statement(choices, choices.unit() < 0.3 ? '*' : `shared-${choices.below(500)}`),
  );
}

/** The five to ten policies of a role: some shared, some its own. */
export function policiesOf(principal: number): readonly WorkloadPolicy[] {
  const choices = new Choices(principal);
  const count = 5 + choices.below(6);
  const shared = 2 + choices.below(4);
  return Array.from({ length: count }, (_, index) => {
    if (index < shared) return managedPolicy(choices.zipf(managedPolicies));
    return Array.from({ length: 1 + choices.below(3) }, (_unused, inner) =>
      statement(choices, `role-${principal}-${index}-${inner}`),
    );
  });
}

/** Distinct requests: mostly what the role may do, some of what another one may. */
export function makeRequests(principals: number, count: number): readonly WorkloadRequest[] {
  const choices = new Choices(principals + 77);
  const contexts = Array.from({ length: distinctContexts }, () =>
    contextValues.map(([key, values]) => {
      const value = choices.unit() < 0.98 ? values[0] : choices.pick(values);
      return [key, value ?? ''] as const;
    }),
  );
  return Array.from({ length: count }, (_, number) => {
    const principal = choices.zipf(principals);
    const isStray = choices.unit() < 0.054;
    const from = isStray ? (principal + 1) % principals : principal;
    const allowed = policiesOf(from)
      .flat()
      .filter(({ effect }) => effect === 'Allow');
    const granted = choices.pick(allowed);
    const pattern = choices.pick(granted.actions);
    return {
      principal,
      action: callOf(choices, pattern),
      resource: resourceOf(choices, granted.resources[0] ?? '*', number),
      context: choices.pick(contexts),
    };
  });
}

function callOf(choices: Choices, pattern: string): string {
  const prefix = pattern.replace('*', '');
  const service = prefix.slice(0, prefix.indexOf(':') + 1);
  const called = services.flatMap(({ called }) => called);
  const fitting = called.filter((name) => name.startsWith(prefix));
  return choices.pick(
    fitting.length > 0 ? fitting : called.filter((name) => name.startsWith(service)),
  );
}

function resourceOf(choices: Choices, pattern: string, number: number): string {
  if (pattern === '*') return `arn:aws:s3:::open-${choices.below(1000)}/object-${number}`;
  return pattern
    .replace('*:', `${region}:`)
    .replace('??????', 'a1B2c3')
    .replaceAll('*', `data/part-${number}`);
}

/** The policy as IAM JSON. */
export function policyJson(policy: WorkloadPolicy): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: policy.map(({ effect, actions, resources, condition }) => ({
      Effect: effect,
      Action: actions,
      Resource: resources,
      ...(condition && {
        Condition: { [condition.operator]: { [condition.key]: condition.value } },
      }),
    })),
  });
}
