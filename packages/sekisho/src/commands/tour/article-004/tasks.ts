/** Article 004: how its tasks are described, started, looked at and stopped. */
import { json } from '../expectation.ts';
import { type Step, type Text, words } from '../step.ts';
import { region004 } from './documents.ts';

/** The image that the tour puts into ECR. */
export const image = `<account>.dkr.ecr.${region004}.amazonaws.com/article-app:latest`;

/** The role of that name. */
export const roleArn = (name: string): string => `arn:aws:iam::<account>:role/${name}`;

/** The awslogs driver. */
export const logged = (group: string, more: Readonly<Record<string, string>> = {}): object => ({
  logConfiguration: {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': group,
      'awslogs-region': region004,
      'awslogs-stream-prefix': 'article',
      ...more,
    },
  },
});

interface Definition {
  readonly id: string;
  readonly part: Step['part'];
  readonly title: Text;
  readonly family: string;
  readonly container: object;
}

/** Registers a Fargate task of one container that stays until it is stopped. */
export function register({ id, part, title, family, container }: Definition): Step {
  const definition = {
    name: 'main',
    command: ['sh', '-c', 'echo started; exec sleep 600'],
    ...container,
  };
  return {
    id,
    part,
    title,
    where: 'outside',
    args: [
      ...words(
        `aws ecs register-task-definition --family ${family} --requires-compatibilities FARGATE
         --network-mode awsvpc --cpu 256 --memory 512
         --execution-role-arn ${roleArn('ecsTaskExecutionRole')} --container-definitions`,
      ),
      JSON.stringify([definition]),
    ],
    expectation: json({ taskDefinition: { family, status: 'ACTIVE' } }),
    learns: { [taskOf(family)]: ['taskDefinition', 'taskDefinitionArn'] },
    undo: [words(`aws ecs deregister-task-definition --task-definition <${taskOf(family)}>`)],
  };
}

/** The fact with the ARN of a family's definition. */
export const taskOf = (family: string): string => `${family}Definition`;

/** The command that starts a task of a family; the subnet is that of a fact. */
export function runTask(family: string, role?: string, subnet = 'subnet'): readonly string[] {
  const override = role === undefined ? '' : `--overrides executionRoleArn=${roleArn(role)}`;
  return words(
    `aws ecs run-task --cluster article --launch-type FARGATE --task-definition <${taskOf(family)}>
     --network-configuration awsvpcConfiguration={subnets=[<${subnet}>],assignPublicIp=ENABLED} ${override}`,
  );
}

/** Starts a task: it is the fact `task` from then on. */
export function start(id: string, part: Step['part'], title: Text, args: readonly string[]): Step {
  return {
    id,
    part,
    title,
    where: 'outside',
    args,
    expectation: json({ failures: [] }),
    learns: { task: ['tasks', 0, 'taskArn'] },
  };
}

const describe = 'aws ecs describe-tasks --cluster article --tasks <task> --query';

/** Waits until it runs. */
export function runs(id: string, part: Step['part'], title: Text): Step {
  return {
    id,
    part,
    title,
    where: 'outside',
    args: words(`${describe} tasks[0].lastStatus`),
    expectation: json('RUNNING'),
    patienceSeconds: 30,
  };
}

/** Stops it. */
export function stop(id: string, part: Step['part']): Step {
  return {
    id,
    part,
    title: { en: 'Stop the task', ja: 'タスクを停止' },
    where: 'outside',
    args: words('aws ecs stop-task --cluster article --task <task> --query task.desiredStatus'),
    expectation: json('STOPPED'),
  };
}

/** A task that did not start: the command tells, in ECS's words, why. */
export function stopped(given: {
  readonly id: string;
  readonly title: Text;
  readonly says: readonly string[];
  readonly deniedAction: string;
  readonly fix: Text;
}): Step {
  const { id, title, says, deniedAction, fix } = given;
  return {
    id,
    part: 'refusal',
    title,
    where: 'outside',
    args: words(`${describe} tasks[0].stoppedReason --output text`),
    expectation: { kind: 'refusal', words: says, told: true },
    patienceSeconds: 30,
    deniedAction,
    fix,
  };
}
