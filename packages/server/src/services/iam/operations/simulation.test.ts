/** Tests of the policy simulator: decisions, matched statements and their places, refusals. */
import { beforeEach, describe, expect, test } from 'vitest';
import { account, otherAccount, TestIam } from '../testing.ts';

const bucket = 'arn:aws:s3:::amzn-s3-demo-bucket';
const statement = (more: object = {}) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: `${bucket}/*`,
  ...more,
});
const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
});

type Custom = Parameters<typeof simulate>[0];

async function simulate(input: {
  readonly policies?: readonly string[];
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly more?: object;
}) {
  const { policies, actions = ['s3:GetObject'], resources, more } = input;
  const output = await iam.call('SimulateCustomPolicy', {
    PolicyInputList: policies ?? [document(statement())],
    ActionNames: actions,
    ...(resources && { ResourceArns: resources }),
    ...more,
  });
  return output.EvaluationResults ?? [];
}

const first = async (input: Custom) => (await simulate(input))[0];

describe('a decision', () => {
  test('on one resource', async () => {
    const result = await first({ resources: [`${bucket}/key`] });
    const place = { SourcePolicyId: 'PolicyInputList.1', SourcePolicyType: 'IAM Policy' };
    expect(result).toMatchObject({
      EvalActionName: 's3:GetObject',
      EvalResourceName: `${bucket}/key`,
      EvalDecision: 'allowed',
      MatchedStatements: [place],
      MissingContextValues: [],
      EvalDecisionDetails: new Map(),
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
      ResourceSpecificResults: [
        {
          EvalResourceName: `${bucket}/key`,
          EvalResourceDecision: 'allowed',
          MatchedStatements: [place],
          MissingContextValues: [],
        },
      ],
    });
  });

  test('on every resource, where a policy names one', async () => {
    const result = await first({});
    expect(result).toMatchObject({ EvalResourceName: '*', EvalDecision: 'implicitDeny' });
    expect(result?.ResourceSpecificResults).toBeUndefined();
    expect(result?.EvalDecisionDetails).toBeUndefined();
  });

  test('over several resources', async () => {
    const policies = [
      document(statement(), statement({ Effect: 'Deny', Resource: `${bucket}/b` })),
    ];
    const result = await first({ policies, resources: [`${bucket}/a`, `${bucket}/b`] });
    expect(result).toMatchObject({
      EvalResourceName: 'arn:aws:s3:::${BucketName}/${ObjectName}',
      EvalDecision: 'explicitDeny',
      MatchedStatements: [],
    });
    expect(result?.ResourceSpecificResults?.map((one) => one.EvalResourceDecision)).toEqual([
      'allowed',
      'explicitDeny',
    ]);
  });

  test('shows of an explicit deny the Deny alone', async () => {
    const policies = [document(statement()), document(statement({ Effect: 'Deny' }))];
    const result = await first({ policies, resources: [`${bucket}/a`] });
    expect(result?.MatchedStatements?.map((one) => one.SourcePolicyId)).toEqual([
      'PolicyInputList.2',
    ]);
  });

  test('of an action that takes no resource', async () => {
    const policies = [document(statement({ Action: 'ec2:DescribeInstances', Resource: '*' }))];
    const asked = { policies, actions: ['ec2:DescribeInstances'] };
    expect(await first(asked)).toMatchObject({ EvalDecision: 'allowed' });
  });

  test('for each action once, in order', async () => {
    const results = await simulate({ actions: ['s3:GetObject', 'iam:GetUser', 's3:GetObject'] });
    expect(results.map((one) => one.EvalActionName)).toEqual(['s3:GetObject', 'iam:GetUser']);
  });

  test('within an organization', async () => {
    const scp = (Action: string) => [document(statement({ Action, Resource: '*' }))];
    const more = {
      OrderedOrganizationPolicyInputList: [
        { ServiceControlPolicyInputList: scp('*') },
        { ServiceControlPolicyInputList: scp('ec2:*') },
      ],
    };
    expect(await first({ resources: [`${bucket}/a`], more })).toMatchObject({
      EvalDecision: 'implicitDeny',
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    });
  });

  test('within a permissions boundary', async () => {
    const boundary = document(statement({ Action: 'ec2:*', Resource: '*' }));
    const more = { PermissionsBoundaryPolicyInputList: [boundary] };
    const result = await first({ resources: [`${bucket}/a`], more });
    const detail = { AllowedByPermissionsBoundary: false };
    expect(result).toMatchObject({
      EvalDecision: 'implicitDeny',
      MatchedStatements: [],
      PermissionsBoundaryDecisionDetail: detail,
      ResourceSpecificResults: [{ PermissionsBoundaryDecisionDetail: detail }],
    });
  });
});

describe('the place of a statement', () => {
  const position = async (text: string, index = 0) => {
    const result = await first({ policies: [text], resources: [`${bucket}/a`] });
    const { StartPosition: start, EndPosition: end } = result?.MatchedStatements?.[index] ?? {};
    return [start?.Line, start?.Column, end?.Line, end?.Column];
  };

  test('is told as AWS tells it for AdministratorAccess', async () => {
    const text = [
      '{',
      '  "Version": "2012-10-17",',
      '  "Statement": [',
      '    {',
      '      "Effect": "Allow",',
      '      "Action": "*",',
      '      "Resource": "*"',
      '    }',
      '  ]',
      '}',
    ].join('\n');
    expect(await position(text)).toEqual([3, 17, 8, 6]);
  });

  test('is told as AWS tells it on one line', async () => {
    const text =
      '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}';
    expect((await position(text)).slice(0, 2)).toEqual([1, 41]);
  });

  test('of a second one begins behind the first', async () => {
    const one = '{"Effect":"Allow","Action":"s3:*","Resource":"*"}';
    const text = `{"Version":"2012-10-17","Statement":[${one},\n${one}]}`;
    expect(await position(text, 1)).toEqual([1, 38 + one.length, 2, one.length + 1]);
  });
});

describe('the context', () => {
  const conditioned = (operator: string, key: string, value: unknown) => [
    document(statement({ Resource: '*', Condition: { [operator]: { [key]: value } } })),
  ];
  const entry = (name: string, type: string, ...values: readonly string[]) => ({
    ContextEntries: [{ ContextKeyName: name, ContextKeyType: type, ContextKeyValues: values }],
  });

  test.each([
    ['string', 'StringEquals', 'aws:RequestedRegion', 'us-east-1', ['us-east-1']],
    ['stringList', 'ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b'], ['a', 'b']],
    ['numeric', 'NumericLessThan', 's3:max-keys', '100', ['10']],
    ['boolean', 'Bool', 'aws:SecureTransport', 'true', ['true']],
    ['ip', 'IpAddress', 'aws:SourceIp', '10.0.0.0/8', ['10.1.2.3']],
    ['date', 'DateLessThan', 'aws:CurrentTime', '2027-01-01', ['2026-06-01T00:00:00Z']],
    ['binary', 'BinaryEquals', 'k:binary', 'QUJD', ['QUJD']],
  ])('has values of type %s', async (type, operator, key, value, values) => {
    const policies = conditioned(operator, key, value);
    expect(await first({ policies, more: entry(key, type, ...values) })).toMatchObject({
      EvalDecision: 'allowed',
      MissingContextValues: [],
    });
    if (!operator.startsWith('ForAll')) {
      expect(await first({ policies })).toMatchObject({
        EvalDecision: 'implicitDeny',
        MissingContextValues: [key],
      });
    }
  });

  test('has keys and variables that are missing only for statements that apply', async () => {
    const policies = [
      document(
        statement({ Resource: `${bucket}/\${aws:PrincipalTag/team}/*` }),
        statement({ Action: 'iam:*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      ),
    ];
    const result = await first({ policies, resources: [`${bucket}/a/b`] });
    expect(result?.MissingContextValues).toEqual(['aws:PrincipalTag/team']);
  });

  test.each([
    ['numeric', 'many'],
    ['boolean', 'maybe'],
    ['date', 'soon'],
  ])('refuses %s values that are none', async (type, value) => {
    const input = {
      PolicyInputList: [document(statement())],
      ActionNames: ['s3:GetObject'],
      ...entry('aws:key', type, value),
    };
    expect(await iam.answer('SimulateCustomPolicy', input)).toContain('400 InvalidInput');
  });
});

describe('a resource-based policy', () => {
  const alice = `arn:aws:iam::${account}:user/alice`;
  const granting = (AWS: string) =>
    document(statement({ Principal: { AWS }, Resource: `${bucket}/*` }));
  const nothing = [document(statement({ Action: 'ec2:*', Resource: '*' }))];

  test('is enough in the same account', async () => {
    const more = { ResourcePolicy: granting(alice), CallerArn: alice };
    const result = await first({ policies: nothing, resources: [`${bucket}/a`], more });
    expect(result).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'ResourcePolicy' }],
    });
  });

  test('needs the identity as well across accounts', async () => {
    const owner = { ResourceOwner: `arn:aws:iam::${otherAccount}:root` };
    const more = { ResourcePolicy: granting(alice), CallerArn: alice, ...owner };
    const refused = await first({ policies: nothing, resources: [`${bucket}/a`], more });
    expect(refused).toMatchObject({
      EvalDecision: 'implicitDeny',
      EvalDecisionDetails: new Map([
        ['Resource Policy', 'allowed'],
        ['IAM Policy', 'implicitDeny'],
      ]),
    });
    expect(await first({ resources: [`${bucket}/a`], more })).toMatchObject({
      EvalDecision: 'allowed',
    });
  });

  test('is not looked at for sts:AssumeRole, as in aws/aws-cli#10314', async () => {
    const role = `arn:aws:iam::${account}:role/any`;
    const trust = { Effect: 'Deny', Principal: { AWS: alice }, Action: 'sts:AssumeRole' };
    const more = { ResourcePolicy: document(trust), CallerArn: alice };
    const policies = [document(statement({ Action: '*', Resource: '*' }))];
    const asked = { policies, actions: ['sts:AssumeRole'], resources: [role], more };
    expect(await first(asked)).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }],
    });
  });
});

describe('the policies of an entity', () => {
  beforeEach(async () => {
    await iam.call('CreateUser', { UserName: 'alice', Path: '/team/' });
    await iam.call('CreateGroup', { GroupName: 'readers' });
    await iam.call('AddUserToGroup', { GroupName: 'readers', UserName: 'alice' });
    const read = document(statement());
    const put = document(statement({ Action: 's3:PutObject' }));
    await iam.call('PutGroupPolicy', {
      GroupName: 'readers',
      PolicyName: 'read',
      PolicyDocument: read,
    });
    await iam.call('PutUserPolicy', { UserName: 'alice', PolicyName: 'put', PolicyDocument: put });
    const PolicyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
    await iam.call('AttachUserPolicy', { UserName: 'alice', PolicyArn });
  });
  const source = { PolicySourceArn: `arn:aws:iam::${account}:user/team/alice` };

  const matched = async (action: string, more: object = {}) => {
    const { EvaluationResults: [result] = [] } = await iam.call('SimulatePrincipalPolicy', {
      ...source,
      ActionNames: [action],
      ResourceArns: action.startsWith('s3:') ? [`${bucket}/a`] : ['*'],
      ...more,
    });
    return [
      result?.EvalDecision,
      ...(result?.MatchedStatements ?? []).map((one) => one.SourcePolicyId),
    ];
  };

  test('of its groups, inline and managed, go by the names of the simulator', async () => {
    expect(await matched('s3:GetObject')).toEqual(['allowed', 'group_readers_read']);
    expect(await matched('s3:PutObject')).toEqual(['allowed', 'user_alice_put']);
    expect(await matched('iam:GetRole')).toEqual(['allowed', 'IAMReadOnlyAccess']);
    expect(await matched('s3:DeleteObject')).toEqual(['implicitDeny']);
  });

  test('can be added to and left out', async () => {
    const PolicyInputList = [document(statement({ Action: 's3:DeleteObject' }))];
    const added = { PolicyInputList };
    expect(await matched('s3:DeleteObject', added)).toEqual(['allowed', 'PolicyInputList.1']);
    const InlinePolicyIdentifier = {
      PolicyName: 'put',
      AttachmentType: 'User',
      AttachmentName: 'alice',
    };
    const PolicyExclusionList = [{ PolicyType: 'Inline', InlinePolicyIdentifier }];
    expect(await matched('s3:PutObject', { PolicyExclusionList })).toEqual(['implicitDeny']);
  });

  test('are bounded by its permissions boundary, or by the one given', async () => {
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
    await iam.call('PutUserPermissionsBoundary', { UserName: 'alice', PermissionsBoundary });
    expect(await matched('s3:GetObject')).toEqual(['implicitDeny']);
    const boundary = document(statement({ Action: '*', Resource: '*' }));
    const given = { PermissionsBoundaryPolicyInputList: [boundary] };
    expect(await matched('s3:GetObject', given)).toEqual(['allowed', 'group_readers_read']);
  });

  test('know their user', async () => {
    const own = document(statement({ Resource: `${bucket}/\${aws:username}/*` }));
    const asked = { PolicyInputList: [own], ResourceArns: [`${bucket}/alice/x`] };
    expect(await matched('s3:GetObject', asked)).toEqual([
      'allowed',
      'group_readers_read',
      'PolicyInputList.1',
    ]);
  });

  test('ask for condition keys', async () => {
    const more = document(
      statement({
        Resource: `${bucket}/\${aws:username}/*`,
        Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
      }),
    );
    const ContextKeyNames = ['aws:RequestedRegion', 'aws:username'];
    expect(
      await iam.call('GetContextKeysForPrincipalPolicy', { ...source, PolicyInputList: [more] }),
    ).toEqual({ ContextKeyNames });
    expect(
      await iam.call('GetContextKeysForCustomPolicy', { PolicyInputList: [more, more] }),
    ).toEqual({ ContextKeyNames });
  });

  test('must be there', async () => {
    const ActionNames = ['s3:GetObject'];
    const answer = (PolicySourceArn: string, more: object = {}) =>
      iam.answer('SimulatePrincipalPolicy', { PolicySourceArn, ActionNames, ...more });
    expect(await answer(`arn:aws:iam::${account}:user/bob`)).toBe(
      '404 NoSuchEntity: The user with name bob cannot be found.',
    );
    const session = `arn:aws:sts::${account}:assumed-role/app/run`;
    expect(await answer(session)).toBe(`400 InvalidInput: Invalid Entity Arn: ${session}`);
    const group = `arn:aws:iam::${account}:group/readers`;
    expect(await answer(group, { ResourcePolicy: document(statement()) })).toBe(
      '400 InvalidInput: Invalid caller - Caller must be an IAM user in this context.',
    );
    expect(await answer(group)).toBe('success');
  });
});

describe('what is refused', () => {
  const answer = (more: object) =>
    iam.answer('SimulateCustomPolicy', {
      PolicyInputList: [document(statement())],
      ActionNames: ['s3:GetObject'],
      ...more,
    });

  test.each<[string, object, string]>([
    [
      'a resource that is no ARN',
      { ResourceArns: ['14a050d4-021e-4efe-84bb-0871bf6d0fda'] },
      'ResourceNames are not in a valid ARN format: 14a050d4-021e-4efe-84bb-0871bf6d0fda.',
    ],
    [
      'an owner that is no ARN',
      { ResourceOwner: '123456789012' },
      "'123456789012' is not a valid as a Resource Owner.",
    ],
    [
      'a caller that is no user',
      { CallerArn: `arn:aws:iam::${account}:role/R` },
      'Invalid caller - Caller must be an IAM user in this context.',
    ],
  ])('%s', async (_name, more, message) => {
    expect(await answer(more)).toBe(`400 InvalidInput: ${message}`);
  });

  test.each<[string, object]>([
    ['a policy that is none', { PolicyInputList: ['{}'] }],
    ['an action with a wildcard', { ActionNames: ['s3:*'] }],
    ['two boundaries', { PermissionsBoundaryPolicyInputList: ['{}', '{}'] }],
    ['an unknown scenario', { ResourceHandlingOption: 'EC2-Classic' }],
    ['a scenario without its resources', { ResourceHandlingOption: 'EC2-VPC-EBS' }],
  ])('%s', async (_name, more) => {
    expect(await answer(more)).toMatch(/^400 InvalidInput: ./);
  });

  test('members of lists, in the words of the model', async () => {
    expect(await answer({ ActionNames: ['s3'] })).toBe(
      "400 ValidationError: 1 validation error detected: Value at 'actionNames' failed to " +
        'satisfy constraint: Member must satisfy constraint: [Member must have length less than ' +
        'or equal to 128, Member must have length greater than or equal to 3]',
    );
    expect(await answer({ PolicyInputList: ['☃'] })).toBe(
      "400 ValidationError: 1 validation error detected: Value at 'policyInputList' failed to " +
        'satisfy constraint: Member must satisfy constraint: [Member must have length less than ' +
        'or equal to 131072, Member must have length greater than or equal to 1, Member must ' +
        String.raw`satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+]`,
    );
  });
});

test('results come in pages whose marker belongs to the question', async () => {
  const asked = {
    PolicyInputList: [document(statement())],
    ActionNames: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    MaxItems: 2,
  };
  const page = await iam.call('SimulateCustomPolicy', asked);
  expect(page.IsTruncated).toBe(true);
  const Marker = page.Marker ?? '';
  const rest = await iam.call('SimulateCustomPolicy', { ...asked, Marker });
  expect(rest.EvaluationResults?.map((one) => one.EvalActionName)).toEqual(['s3:DeleteObject']);
  expect(rest.IsTruncated).toBe(false);
  const other = { ...asked, ActionNames: ['s3:GetObject', 's3:PutObject'], Marker };
  expect(await iam.answer('SimulateCustomPolicy', other)).toMatch(/ValidationError/);
});

test('the members of a simulation’s lists are checked', async () => {
  const iam = await TestIam.open();
  const answer = await iam.answer('SimulateCustomPolicy', {
    PolicyInputList: ['\u00a0'],
    ActionNames: ['x'],
  });
  expect(answer).toMatch(/^400 ValidationError: 2 validation errors detected: /);
  expect(answer).toContain(
    "Value at 'policyInputList' failed to satisfy constraint: Member must satisfy constraint: " +
      '[Member must have length less than or equal to 131072, ' +
      'Member must have length greater than or equal to 1, ' +
      'Member must satisfy regular expression pattern: ' +
      '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]+]',
  );
});
