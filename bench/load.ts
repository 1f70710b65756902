/** The load: signed requests over kept connections, one at a time on each, read with least effort. */
import { connect } from 'node:net';

/** How many requests were answered, and what the first refusal was. */
export interface LoadResult {
  readonly answered: number;
  readonly refused: number;
  readonly firstRefusal: string;
}

const answerMilliseconds = 10_000;
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
  /** The last response said that its connection ends. */
  #closes = false;

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

  /** One socket until its end. A server that closes after each answer gets a new one. */
  #open(
    first: Buffer,
    next: () => Buffer | undefined,
    resolve: () => void,
    reject: (error: Error) => void,
  ): void {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    let following: Buffer | undefined = first;
    this.#received = Buffer.alloc(0);
    socket.setTimeout(answerMilliseconds, () => socket.destroy(new Error('no answer in time')));
    socket.on('connect', () => socket.write(first));
    socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      if (!this.#takeResponse()) return;
      following = next();
      if (following === undefined) socket.end();
      else if (this.#closes) socket.destroy();
      else socket.write(following);
    });
    socket.on('error', (error) => (following === undefined ? resolve() : reject(error)));
    socket.on('close', () => {
      if (following === undefined) resolve();
      else this.#open(following, next, resolve, reject);
    });
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
    this.#closes = /\r\nconnection: *close/i.test(head);
    if (head.charCodeAt(9) !== 0x32) {
      this.#total.refused += 1;
      this.#total.firstRefusal ||= received.toString('utf8', 0, end + 4 + length);
    }
    this.#received = received.subarray(end + 4 + length);
    return true;
  }
}
