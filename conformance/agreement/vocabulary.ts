/** The words that random policies and requests are made of: few, so that they often meet. */
import type { ContextValue, Principal } from '@sekisho/policy';

export const account = '111122223333';
export const otherAccount = '444455556666';

/** One of each kind of caller, and a second of some. */
export const principals: readonly Principal[] = [
  { type: 'root', account, arn: `arn:aws:iam::${account}:root` },
  { type: 'user', account, arn: `arn:aws:iam::${account}:user/alice`, id: 'AIDAALICE' },
  {
    type: 'user',
    account: otherAccount,
    arn: `arn:aws:iam::${otherAccount}:user/bob`,
    id: 'AIDABOB',
  },
  {
    type: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/app/run`,
    roleArn: `arn:aws:iam::${account}:role/team/app`,
    id: 'AROAAPP',
  },
  {
    type: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForX/x`,
    roleArn: `arn:aws:iam::${account}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`,
    id: 'AROASERVICE',
    serviceLinked: true,
  },
  {
    type: 'federated-user',
    account,
    arn: `arn:aws:sts::${account}:federated-user/fred`,
    issuerArn: `arn:aws:iam::${account}:user/alice`,
  },
  {
    type: 'federated-user',
    account,
    arn: `arn:aws:sts::${account}:federated-user/rita`,
    issuerArn: `arn:aws:iam::${account}:root`,
  },
  { type: 'service', service: 'ecs-tasks.amazonaws.com' },
  { type: 'web-identity', provider: `arn:aws:iam::${account}:oidc-provider/example.com` },
  { type: 'saml', provider: `arn:aws:iam::${account}:saml-provider/corp` },
  { type: 'anonymous' },
];

export const canonicalUserId = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be';

/** Entries of Principal, by kind. */
export const principalEntries: readonly (readonly [string, string])[] = [
  ['AWS', '*'],
  ['AWS', account],
  ['AWS', otherAccount],
  ['AWS', 'AIDAALICE'],
  ['AWS', 'AROAAPP'],
  ['AWS', `arn:aws:iam::${account}:role/other/app`],
  ['AWS', `arn:aws-cn:iam::${account}:user/alice`],
  ['AWS', `arn:aws:iam::${otherAccount}:root`],
  ['AWS', 'not an arn'],
  ...principals.flatMap((principal): (readonly [string, string])[] => {
    if (!('arn' in principal)) return [];
    const arns: (readonly [string, string])[] = [['AWS', principal.arn]];
    if (principal.type === 'role-session') arns.push(['AWS', principal.roleArn]);
    return arns;
  }),
  ['Service', 'ecs-tasks.amazonaws.com'],
  ['Service', 'ec2.amazonaws.com'],
  ['Service', '*'],
  ['Federated', `arn:aws:iam::${account}:oidc-provider/example.com`],
  ['Federated', `arn:aws:iam::${account}:saml-provider/corp`],
  ['Federated', '*'],
  ['CanonicalUser', canonicalUserId],
  ['CanonicalUser', 'other'],
];

export const catalogue = [
  's3:GetObject',
  's3:GetObjectAcl',
  's3:GetBucketAcl',
  's3:PutObject',
  's3:ListAllMyBuckets',
  'iam:PassRole',
  'sts:AssumeRole',
  'kms:Decrypt',
];

/** Asked for; some are in no catalogue, the last ones are no actions. */
export const actions = [
  's3:GetObject',
  's3:GetObject',
  's3:PutObject',
  'S3:getOBJECT',
  's3:GetObjectAcl',
  's3:ListAllMyBuckets',
  'iam:PassRole',
  'sts:AssumeRole',
  'kms:Decrypt',
  's3:GetNovelty',
  'custom:Do-This_2',
  's3:Get*',
  's3',
  's3:Get Object',
];

export const actionPatterns = [
  '*',
  's3:*',
  's3:Get*',
  's3:GetObject',
  'S3:GETobject',
  's3:*Object',
  's3:Get?bject',
  's3:*t*',
  's3:G*t*b*ct',
  's*:GetObject',
  '*:*',
  's?:Get*',
  's3:',
  's3: ',
  's3',
  'iam:PassRole',
  'sts:*',
  'kms:De*t',
  'custom:*',
  's3:**',
  's3:GetObjects',
  's3:Gét*',
];

export const resources = [
  'arn:aws:s3:::b/alice/f',
  'arn:aws:s3:::b/alice/f',
  'arn:aws:s3:::b',
  'arn:aws:s3:::b/a:b/c',
  'arn:aws:s3:::b/red',
  'arn:aws:S3:::b/alice/f',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b/日本/f',
  'arn:aws:s3:::b/é',
  `arn:aws:iam::${account}:role/team/app`,
  `arn:aws:sqs:us-east-1:${otherAccount}:q`,
  `arn:aws:sqs:us-east-1:${account}:q`,
  'arn:aws:kms:us-east-1:11112222333:key/k',
  'arn:aws:s3',
  '*',
  '',
];

export const resourcePatterns = [
  '*',
  '*',
  '**',
  'arn:aws:s3:::*',
  'arn:*:S3:::*',
  'arn:aws:s3:::**',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b/alice/f',
  'arn:aws:S3:::b/alice/f',
  'ARN:aws:s3:::b/*',
  'arn:aws:s3:::B/*',
  'arn:aws:s3:::b/*/f',
  'arn:aws:s3:::b/?lice/*',
  'arn:aws:s?:::b/*',
  'arn:*:*:*:*:*',
  'arn:aws:*:us-*-1:*:q',
  'arn:aws:s3:::b/${aws:username}/*',
  'arn:aws:s3:::b/${aws:username}',
  'arn:aws:s3:::${aws:username}',
  "arn:aws:s3:::b/${aws:PrincipalTag/team, 'red'}",
  "arn:aws:s3:::b/${aws:PrincipalTag/team, 'a:b'}/c",
  'arn:aws:s3:::b/${*}',
  'arn:aws:s3:::b/${?}${$}',
  'arn:aws:s3:::b/${',
  'arn:aws:s3:::b/${a, b}',
  'arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q',
  'arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:${aws:username}',
  'arn:aws:s3:::b/日本/*',
  'arn:aws:s3:::b/é',
  'arn:aws:s3',
  'arn:aws:s3:*',
  'arn:aws:*',
  'arn:${x}:s3',
  '',
  'b/*',
];

/** Condition keys, each with values that a request may have. */
export const contextKeys: readonly (readonly [string, readonly ContextValue[]])[] = [
  ['aws:username', ['alice', 'Alice', '*', 'a:b', '日本', '']],
  ['AWS:userName', ['alice', ['alice']]],
  ['aws:PrincipalTag/team', ['red', 'Red', 'alice', ['red'], 'r*d']],
  ['aws:PrincipalAccount', [account]],
  [
    'aws:SourceIp',
    ['10.1.2.3', '203.0.113.9', '2001:db8::1', 'text', '10.1.2.03', '::ffff:10.1.2.3'],
  ],
  [
    'aws:CurrentTime',
    ['2026-03-01T12:00:00Z', '2026-03-01', '1772366400', 'soon', '2026-03-01T21:00+09:00'],
  ],
  ['aws:MultiFactorAuthAge', ['60', '3600', '60.0', '-1', '9999999999999999', 'old', '+60', '007']],
  ['aws:SecureTransport', ['true', 'false', 'True', 'maybe']],
  [
    'aws:SourceArn',
    [
      `arn:aws:sns:us-east-1:${account}:topic`,
      'arn:aws:s3:::b',
      'text',
      'arn:aws:sns:r:1:a:b',
      ['arn:aws:s3:::b'],
    ],
  ],
  [
    'aws:TagKeys',
    [[], ['team'], ['team', 'cost'], ['Team', 'cost', 'x'], 'team', ['red', 'alice']],
  ],
  ['s3:data', ['cmVk', 'cmV=', 'YWxpY2U=', ['cmVk', 'cmVk']]],
];

const stringValues = [
  'alice',
  'red',
  'Red',
  'r*',
  '*',
  '?ed',
  'team',
  'al*e',
  '',
  '日本',
  '*i?e',
  'r**d',
];
const variableValues = [
  '${aws:username}',
  '${aws:PrincipalTag/team}',
  "${aws:PrincipalTag/team, 'red'}",
  '${*}',
  'r${*}d',
  '${aws:username}*',
  'x${missing}',
  '${aws:TagKeys}',
  '${',
];

/** Values of a policy by the family of the operator. */
export const operandValues: Readonly<Record<string, readonly string[]>> = {
  String: [...stringValues, ...variableValues],
  Numeric: [
    '60',
    '3600',
    '0',
    '60.00',
    '-1',
    '9999999999999998',
    '9999999999999999',
    'x',
    '+60',
    '-0',
  ],
  Date: [
    '2026-03-01T12:00:00Z',
    '2026-03-01',
    '1772366400',
    '2030-01-01',
    '2020',
    'never',
    '1772366400.0',
  ],
  Bool: ['true', 'false', 'TRUE', 'yes', '${aws:SecureTransport}'],
  Null: ['true', 'false', 'True', 'maybe'],
  Binary: ['cmVk', 'YWxpY2U=', 'cmV=', 'not base64', ''],
  Ip: [
    '10.0.0.0/8',
    '10.1.2.3',
    '0.0.0.0/0',
    '2001:db8::/32',
    '::/0',
    '10.1.2.3/33',
    '10.1.2.255/24',
    'net',
    '10.1.2.3/08',
  ],
  Arn: [
    'arn:aws:sns:*:*:topic',
    `arn:aws:sns:us-east-1:${account}:topic`,
    'arn:aws:s3:::*',
    'arn:*:s?:*:*:*',
    'arn:aws:sns:*:*:${aws:username}',
    '${aws:SourceArn}',
    'arn:aws:sns',
    '*',
    '',
    'arn:aws:sns:r:1:a:*',
    'arn:aws:sns:*:${aws:PrincipalAccount}:t*',
  ],
};

/** Base operators and the family of each. */
export const operators: readonly (readonly [string, string])[] = [
  ['StringEquals', 'String'],
  ['StringNotEquals', 'String'],
  ['StringEqualsIgnoreCase', 'String'],
  ['StringNotEqualsIgnoreCase', 'String'],
  ['StringLike', 'String'],
  ['StringNotLike', 'String'],
  ['NumericEquals', 'Numeric'],
  ['NumericNotEquals', 'Numeric'],
  ['NumericLessThan', 'Numeric'],
  ['NumericLessThanEquals', 'Numeric'],
  ['NumericGreaterThan', 'Numeric'],
  ['NumericGreaterThanEquals', 'Numeric'],
  ['DateEquals', 'Date'],
  ['DateNotEquals', 'Date'],
  ['DateLessThan', 'Date'],
  ['DateLessThanEquals', 'Date'],
  ['DateGreaterThan', 'Date'],
  ['DateGreaterThanEquals', 'Date'],
  ['Bool', 'Bool'],
  ['BinaryEquals', 'Binary'],
  ['IpAddress', 'Ip'],
  ['NotIpAddress', 'Ip'],
  ['ArnEquals', 'Arn'],
  ['ArnNotEquals', 'Arn'],
  ['ArnLike', 'Arn'],
  ['ArnNotLike', 'Arn'],
  ['Null', 'Null'],
];

/** The keys whose values suit a family. */
export const familyKeys: Readonly<Record<string, readonly string[]>> = {
  String: [
    'aws:username',
    'AWS:USERNAME',
    'aws:PrincipalTag/team',
    'aws:principaltag/TEAM',
    'aws:TagKeys',
  ],
  Numeric: ['aws:MultiFactorAuthAge'],
  Date: ['aws:CurrentTime'],
  Bool: ['aws:SecureTransport'],
  Null: ['aws:username', 'aws:TagKeys', 'aws:SourceIp'],
  Binary: ['s3:data'],
  Ip: ['aws:SourceIp'],
  Arn: ['aws:SourceArn'],
};
