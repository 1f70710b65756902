/** The listener: node:http with limits, the Host check, and requests parsed once from raw bytes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../platform/platform.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { toHttpRequest } from './incoming-request.ts';

/** Limits of the wire; the table in docs/en/limits.md says what happens beyond each. */
export const wireLimits = {
  headerBytesMax: 16 * 1024,
  headersMax: 100,
  headersMilliseconds: 10_000,
  keepAliveMilliseconds: 65_000,
  /** How often connections are looked at for the time limits. */
  checkMilliseconds: 5000,
  /** A connection on which nothing moves. */
  idleMilliseconds: 120_000,
  connectionsMax: 4096,
} as const;

/** The limits, to be changed by tests. */
export type WireLimits = { readonly [K in keyof typeof wireLimits]: number };

/** What answers a request. Never rejects. */
export type Answer = (request: HttpRequest) => Promise<HttpResponse>;

/** A running listener. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops accepting, lets requests under way finish for `milliseconds`, then cuts them. */
  close(milliseconds: number): Promise<void>;
}

/** Starts listening; rejects when the address cannot be had. */
export function listen(
  options: {
    readonly host: string;
    readonly port: number;
    readonly clock: Clock;
    readonly limits?: WireLimits;
  },
  answer: Answer,
): Promise<Listener> {
  const { limits = wireLimits } = options;
  const server = createServer({
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersMilliseconds,
    // Uploads may take long; a body that stalls is cut by the socket's idle timeout.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMilliseconds,
    connectionsCheckingInterval: limits.checkMilliseconds,
    joinDuplicateHeaders: false,
    noDelay: true,
  });
  // One more is read than is allowed: what is beyond must be refused, not left out.
  server.maxHeadersCount = limits.headersMax + 1;
  server.maxConnections = limits.connectionsMax;
  server.timeout = limits.idleMilliseconds;
  // Connections that have not asked for anything: node:http does not count them as idle.
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.on('close', () => unused.delete(socket));
  });
  const serving: Serving = { clock: options.clock, headersMax: limits.headersMax, answer };
  server.on('request', (incoming, outgoing) => {
    unused.delete(incoming.socket);
    void serve(incoming, outgoing, serving);
  });
  // The client is told to go on only when its body is first read: after authentication.
  server.on('checkContinue', (incoming, outgoing) => {
    unused.delete(incoming.socket);
    void serve(incoming, outgoing, serving, outgoing);
  });
  server.on('clientError', refuseMalformed);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      const { port } = server.address() as AddressInfo;
      resolve({
        host: options.host,
        port,
        close: (milliseconds) => close(server, unused, options.clock, milliseconds),
      });
    });
  });
}

/** What every request is served with. */
interface Serving {
  readonly clock: Clock;
  readonly headersMax: number;
  readonly answer: Answer;
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { clock, headersMax, answer }: Serving,
  goOn?: ServerResponse,
): Promise<void> {
  if (incoming.rawHeaders.length > 2 * headersMax) {
    refuseBare(outgoing, 431);
    return;
  }
  try {
    const request = toHttpRequest(incoming, clock.now(), goOn);
    if (request === undefined) refuseBare(outgoing, 400);
    else await respond(outgoing, await answer(request), incoming);
  } catch {
    // The client went away, or a streamed object broke off: the connection says so by closing.
    outgoing.destroy();
  }
}

function refuseBare(outgoing: ServerResponse, status: number): void {
  outgoing.writeHead(status, ['Connection', 'close', 'Content-Length', '0']);
  outgoing.end();
}

/** Bytes that are no HTTP request: llhttp's refusal, with no word of what the parser thought. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function respond(
  outgoing: ServerResponse,
  response: HttpResponse,
  incoming: IncomingMessage,
): Promise<void> {
  const flat: string[] = [];
  for (const [name, value] of response.headers) flat.push(name, value);
  const { body } = response;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bodiless =
      incoming.method === 'HEAD' || response.status === 204 || response.status === 304;
    if (!bodiless && !hasHeader(response, 'content-length')) {
      flat.push('Content-Length', String(Buffer.byteLength(body)));
    }
    if (!incoming.complete) flat.push('Connection', 'close');
    outgoing.writeHead(response.status, flat);
    outgoing.end(bodiless ? undefined : body);
    // An answer before the end of the body (a refused upload): take the rest, within reason.
    if (!incoming.complete) drain(incoming);
    return;
  }
  outgoing.writeHead(response.status, flat);
  if (incoming.method === 'HEAD') {
    outgoing.end();
    return;
  }
  const reusing = body.reusing?.();
  if (reusing !== undefined) {
    for await (const chunk of reusing) {
      await flushed(outgoing, chunk);
      if (outgoing.destroyed) return;
    }
    outgoing.end();
    return;
  }
  for await (const chunk of body) {
    if (!outgoing.write(chunk)) await drained(outgoing);
    if (outgoing.destroyed) return;
  }
  outgoing.end();
}

function hasHeader(response: HttpResponse, name: string): boolean {
  return response.headers.some(([header]) => header.toLowerCase() === name);
}

/** Resolves when the system has the bytes, or nobody wants them any more. */
function flushed(outgoing: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('close', done);
      resolve();
    };
    outgoing.once('close', done);
    outgoing.write(chunk, done);
  });
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.once('drain', done);
    outgoing.once('close', done);
  });
}

const drainBytesMax = 1024 * 1024;

/** A client that is still sending would otherwise see a reset instead of the answer. */
function drain(incoming: IncomingMessage): void {
  let received = 0;
  incoming.on('data', (chunk: Uint8Array) => {
    received += chunk.length;
    if (received > drainBytesMax) incoming.destroy();
  });
  incoming.on('error', () => {});
  incoming.resume();
}

function close(
  server: Server,
  unused: ReadonlySet<Socket>,
  clock: Clock,
  milliseconds: number,
): Promise<void> {
  return new Promise((resolve) => {
    const keep = clock.after(milliseconds, () => server.closeAllConnections());
    server.close(() => {
      keep();
      resolve();
    });
    server.closeIdleConnections();
    for (const socket of unused) socket.destroy();
  });
}
