/**
 * Runs containers as processes of this machine: the image's files are unpacked, but nothing keeps
 * a program inside them. Only for operators who asked for it.
 */
import type { Runtime } from '../../services/service.ts';
import {
  type ContainerEvents,
  type ContainerPlan,
  type ContainerRunner,
  declareContainer,
  type StartedContainer,
} from './container.ts';
import { list, text } from './service-client.ts';

export class ProcessRunner implements ContainerRunner {
  readonly unpacks = true;
  readonly runsPrograms = true;
  readonly asksLoopbackRegistries = true;
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  async start(plan: ContainerPlan, events: ContainerEvents): Promise<StartedContainer> {
    const command = commandOf(plan);
    const [name] = command.words;
    if (name === undefined) {
      const reason = plan.image === undefined ? absent(plan) : 'the image has no entry point';
      return declareContainer(`${reason}, and no command is given`, events);
    }
    const program = this.#find(name, command.isImages, plan);
    if (program === undefined) {
      if (plan.image === undefined) {
        return declareContainer(`${absent(plan)}, nor is ${name} a program here`, events);
      }
      throw new Error(notFound(name));
    }
    const { disk, process } = this.#runtime.platform;
    const home = `${plan.folder}/home`;
    await disk.makeFolder(home);
    const environment = new Map(plan.environment);
    environment.set('PATH', this.#searchPath(plan));
    // Without a home of its own a client would read the profiles of whoever runs the server.
    environment.set('HOME', `${disk.root}/${home}`);
    environment.set('AWS_EC2_METADATA_DISABLED', 'true');
    const running = process.run({
      program,
      args: command.words.slice(1),
      environment,
      folder: this.#workingFolder(plan, home),
      onOutput: events.onOutput,
      onEnd: events.onEnd,
    });
    const launchedBy = plan.image === undefined ? `process: ${absent(plan)}` : 'process';
    return {
      launchedBy,
      ...(running.processId === undefined
        ? {}
        : { runtimeId: `${plan.taskId}-${running.processId}` }),
      stop: (milliseconds) => {
        running.signal('SIGTERM');
        this.#runtime.platform.clock.after(milliseconds, () => running.signal('SIGKILL'));
      },
    };
  }

  /** Names of the image's own choosing are looked for in the image alone. */
  #find(name: string, isImages: boolean, plan: ContainerPlan): string | undefined {
    const { disk, process } = this.#runtime.platform;
    const { store } = plan;
    if (store !== undefined) {
      const paths = name.includes('/')
        ? [name]
        : pathFolders(plan).map((folder) => `${folder}/${name}`);
      for (const path of paths) {
        const found = store.tree.find(path, workingDirectory(plan));
        if (found?.node.kind === 'file' && (found.node.mode & 0o111) !== 0) {
          return [disk.root, store.root, ...found.path].join('/');
        }
      }
    }
    return isImages ? undefined : process.findProgram(name);
  }

  /** The image's folders, where they are here, then this machine's. */
  #searchPath(plan: ContainerPlan): string {
    const { disk, process } = this.#runtime.platform;
    const { store } = plan;
    const folders: string[] = [];
    for (const folder of store === undefined ? [] : pathFolders(plan)) {
      const found = store?.tree.find(folder);
      if (found?.node.kind === 'folder') {
        folders.push([disk.root, store?.root, ...found.path].join('/'));
      }
    }
    return [...folders, process.searchPath].join(':');
  }

  #workingFolder(plan: ContainerPlan, home: string): string {
    const { root } = this.#runtime.platform.disk;
    const { store } = plan;
    const found = store?.tree.find(workingDirectory(plan));
    if (store === undefined || found?.node.kind !== 'folder') return `${root}/${home}`;
    return [root, store.root, ...found.path].join('/');
  }
}

/** Entry point and command as Docker joins them. */
export function commandOf({ definition, override, image }: ContainerPlan): {
  readonly words: readonly string[];
  /** The program is the image's choice, not the definition's. */
  readonly isImages: boolean;
} {
  const own = definition.entryPoint ?? [];
  const imageEntry = list(image?.config.get('Entrypoint')).map(text);
  const entry = own.length > 0 ? own : imageEntry;
  const given = override?.command ?? definition.command ?? [];
  // An entry point of the definition's own takes the image's command away.
  const imageCommand = own.length > 0 ? [] : list(image?.config.get('Cmd')).map(text);
  const words = [...entry, ...(given.length > 0 ? given : imageCommand)];
  return { words, isImages: own.length === 0 && (imageEntry.length > 0 || given.length === 0) };
}

function workingDirectory({ definition, image }: ContainerPlan): string {
  const chosen = definition.workingDirectory ?? text(image?.config.get('WorkingDir'));
  return `/${chosen}`;
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function pathFolders({ environment }: ContainerPlan): readonly string[] {
  return (environment.get('PATH') ?? defaultPath).split(':').filter((each) => each !== '');
}

function absent({ definition }: ContainerPlan): string {
  return `image ${definition.image ?? ''} is not in this registry`;
}

/** Docker's words. */
function notFound(name: string): string {
  return (
    'Error response from daemon: failed to create task for container: failed to create shim ' +
    'task: OCI runtime create failed: runc create failed: unable to start container process: ' +
    `exec: "${name}": executable file not found in $PATH: unknown`
  );
}
