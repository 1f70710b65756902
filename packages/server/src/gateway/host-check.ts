/** The Host check: a page in a browser that rebinds its name to this machine gets no answer. */
import { isLoopback } from './configuration.ts';

/** Names that this server answers to. `hostNames` come from the configuration. */
export function createHostCheck(
  listenHost: string,
  hostNames: readonly string[],
): (hostHeader: string | undefined) => boolean {
  const names = [
    ...hostNames,
    listenHost,
    'localhost',
    's3.localhost',
    'amazonaws.com',
    'amazonaws.com.cn',
  ];
  const exact = new Set(names);
  return (hostHeader) => {
    if (hostHeader === undefined) return false;
    const name = withoutPort(hostHeader);
    if (exact.has(name) || isLoopback(name)) return true;
    if (isAddress(name) && !isLoopback(listenHost)) return true;
    return names.some((known) => name.endsWith(`.${known}`));
  };
}

/**
 * The Origin check: a page in a browser names where it comes from, and only pages of this machine
 * and of our own names are answered. Other clients send no Origin.
 */
export function isKnownOrigin(
  origin: string | undefined,
  isKnownHost: (host: string) => boolean,
): boolean {
  if (origin === undefined) return true;
  const host = /^https?:\/\/([^/\s]{1,255})$/.exec(origin)?.[1];
  return host !== undefined && isKnownHost(host);
}

function withoutPort(host: string): string {
  if (host.startsWith('[')) return host.slice(1, host.indexOf(']'));
  const colon = host.lastIndexOf(':');
  return colon < 0 ? host : host.slice(0, colon);
}

/** A literal address cannot be rebound. */
function isAddress(name: string): boolean {
  return (
    /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) || (name.includes(':') && /^[0-9a-f:.]+$/.test(name))
  );
}
