/** What a server finds that was killed, or stopped, while tasks ran. */
import type { RunTaskResponse } from '@sekisho/catalog/types/ecs';
import { expect, test } from 'vitest';
import { stoppedTaskMilliseconds } from '../entities/task.ts';
import { sweep } from './sweep.ts';
import { TaskWorld } from './tasks.fixture.ts';

async function runOne(world: TaskWorld): Promise<string> {
  const { tasks = [] } = await world.call<RunTaskResponse>('RunTask', await world.fargate());
  await world.idle();
  return tasks[0]?.taskArn ?? '';
}

test('a task whose server was killed is STOPPED with a reason, and its address is free', async () => {
  const before = await TaskWorld.open();
  const taskArn = await runOne(before);
  const after = await before.killed();
  expect(await after.task(taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    stopCode: 'TerminationNotice',
    stoppedReason: 'The server that ran the task was restarted.',
    containers: [{ lastStatus: 'STOPPED' }],
    attachments: [{ status: 'DELETED' }],
  });
  expect(after.launcher.launches).toEqual([]);
  const again = await after.task(await runOne(after));
  const address = (task: typeof again) =>
    task.attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value;
  expect(address(again)).toBe(address(await after.task(taskArn)));
});

test('a stop that was asked for before keeps its own reason', async () => {
  const before = await TaskWorld.open();
  const taskArn = await runOne(before);
  before.launcher.stop = () => {};
  await before.call('StopTask', { cluster: 'web', task: taskArn, reason: 'mine' });
  const after = await before.killed();
  expect(await after.task(taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'UserInitiated',
    stoppedReason: 'mine',
  });
});

test('a service starts new tasks for those that were lost', async () => {
  const before = await TaskWorld.open();
  await before.call('CreateService', await before.fargate({ serviceName: 'web', desiredCount: 2 }));
  await before.idle();
  const lost = await before.tasks();
  const after = await before.killed();
  await after.idle();
  const now = await after.tasks();
  expect(now.length).toBe(2);
  expect(now.some((arn) => lost.includes(arn))).toBe(false);
  expect(await after.service()).toMatchObject({
    runningCount: 2,
    deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
  });
  expect((await after.events()).slice(-2)).toEqual([
    'has started 2 tasks: (task T) (task T).',
    'has reached a steady state.',
  ]);
});

test('a server that stops writes that its tasks are stopped, and starts none', async () => {
  const world = await TaskWorld.open();
  await world.call('CreateService', await world.fargate({ serviceName: 'web', desiredCount: 1 }));
  await world.idle();
  const [taskArn = ''] = await world.tasks();
  await world.ecs.stop?.(world.workload.runtime);
  await world.idle();
  expect(await world.task(taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    stoppedReason: 'The server that ran the task was stopped.',
  });
  expect(world.launcher.launches.length).toBe(1);
});

test('tasks and services that nobody sees any more are removed', async () => {
  const world = await TaskWorld.open();
  const taskArn = await runOne(world);
  await world.call('CreateService', await world.fargate({ serviceName: 'web', desiredCount: 1 }));
  await world.idle();
  await world.call('DeleteService', { cluster: 'web', service: 'web', force: true });
  await world.call('StopTask', { cluster: 'web', task: taskArn });
  await world.idle();
  const { state, runtime } = world.workload;
  const kept = () =>
    state.folders('ecs/').filter((folder) => /\/(?:task|service[a-z-]*)\/web\/$/.test(folder));
  await sweep(runtime);
  expect(kept().length).toBeGreaterThan(0);
  world.workload.now += stoppedTaskMilliseconds;
  await sweep(runtime);
  expect(kept()).toEqual([]);
});
