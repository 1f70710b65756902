/** `sekisho task exec`: runs a command as if inside a running task of ECS. */
import { type Command, CommandError } from '../command.ts';
import { connect, connectionUsage, getOwn } from '../connection.ts';
import { readInside } from './inside.ts';
import { cleanEnvironment, runInside } from './instance.ts';

const usage = `Usage: sekisho task exec TASK [options] -- COMMAND [ARGUMENT …]

TASK is a task's id or ARN. The command sees what it would see inside the task: the credential
endpoint of the task's role and the task's metadata, and no credentials from the caller's
environment, files or profiles.

${connectionUsage}`;

/** The verb. */
export const task: Command = {
  name: 'task',
  summary: {
    en: 'run a command as if inside a task of ECS',
    ja: 'ECS タスクの中と同じ条件でコマンドを実行',
  },
  usage,
  run: async (args) => {
    const { values, name, program, programArguments } = readInside(args, 'TASK', usage);
    const id = /(?:^|\/)([0-9a-f]{32})$/.exec(name)?.[1];
    if (id === undefined) {
      throw new CommandError({
        en: `${name} is no id or ARN of a task`,
        ja: `${name} はタスクの ID でも ARN でもありません`,
      });
    }
    const connection = connect(values);
    const { environment, region } = readDescription(await getOwn(connection, `tasks/${id}`));
    return await runInside(program, programArguments, {
      ...cleanEnvironment(connection.endpoint, region),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    });
  },
};

function readDescription(described: unknown): {
  readonly environment: Readonly<Record<string, string>>;
  readonly region: string;
} {
  if (typeof described === 'object' && described !== null) {
    const environment: unknown = Reflect.get(described, 'environment');
    const region: unknown = Reflect.get(described, 'region');
    if (typeof environment === 'object' && environment !== null && typeof region === 'string') {
      const variables = Object.entries(environment).flatMap(([name, value]: [string, unknown]) =>
        typeof value === 'string' ? [[name, value] as const] : [],
      );
      return { environment: Object.fromEntries(variables), region };
    }
  }
  throw new CommandError({
    en: 'the task has no endpoint; is it running?',
    ja: 'タスクにエンドポイントがありません。実行中ですか',
  });
}
