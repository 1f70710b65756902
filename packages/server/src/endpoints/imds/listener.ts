/** The listener of one instance's metadata service, on a loopback address and a port of its own. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Runtime } from '../../services/service.ts';
import { InstanceMetadata, type MetadataResponse } from './instance-metadata.ts';
import type { InstanceKey } from './metadata-view.ts';

/** A metadata service that listens. */
export interface ImdsEndpoint {
  /** With a slash at its end: older clients put their path right behind it. */
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

const loopback = '127.0.0.1';
const connectionsMax = 64;
const requestMilliseconds = 5000;

/** Starts the service of an instance. Rejects with the listener's error when the port is taken. */
export async function startImds(
  runtime: Runtime,
  instance: InstanceKey,
  port = 0,
): Promise<ImdsEndpoint> {
  const metadata = new InstanceMetadata(runtime, instance);
  const server = createServer(
    { requestTimeout: requestMilliseconds, headersTimeout: requestMilliseconds },
    (request, response) => {
      request.resume();
      try {
        const answer = metadata.answer({
          method: request.method ?? '',
          target: request.url ?? '',
          header: (name) => headerValues(request, name),
        });
        send(answer, request, response);
      } catch {
        // Whatever went wrong, the instance gets no data and the process lives on.
        send(
          { status: 500, headers: [['Content-Type', 'text/html']], body: '' },
          request,
          response,
        );
      }
    },
  );
  server.maxConnections = connectionsMax;
  await listen(server, port);
  server.unref();
  const bound = (server.address() as AddressInfo).port;
  return { url: `http://${loopback}:${bound}/`, port: bound, close: () => close(server) };
}

/** Node joins repeated headers of most names; the raw list does not. */
function headerValues(request: IncomingMessage, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    if (request.rawHeaders[index]?.toLowerCase() === name) {
      values.push(request.rawHeaders[index + 1] ?? '');
    }
  }
  return values;
}

function send(answer: MetadataResponse, request: IncomingMessage, response: ServerResponse): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.setHeader('Content-Length', body.length);
  response.setHeader('Server', 'EC2ws');
  response.setHeader('Connection', 'close');
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
