/** Tests of the grammar of trust policies, with AWS's answers. */
import { describe, expect, test } from 'vitest';
import { checkTrustPolicy } from './trust-policy.ts';

const known = new Set([
  'arn:aws:iam::123456789012:root',
  'arn:aws:iam::123456789012:user/alice',
  'arn:aws:iam::123456789012:role/path/deploy',
  'arn:aws:sts::123456789012:assumed-role/deploy/session',
  'AROAEXAMPLEEXAMPLE123',
]);
const lookUp = { principalExists: (arn: string) => known.has(arn) };

const statement = {
  Effect: 'Allow',
  Principal: { Service: 'ec2.amazonaws.com' },
  Action: 'sts:AssumeRole',
};

function message(policy: unknown): string | undefined {
  const text = typeof policy === 'string' ? policy : JSON.stringify(policy);
  const problem = checkTrustPolicy(text, lookUp);
  if (problem !== undefined) expect(problem.code).toBe('MalformedPolicyDocument');
  return problem?.message;
}

function of(changes: object, version = '2012-10-17'): string | undefined {
  return message({ Version: version, Statement: [{ ...statement, ...changes }] });
}

describe('trust policies that AWS refuses', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['Has prohibited field Resource', { Resource: '*' }],
    ['Has prohibited field Resource', { Resource: '*', Effect: 'nonsense' }],
    ['Has prohibited field NotResource', { NotResource: '*' }],
    [
      'AssumeRole policy may only specify STS AssumeRole actions.',
      { Action: 'sts:GetSessionToken' },
    ],
    ['AssumeRole policy may only specify STS AssumeRole actions.', { Action: '*' }],
    ['AssumeRole policy may only specify STS AssumeRole actions.', { Action: 's3:AssumeRole' }],
    [
      'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/x"',
      { Principal: { AWS: 'arn:aws:iam::111122223333:role/x' } },
    ],
    ['Invalid principal in policy: "AWS":"111122223333"', { Principal: { AWS: '111122223333' } }],
    [
      'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/*"',
      { Principal: { AWS: ['*', 'arn:aws:iam::123456789012:role/*'] } },
    ],
    ['Invalid principal in policy: "SERVICE":"ec2"', { Principal: { Service: 'ec2' } }],
    [
      'Federated principals must be valid domain names or SAML metadata ARNs',
      { Principal: { Federated: 'https://token.actions.githubusercontent.com' } },
    ],
    [
      'Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: ' +
        'The passed in policy has a statement with no principals!',
      { Principal: { AWS: [] } },
    ],
    ['AssumeRolepolicy contained an invalid principal: "STAR":"*".', { Principal: '*' }],
    ['Missing required field Principal cannot be empty!', { Principal: {} }],
    ['Missing required field Principal cannot be empty!', { Principal: [] }],
    ['Principal must be a JSON object.', { Principal: 'ec2.amazonaws.com' }],
    ['Missing required field Effect', { Effect: undefined }],
    ['Missing required field Action', { Action: undefined }],
    ['Missing required field Principal', { Principal: undefined }],
    ['Invalid effect: Permit', { Effect: 'Permit' }],
    ['Invalid effect: allow', { Effect: 'allow' }],
    [
      'Allow with NotPrincipal is not allowed.',
      { Principal: undefined, NotPrincipal: { AWS: '*' } },
    ],
    [
      'AssumeRole policy must not contain NotPrincipal field.',
      { Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '*' } },
    ],
    ['Syntax error in policy.', { Condition: { Maybe: { a: 'b' } } }],
    ['Syntax error in policy.', { Extra: 'field' }],
    ['Syntax error in policy.', { Principal: { Nobody: 'x' } }],
    [
      'A condition block must be present for the Cognito provider',
      {
        Principal: { Federated: 'cognito-identity.amazonaws.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
      },
    ],
  ];
  for (const [expected, changes] of cases) {
    test(`${expected} ${JSON.stringify(changes)}`, () => expect(of(changes)).toBe(expected));
  }

  test('D9 a Resource comes before all else', () => {
    expect(of({ Resource: '*' })).toBe('Has prohibited field Resource');
  });

  test('texts that are no policy', () => {
    expect(message('x')).toBe('This policy contains invalid Json');
    expect(message('[]')).toBe('This policy contains invalid Json');
    expect(message('{"Statement":{},"Statement":{}}')).toBe('This policy contains invalid Json');
    expect(message({ Version: '2012-10-17' })).toBe('Missing required field Statement');
    expect(message({ Statement: [] })).toBe('Could not parse the policy: Statement is empty!');
    expect(of({}, '2020-01-01')).toBe('The policy must contain a valid version string');
  });

  test('Sids are unique', () => {
    const twice = { ...statement, Sid: 'a' };
    expect(message({ Statement: [twice, twice] })).toBe(
      'The Statement Ids in the policy are not unique',
    );
    const blank = { ...statement, Sid: '' };
    expect(message({ Statement: [blank, blank] })).toBeUndefined();
  });
});

describe('trust policies that AWS accepts', () => {
  const cases: readonly object[] = [
    {},
    { Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity', 'sts:SetContext'] },
    { Action: 'sts:*' },
    { Action: 'sts:AssumeRole*' },
    { Action: 'STS:assumerole' },
    { Principal: { AWS: '*' } },
    { Principal: { AWS: '123456789012' } },
    { Principal: { AWS: [...known] } },
    { Principal: { AWS: 'arn:aws:iam::123456789012:user/alice', Service: 'ecs.amazonaws.com' } },
    { Principal: { Service: 'delivery.logs.amazonaws.com' } },
    { Principal: { Federated: 'arn:aws:iam::123456789012:saml-provider/idp' } },
    { Condition: { StringEquals: { 'sts:ExternalId': 'x' } }, Sid: 'with spaces' },
  ];
  for (const changes of cases) {
    test(JSON.stringify(changes), () => expect(of(changes)).toBeUndefined());
  }

  test('a service is refused when the look-up does not know it', () => {
    const text = JSON.stringify({ Statement: statement });
    const serviceExists = (name: string) => name === 's3.amazonaws.com';
    expect(checkTrustPolicy(text, { ...lookUp, serviceExists })?.message).toBe(
      'Invalid principal in policy: "SERVICE":"ec2.amazonaws.com"',
    );
  });
});

describe('shared issuers', () => {
  const provider = 'token.actions.githubusercontent.com';
  function github(condition: object | undefined, action: string | string[] = 'sts:*') {
    return of({
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${provider}` },
      Action: action,
      ...(condition && { Condition: condition }),
    });
  }
  const refusal = `Missing required condition for provider ${provider}`;

  test('need a positive condition on a claim that names the tenant', () => {
    for (const operator of ['StringEquals', 'StringLike', 'ForAnyValue:StringLike']) {
      expect(github({ [operator]: { [`${provider}:sub`]: 'repo:o/r:*' } })).toBeUndefined();
    }
    const key = `${provider}:job_workflow_ref`;
    expect(github({ StringEquals: { [key]: 'o/r/.github/workflows/w.yml@x' } })).toBeUndefined();
  });

  test('T23 are refused without one, or with one that does not restrict', () => {
    expect(github(undefined)).toBe(refusal);
    expect(github({ StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com' } })).toBe(refusal);
    for (const operator of ['StringEqualsIfExists', 'StringNotEquals', 'ForAllValues:StringLike']) {
      expect(github({ [operator]: { [`${provider}:sub`]: 'repo:o/r:*' } })).toBe(refusal);
    }
    for (const value of ['*', '', ' ', '*:o/r', ['repo:o/r:*', '*']]) {
      expect(github({ StringLike: { [`${provider}:sub`]: value } })).toBe(refusal);
    }
    expect(github(undefined, 'sts:AssumeRoleWith*')).toBe(refusal);
  });

  test('are no matter where web identity is not reached or denied', () => {
    expect(github(undefined, 'sts:AssumeRole')).toBeUndefined();
    const federated = { Federated: `arn:aws:iam::123456789012:oidc-provider/${provider}` };
    expect(of({ Effect: 'Deny', Principal: federated, Action: 'sts:*' })).toBeUndefined();
  });
});
