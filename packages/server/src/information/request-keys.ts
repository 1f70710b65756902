/**
 * Properties of the request itself and of the network it came over.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
 */
import type { Caller } from '../authentication/caller.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { type ContextEntry, contextDate, present } from './entries.ts';

/** Time, region, transport, address and the headers that AWS lets policies see. */
export function requestKeys(
  http: HttpRequest,
  caller: Caller,
  region: string,
  now: number,
): readonly ContextEntry[] {
  const service = caller.kind === 'service';
  const isPrivate = http.privateNetwork !== undefined;
  return present(
    ['aws:CurrentTime', contextDate(now)],
    ['aws:EpochTime', String(Math.floor(now / 1000))],
    ['aws:RequestedRegion', region],
    // Calls by a service principal carry neither the address nor the transport; through a VPC
    // endpoint the address is a private one, which has a key of its own (`aws:VpcSourceIp`).
    ['aws:SourceIp', service || isPrivate ? undefined : plainAddress(http.remoteAddress)],
    ['aws:SecureTransport', service ? undefined : String(http.secure)],
    // Unverified: '' rather than absent when the client sends no User-Agent.
    ['aws:UserAgent', service ? undefined : (http.header('user-agent') ?? '')],
    ['aws:referer', service ? undefined : http.header('referer')],
    ['aws:ViaAWSService', 'false'],
  );
}

/** IPv4 peers of a dual-stack socket are shown in IPv6 form. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
