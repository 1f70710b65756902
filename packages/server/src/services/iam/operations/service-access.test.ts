/** ListPoliciesGrantingServiceAccess looks at what a user has itself and through its groups. */
import { beforeEach, expect, test } from 'vitest';
import { account, TestIam } from '../testing.ts';

const UserName = 'Alice';
const Arn = `arn:aws:iam::${account}:user/team/Alice`;
const document = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Resource: '*', ...statement } });
const allow = (Action: string): string => document({ Effect: 'Allow', Action });

let iam: TestIam;
beforeEach(async () => {
  iam = await TestIam.open();
  await iam.call('CreateUser', { UserName, Path: '/team/' });
  await iam.call('CreateGroup', { GroupName: 'g' });
  await iam.call('AddUserToGroup', { GroupName: 'g', UserName });
});

async function namesFor(...ServiceNamespaces: readonly string[]) {
  const output = await iam.call('ListPoliciesGrantingServiceAccess', { Arn, ServiceNamespaces });
  return output.PoliciesGrantingServiceAccess.map(({ Policies }) =>
    (Policies ?? []).map(({ PolicyName }) => PolicyName),
  );
}

test('managed and inline policies of the user and of its groups', async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
  await iam.call('AttachUserPolicy', { UserName, PolicyArn });
  const PolicyDocument = allow('S3:GetObject');
  await iam.call('PutGroupPolicy', { GroupName: 'g', PolicyName: 'mine', PolicyDocument });
  const ServiceNamespaces = ['s3', 'ec2'];
  expect(await iam.call('ListPoliciesGrantingServiceAccess', { Arn, ServiceNamespaces })).toEqual({
    PoliciesGrantingServiceAccess: [
      {
        ServiceNamespace: 's3',
        Policies: [
          { PolicyName: 'AmazonS3ReadOnlyAccess', PolicyType: 'MANAGED', PolicyArn },
          { PolicyName: 'mine', PolicyType: 'INLINE', EntityType: 'GROUP', EntityName: 'g' },
        ],
      },
      { ServiceNamespace: 'ec2', Policies: [] },
    ],
    IsTruncated: false,
  });
});

test('only Allow statements that are about the service', async () => {
  const put = (PolicyName: string, PolicyDocument: string) =>
    iam.call('PutUserPolicy', { UserName, PolicyName, PolicyDocument });
  await put('all', allow('*'));
  await put('denied', document({ Effect: 'Deny', Action: 's3:*' }));
  await put('outpost', allow('s3-outposts:*'));
  await put('not-s3', document({ Effect: 'Allow', NotAction: ['S3:*'] }));
  await put('not-get', document({ Effect: 'Allow', NotAction: ['s3:Get*'] }));
  expect(await namesFor('s3', 'iam')).toEqual([
    ['all', 'not-get'],
    ['all', 'not-s3', 'not-get'],
  ]);
});

test('the ARN must be the entity’s own: a denial of it cannot be walked around', async () => {
  const ask = (arn: string) =>
    iam.answer('ListPoliciesGrantingServiceAccess', { Arn: arn, ServiceNamespaces: ['s3'] });
  const simulate = (PolicySourceArn: string) =>
    iam.answer('SimulatePrincipalPolicy', { PolicySourceArn, ActionNames: ['s3:GetObject'] });
  for (const question of [ask, simulate]) {
    expect(await question(Arn)).toBe('success');
    expect(await question(Arn.replace('/team', ''))).toMatch(/^404 NoSuchEntity/);
    expect(await question(Arn.replace('Alice', 'alice'))).toMatch(/^404 NoSuchEntity/);
    expect(await question(Arn.replace('Alice', 'nobody'))).toMatch(/^404 NoSuchEntity/);
    expect(await question(`arn:aws:iam::${account}:policy/x`)).toMatch(/^400 InvalidInput/);
  }
});
