/** The registry: a layer of 1 GiB pushed and pulled, beside the CNCF's own registry. */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signInHeader } from '../packages/server/src/gateway/testing/client-signature.ts';
import type { Figure } from './figures.ts';
import { cpuSeconds, peakResidentBytes } from './process-usage.ts';
import { type MeasuredServer, startDistribution, startSekisho } from './servers.ts';

const mebibyte = 1024 * 1024;
const layerBytes = 1024 * mebibyte;
const repositoryName = 'bench/app';
const region = 'us-east-1';

/** Pushes and pulls one layer; a peer that is not installed is left out. */
export async function measureRegistry(): Promise<readonly Figure[]> {
  const chunk = randomBytes(mebibyte);
  const digest = digestOf(chunk);
  const ours = await measure(await startSekisho(), chunk, digest);
  const peer = await startDistribution();
  if (peer === undefined) return ours;
  const theirs = await measure(peer, chunk, digest);
  return [...ours, ...theirs, ...ratios(ours, theirs)];
}

/** Of the whole layer: the same mebibyte again and again. */
function digestOf(chunk: Buffer): string {
  const hash = createHash('sha256');
  for (let sent = 0; sent < layerBytes; sent += chunk.length) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

async function measure(
  server: MeasuredServer,
  chunk: Buffer,
  digest: string,
): Promise<readonly Figure[]> {
  warmPageCache(chunk);
  try {
    const authorization = server.name === 'sekisho' ? await logIn(server) : undefined;
    const client = { server, authorization };
    const idle = peakResidentBytes(server.pid) / mebibyte;
    const figures: Figure[] = [];
    for (const [name, run] of [
      ['push', () => push(client, chunk, digest)],
      ['pull', () => pull(client, digest)],
    ] as const) {
      const cpuBefore = cpuSeconds(server.pid);
      const before = performance.now();
      await run();
      const seconds = (performance.now() - before) / 1000;
      const figure = { bench: 'registry', case: `${server.name} ${name} 1 GiB layer` };
      const mebibytes = layerBytes / mebibyte;
      const cpu = cpuSeconds(server.pid) - cpuBefore;
      figures.push(
        { ...figure, metric: 'throughput', value: mebibytes / seconds, unit: 'MiB/s' },
        { ...figure, metric: 'per CPU second', value: mebibytes / cpu, unit: 'MiB' },
      );
    }
    const peak = peakResidentBytes(server.pid) / mebibyte;
    const figure = { bench: 'registry', case: `${server.name} 1 GiB layer` };
    return [
      ...figures,
      { ...figure, metric: 'peak resident before', value: idle, unit: 'MiB' },
      { ...figure, metric: 'peak resident after', value: peak, unit: 'MiB' },
    ];
  } finally {
    await server.stop();
  }
}

/** Whoever writes first would pay for pages that the next one finds. */
function warmPageCache(chunk: Buffer): void {
  const folder = mkdtempSync(join(tmpdir(), 'registry-bench-'));
  const file = openSync(join(folder, 'pages'), 'w');
  for (let written = 0; written < layerBytes; written += chunk.length) writeSync(file, chunk);
  closeSync(file);
  rmSync(folder, { recursive: true });
}

/** Ours by theirs, per CPU second of the server. */
function ratios(ours: readonly Figure[], theirs: readonly Figure[]): readonly Figure[] {
  return ['push', 'pull'].flatMap((name) => {
    const find = (figures: readonly Figure[]): number =>
      figures.find((each) => each.metric === 'per CPU second' && each.case.includes(name))?.value ??
      Number.NaN;
    const value = find(ours) / find(theirs);
    return [{ bench: 'registry', case: name, metric: 'per CPU second / peer', value, unit: 'x' }];
  });
}

interface Client {
  readonly server: MeasuredServer;
  readonly authorization: string | undefined;
}

async function push(client: Client, chunk: Buffer, digest: string): Promise<void> {
  const begun = await send(client, 'POST', `/v2/${repositoryName}/blobs/uploads/`);
  const patched = await send(client, 'PATCH', locationOf(begun), async (write) => {
    for (let sent = 0; sent < layerBytes; sent += chunk.length) await write(chunk);
  });
  const location = locationOf(patched);
  const query = `${location.includes('?') ? '&' : '?'}digest=${digest}`;
  const put = await send(client, 'PUT', `${location}${query}`);
  if (put.statusCode !== 201) throw new Error(`${client.server.name}: ${put.statusCode} at PUT`);
}

async function pull(client: Client, digest: string): Promise<void> {
  let response = await send(
    client,
    'GET',
    `/v2/${repositoryName}/blobs/${digest}`,
    undefined,
    false,
  );
  if (response.statusCode === 307) {
    response.resume();
    response = await send(client, 'GET', locationOf(response), undefined, false);
  }
  let received = 0;
  for await (const chunk of response) received += (chunk as Buffer).length;
  if (received !== layerBytes) throw new Error(`${client.server.name}: pulled ${received} bytes`);
}

/** The path of a redirect or of an upload, which may come with the host. */
function locationOf({ headers, statusCode }: IncomingMessage): string {
  const { location } = headers;
  if (location === undefined) throw new Error(`no location with status ${statusCode}`);
  const { pathname, search } = new URL(location, 'http://127.0.0.1');
  return pathname + search;
}

type Body = (write: (chunk: Buffer) => Promise<void>) => Promise<void>;

/** Sends a request, and reads its answer unless it is to be read by the caller. */
async function send(
  { server, authorization }: Client,
  method: string,
  path: string,
  body?: Body,
  isRead = true,
): Promise<IncomingMessage> {
  const headers = {
    ...(authorization === undefined ? {} : { Authorization: authorization }),
    ...(body === undefined ? { 'Content-Length': '0' } : {}),
  };
  const outgoing = request({ host: '127.0.0.1', port: server.port, method, path, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on('response', resolve).on('error', reject);
  });
  await body?.(async (chunk) => {
    if (!outgoing.write(chunk)) await new Promise((resolve) => outgoing.once('drain', resolve));
  });
  outgoing.end();
  const response = await answered;
  if (isRead) for await (const _ of response);
  return response;
}

/** Makes the repository and takes a password, as `aws ecr get-login-password` does. */
async function logIn(server: MeasuredServer): Promise<string> {
  await callEcr(server, 'CreateRepository', { repositoryName });
  const { authorizationData } = await callEcr(server, 'GetAuthorizationToken', {});
  const [data] = authorizationData as readonly { authorizationToken: string }[];
  return `Basic ${data?.authorizationToken}`;
}

async function callEcr(
  server: MeasuredServer,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const signed = signInHeader(
    {
      method: 'POST',
      rawPath: '/',
      rawQuery: '',
      headers: [
        ['host', `127.0.0.1:${server.port}`],
        ['content-type', 'application/x-amz-json-1.1'],
        ['x-amz-target', `AmazonEC2ContainerRegistry_V20150921.${operation}`],
      ],
      body: Buffer.from(JSON.stringify(input)),
    },
    server.key,
    { service: 'ecr', region, now: Date.now() },
  );
  const headers = new Headers(signed.headers.filter(([name]) => name !== 'host'));
  const url = `http://127.0.0.1:${server.port}/`;
  const response = await fetch(url, { method: 'POST', headers, body: signed.body.toString() });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
