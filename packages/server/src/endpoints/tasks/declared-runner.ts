/** Runs no programs: containers are states. The safe choice where nobody asked for more. */
import {
  type ContainerEvents,
  type ContainerPlan,
  type ContainerRunner,
  declareContainer,
  type StartedContainer,
} from './container.ts';

export class DeclaredRunner implements ContainerRunner {
  readonly unpacks = false;
  readonly runsPrograms = false;
  readonly asksLoopbackRegistries = false;
  readonly #reason: string;

  constructor(reason = 'this server runs no programs (--tasks process runs them)') {
    this.#reason = reason;
  }

  async start(plan: ContainerPlan, events: ContainerEvents): Promise<StartedContainer> {
    const { image, definition } = plan;
    const where =
      image === undefined ? `; image ${definition.image ?? ''} is not in this registry` : '';
    return declareContainer(this.#reason + where, events);
  }
}
