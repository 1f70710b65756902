/** The load: signed requests over kept connections, one at a time on each, read with least effort. */
import { connect, type Socket } from 'node:net';

/** How many requests were answered, and what the first refusal was. */
export interface LoadResult {
  readonly answered: number;
  readonly refused: number;
  readonly firstRefusal: string;
}

const headEnd = Buffer.from('\r\n\r\n');

/**
 * Sends requests from `next` over `connections` sockets for the given time; `next` gives the
 * bytes of the next request, or undefined when there are no more.
 */
export async function runLoad(options: {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  readonly next: () => Buffer | undefined;
}): Promise<LoadResult> {
  const until = performance.now() + options.milliseconds;
  const total = { answered: 0, refused: 0, firstRefusal: '' };
  const workers = Array.from({ length: options.connections }, () =>
    new Connection(options.port, total).run(() =>
      performance.now() < until ? options.next() : undefined,
    ),
  );
  await Promise.all(workers);
  return total;
}

class Connection {
  readonly #port: number;
  readonly #total: { answered: number; refused: number; firstRefusal: string };
  #received: Buffer = Buffer.alloc(0);

  constructor(port: number, total: { answered: number; refused: number; firstRefusal: string }) {
    this.#port = port;
    this.#total = total;
  }

  run(next: () => Buffer | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const first = next();
      if (first === undefined) {
        resolve();
        return;
      }
      this.#open(first, next, resolve, reject);
    });
  }

  #open(
    first: Buffer,
    next: () => Buffer | undefined,
    resolve: () => void,
    reject: (error: Error) => void,
  ): void {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    let waiting = true;
    let done = false;
    socket.on('connect', () => socket.write(first));
    socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      if (!this.#takeResponse()) return;
      const request = next();
      waiting = request !== undefined;
      if (request !== undefined) socket.write(request);
      else {
        done = true;
        socket.end();
      }
    });
    socket.on('error', (error) => (done ? resolve() : reject(error)));
    // A server that closes after each answer gets a new connection for the next request.
    socket.on('close', () => this.#closed({ done, waiting, next, resolve, reject }, socket));
  }

  #closed(
    state: {
      readonly done: boolean;
      readonly waiting: boolean;
      readonly next: () => Buffer | undefined;
      readonly resolve: () => void;
      readonly reject: (error: Error) => void;
    },
    _socket: Socket,
  ): void {
    this.#received = Buffer.alloc(0);
    const request = state.done ? undefined : state.next();
    if (request === undefined) state.resolve();
    else this.#open(request, state.next, state.resolve, state.reject);
  }

  /** Whether a whole response has arrived; it is then counted and removed. */
  #takeResponse(): boolean {
    const received = this.#received;
    const end = received.indexOf(headEnd);
    if (end < 0) return false;
    const head = received.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (received.length < end + 4 + length) return false;
    this.#total.answered += 1;
    if (head.charCodeAt(9) !== 0x32) {
      this.#total.refused += 1;
      this.#total.firstRefusal ||= received.toString('utf8', 0, end + 4 + length);
    }
    this.#received = received.subarray(end + 4 + length);
    return true;
  }
}
