/**
 * Runs containers in a container engine, over the API that Docker and Podman share.
 * https://docs.docker.com/reference/api/engine/
 */
import type { LoopbackResponse } from '../../platform/platform.ts';
import type { Runtime } from '../../services/service.ts';
import {
  type ContainerEvents,
  type ContainerPlan,
  type ContainerRunner,
  declareContainer,
  type StartedContainer,
} from './container.ts';
import { collect, list, members, readObject, text } from './service-client.ts';

const apiVersion = 'v1.41';
const answerMilliseconds = 10_000;
/** Pulls and waits take as long as they take. */
const noLimit = 0;
const containerId = /^[0-9a-f]{12,64}$/;
const serverLabel = 'sekisho.server';
const serverFile = 'docker-label';
const serverForm = /^[0-9a-f-]{36}$/;

/** Kept in the data folder, which one process holds at a time. */
async function serverMark({ platform }: Runtime): Promise<string> {
  const { disk, random } = platform;
  const kept = Buffer.from((await disk.read(serverFile)) ?? []).toString('utf8');
  if (serverForm.test(kept)) return kept;
  const mark = random.uuid();
  await disk.writeAtomically(serverFile, mark);
  return mark;
}

export class DockerRunner implements ContainerRunner {
  /** The engine has its own store; the pull before it was the execution role's proof. */
  readonly unpacks = false;
  readonly runsPrograms = true;
  readonly asksLoopbackRegistries = true;
  readonly #runtime: Runtime;

  /** Marks this server's containers among all that the engine has. */
  readonly #server: string;

  private constructor(runtime: Runtime, server: string) {
    this.#runtime = runtime;
    this.#server = server;
  }

  /** undefined when no engine answers. */
  static async find(runtime: Runtime): Promise<DockerRunner | undefined> {
    const runner = new DockerRunner(runtime, await serverMark(runtime));
    try {
      const { status } = await runner.#ask('GET', '/_ping');
      if (status !== 200) return undefined;
    } catch {
      return undefined;
    }
    await runner.#removeOrphans();
    return runner;
  }

  /** Containers of a server with this data folder that was killed: their tasks are over. */
  async #removeOrphans(): Promise<void> {
    const filters = JSON.stringify({ label: [`${serverLabel}=${this.#server}`] });
    try {
      const path = `/containers/json?all=1&filters=${encodeURIComponent(filters)}`;
      const answer = await this.#send('GET', path, { milliseconds: answerMilliseconds });
      const found: unknown = JSON.parse((await collect(answer.body)).toString('utf8'));
      for (const container of list(found)) {
        const id = text(members(container).get('Id'));
        if (containerId.test(id)) await this.#ask('DELETE', `/containers/${id}?force=1`);
      }
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.#runtime.platform.process.warn(`containers of an earlier server may be left: ${words}`);
    }
  }

  async start(plan: ContainerPlan, events: ContainerEvents): Promise<StartedContainer> {
    const name = this.#imageName(plan);
    const pulled = await this.#pull(name, plan);
    if (pulled !== undefined) {
      if (plan.image !== undefined) throw new Error(pulled);
      return declareContainer(`the engine has no image ${name}: ${pulled}`, events);
    }
    const body = await this.#ask('POST', `/containers/create`, {
      body: containerSettings(name, plan, this.#server),
    });
    const id = text(body.members.get('Id'));
    if (body.status !== 201 || !containerId.test(id)) throw new Error(words(body));
    const started = await this.#ask('POST', `/containers/${id}/start`);
    if (started.status !== 204) {
      await this.#ask('DELETE', `/containers/${id}?force=1`);
      throw new Error(words(started));
    }
    void this.#watch(id, events);
    return {
      launchedBy: 'docker',
      runtimeId: id,
      stop: (milliseconds) => {
        const seconds = Math.ceil(milliseconds / 1000);
        const limit = { milliseconds: noLimit };
        this.#ask('POST', `/containers/${id}/stop?t=${seconds}`, limit).catch(() => {});
      },
    };
  }

  /** An image of this server's registry is pulled from this server's own address. */
  #imageName({ reference, definition }: ContainerPlan): string {
    if (reference === undefined) return definition.image ?? '';
    if (reference.registry.kind !== 'ecr') return reference.name;
    const host = this.#runtime.endpoint().replace(/^http:\/\//, '');
    const separator = reference.reference.includes(':') ? '@' : ':';
    return `${host}/${reference.repository}${separator}${reference.reference}`;
  }

  /** What went wrong, or undefined. */
  async #pull(name: string, { authorization }: ContainerPlan): Promise<string | undefined> {
    const login = Buffer.from((authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
    const colon = login.indexOf(':');
    const header = { username: login.slice(0, colon), password: login.slice(colon + 1) };
    const answer = await this.#send(
      'POST',
      `/images/create?fromImage=${encodeURIComponent(name)}`,
      {
        milliseconds: noLimit,
        headers:
          authorization === undefined
            ? []
            : [['x-registry-auth', Buffer.from(JSON.stringify(header)).toString('base64url')]],
      },
    );
    const lines = (await collect(answer.body, 64 * 1024 * 1024)).toString('utf8').split('\n');
    for (const line of lines) {
      const error = readObject(line).get('error');
      if (error !== undefined) return text(error);
    }
    return answer.status === 200 ? undefined : text(readObject(lines[0] ?? '').get('message'));
  }

  async #watch(id: string, events: ContainerEvents): Promise<void> {
    try {
      const output = await this.#send('GET', `/containers/${id}/logs?follow=1&stdout=1&stderr=1`, {
        milliseconds: noLimit,
      });
      await readFrames(output.body, events.onOutput);
      const limit = { milliseconds: noLimit };
      const ended = await this.#ask('POST', `/containers/${id}/wait`, limit);
      const code = ended.members.get('StatusCode');
      await this.#ask('DELETE', `/containers/${id}?force=1`);
      events.onEnd(typeof code === 'number' ? { exitCode: code } : { error: words(ended) });
    } catch (error) {
      events.onEnd({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  async #ask(
    method: string,
    path: string,
    options: { readonly body?: object; readonly milliseconds?: number } = {},
  ): Promise<EngineAnswer> {
    const { body, milliseconds = answerMilliseconds } = options;
    const answer = await this.#send(method, path, {
      milliseconds,
      headers: body === undefined ? [] : [['content-type', 'application/json']],
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, members: readObject(await collect(answer.body)) };
  }

  async #send(
    method: string,
    path: string,
    options: {
      readonly milliseconds: number;
      readonly headers?: readonly (readonly [string, string])[];
      readonly body?: string;
    },
  ): Promise<LoopbackResponse> {
    const { network, process } = this.#runtime.platform;
    return await network.socket(process.engineSocket, {
      method,
      url: `http://docker/${apiVersion}${path}`,
      headers: [],
      ...options,
    });
  }
}

interface EngineAnswer {
  readonly status: number;
  readonly members: ReadonlyMap<string, unknown>;
}

function words({ status, members }: EngineAnswer): string {
  return `Error response from daemon: ${text(members.get('message')) || `status ${status}`}`;
}

function containerSettings(
  image: string,
  { definition, override, environment, taskId, name }: ContainerPlan,
  server: string,
): object {
  const command = override?.command ?? definition.command ?? [];
  const { entryPoint = [], workingDirectory, user, readonlyRootFilesystem } = definition;
  return {
    Image: image,
    ...(command.length === 0 ? {} : { Cmd: command }),
    ...(entryPoint.length === 0 ? {} : { Entrypoint: entryPoint }),
    ...(workingDirectory === undefined ? {} : { WorkingDir: workingDirectory }),
    ...(user === undefined ? {} : { User: user }),
    Env: [...environment].map(([key, value]) => `${key}=${value}`),
    Labels: { [serverLabel]: server, 'sekisho.task': taskId, 'sekisho.container': name },
    HostConfig: {
      // The credential endpoint and this server listen on the machine's own loopback address.
      NetworkMode: 'host',
      ReadonlyRootfs: readonlyRootFilesystem === true,
      SecurityOpt: ['no-new-privileges'],
    },
  };
}

/** Output without a terminal: frames of a stream number, three zeros, a length, the bytes. */
async function readFrames(
  chunks: AsyncIterable<Uint8Array>,
  onOutput: ContainerEvents['onOutput'],
): Promise<void> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 8) {
      const length = held.readUInt32BE(4);
      if (held.length < 8 + length) break;
      onOutput(held.subarray(8, 8 + length), held[0] === 2 ? 'stderr' : 'stdout');
      held = held.subarray(8 + length);
    }
  }
}
