/** The guarded way outwards: one GET, no redirects, vetted address, capped time and size. */
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { LoopbackRequest, LoopbackResponse, Network, NetworkResponse } from './platform.ts';

const loopbackAddresses = new BlockList();
loopbackAddresses.addSubnet('127.0.0.0', 8, 'ipv4');
loopbackAddresses.addAddress('::1', 'ipv6');

/** Private, link-local, shared, multicast and reserved ranges: no issuer lives there. */
const closedAddresses = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  closedAddresses.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  closedAddresses.addSubnet(network, prefix, 'ipv6');
}

export function createNodeNetwork(): Network {
  return {
    get,
    loopback: async (request) => {
      const target = new URL(request.url);
      if (target.protocol !== 'http:') throw new Error(`scheme ${target.protocol} is not allowed`);
      const host = await ownAddress(target.hostname);
      return await exchange(request, target, { host, port: Number(target.port || 80) });
    },
    socket: (socketPath, request) => exchange(request, new URL(request.url), { socketPath }),
  };
}

/** An address of this machine: of its loopback interface, or of another one of its interfaces. */
async function ownAddress(hostname: string): Promise<string> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  if (own.some(({ address }) => address === bare)) return bare;
  return await vettedAddress(hostname, true);
}

/** One exchange whose answer is handed over as it comes; the time limit is one of silence. */
function exchange(
  request: LoopbackRequest,
  target: URL,
  way: RequestOptions,
): Promise<LoopbackResponse> {
  const { method, headers, body = '', milliseconds } = request;
  const hasBody = body.length > 0 || method === 'POST' || method === 'PUT';
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        ...way,
        method,
        path: target.pathname + target.search,
        headers: Object.fromEntries([
          ['host', target.host],
          ...(hasBody ? [['content-length', String(Buffer.byteLength(body))]] : []),
          ...headers,
        ]),
        timeout: milliseconds,
        agent: false,
      },
      (incoming) => {
        resolve({
          status: incoming.statusCode ?? 0,
          headers: firstHeaders(incoming),
          body: incoming,
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('i/o timeout')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function firstHeaders({ rawHeaders }: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!headers.has(name)) headers.set(name, rawHeaders[index + 1] ?? '');
  }
  return headers;
}

async function get(
  url: string,
  limits: { readonly milliseconds: number; readonly bytes: number; readonly loopback: boolean },
): Promise<NetworkResponse> {
  const target = new URL(url);
  if (target.username !== '' || target.password !== '') throw new Error('credentials in URL');
  if (target.protocol !== 'https:' && !(target.protocol === 'http:' && limits.loopback)) {
    throw new Error(`scheme ${target.protocol} is not allowed`);
  }
  const address = await vettedAddress(target.hostname, limits.loopback);
  return await fetchFrom(target, address, limits);
}

/** Resolves once, so that the address that was vetted is the address that is dialled. */
async function vettedAddress(hostname: string, loopback: boolean): Promise<string> {
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const addresses =
    isIP(host) > 0 ? [host] : (await lookup(host, { all: true })).map((a) => a.address);
  for (const address of addresses) {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const isLoopback = loopbackAddresses.check(address, family);
    if (loopback ? isLoopback : !closedAddresses.check(address, family)) return address;
  }
  throw new Error(`the address of ${hostname} is not allowed`);
}

function fetchFrom(
  target: URL,
  address: string,
  limits: { readonly milliseconds: number; readonly bytes: number },
): Promise<NetworkResponse> {
  const secure = target.protocol === 'https:';
  const options: RequestOptions & { servername?: string } = {
    host: address,
    port: target.port === '' ? (secure ? 443 : 80) : Number(target.port),
    path: target.pathname + target.search,
    headers: { host: target.host, accept: 'application/json' },
    signal: AbortSignal.timeout(limits.milliseconds),
    ...(secure && isIP(target.hostname) === 0 ? { servername: target.hostname } : {}),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? httpsRequest : httpRequest)(options, (incoming) => {
      const chunks: Buffer[] = [];
      let received = 0;
      incoming.on('data', (chunk: Buffer) => {
        received += chunk.length;
        if (received > limits.bytes) outgoing.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
