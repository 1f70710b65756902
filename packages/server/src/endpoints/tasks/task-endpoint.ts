/** The listener that containers ask: credentials of their task's role, metadata of their task. */
import { hash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  credentialError,
  credentialResponse,
  type TaskEndpointResponse,
} from './credential-response.ts';
import type { RoleSession } from './role-session.ts';
import { containerMetadata, type TaskView, taskMetadata } from './task-metadata.ts';

/** What one task has at the endpoint. */
export interface TaskEntry {
  /** Absent: the task has no role, and no credentials. */
  readonly taskRole?: RoleSession;
  /** In the credentials' path; nobody can guess it. */
  readonly credentialsId: string;
  /** What the Authorization header must say. */
  readonly authorizationToken: string;
  readonly view: () => TaskView;
}

const loopback = '127.0.0.1';
const connectionsMax = 512;
const requestMilliseconds = 5000;
const knownHost = /^(?:127\.0\.0\.1|localhost|169\.254\.170\.2)(?::\d{1,5})?$/;
const credentialsPath = /^\/v2\/credentials\/([0-9a-f-]{36})$/;
const metadataPath = /^\/v[34]\/([0-9a-f]{32})-(\d{1,10})(\/[A-Za-z/]{0,40})?$/;

/** One listener for all tasks of a server. */
export class TaskEndpoint {
  readonly url: string;
  readonly #server: Server;
  readonly #tasks: Map<string, TaskEntry>;

  private constructor(server: Server, tasks: Map<string, TaskEntry>) {
    this.#server = server;
    this.#tasks = tasks;
    this.url = `http://${loopback}:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<TaskEndpoint> {
    const tasks = new Map<string, TaskEntry>();
    const limits = { requestTimeout: requestMilliseconds, headersTimeout: requestMilliseconds };
    const server = createServer(limits, (request, response) => {
      request.resume();
      try {
        send(answer(request, tasks), request, response);
      } catch {
        send(
          credentialError(500, 'InternalServerError', 'Internal server error'),
          request,
          response,
        );
      }
    });
    server.maxConnections = connectionsMax;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, loopback, () => resolve());
    });
    server.unref();
    return new TaskEndpoint(server, tasks);
  }

  add(taskId: string, entry: TaskEntry): void {
    this.#tasks.set(taskId, entry);
  }

  remove(taskId: string): void {
    this.#tasks.delete(taskId);
  }

  entry(taskId: string): TaskEntry | undefined {
    return this.#tasks.get(taskId);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

function answer(
  request: IncomingMessage,
  tasks: ReadonlyMap<string, TaskEntry>,
): TaskEndpointResponse {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const isAsked = request.method === 'GET' || request.method === 'HEAD';
  // A page that rebinds its name to this address, or a proxy that passes requests on.
  const isForeign =
    !knownHost.test(request.headers.host ?? '') ||
    request.headers.origin !== undefined ||
    request.headers['x-forwarded-for'] !== undefined;
  if (!isAsked || isForeign) return { status: 404, body: JSON.stringify('404 page not found') };
  if (path.startsWith('/v2/credentials') || path === '/v1/credentials') {
    return answerCredentials(request, path, tasks);
  }
  return answerMetadata(path, tasks);
}

function answerCredentials(
  request: IncomingMessage,
  path: string,
  tasks: ReadonlyMap<string, TaskEntry>,
): TaskEndpointResponse {
  const version = path.startsWith('/v1') ? 'CredentialsV1Request' : 'CredentialsV2Request';
  const query = /[?&]id=([0-9a-f-]{36})(?:&|$)/.exec(request.url ?? '')?.[1];
  const id = path === '/v1/credentials' ? query : credentialsPath.exec(path)?.[1];
  if (id === undefined && /^\/v\d\/credentials\/?$/.test(path)) {
    return credentialError(400, 'NoIdInRequest', `${version}: No Credential ID in the request`);
  }
  // Unverified: that a wrong token is answered like an unknown id.
  const unknown = credentialError(400, 'InvalidIdInRequest', `${version}: Credentials not found`);
  const entry = [...tasks.values()].find(({ credentialsId }) => isSame(credentialsId, id ?? ''));
  if (entry?.taskRole === undefined) return unknown;
  // At the agent's own address the path is the secret, as on AWS; elsewhere the token is needed.
  const isAgentAddress = /^169\.254\.170\.2(?::80)?$/.test(request.headers.host ?? '');
  const token = request.headers.authorization ?? '';
  if (!isAgentAddress && !isSame(entry.authorizationToken, token)) return unknown;
  return credentialResponse(entry.taskRole);
}

/** Over hashes: of equal length whatever was sent. */
function isSame(secret: string, sent: string): boolean {
  return timingSafeEqual(hash('sha256', secret, 'buffer'), hash('sha256', sent, 'buffer'));
}

function answerMetadata(path: string, tasks: ReadonlyMap<string, TaskEntry>): TaskEndpointResponse {
  const [, taskId = '', index = '', rest = ''] = metadataPath.exec(path) ?? [];
  const view = tasks.get(taskId)?.view();
  const container = view?.containers[Number(index) - 1];
  if (view === undefined || container === undefined) {
    return refused(`unable to get container ID from request: ${taskId}`);
  }
  const json = (body: unknown): TaskEndpointResponse => ({
    status: 200,
    body: JSON.stringify(body),
  });
  const { tags } = view.launch;
  switch (rest) {
    case '':
    case '/':
      return json(containerMetadata(container, view));
    case '/task':
      return json(taskMetadata(view));
    case '/taskWithTags':
      return json({
        ...taskMetadata(view),
        TaskTags: Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value])),
      });
    // Nothing here measures containers: the agent says null of one that it has no figures of.
    case '/stats':
      return json(null);
    case '/task/stats':
      return json(
        Object.fromEntries(
          view.containers.map(({ report }) => [report.runtimeId ?? report.name, null]),
        ),
      );
    default:
      return refused(`unable to get container ID from request: ${taskId}`);
  }
}

function refused(why: string): TaskEndpointResponse {
  const text = `V4 container metadata handler: unable to get container metadata: ${why}`;
  return { status: 404, body: JSON.stringify(text) };
}

function send(
  { status, body }: TaskEndpointResponse,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Connection', 'close');
  response.end(request.method === 'HEAD' ? undefined : body);
}
