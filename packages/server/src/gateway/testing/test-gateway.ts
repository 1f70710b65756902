/** For tests: a whole server in this process, and requests to it without a socket. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodePlatform } from '../../platform/node-platform.ts';
import type { Platform } from '../../platform/platform.ts';
import { parseCbor } from '../../protocol/cbor/cbor-parser.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import type { Service } from '../../services/service.ts';
import { readConfiguration } from '../configuration.ts';
import { parseQuery } from '../incoming-request.ts';
import { type RunningServer, startServer } from '../server.ts';
import { createServices } from '../services.ts';
import { type SignedRequest, signInHeader, type TestKey } from './client-signature.ts';

/** What was answered, with its body as text. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** AWS's error code in whichever form the protocol writes it; '' when there is none. */
  readonly code: string;
}

/** A server, its root keys by account, and its lines of warning. */
export interface TestGateway {
  readonly server: RunningServer;
  readonly folder: string;
  readonly root: (account?: string) => TestKey;
  readonly warnings: readonly string[];
  readonly services: readonly Service[];
  /** Sends a request as it is. */
  readonly send: (request: SignedRequest) => Promise<Answer>;
  /** Signs and sends a form to IAM, STS or EC2. */
  readonly call: (
    service: 'iam' | 'sts' | 'ec2',
    parameters: Readonly<Record<string, string>>,
    key?: TestKey,
  ) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

export const account = '123456789012';
export const otherAccount = '210987654321';

/** What a test may ask for; the store is in memory unless it says otherwise. */
export interface TestGatewayOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly folder?: string;
  readonly platform?: (platform: Platform) => Platform;
  readonly prepare?: (services: readonly Service[]) => void;
}

export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sekisho-gateway-'));
  const settings = { port: '0', dataDir: folder, store: 'memory', ...options.settings };
  const configuration = readConfiguration({
    environment: {},
    flags: new Map<string, unknown>([
      ['accounts', `${account},${otherAccount}`],
      ...Object.entries(settings),
    ]),
  });
  const warnings: string[] = [];
  const node = createNodePlatform({ root: folder });
  const quiet: Platform = {
    ...node,
    process: { ...node.process, log: () => {}, warn: (line) => warnings.push(line) },
  };
  const platform = options.platform?.(quiet) ?? quiet;
  const services = await createServices();
  options.prepare?.(services);
  const server = await startServer(configuration, platform, async () => services);
  const profiles = readFileSync(server.credentialsFile, 'utf8');
  const root = (id = account): TestKey => readProfile(profiles, `root-${id}`);
  const send = (request: SignedRequest): Promise<Answer> => sendTo(server, request);
  return {
    server,
    folder,
    root,
    warnings,
    services,
    send,
    call: (service, parameters, key = root()) =>
      send(signForm(service, parameters, key, Date.now())),
    stop: async () => {
      await server.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The key of a profile of a shared-credentials file. */
export function readProfile(text: string, name: string): TestKey {
  const section = text.split(/^\[/m).find((part) => part.startsWith(`${name}]`)) ?? '';
  const value = (key: string): string =>
    section
      .split('\n')
      .find((line) => line.startsWith(`${key} = `))
      ?.slice(key.length + 3) ?? '';
  return { id: value('aws_access_key_id'), secret: value('aws_secret_access_key') };
}

const apiVersions = { iam: '2010-05-08', sts: '2011-06-15', ec2: '2016-11-15' } as const;

/** A signed form of a query service. */
export function signForm(
  service: keyof typeof apiVersions,
  parameters: Readonly<Record<string, string>>,
  key: TestKey,
  now: number,
  host = '127.0.0.1:4566',
): SignedRequest {
  const form = new URLSearchParams({ Version: apiVersions[service], ...parameters });
  return signInHeader(
    {
      method: 'POST',
      rawPath: '/',
      rawQuery: '',
      headers: [
        ['host', host],
        ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'],
      ],
      body: Buffer.from(form.toString()),
    },
    key,
    { service, region: 'us-east-1', now },
  );
}

/** The request as the listener would hand it over. */
export function toHttpRequest(signed: SignedRequest, receivedAt: number): HttpRequest {
  const { method, rawPath, rawQuery, body } = signed;
  const headers = [...signed.headers, ['content-length', String(body.length)] as const];
  const first = new Map<string, string>();
  for (const [name, value] of headers) if (!first.has(name)) first.set(name, value);
  return {
    method,
    target: rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`,
    rawPath,
    query: parseQuery(rawQuery),
    headers,
    header: (name) => first.get(name),
    body: pieces(body),
    remoteAddress: '127.0.0.1',
    secure: false,
    receivedAt,
  };
}

async function* pieces(body: Buffer): AsyncGenerator<Uint8Array> {
  if (body.length > 0) yield body;
}

async function sendTo(server: RunningServer, request: SignedRequest): Promise<Answer> {
  const response = await server.answer(toHttpRequest(request, Date.now()));
  const headers = new Map(response.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const body = await textOf(response.body);
  return { status: response.status, headers, body, code: codeOf(body, headers) };
}

async function textOf(body: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<string> {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('latin1');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

/** The error code of an XML, JSON or CBOR body. */
export function codeOf(body: string, headers: ReadonlyMap<string, string>): string {
  if (headers.get('content-type') === 'application/cbor') {
    const tree = parseCbor(Buffer.from(body, 'latin1'));
    const type = tree instanceof Map ? tree.get('__type') : undefined;
    return typeof type === 'string' ? type.replace(/^.*#/, '') : '';
  }
  const xml = /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
  return xml ?? /"__type"\s*:\s*"(?:[^"#]*#)?([^"]*)"/.exec(body)?.[1] ?? '';
}
