/** For tests: a whole server, images in its registry, roles, and tasks launched on it. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { ContainerDefinition } from '@sekisho/catalog/types/ecs';
import { account, startGateway, type TestGateway } from '../../gateway/testing/test-gateway.ts';
import { launcherOf, type TaskLaunch, type TaskReport } from '../../services/ecs/launcher.ts';
import { TaskFleet } from './fleet.ts';

export const region = 'us-east-1';
export const registryHost = `${account}.dkr.ecr.${region}.amazonaws.com`;

/** A statement of a policy. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

export const allow = (
  Action: string | readonly string[],
  Resource: string | readonly string[] = '*',
): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** The six actions of AmazonECSTaskExecutionRolePolicy. */
export const executionPolicy = allow([
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchGetImage',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
]);

/** A member of a layer. */
export interface Member {
  readonly path: string;
  readonly content?: string;
  readonly mode?: number;
  /** `0` file, `1` hard link, `2` symbolic link, `5` folder. */
  readonly type?: string;
  readonly target?: string;
}

/** A tar archive in ustar form. */
export function archive(members: readonly Member[]): Buffer {
  const blocks: Buffer[] = [];
  for (const { path, content = '', mode = 0o644, type = '0', target = '' } of members) {
    const header = Buffer.alloc(512);
    const bytes = Buffer.from(content);
    header.write(path, 0, 100);
    header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(type, 156);
    header.write(target, 157, 100);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const sha256 = (bytes: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What one task has told so far. */
export interface Told {
  readonly reports: TaskReport[];
  readonly launch: TaskLaunch;
  /** The first report of that status. */
  readonly until: (status: TaskReport['lastStatus']) => Promise<TaskReport>;
}

export class TaskWorld {
  readonly gateway: TestGateway;
  readonly fleet: TaskFleet;
  #tasks = 0;

  private constructor(gateway: TestGateway, fleet: TaskFleet) {
    this.gateway = gateway;
    this.fleet = fleet;
  }

  static async start(tasks: 'declared' | 'process' | 'docker' = 'process'): Promise<TaskWorld> {
    const gateway = await startGateway({ settings: { tasks } });
    const fleet = launcherOf(gateway.server.runtime);
    if (!(fleet instanceof TaskFleet)) throw new Error('the server has no launcher');
    return new TaskWorld(gateway, fleet);
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
  }

  #settings() {
    const { id, secret } = this.gateway.root();
    return {
      endpoint: this.gateway.server.endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId: id, secretAccessKey: secret },
    };
  }

  get ecr(): ECRClient {
    return new ECRClient(this.#settings());
  }
  get ec2(): EC2Client {
    return new EC2Client(this.#settings());
  }
  get ssm(): SSMClient {
    return new SSMClient(this.#settings());
  }
  get secrets(): SecretsManagerClient {
    return new SecretsManagerClient(this.#settings());
  }
  get kms(): KMSClient {
    return new KMSClient(this.#settings());
  }
  get logs(): CloudWatchLogsClient {
    return new CloudWatchLogsClient(this.#settings());
  }
  get s3(): S3Client {
    return new S3Client(this.#settings());
  }

  /** A role with one inline policy; its ARN. */
  async role(
    name: string,
    statements: readonly Statement[],
    service = 'ecs-tasks.amazonaws.com',
  ): Promise<string> {
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    };
    await this.gateway.call('iam', {
      Action: 'CreateRole',
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify(trust),
    });
    if (statements.length > 0) {
      await this.gateway.call('iam', {
        Action: 'PutRolePolicy',
        RoleName: name,
        PolicyName: 'p',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      });
    }
    return `arn:aws:iam::${account}:role/${name}`;
  }

  /** Pushes an image over the registry's HTTP API; its name. */
  async push(
    repository: string,
    layers: readonly (readonly Member[])[],
    config: object = {},
  ): Promise<string> {
    const { ecr } = this;
    await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = authorizationData?.[0]?.authorizationToken ?? '';
    const blobs = layers.map((members) => gzipSync(archive(members)));
    const configuration = Buffer.from(
      JSON.stringify({ architecture: 'amd64', os: 'linux', config, rootfs: { type: 'layers' } }),
    );
    for (const blob of [configuration, ...blobs]) await this.#upload(repository, blob, token);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor('application/vnd.oci.image.config.v1+json', configuration),
      layers: blobs.map((blob) => descriptor('application/vnd.oci.image.layer.v1.tar+gzip', blob)),
    });
    await this.#registry(
      'PUT',
      `/v2/${repository}/manifests/latest`,
      token,
      Buffer.from(manifest),
      [['content-type', 'application/vnd.oci.image.manifest.v1+json']],
    );
    return `${registryHost}/${repository}:latest`;
  }

  async #upload(repository: string, blob: Buffer, token: string): Promise<void> {
    const begun = await this.#registry('POST', `/v2/${repository}/blobs/uploads/`, token);
    const location = new URL(begun.headers.get('location') ?? '', `http://${registryHost}`);
    const path = location.pathname;
    await this.#registry('PATCH', path, token, blob, [
      ['content-type', 'application/octet-stream'],
    ]);
    await this.#registry('PUT', `${path}?digest=${encodeURIComponent(sha256(blob))}`, token);
  }

  async #registry(
    method: string,
    path: string,
    token: string,
    body: Buffer = Buffer.alloc(0),
    headers: readonly (readonly [string, string])[] = [],
  ) {
    const { runtime, endpoint } = this.gateway.server;
    const answer = await runtime.platform.network.loopback({
      method,
      url: `${endpoint}${path}`,
      headers: [['host', registryHost], ['authorization', `Basic ${token}`], ...headers],
      body,
      milliseconds: 5000,
    });
    let text = '';
    for await (const chunk of answer.body) text += Buffer.from(chunk).toString();
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return answer;
  }

  /** Launches a task of those containers. */
  launch(containers: readonly ContainerDefinition[], options: Partial<TaskLaunch> = {}): Told {
    this.#tasks += 1;
    const taskId = String(this.#tasks).padStart(32, '0');
    const launch: TaskLaunch = {
      account,
      region,
      taskId,
      taskArn: `arn:aws:ecs:${region}:${account}:task/c/${taskId}`,
      clusterArn: `arn:aws:ecs:${region}:${account}:cluster/c`,
      launchType: 'FARGATE',
      taskDefinition: {
        family: 'f',
        revision: 1,
        cpu: '256',
        memory: '512',
        containerDefinitions: containers,
      },
      overrides: {},
      containerArns: new Map(
        containers.map(({ name = '' }, index) => [
          name,
          `arn:aws:ecs:${region}:${account}:container/c/${taskId}/${index}`,
        ]),
      ),
      ...options,
    };
    const reports: TaskReport[] = [];
    const waiting = new Set<() => void>();
    this.fleet.launch(launch, (report) => {
      reports.push(report);
      for (const each of waiting) each();
    });
    const until: Told['until'] = (status) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = reports.find(({ lastStatus }) => lastStatus === status);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    return { reports, launch, until };
  }
}

function descriptor(mediaType: string, bytes: Buffer): object {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}

/** Request ids differ from run to run. */
export function withoutIds(text: string | undefined): string {
  return (text ?? '').replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID');
}
