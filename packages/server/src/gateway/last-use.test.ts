/** What a user does is found in its last-accessed report, refused requests included. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TestKey } from './testing/client-signature.ts';
import { makeUser, succeed } from './testing/matrix-world.ts';
import { account, startGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
let alice: TestKey;

beforeAll(async () => {
  gateway = await startGateway();
  alice = await makeUser(gateway, 'alice');
  const Action = ['iam:ListUsers', 'ec2:DescribeVpcs', 'sts:AssumeRole'];
  await succeed(
    gateway.call('iam', {
      Action: 'PutUserPolicy',
      UserName: 'alice',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action, Resource: '*' },
      }),
    }),
  );
});
afterAll(async () => {
  await gateway.stop();
});

test('used services stand in the report of the user, others without a date', async () => {
  const refused = await gateway.call('iam', { Action: 'ListRoles' }, alice);
  expect(refused.code).toBe('AccessDenied');
  await succeed(gateway.call('ec2', { Action: 'DescribeVpcs' }, alice));
  const Arn = `arn:aws:iam::${account}:user/alice`;
  await vi.waitFor(async () => {
    const job = await succeed(
      gateway.call('iam', { Action: 'GenerateServiceLastAccessedDetails', Arn }),
    );
    const JobId = /<JobId>([^<]+)</.exec(job.body)?.[1] ?? '';
    const { body } = await succeed(
      gateway.call('iam', { Action: 'GetServiceLastAccessedDetails', JobId }),
    );
    const services = body.split('<member>').slice(1);
    expect(services.map((one) => /<ServiceNamespace>(\w+)</.exec(one)?.[1])).toEqual([
      'ec2',
      'iam',
      'sts',
    ]);
    expect(services.map((one) => one.includes('<LastAuthenticated>'))).toEqual([true, true, false]);
    expect(services[0]).toContain(`<LastAuthenticatedEntity>${Arn}<`);
  });
});
