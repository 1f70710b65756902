/** Tests of questions about resources with policies of their own: keys and repositories. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInHeader } from '../testing/client-signature.ts';
import { account, startGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;
const root = `arn:aws:iam::${account}:root`;
const allow = (AWS: string, Action: string, more = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS }, Action, ...more }],
});

async function send(service: string, rawPath: string, target: string, body: object) {
  const headers: [string, string][] = [
    ['host', '127.0.0.1:4566'],
    ['content-type', 'application/x-amz-json-1.1'],
    ['x-amz-target', target],
  ];
  const text = Buffer.from(JSON.stringify(body));
  const request = { method: 'POST', rawPath, rawQuery: '', headers, body: text };
  const scope = { service, region: 'us-east-1', now: Date.now() };
  const answer = await gateway.send(signInHeader(request, gateway.root(), scope));
  if (answer.status !== 200) throw new Error(`${target} ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}

const kms = async (operation: string, body: object) =>
  await send('kms', '/', `TrentService.${operation}`, body);
const ecr = async (operation: string, body: object) =>
  await send('ecr', '/', `AmazonEC2ContainerRegistry_V20150921.${operation}`, body);
const can = async (principal: string, action: string, resource: string) =>
  await send('sekisho', '/_sekisho/questions/can', '', { principal, action, resource });

beforeAll(async () => {
  gateway = await startGateway();
  for (const UserName of ['alice', 'bob']) {
    await gateway.call('iam', { Action: 'CreateUser', UserName });
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
    });
    const own = { UserName, PolicyName: 'keys', PolicyDocument };
    await gateway.call('iam', { Action: 'PutUserPolicy', ...own });
  }
});
afterAll(() => gateway.stop());

test('a key policy is the root of all permission to its key', async () => {
  const document = allow(user('alice'), 'kms:Decrypt', { Resource: '*' });
  document.Statement.push({
    ...{ Effect: 'Allow', Principal: { AWS: root }, Resource: '*' },
    Action: 'kms:PutKeyPolicy',
  });
  const { KeyMetadata } = await kms('CreateKey', {
    Policy: JSON.stringify(document),
    BypassPolicyLockoutSafetyCheck: true,
  });
  const { Arn: key, KeyId } = KeyMetadata;
  expect(await can('user/alice', 'kms:Decrypt', key)).toMatchObject({ allowed: true });
  expect(await can('user/bob', 'kms:Decrypt', key)).toMatchObject({
    allowed: false,
    reason: { policyType: 'resource-based policy' },
  });
  expect(await can('root', 'kms:Decrypt', key)).toMatchObject({ allowed: false });
  expect(await can('root', 'kms:PutKeyPolicy', key)).toMatchObject({ allowed: true });

  await kms('PutKeyPolicy', {
    KeyId,
    Policy: JSON.stringify(allow(root, 'kms:*', { Resource: '*' })),
  });
  expect(await can('user/bob', 'kms:Decrypt', key)).toMatchObject({ allowed: true });
});

test('a grant allows its grantee, who is not taken for a deleted principal', async () => {
  await gateway.call('iam', { Action: 'CreateUser', UserName: 'carol' });
  const { KeyMetadata } = await kms('CreateKey', {});
  const { Arn: key, KeyId } = KeyMetadata;
  const GranteePrincipal = user('carol');
  await kms('CreateGrant', { KeyId, GranteePrincipal, Operations: ['Decrypt'] });
  expect(await can('user/carol', 'kms:Decrypt', key)).toMatchObject({ allowed: true });
  await gateway.call('iam', { Action: 'CreateUser', UserName: 'dave' });
  const refused = await can('user/dave', 'kms:Decrypt', key);
  expect(refused).toMatchObject({ allowed: false });
  expect(JSON.stringify(refused)).not.toContain('principalDeleted');
});

test('a repository policy allows by itself', async () => {
  const repositoryName = 'app';
  const { repository } = await ecr('CreateRepository', { repositoryName });
  const policyText = JSON.stringify(allow(user('bob'), 'ecr:BatchGetImage'));
  await ecr('SetRepositoryPolicy', { repositoryName, policyText });
  const { repositoryArn } = repository;
  expect(await can('user/bob', 'ecr:BatchGetImage', repositoryArn)).toMatchObject({
    allowed: true,
    reason: { policyType: 'resource-based policy', policy: 'policy of repository app' },
  });
  expect(await can('user/alice', 'ecr:BatchGetImage', repositoryArn)).toMatchObject({
    allowed: false,
  });
});
