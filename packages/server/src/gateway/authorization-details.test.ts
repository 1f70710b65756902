/** Tests of GetRequestAuthorizationDetails: refusals in the form of iam-toolbox. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInHeader, type TestKey } from './testing/client-signature.ts';
import { account, otherAccount, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
let alice: TestKey;
let authorizationId = '';
const boundary = `arn:aws:iam::aws:policy/IAMFullAccess`;

async function details(id: string, key = gateway.root(), service = 'iam', rawQuery = '') {
  const request = {
    method: 'GET',
    rawPath: `/authorization-details/${id}`,
    rawQuery,
    headers: [['host', '127.0.0.1:4566']] as [string, string][],
    body: Buffer.from(''),
  };
  const scope = { service, region: 'us-east-1', now: Date.now() };
  return await gateway.send(signInHeader(request, key, scope));
}

/** The authorization id that a refusal ends in. */
function idIn(body: string): string {
  return / authorization id: ([0-9a-z]+)<\/Message>/.exec(body)?.[1] ?? '';
}

beforeAll(async () => {
  gateway = await startGateway();
  await gateway.call('iam', { Action: 'CreateUser', UserName: 'alice' });
  await gateway.call('iam', {
    Action: 'PutUserPolicy',
    UserName: 'alice',
    PolicyName: 'own',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'All', Effect: 'Allow', Action: 'iam:*', Resource: '*' },
        { Sid: 'NoGet', Effect: 'Deny', Action: 'iam:GetUser', Resource: '*' },
      ],
    }),
  });
  const bounded = { UserName: 'alice', PermissionsBoundary: boundary };
  await gateway.call('iam', { Action: 'PutUserPermissionsBoundary', ...bounded });
  const { body } = await gateway.call('iam', { Action: 'CreateAccessKey', UserName: 'alice' });
  const value = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(body)?.[1] ?? '';
  alice = { id: value('AccessKeyId'), secret: value('SecretAccessKey') };
  const refused = await gateway.call('iam', { Action: 'GetUser', UserName: 'alice' }, alice);
  expect(refused.code).toBe('AccessDenied');
  authorizationId = idIn(refused.body);
});
afterAll(() => gateway.stop());

test('003-6: shows context, evaluations with matched statements, and the policies', async () => {
  expect(authorizationId).toMatch(/^[0-9a-z]+$/);
  const { status, body } = await details(authorizationId);
  expect(status).toBe(200);
  const answer = JSON.parse(body);
  const own = answer.policies.find(({ inline }: { inline: boolean }) => inline);
  const user = { arn: `arn:aws:iam::${account}:user/alice` };
  expect(answer).toMatchObject({
    requestContext: { 'aws:username': 'alice', 'aws:ViaAWSService': 'false' },
    evaluations: [
      {
        action: 'iam:GetUser',
        resource: user.arn,
        evaluatedEffect: 'EXPLICIT_DENY',
        matchedPolicies: [
          {
            uri: own.uri,
            matchedStatements: [
              { sid: 'All', evaluatedEffect: 'ALLOW' },
              { sid: 'NoGet', evaluatedEffect: 'DENY' },
            ],
          },
          { uri: boundary },
        ],
      },
    ],
    policies: [
      { type: 'IDENTITY_BASED_POLICY', inline: true, attachedTo: [user] },
      { type: 'PERMISSIONS_BOUNDARY', inline: false, uri: boundary, attachedTo: [user] },
    ],
  });
  expect(body).not.toContain('NoGet"}]},"Resource');
});

test('003-6: a refusal of IAM tells the id, its link and no more', async () => {
  const { body } = await gateway.call('iam', { Action: 'GetUser', UserName: 'alice' }, alice);
  const user = `arn:aws:iam::${account}:user/alice`;
  const id = idIn(body);
  expect(id).toMatch(/^[0-9a-z]{25}$/);
  expect(body).toContain(
    `User: ${user} is not authorized to perform: iam:GetUser on resource: user alice with an ` +
      'explicit deny in an identity-based policy. Go to https://us-east-1.console.aws.amazon.com/' +
      `iam/home?region=us-east-1#/authorization-details/${id} for complete details, or call the ` +
      `GetRequestAuthorizationDetails API with the following authorization id: ${id}<`,
  );
  // STS is not among the services that tell it.
  const role = { RoleArn: `arn:aws:iam::${account}:role/r`, RoleSessionName: 'session' };
  const other = await gateway.call('sts', { Action: 'AssumeRole', ...role }, alice);
  expect(other.code).toBe('AccessDenied');
  expect(other.body).not.toContain('authorization id');
});

test('is refused without the permission, to other accounts, and for unknown ids', async () => {
  const told = async (answer: Promise<Awaited<ReturnType<typeof details>>>) => {
    const { status, headers } = await answer;
    return `${status} ${headers.get('x-amzn-errortype')}`;
  };
  // The user's policy allows iam:*, and so this action as well.
  expect((await details(authorizationId, alice)).status).toBe(200);
  const other = gateway.root(otherAccount);
  expect(await told(details(authorizationId, other))).toBe('404 ResourceNotFoundException');
  expect(await told(details('0'.repeat(25)))).toBe('404 ResourceNotFoundException');
  expect(await told(details('z'.repeat(25)))).toBe('404 ResourceNotFoundException');
  const page = details(authorizationId, gateway.root(), 'iam', 'nextToken=x');
  expect(await told(page)).toBe('400 ValidationException');
  await gateway.call('iam', {
    Action: 'PutUserPolicy',
    UserName: 'alice',
    PolicyName: 'less',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'iam:GetRequestAuthorizationDetails', Resource: '*' }],
    }),
  });
  expect(await told(details(authorizationId, alice))).toBe('403 AccessDeniedException');
});

test('is a path of the service iam only: a bucket may have the name', async () => {
  const { body } = await details(authorizationId, gateway.root(), 's3');
  expect(body).toContain('NoSuchBucket');
});
