/** One container of a task, in whichever way it runs. */
import type { ContainerDefinition, ContainerOverride } from '@sekisho/catalog/types/ecs';
import type { PulledImage } from './image-pull.ts';
import type { ImageReference } from './image-reference.ts';
import type { ImageStore } from './image-store.ts';

/** A container that is ready to start. */
export interface ContainerPlan {
  readonly name: string;
  readonly taskId: string;
  readonly definition: ContainerDefinition;
  readonly override: ContainerOverride | undefined;
  readonly environment: ReadonlyMap<string, string>;
  readonly reference: ImageReference | undefined;
  /** The registry's header, where the image needs one. */
  readonly authorization: string | undefined;
  /** Absent: the image lies where this server does not pull from. */
  readonly image: PulledImage | undefined;
  /** Its unpacked files, where something runs them. */
  readonly store: ImageStore | undefined;
  /** Its own folder, below the data folder. */
  readonly folder: string;
}

/** What a container tells while it runs. */
export interface ContainerEvents {
  readonly onOutput: (chunk: Uint8Array, stream: 'stdout' | 'stderr') => void;
  /** Once. `error`: it did not start, or nobody knows how it ended. */
  readonly onEnd: (end: { readonly exitCode?: number; readonly error?: string }) => void;
}

/** A container that was started. */
export interface StartedContainer {
  /** For people: `process`, `docker`, `declared: …`. */
  readonly launchedBy: string;
  readonly runtimeId?: string;
  /** Asks it to end, and makes it when it has not ended after `milliseconds`. */
  stop(milliseconds: number): void;
}

/** Starts containers. Rejects when one can't be started, with the engine's words. */
export interface ContainerRunner {
  /** Whether containers need their image's files unpacked. */
  readonly unpacks: boolean;
  /** Whether there is a program at all. */
  readonly runsPrograms: boolean;
  /** Whether images may come from other registries of this machine. */
  readonly asksLoopbackRegistries: boolean;
  start(plan: ContainerPlan, events: ContainerEvents): Promise<StartedContainer>;
}

/** A container that is a state and no program: it runs until it is stopped. */
export function declareContainer(reason: string, events: ContainerEvents): StartedContainer {
  let ended = false;
  return {
    launchedBy: `declared: ${reason}`,
    stop: () => {
      if (ended) return;
      ended = true;
      events.onEnd({ exitCode: 0 });
    },
  };
}
