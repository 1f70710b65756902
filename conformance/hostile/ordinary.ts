/** The largest sets of ordinary policies that quotas permit: all of these must be decided. */
import {
  type AuthorizationRequest,
  type PolicySet,
  type PolicySource,
  parsePolicyDocument,
} from '@sekisho/policy';

const account = '111122223333';
const region = 'ap-northeast-1';

/** What an ordinary statement is about. */
interface Subject {
  readonly actions: readonly string[];
  readonly arn: (number: number) => string;
}

const bucketOf = (number: number) => `arn:aws:s3:::amzn-s3-demo-bucket-${number % 7}`;
const tag = '${aws:PrincipalTag/team}';

const subjects: readonly Subject[] = [
  {
    actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:Get*', 's3:List*'],
    arn: (number) => `${bucketOf(number)}/team-${number}/*`,
  },
  {
    actions: ['s3:GetObject*', 's3:*Object', 's3:AbortMultipartUpload'],
    arn: (number) => `${bucketOf(number)}/*/year=20??/part-${number}/*.parquet`,
  },
  { actions: ['s3:*'], arn: (number) => `${bucketOf(number)}/${tag}/home-${number}/*` },
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:Describe*'],
    arn: (number) => `arn:aws:logs:*:${account}:log-group:/app/service-${number}:*`,
  },
  {
    actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Batch*'],
    arn: (number) => `arn:aws:dynamodb:${region}:${account}:table/orders-${number}`,
  },
  {
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:Describe*'],
    arn: (number) => `arn:aws:secretsmanager:${region}:${account}:secret:app-${number}-??????`,
  },
  {
    actions: ['ec2:StartInstances', 'ec2:StopInstances', 'ec2:CreateTags'],
    arn: (number) => `arn:aws:ec2:*:${account}:instance/i-${number}*`,
  },
];

const conditions: readonly object[] = [
  { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', 'aws:RequestedRegion': [region] } },
  { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '10.0.0.0/8', '2001:db8::/32'] } },
  { 'ForAllValues:StringLike': { 'aws:TagKeys': ['cost-*', 'team', 'stage', 'env*', 'owner'] } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/*-${tag}` } },
  { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
  { Bool: { 'aws:SecureTransport': 'true' }, Null: { 'aws:TokenIssueTime': 'false' } },
  { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
  { StringLike: { 's3:prefix': ['', 'home/*', `home/${tag}/*`] } },
];

/** An ordinary statement; `only` keeps to one subject, so that all are about the same service. */
function statement(number: number, only: number | undefined, more: object): object {
  const subject = subjects[(only ?? number) % subjects.length];
  if (subject === undefined) throw new Error('no subject');
  const resources = Array.from({ length: 1 + (number % 4) }, (_, each) =>
    subject.arn(number * 10 + each),
  );
  return {
    Sid: `S${number}`,
    Effect: number % 6 === 5 ? 'Deny' : 'Allow',
    ...more,
    Action: subject.actions,
    Resource: resources,
    ...(number % 3 === 0 && { Condition: conditions[number % conditions.length] }),
  };
}

function source(
  first: number,
  characters: number,
  only: number | undefined,
  last: object,
  more: object = {},
): PolicySource {
  const statements: object[] = [last];
  let size = 150;
  for (let number = first; ; number++) {
    const next = statement(number, only, more);
    size += JSON.stringify(next).length + 1;
    if (size > characters) break;
    statements.unshift(next);
  }
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const { document, error } = parsePolicyDocument(text);
  if (document === undefined) throw new Error(error.message);
  return { document, name: 'policy' };
}

const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const tagging = { Effect: 'Allow', Action: 'tag:GetResources', Resource: '*' };

/** Twenty managed policies and every other type at its quota, three levels of an organization. */
export function ordinaryPolicies(only: number | undefined): PolicySet {
  const filled = (count: number, characters: number, last: object, more: object = {}) =>
    Array.from({ length: count }, (_, number) =>
      source(number * 1_000, characters, only, last, more),
    );
  const everybody = { Principal: '*' };
  const [boundary] = filled(1, 6_144, everything);
  const [resource] = filled(1, 20_480, { ...tagging, ...everybody }, everybody);
  if (boundary === undefined || resource === undefined) throw new Error('no policy');
  const level = () => filled(5, 5_120, everything);
  return {
    identity: [...filled(20, 6_144, tagging), ...filled(1, 10_240, tagging)],
    resource,
    boundary,
    session: filled(1, 2_048, everything),
    serviceControl: [level(), level(), level()],
    resourceControl: [level(), level()].map((each) => each.slice(0, 2)),
    vpcEndpoint: filled(1, 20_480, { ...everything, ...everybody }, everybody),
  };
}

const tags = Array.from({ length: 50 }, (_, number) => `cost-${number}-${'x'.repeat(100)}`);
const context = [
  ['aws:PrincipalOrgID', 'o-a1b2c3d4e5'],
  ['aws:PrincipalTag/team', 'payments'.repeat(32)],
  ['aws:PrincipalArn', `arn:aws:iam::${account}:role/deploy-${'payments'.repeat(7)}`],
  ['aws:RequestedRegion', region],
  ['aws:SourceIp', '2001:db8:0:1:1:1:1:1'],
  ['aws:SecureTransport', 'true'],
  ['aws:CurrentTime', '2026-03-01T12:00:00Z'],
  ['aws:TokenIssueTime', '2026-03-01T11:00:00Z'],
  ['aws:MultiFactorAuthAge', '120'],
  ['aws:UserAgent', `aws-cli/2 ${'md/x '.repeat(300)}`],
  ['aws:TagKeys', tags],
  ['s3:prefix', `home/${'payments/'.repeat(100)}`],
] as const;

/** One request for each subject, the resource's name as long as it may be. */
export const ordinaryRequests: readonly AuthorizationRequest[] = subjects.map(
  ({ actions, arn }) => ({
    principal: {
      type: 'role-session',
      account,
      arn: `arn:aws:sts::${account}:assumed-role/deploy/run`,
      roleArn: `arn:aws:iam::${account}:role/deploy`,
      id: 'AROACKCEVSQ6C2EXAMPLE',
    },
    action: actions[0]?.replace('*', 'Object') ?? '',
    resource: arn(40)
      .replaceAll(/[*?]|\$\{.*\}/g, 'year=2026/a')
      .padEnd(1_000, '/abcdefg'),
    resourceAccount: account,
    context,
  }),
);

/** How many subjects there are, to keep to. */
export const subjectCount = subjects.length;
