/** The AWS CLI in PATH, and the environment in which a tour runs it. */
import { devNull } from 'node:os';
import { CommandError } from '../../command.ts';
import type { Connection, ConnectionCredentials } from '../../connection.ts';
import { runProgram } from './run-program.ts';

const installation =
  'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html';

/** An AWS CLI. */
export interface AwsCli {
  /** `aws-cli/2.27.0`. */
  readonly name: string;
  /** Before 1.29 and 2.13 it does not read AWS_ENDPOINT_URL. */
  readonly needsEndpointFlag: boolean;
}

/** Finds it. Throws CommandError, exit code 2, when there is none. */
export async function findAwsCli(): Promise<AwsCli> {
  const outcome = await runProgram(['aws', '--version'], { env: process.env }).catch(
    () => undefined,
  );
  const cli = readVersion(`${outcome?.stdout ?? ''}${outcome?.stderr ?? ''}`);
  if (outcome?.code === 0 && cli !== undefined) return cli;
  throw new CommandError({
    en: `no AWS CLI in PATH; the tour types its commands. Install it (${installation}) and try again`,
    ja: `PATH に AWS CLI がありません。ツアーはそのコマンドを実行します。インストールしてください: ${installation}`,
  });
}

/** Reads what `aws --version` prints. */
export function readVersion(text: string): AwsCli | undefined {
  const [, name, major, minor] = /(aws-cli\/(\d+)\.(\d+)\.\S+)/.exec(text)?.slice(0) ?? [];
  if (name === undefined) return undefined;
  const firstMinor = major === '1' ? 29 : 13;
  const old = (major === '1' || major === '2') && Number(minor) < firstMinor;
  return { name, needsEndpointFlag: old };
}

/** The arguments as this CLI needs them. */
export function withEndpoint(
  args: readonly string[],
  cli: AwsCli,
  endpoint: string,
): readonly string[] {
  if (args[0] !== 'aws' || !cli.needsEndpointFlag) return args;
  return [...args, '--endpoint-url', endpoint];
}

/** The caller's environment without what AWS clients read, plus the connection. */
export function clientEnvironment(
  connection: Connection,
  credentials: ConnectionCredentials = connection.credentials,
  region: string = connection.region,
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(?:AWS_|SEKISHO_)/.test(name) || name === 'AWS_CA_BUNDLE') environment[name] = value;
  }
  return {
    ...environment,
    AWS_ENDPOINT_URL: connection.endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_DEFAULT_OUTPUT: 'json',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_ACCESS_KEY_ID: credentials.id,
    AWS_SECRET_ACCESS_KEY: credentials.secret,
    ...(credentials.token === undefined ? {} : { AWS_SESSION_TOKEN: credentials.token }),
  };
}
