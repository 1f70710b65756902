/**
 * What happens before a task's containers start: the execution role is used for registry tokens,
 * secrets, environment files, log streams, and the pull.
 */
import type { ContainerDefinition } from '@sekisho/catalog/types/ecs';
import { layerBucket } from '../../services/ecr/layers/layer-url.ts';
import type { TaskLaunch } from '../../services/ecs/launcher.ts';
import type { Runtime } from '../../services/service.ts';
import type { ContainerPlan } from './container.ts';
import { containerEnvironment } from './container-environment.ts';
import { readEnvironmentFiles } from './environment-files.ts';
import { type PulledImage, pullImage } from './image-pull.ts';
import { type ImageReference, readImageReference } from './image-reference.ts';
import { ImageStore } from './image-store.ts';
import { createLogStream, type LogTarget, readLogOptions } from './log-stream.ts';
import { pullFailure } from './pull-failure.ts';
import { ecrAuthorization, privateAuthorization } from './registry-credentials.ts';
import { RoleSession } from './role-session.ts';
import type { Routes } from './routes.ts';
import { readSecrets, type SecretReader } from './secrets.ts';
import { ServiceClient, Unreachable } from './service-client.ts';
import { LaunchFailure, taskFailedToStart } from './stopped-reason.ts';
import { optionsOf } from './task-metadata.ts';

/** A container that may start, with the stream that its output goes to. */
export interface PreparedContainer {
  readonly plan: ContainerPlan;
  readonly log?: { readonly target: LogTarget; readonly client: ServiceClient };
}

/** What the preparation needs besides the task. */
export interface PreparationParts {
  readonly runtime: Runtime;
  readonly launch: TaskLaunch;
  readonly routes: Routes;
  /** Images are unpacked, for programs to be run from them. */
  readonly unpacks: boolean;
  readonly runsPrograms: boolean;
  /** Registries on this machine, other than this server, may be asked. */
  readonly asksLoopbackRegistries: boolean;
  /** What ECS puts into the environment of the container at that place. */
  readonly injected: (index: number) => ReadonlyMap<string, string>;
  readonly onPull: (event: 'started' | 'stopped') => void;
}

/** Prepares all containers. Rejects with LaunchFailure. */
export async function prepareTask(parts: PreparationParts): Promise<readonly PreparedContainer[]> {
  const preparation = new Preparation(parts);
  // The agent on an instance pulls first; Fargate reads secrets and checks the logs first.
  if (parts.launch.launchType !== 'FARGATE') {
    await preparation.authorize();
    await preparation.pull();
    await preparation.read();
    await preparation.openLogs();
  } else {
    await preparation.authorize();
    await preparation.read();
    await preparation.openLogs();
    await preparation.pull();
  }
  return await preparation.prepared();
}

interface Draft {
  readonly definition: ContainerDefinition;
  readonly name: string;
  readonly reference: ImageReference | undefined;
  authorization?: string;
  image?: PulledImage;
  store?: ImageStore;
  files: ReadonlyMap<string, string>;
  log?: LogTarget;
}

class Preparation {
  readonly #parts: PreparationParts;
  readonly #drafts: readonly Draft[];
  readonly #execution: ServiceClient | undefined;
  readonly #logging: ServiceClient | undefined;
  readonly #isFargate: boolean;
  #secrets: ReadonlyMap<string, string> = new Map();

  constructor(parts: PreparationParts) {
    const { launch, runtime } = parts;
    const { executionRoleArn, instanceRoleArn } = launch;
    this.#parts = parts;
    this.#isFargate = launch.launchType === 'FARGATE';
    const { routes } = parts;
    const clientOf = (roleArn: string | undefined, service: string): ServiceClient | undefined =>
      roleArn === undefined
        ? undefined
        : new ServiceClient(runtime, new RoleSession(runtime, roleArn, launch, service), routes);
    const instance = clientOf(instanceRoleArn, 'ec2.amazonaws.com');
    this.#execution = clientOf(executionRoleArn, 'ecs-tasks.amazonaws.com') ?? instance;
    // On an instance Docker itself writes the logs: with the instance's role.
    this.#logging = this.#isFargate ? this.#execution : instance;
    const { account, region } = launch;
    const place = { endpoint: runtime.endpoint(), account, region };
    this.#drafts = (launch.taskDefinition.containerDefinitions ?? []).map((definition) => ({
      definition,
      name: definition.name ?? '',
      reference: readImageReference(definition.image ?? '', place),
      files: new Map(),
    }));
  }

  #reader(): SecretReader {
    const client = this.#execution;
    if (client === undefined) {
      throw new LaunchFailure(`${taskFailedToStart}: the task has no role to read with`);
    }
    return { client, region: this.#parts.launch.region, isFargate: this.#isFargate };
  }

  /** Registry tokens of ECR, one a region; names and passwords of private registries. */
  async authorize(): Promise<void> {
    const tokens = new Map<string, string>();
    for (const draft of this.#drafts) {
      const { reference, name, definition } = draft;
      if (reference?.registry.kind !== 'ecr') {
        const credentials = definition.repositoryCredentials?.credentialsParameter;
        if (credentials === undefined) continue;
        draft.authorization = await privateAuthorization(credentials, name, this.#reader());
        continue;
      }
      const { region } = reference.registry;
      const token = tokens.get(region) ?? (await ecrAuthorization(reference, name, this.#reader()));
      tokens.set(region, token);
      draft.authorization = token;
    }
  }

  /** Secrets of environment and log drivers, then environment files. */
  async read(): Promise<void> {
    const secrets = this.#drafts.flatMap(({ definition }) => [
      ...(definition.secrets ?? []),
      ...(definition.logConfiguration?.secretOptions ?? []),
    ]);
    if (secrets.length > 0) this.#secrets = await readSecrets(secrets, this.#reader());
    for (const draft of this.#drafts) {
      const files =
        this.#override(draft.name)?.environmentFiles ?? draft.definition.environmentFiles;
      if (files === undefined || files.length === 0) continue;
      draft.files = await readEnvironmentFiles(files, this.#reader());
    }
  }

  async openLogs(): Promise<void> {
    for (const draft of this.#drafts) {
      const { definition, name } = draft;
      const configuration = definition.logConfiguration;
      if (configuration?.logDriver !== 'awslogs') continue;
      const { taskId, containerArns } = this.#parts.launch;
      const runtimeId = containerArns.get(name)?.split('/').at(-1) ?? taskId;
      draft.log = readLogOptions(optionsOf(configuration), { container: name, taskId, runtimeId });
      const wrap = (words: string, error?: unknown): LaunchFailure =>
        this.#logFailure(words, name, error);
      if (this.#logging === undefined)
        throw wrap('NoCredentialProviders: no valid providers in chain');
      await createLogStream(draft.log, this.#logging, wrap);
    }
  }

  #logFailure(words: string, container: string, error: unknown): LaunchFailure {
    if (this.#isFargate && error instanceof Unreachable) {
      return new LaunchFailure(
        'ResourceInitializationError: failed to validate logger args: The task cannot find the ' +
          'Amazon CloudWatch log group defined in the task definition. There is a connection ' +
          'issue between the task and Amazon CloudWatch. Check your network configuration.: ' +
          'signal: killed',
      );
    }
    if (this.#isFargate) {
      return new LaunchFailure(
        'ResourceInitializationError: failed to validate logger args: create stream has been ' +
          `retried 1 times: ${words} : exit status 1`,
      );
    }
    const reason =
      'CannotStartContainerError: Error response from daemon: failed to initialize logging ' +
      `driver: ${words}`;
    return new LaunchFailure(taskFailedToStart, container, reason);
  }

  /** Once for each image, however many containers it has. */
  async pull(): Promise<void> {
    const pulled = new Map<string, Pick<Draft, 'image' | 'store'>>();
    this.#parts.onPull('started');
    for (const [index, draft] of this.#drafts.entries()) {
      const { reference } = draft;
      if (reference === undefined) continue;
      const kind = reference.registry.kind;
      const isAsked = kind === 'ecr' || (kind === 'loopback' && this.#parts.asksLoopbackRegistries);
      if (!isAsked) continue;
      const known = pulled.get(reference.name) ?? (await this.#pullOne(draft, reference, index));
      pulled.set(reference.name, known);
      Object.assign(draft, known);
    }
    this.#parts.onPull('stopped');
  }

  async #pullOne(
    draft: Draft,
    reference: ImageReference,
    index: number,
  ): Promise<{ image: PulledImage; store?: ImageStore }> {
    const { runtime, launch, unpacks } = this.#parts;
    const { disk, network } = runtime.platform;
    const { routes } = this.#parts;
    const isEcr = reference.registry.kind === 'ecr';
    const store = new ImageStore(disk, `tasks/${launch.taskId}/image-${index}`);
    try {
      const image = await pullImage(
        reference,
        {
          network,
          url: isEcr ? await routes.urlOf('ecr.dkr') : `http://${reference.host}`,
          layerUrl: async () => (isEcr ? await routes.urlOf('s3') : `http://${reference.host}`),
          layerHost: layerHostOf(reference),
          authorization: draft.authorization,
          asksForWords: !this.#isFargate,
        },
        launch.taskDefinition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64',
        unpacks ? (chunks, mediaType) => store.addLayer(chunks, mediaType) : discard,
      );
      if (!unpacks) return { image };
      await store.materialize();
      return { image, store };
    } catch (error) {
      throw pullFailure(error, reference, draft.name, this.#isFargate);
    }
  }

  #override(name: string) {
    return this.#parts.launch.overrides.containerOverrides?.find((each) => each.name === name);
  }

  async prepared(): Promise<readonly PreparedContainer[]> {
    const { launch, injected, routes, runsPrograms } = this.#parts;
    const clients = runsPrograms ? await routes.clientEnvironment() : new Map<string, string>();
    return this.#drafts.map((draft, index) => {
      const { definition, name, image, store, authorization, files, log } = draft;
      const override = this.#override(name);
      const plan: ContainerPlan = {
        name,
        taskId: launch.taskId,
        definition,
        override,
        environment: containerEnvironment({
          definition,
          override,
          image: image?.config,
          files,
          secrets: this.#secrets,
          region: launch.region,
          endpoint: routes.endpoint,
          clients,
          injected: injected(index),
        }),
        reference: draft.reference,
        authorization,
        image,
        store,
        folder: `tasks/${launch.taskId}/container-${index}`,
      };
      const client = this.#logging;
      return log === undefined || client === undefined
        ? { plan }
        : { plan, log: { target: log, client } };
    });
  }
}

function layerHostOf({ registry, host }: ImageReference): string {
  if (registry.kind !== 'ecr') return host;
  return `${layerBucket(registry.region)}.s3.${registry.region}.amazonaws.com`;
}

/** The bytes are read, and so verified, where nothing is run from them. */
async function discard(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of chunks);
}
