/** The matrix of broken tasks: the cause that is told is the right one, and its fix makes them run. */
import type { RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allow, executionPolicy } from '../../endpoints/tasks/tasks.fixture.ts';
import {
  type BrokenCase,
  imageCases,
  logCases,
  roleCases,
  secretCases,
} from './broken-tasks.fixture.ts';
import { DiagnosisWorld, type Outcome } from './diagnosis.fixture.ts';
import type { ServiceDiagnosis } from './service-diagnosis.ts';
import { inputOf, shellWords } from './shell.fixture.ts';

let world: DiagnosisWorld;

beforeAll(async () => {
  world = await DiagnosisWorld.start();
});

afterAll(async () => {
  await world.stop();
});

const cases = [...roleCases, ...imageCases, ...secretCases, ...logCases];

test('there are at least 24 of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(24);
});

describe('W6 the named cause is right, and the fix makes the task run', () => {
  test.each(cases.map((one, index) => [one.name, index] as const))('%s', async (_, index) => {
    const broken = cases[index];
    if (broken === undefined) throw new Error('no such case');
    await expectCause(broken, `case-${index}`);
  });
});

async function expectCause(broken: BrokenCase, id: string): Promise<void> {
  const task = await broken.make(world, id);
  const family = await world.register(task);
  const outcome = await world.run(family, task);
  expect(['REFUSED', 'STOPPED']).toContain(outcome.lastStatus);
  const [finding] = outcome.findings;
  const { subject, code, action } = finding ?? {};
  expect({ subject, code, action }).toEqual({
    subject: broken.subject,
    code: broken.code,
    action: broken.action,
  });
  expectTable(broken, outcome);
  const fixes = outcome.diagnosis?.plan ?? finding?.fixes ?? [];
  expect(fixes.length).toBeGreaterThan(0);
  for (const { cli, terraform, cloudFormation } of [...fixes, ...(finding?.fixes ?? [])]) {
    expect([cli, terraform, cloudFormation]).not.toContain('');
  }
  if (broken.repaired === 'told') return;
  const again = await repaired(broken, fixes, () => world.run(family, task));
  expect({ status: again.lastStatus, left: again.findings }).toEqual({
    status: 'RUNNING',
    left: [],
  });
}

/** Only the principal that the finding is about lacks anything. */
function expectTable({ subject }: BrokenCase, { diagnosis }: Outcome): void {
  if (diagnosis === undefined) return;
  const lacking = diagnosis.principals.filter(({ state }) => state === 'lacks');
  const isPrincipal = ['service', 'executionRole', 'taskRole'].includes(subject);
  expect(lacking.map(({ principal }) => principal)).toEqual(isPrincipal ? [subject] : []);
}

async function repaired(
  { code }: BrokenCase,
  fixes: readonly { readonly cli: string }[],
  rerun: () => Promise<Outcome>,
): Promise<Outcome> {
  const [first] = fixes;
  if (code === 'outsideVpcEndpoint') {
    // The fix is the run itself, in other subnets.
    const input = inputOf(shellWords(first?.cli ?? '').slice(3), true);
    return await world.runTask(input as unknown as RunTaskCommandInput);
  }
  await world.fix({ fixes: fixes.map((fix) => ({ ...fix, ...blank })) });
  return await rerun();
}

const blank = { text: { en: '', ja: '' }, terraform: '', cloudFormation: '' };

test('W6 what the application is refused at run time is told as the task role’s', async () => {
  const executionRoleArn = await world.world.role('app-execution', [executionPolicy]);
  const taskRoleArn = await world.world.role('app-task', [allow('s3:ListBucket')]);
  const family = await world.register({ executionRoleArn, taskRoleArn });
  const taskArn = await world.begin(family);
  const task = taskArn.slice(taskArn.lastIndexOf('/') + 1);
  await world.bucket('diagnosis-data');
  const read = async (): Promise<string> => {
    const credentials = await world.taskCredentials(task);
    const client = new S3Client({ ...world.settings(), credentials });
    const input = { Bucket: 'diagnosis-data', Key: 'report' };
    return await client.send(new GetObjectCommand(input)).then(
      () => 'read',
      (error: Error) => error.name,
    );
  };
  expect(await read()).toBe('AccessDenied');
  const { findings, principals, plan } = await world.diagnose(taskArn);
  expect(findings.map(({ subject, code, action }) => [subject, code, action])).toEqual([
    ['taskRole', 'permissionMissing', 's3:GetObject'],
  ]);
  const lacking = principals.filter(({ state }) => state === 'lacks');
  expect(lacking.map(({ principal }) => principal)).toEqual(['taskRole']);
  await world.fix({ fixes: plan });
  expect(await read()).toBe('NoSuchKey');
  const after = await world.diagnose(taskArn);
  expect(after.findings.map(({ allowedNow }) => allowedNow)).toEqual([true]);
  expect(after.plan).toEqual([]);
});

test('a service without tasks: its last failed launch, then the last of its tasks', async () => {
  const executionRoleArn = await world.world.role('service-execution', [], 'ec2.amazonaws.com');
  const family = await world.register({ executionRoleArn });
  await world.createService('lonely', family);
  const path = 'services/diagnosis/lonely/diagnosis';
  const until = async (code: string) => {
    for (;;) {
      const answer = (await world.get(path)) as ServiceDiagnosis;
      if (answer.findings[0]?.code === code) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const first = await until('trustMissing');
  expect(first.event).toContain('failed to launch a task with (error ECS was unable to assume');
  expect(first.ahead.map(({ action }) => action)).toEqual([
    'ecr:GetAuthorizationToken',
    'ecr:BatchGetImage',
    'ecr:GetDownloadUrlForLayer',
  ]);
  await world.fix({ fixes: first.findings[0]?.fixes ?? [] });
  const second = await until('permissionMissing');
  expect(second.task?.stopCode).toBe('TaskFailedToStart');
  await world.fix({ fixes: second.plan });
  const { findings, ahead } = await until('permissionMissing');
  expect([findings[0]?.allowedNow, ahead]).toEqual([true, []]);
});
