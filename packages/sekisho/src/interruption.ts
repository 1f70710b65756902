/** What breaks off a long verb between two of its steps: a signal, or nobody reading any more. */
import { constants } from 'node:os';
import { lostOutput } from './output.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** While it watches, signals do not end the process. */
export class Interruption {
  #signal: (typeof signals)[number] | undefined;
  readonly #listen = (signal: NodeJS.Signals): void => {
    this.#signal ??= signals.find((one) => one === signal);
  };

  constructor() {
    for (const signal of signals) process.on(signal, this.#listen);
  }

  /** 128 + the signal's number (SIGPIPE's for a reader that has gone); undefined: go on. */
  get exitCode(): number | undefined {
    if (this.#signal !== undefined) return 128 + constants.signals[this.#signal];
    return lostOutput() === undefined ? undefined : 128 + 13;
  }

  /** From now on signals end the process again. */
  close(): void {
    for (const signal of signals) process.off(signal, this.#listen);
  }
}
