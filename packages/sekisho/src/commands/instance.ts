/** `sekisho instance exec`: runs a command as if inside an EC2 instance. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { type Command, CommandError, type CommandOutcome } from '../command.ts';
import { connect, connectionUsage, getOwn } from '../connection.ts';
import { systemCode, systemText } from '../mistakes.ts';
import { readInside } from './inside.ts';

const usage = `Usage: sekisho instance exec INSTANCE-ID [options] -- COMMAND [ARGUMENT …]

The command sees what it would see inside the instance: the metadata service (IMDSv2) and its
role's credentials, and no credentials from the caller's environment, files or profiles.

${connectionUsage}`;

/** The verb. */
export const instance: Command = {
  name: 'instance',
  summary: {
    en: 'run a command as if inside an EC2 instance',
    ja: 'EC2 インスタンスの中と同じ条件でコマンドを実行',
  },
  usage,
  run: async (args) => {
    const { values, name: id, program, programArguments } = readInside(args, 'INSTANCE-ID', usage);
    if (!/^i-[0-9a-f]{8,17}$/.test(id)) {
      throw new CommandError({
        en: `${id} is not an instance id`,
        ja: `${id} はインスタンス ID ではありません`,
      });
    }
    const connection = connect(values);
    const described = await getOwn(connection, `instances/${id}`);
    const { url, region } = readDescription(described);
    return await runInside(
      program,
      programArguments,
      insideEnvironment(connection.endpoint, url, region),
    );
  },
};

function readDescription(described: unknown): { readonly url: string; readonly region: string } {
  if (typeof described === 'object' && described !== null) {
    const url: unknown = Reflect.get(described, 'metadataEndpoint');
    const region: unknown = Reflect.get(described, 'region');
    if (typeof url === 'string' && typeof region === 'string') return { url, region };
  }
  throw new CommandError({
    en: 'the instance has no metadata endpoint; is it running?',
    ja: 'インスタンスにメタデータのエンドポイントがありません。実行中ですか',
  });
}

/** The caller's environment without anything that AWS clients read, plus the instance's own. */
export function insideEnvironment(
  endpoint: string,
  metadataUrl: string,
  region: string,
): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(endpoint, region),
    // Older clients join the path without a slash of their own.
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `${metadataUrl.replace(/\/+$/, '')}/`,
  };
}

/** The caller's environment without anything that AWS clients read, plus this server. */
export function cleanEnvironment(endpoint: string, region: string): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    const kept = !/^(?:AWS_|BOTO_|AMAZON_|SEKISHO_)/.test(name) || name === 'AWS_CA_BUNDLE';
    if (kept) environment[name] = value;
  }
  return {
    ...environment,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // Files that do not exist: no profile of the caller's is seen inside.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

/** Runs a program with that environment; its exit code. */
export function runInside(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: environment });
    const forward = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    child.once('error', (error) => {
      const { en, ja } = systemText(error);
      const text = {
        en: `${program} cannot be run: ${en}`,
        ja: `${program} を実行できません: ${ja}`,
      };
      // As a shell: 126 for what is there but cannot be run.
      reject(new CommandError(text, systemCode(error) === 'ENOENT' ? 127 : 126));
    });
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
