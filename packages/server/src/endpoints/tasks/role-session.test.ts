/** Credentials of a task's role: named by the task, renewed ahead of their end, told to nobody else. */
import { expect, test } from 'vitest';
import { ServiceError } from '../../protocol/service-error.ts';
import type { Runtime, ServiceAssumeRole } from '../../services/service.ts';
import { RoleSession, sessionSeconds } from './role-session.ts';

const task = { taskArn: 'arn:aws:ecs:r:1:task/c/t', taskId: 't', account: '1' };

function world() {
  const asked: ServiceAssumeRole[] = [];
  const state = { now: 0, isTrusted: true };
  const runtime = {
    platform: { clock: { now: () => state.now } },
    assumeRoleAsService: (request: ServiceAssumeRole) => {
      if (!state.isTrusted) throw new ServiceError('AccessDenied', 'no', 403);
      asked.push(request);
      return {
        accessKeyId: `ASIA${asked.length}`,
        secretAccessKey: 's',
        sessionToken: 't',
        expiresAt: state.now + request.sessionSeconds * 1000,
      };
    },
  } as unknown as Runtime;
  return { asked, state, runtime };
}

test('the service says for which task it assumes the role, an instance does not', () => {
  const { asked, runtime } = world();
  new RoleSession(runtime, 'arn:role', task).credentials();
  const instance = { ...task, ec2InstanceId: 'i-1' };
  new RoleSession(runtime, 'arn:role', instance, 'ec2.amazonaws.com').credentials();
  expect(asked).toMatchObject([
    {
      service: 'ecs-tasks.amazonaws.com',
      sessionName: 't',
      context: [
        ['aws:SourceArn', task.taskArn],
        ['aws:SourceAccount', '1'],
      ],
    },
    { service: 'ec2.amazonaws.com', sessionName: 'i-1', context: [] },
  ]);
});

test('credentials are kept, then renewed long before they end', () => {
  const { state, runtime } = world();
  const session = new RoleSession(runtime, 'arn:role', task);
  expect(session.credentials().accessKeyId).toBe('ASIA1');
  state.now = (sessionSeconds * 1000) / 2 - 1;
  expect(session.credentials().accessKeyId).toBe('ASIA1');
  state.now += 1;
  expect(session.credentials().accessKeyId).toBe('ASIA2');
});

test('a role that is no longer trusted keeps what it has, no longer', () => {
  const { state, runtime } = world();
  const session = new RoleSession(runtime, 'arn:role', task);
  session.credentials();
  state.isTrusted = false;
  state.now = sessionSeconds * 1000 - 1;
  expect(session.credentials().accessKeyId).toBe('ASIA1');
  state.now += 1;
  expect(() => session.credentials()).toThrow('no');
});
