/** Services of ECS with the AWS CLI and its waiters, and what a killed server leaves behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AwsCli, aws, findAwsClis, type Sekisho, startSekisho } from './harness.ts';

const account = '123456789012';
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

/** Old ones have no waiters for much of this. */
const clis = findAwsClis().filter(({ needsEndpointFlag }) => !needsEndpointFlag);

describe.each(clis)('services of ECS with $name', (cli: AwsCli) => {
  let sekisho: Sekisho;
  let network = '';
  const dataFolder = mkdtempSync(join(tmpdir(), 'sekisho-ecs-'));

  /** A server over the folder, which outlives it. */
  async function start(): Promise<Sekisho> {
    const started = await startSekisho('--data-dir', dataFolder);
    return { ...started, credentialsFile: join(dataFolder, 'credentials') };
  }

  /** The JSON that a command prints. */
  function run<Output = unknown>(...args: readonly string[]): Output {
    const result = aws(cli, sekisho, args);
    if (result.code !== 0) throw new Error(`${args.join(' ')}: ${result.stderr}`);
    return (result.stdout.trim() === '' ? undefined : JSON.parse(result.stdout)) as Output;
  }

  const service = <Output>(query: string): Output =>
    run<Output>(
      ...['ecs', 'describe-services', '--cluster', 'web', '--services', 'web'],
      ...['--query', `services[0].${query}`],
    );
  const scale = (count: number) =>
    run(
      'ecs',
      'update-service',
      '--cluster',
      'web',
      '--service',
      'web',
      '--desired-count',
      `${count}`,
    );
  const waitUntilStable = () =>
    run('ecs', 'wait', 'services-stable', '--cluster', 'web', '--services', 'web');

  beforeAll(async () => {
    sekisho = await start();
    for (const [name, principal] of [
      ['execution', 'ecs-tasks.amazonaws.com'],
      ['wrong', 'ec2.amazonaws.com'],
    ] as const) {
      const document = ['--assume-role-policy-document', trust(principal)];
      run('iam', 'create-role', '--role-name', name, ...document);
    }
    run('ecs', 'create-cluster', '--cluster-name', 'web');
    const subnet = run<string>('ec2', 'describe-subnets', '--query', 'Subnets[0].SubnetId');
    network = `awsvpcConfiguration={subnets=[${subnet}],assignPublicIp=ENABLED}`;
    for (const name of ['execution', 'wrong']) {
      run(
        ...['ecs', 'register-task-definition', '--family', name, '--network-mode', 'awsvpc'],
        ...['--requires-compatibilities', 'FARGATE', '--cpu', '256', '--memory', '512'],
        ...['--execution-role-arn', roleArn(name)],
        ...['--container-definitions', '[{"name":"web","image":"nginx"}]'],
      );
    }
  }, 300_000);
  afterAll(async () => {
    await sekisho.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  test('000-13: desired count 1, services-stable, tasks-running, 0, tasks-stopped', () => {
    run(
      ...['ecs', 'create-service', '--cluster', 'web', '--service-name', 'web'],
      ...['--task-definition', 'execution', '--desired-count', '0', '--launch-type', 'FARGATE'],
      ...['--network-configuration', network],
    );
    scale(1);
    waitUntilStable();
    const [task = ''] = run<string[]>(
      ...['ecs', 'list-tasks', '--cluster', 'web', '--service-name', 'web'],
      ...['--query', 'taskArns'],
    );
    run('ecs', 'wait', 'tasks-running', '--cluster', 'web', '--tasks', task);
    scale(0);
    run('ecs', 'wait', 'tasks-stopped', '--cluster', 'web', '--tasks', task);
    waitUntilStable();
    expect(service('runningCount')).toBe(0);
  }, 300_000);

  test('what a killed server ran is stopped, and the service starts anew', async () => {
    scale(1);
    waitUntilStable();
    const before = run<string[]>('ecs', 'list-tasks', '--cluster', 'web', '--query', 'taskArns');
    const ended = new Promise((resolve) => sekisho.process.once('exit', resolve));
    sekisho.process.kill('SIGKILL');
    await ended;
    await sekisho.stop();
    sekisho = await start();
    waitUntilStable();
    const after = run<string[]>('ecs', 'list-tasks', '--cluster', 'web', '--query', 'taskArns');
    expect(after.length).toBe(1);
    expect(after).not.toEqual(before);
    const [lost] = run<object[]>(
      ...['ecs', 'describe-tasks', '--cluster', 'web', '--tasks', before[0] ?? ''],
      ...['--query', 'tasks[].[lastStatus,stoppedReason]'],
    );
    expect(lost).toEqual(['STOPPED', 'The server that ran the task was restarted.']);
  }, 300_000);

  test('000-15: a trust policy that is wrong is told by RunTask and by the service', () => {
    const text =
      `ECS was unable to assume the role '${roleArn('wrong')}' that was provided for this task. ` +
      'Please verify that the role being passed has the proper trust relationship and ' +
      'permissions and that your IAM user has permissions to pass this role.';
    const task = ['--cluster', 'web', '--task-definition', 'wrong', '--launch-type', 'FARGATE'];
    const refused = aws(cli, sekisho, [
      ...['ecs', 'run-task', ...task, '--network-configuration', network],
    ]);
    expect(refused.stderr).toContain(
      `An error occurred (ClientException) when calling the RunTask operation: ${text}`,
    );
    run(
      ...['ecs', 'update-service', '--cluster', 'web', '--service', 'web'],
      ...['--task-definition', 'wrong'],
    );
    expect(service<string[]>('events[].message')).toContain(
      `(service web) failed to launch a task with (error ${text}).`,
    );
    // The tasks of the deployment before go on.
    expect(service('runningCount')).toBe(1);
  }, 300_000);
});
