/** What permission the operations on certificates and credentials ask for, over the wire. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestKey } from '../../gateway/testing/client-signature.ts';
import { account, startGateway, type TestGateway } from '../../gateway/testing/test-gateway.ts';
import { serverCertificate, serverPrivateKey } from './certificates.fixture.ts';

let gateway: TestGateway;
let alice: TestKey;

beforeAll(async () => {
  gateway = await startGateway();
  await gateway.call('iam', { Action: 'CreateUser', UserName: 'alice' });
  await gateway.call('iam', { Action: 'CreateUser', UserName: 'bob' });
  const made = await gateway.call('iam', { Action: 'CreateAccessKey', UserName: 'alice' });
  const member = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(made.body)?.[1] ?? '';
  alice = { id: member('AccessKeyId'), secret: member('SecretAccessKey') };
  const upload = { Action: 'UploadServerCertificate', ServerCertificateName: 'tls', Path: '/a/' };
  const material = { CertificateBody: serverCertificate, PrivateKey: serverPrivateKey };
  expect((await gateway.call('iam', { ...upload, ...material })).status).toBe(200);
});

afterAll(() => gateway.stop());

/** What alice is answered while one policy says what she may. */
async function answer(
  statement: object,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } };
  const PolicyDocument = JSON.stringify(document);
  const put = { Action: 'PutUserPolicy', UserName: 'alice', PolicyName: 'p', PolicyDocument };
  expect((await gateway.call('iam', put)).status).toBe(200);
  const { status, code } = await gateway.call('iam', parameters, alice);
  return status === 200 ? 'success' : code;
}

const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`;

test('a server certificate’s ARN has the path and the spelling that are stored', async () => {
  const get = { Action: 'GetServerCertificate', ServerCertificateName: 'TLS' };
  const allow = (Resource: string) => ({ Action: 'iam:GetServerCertificate', Resource });
  expect(await answer(allow(arn('server-certificate/a/tls')), get)).toBe('success');
  expect(await answer(allow(arn('server-certificate/TLS')), get)).toBe('AccessDenied');
});

test('a server certificate is renamed with the permission on both names', async () => {
  const update = {
    Action: 'UpdateServerCertificate',
    ServerCertificateName: 'tls',
    NewServerCertificateName: 'new',
  };
  const allow = (...names: string[]) => ({
    Action: 'iam:UpdateServerCertificate',
    Resource: names.map((name) => arn(`server-certificate/a/${name}`)),
  });
  expect(await answer(allow('tls'), update)).toBe('AccessDenied');
  expect(await answer(allow('tls', 'new'), update)).toBe('success');
  const back = { ...update, ServerCertificateName: 'new', NewServerCertificateName: 'tls' };
  expect(await answer(allow('tls', 'new'), back)).toBe('success');
});

test('a server certificate’s tags are in the context', async () => {
  const tag = { Action: 'TagServerCertificate', ServerCertificateName: 'tls' };
  await gateway.call('iam', { ...tag, 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'a' });
  const get = { Action: 'GetServerCertificate', ServerCertificateName: 'tls' };
  const allow = (team: string) => ({
    Action: 'iam:GetServerCertificate',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/team': team } },
  });
  expect(await answer(allow('a'), get)).toBe('success');
  expect(await answer(allow('b'), get)).toBe('AccessDenied');
});

test('the permission on oneself does not list everybody’s credentials', async () => {
  const allow = (Resource: string) => ({
    Action: 'iam:ListServiceSpecificCredentials',
    Resource,
  });
  const own = { Action: 'ListServiceSpecificCredentials' };
  expect(await answer(allow(arn('user/alice')), own)).toBe('success');
  const everybody = { ...own, AllUsers: 'true' };
  expect(await answer(allow(arn('user/alice')), everybody)).toBe('AccessDenied');
  expect(await answer(allow(arn('user/*')), everybody)).toBe('success');
});

test('the service of a credential is in the context, also when it is deleted', async () => {
  const ServiceName = 'codecommit.amazonaws.com';
  const create = { Action: 'CreateServiceSpecificCredential', UserName: 'bob', ServiceName };
  const allow = (service: string) => ({
    Action: 'iam:*ServiceSpecificCredential',
    Resource: '*',
    Condition: { StringEquals: { 'iam:ServiceSpecificCredentialServiceName': service } },
  });
  expect(await answer(allow('logs.amazonaws.com'), create)).toBe('AccessDenied');
  const { body } = await gateway.call('iam', create);
  const id = /<ServiceSpecificCredentialId>(\w+)</.exec(body)?.[1] ?? '';
  const remove = {
    Action: 'DeleteServiceSpecificCredential',
    UserName: 'bob',
    ServiceSpecificCredentialId: id,
  };
  expect(await answer(allow('logs.amazonaws.com'), remove)).toBe('AccessDenied');
  expect(await answer(allow(ServiceName), remove)).toBe('success');
});
