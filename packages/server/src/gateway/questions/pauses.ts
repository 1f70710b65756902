/** Pauses in long answers, so that the server goes on serving. */
import type { DemandContext } from '../../services/service.ts';

/** Says when a pause is due: after each so many steps. */
export class Pauses {
  readonly #every: number;
  #steps = 0;

  constructor(every: number) {
    this.#every = every;
  }

  due(): boolean {
    this.#steps += 1;
    return this.#steps % this.#every === 0;
  }
}

/** Lets other requests have their turn. */
export function breathe({ runtime }: DemandContext): Promise<void> {
  return new Promise((resolve) => {
    runtime.platform.clock.after(0, resolve);
  });
}
