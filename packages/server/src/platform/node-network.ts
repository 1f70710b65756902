/** The guarded way outwards: one GET, no redirects, vetted address, capped time and size. */
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Network, NetworkResponse } from './platform.ts';

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
  return { get };
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
