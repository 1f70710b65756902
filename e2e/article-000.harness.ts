/** What the files on article 000 need: a server in us-west-2, its files filled in, jobs' tokens. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { jobOf } from '../packages/sekisho/src/commands/oidc/job.ts';
import { type Connection, postOwn } from '../packages/sekisho/src/connection.ts';
import {
  type AwsCli,
  aws,
  type ClientOptions,
  type ClientResult,
  cleanEnvironment,
  commandArguments,
  root,
  runClient,
  type Sekisho,
  startSekisho,
} from './harness.ts';

export const account = '123456789012';
export const region = 'us-west-2';
export const repository = 'octo-org/flask-app';
export const issuer = 'token.actions.githubusercontent.com';
export const providerArn = `arn:aws:iam::${account}:oidc-provider/${issuer}`;
export const deployRole = `arn:aws:iam::${account}:role/github-deploy`;
export const executionRole = `arn:aws:iam::${account}:role/ecsTaskExecutionRole`;
export const taskRole = `arn:aws:iam::${account}:role/flaskAppTaskRole`;
export const executionPolicy =
  'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
export const powerUser = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser';

/** What the article's `<…>` stand for. */
const placeholders = new Map([
  ['ACCOUNT_ID', account],
  ['REGION', region],
  ['ORG', 'octo-org'],
  ['ORG_ID', '285964'],
  ['REPO_NAME', 'flask-app'],
  ['REPO_ID', '1339936803'],
  ['ECR_REPOSITORY', 'flask-app'],
  ['CLUSTER', 'portfolio'],
  ['SERVICE', 'flask'],
  ['TASK_FAMILY', 'flask-app'],
  ['TASK_EXECUTION_ROLE_ARN', executionRole],
  ['TASK_ROLE_ARN', taskRole],
]);

/** A file of examples/000 as it is. */
export function exampleText(name: string): string {
  return readFileSync(join(root, 'examples', '000', name), 'utf8');
}

/** A file of examples/000 with its placeholders replaced. */
export function filled(name: string): string {
  return exampleText(name).replaceAll(/<([A-Z_]+)>/g, (_, placeholder: string) => {
    const value = placeholders.get(placeholder);
    if (value === undefined) throw new Error(`${name}: <${placeholder}> is unknown`);
    return value;
  });
}

/** The end of AWS's words for an implicit deny. */
export const because = (action: string): string =>
  `because no identity-based policy allows the ${action} action`;

/** The arguments of a command as one would type it. */
export function words(command: string): readonly string[] {
  return command.split(/\s+/).filter((word) => word !== '');
}

/** An access key, a session's with its token. */
export interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The SDK's clients of one principal. */
export interface Clients {
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly ec2: EC2Client;
}

/** What a job's token says, by the options of `sekisho oidc token`. */
export interface TokenRequest {
  readonly repo?: string;
  readonly ref?: string;
  readonly event?: string;
  readonly environment?: string;
  readonly subject?: 'classic' | 'with-ids';
  readonly 'owner-id'?: string;
  readonly 'repo-id'?: string;
  readonly audience?: string;
  readonly expiresInSeconds?: number;
}

/** A server for the article. */
export class Article {
  readonly sekisho: Sekisho;
  readonly root: Clients;
  readonly #connection: Connection;

  private constructor(sekisho: Sekisho) {
    this.sekisho = sekisho;
    const file = readFileSync(sekisho.credentialsFile, 'utf8');
    const id = /aws_access_key_id = (\S+)/.exec(file)?.[1] ?? '';
    const secret = /aws_secret_access_key = (\S+)/.exec(file)?.[1] ?? '';
    this.root = this.clients({ accessKeyId: id, secretAccessKey: secret });
    this.#connection = { endpoint: sekisho.endpoint, region, credentials: { id, secret } };
  }

  static async open(...flags: readonly string[]): Promise<Article> {
    return new Article(await startSekisho('--github-issuer', 'local', ...flags));
  }

  /** Clients that sign with this key, in the article's region unless another is named. */
  clients(credentials: Key, clientRegion = region): Clients {
    const { endpoint } = this.sekisho;
    const common = { endpoint, region: clientRegion, credentials };
    return {
      iam: new IAMClient(common),
      sts: new STSClient(common),
      ecr: new ECRClient(common),
      ecs: new ECSClient(common),
      logs: new CloudWatchLogsClient(common),
      ec2: new EC2Client(common),
    };
  }

  /** A command of the AWS CLI in the article's region; the root key unless another is given. */
  cli(cli: AwsCli, args: readonly string[], key?: Key): ClientResult {
    const environment = { AWS_REGION: region, AWS_DEFAULT_REGION: region };
    const options: ClientOptions =
      key === undefined
        ? { environment }
        : {
            environment,
            credentials: {
              id: key.accessKeyId,
              secret: key.secretAccessKey,
              ...(key.sessionToken === undefined ? {} : { token: key.sessionToken }),
            },
          };
    return aws(cli, this.sekisho, args, options);
  }

  /** A file of the example, filled in, in the server's folder; its `file://` name. */
  file(name: string): string {
    const path = join(this.sekisho.folder, name);
    writeFileSync(path, filled(name));
    return `file://${path}`;
  }

  /** Runs `sekisho` with the server's root key, in the article's region. */
  command(...args: readonly string[]): ClientResult {
    return runClient(process.execPath, [...commandArguments, ...args, '--data-dir', 'data'], {
      env: { ...cleanEnvironment(), AWS_ENDPOINT_URL: this.sekisho.endpoint, AWS_REGION: region },
      folder: this.sekisho.folder,
    });
  }

  /** A job's token: a push to main of the article's repository unless said otherwise. */
  async token(job: TokenRequest = {}): Promise<string> {
    const { audience, expiresInSeconds, ...options } = job;
    const answer = await postOwn(this.#connection, 'oidc/tokens', {
      ...jobOf(new Map(Object.entries({ repo: repository, ...options }))),
      ...(audience === undefined ? {} : { audience }),
      ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
    });
    return (answer as { readonly value: string }).value;
  }

  /** What configure-aws-credentials asks of STS, without a signature. */
  async assume(token: string, more: { RoleArn?: string; DurationSeconds?: number } = {}) {
    const { sts } = this.clients({ accessKeyId: '', secretAccessKey: '' });
    return await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: deployRole,
        RoleSessionName: 'GitHubActions',
        DurationSeconds: 3600,
        WebIdentityToken: token,
        ...more,
      }),
    );
  }

  /** A session's key for a push to main. */
  async session(RoleArn = deployRole): Promise<Key> {
    const { Credentials } = await this.assume(await this.token(), { RoleArn });
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
  }

  /** The events of the log, oldest first. */
  events(): readonly LoggedEvent[] {
    const text = readFileSync(join(this.sekisho.dataFolder, 'events.jsonl'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LoggedEvent);
  }
}

/** What the tests read of an event. */
export interface LoggedEvent {
  readonly eventName: string;
  readonly userIdentity: { readonly arn?: string };
  readonly errorMessage?: string;
  readonly httpStatus: number;
  readonly decisions?: readonly {
    readonly action: string;
    readonly resource: string;
    readonly outcome: string;
  }[];
}
