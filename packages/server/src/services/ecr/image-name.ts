/** Image names that stand for a repository of this server's ECR, as task definitions hold them. */
import { type RegistryName, readRepositoryAddress, registryOfHost } from './registry-address.ts';

/** A repository, and what of it is named. */
export interface EcrImage extends RegistryName {
  readonly repositoryName: string;
  /** A digest where there is one, else a tag. */
  readonly reference: string;
}

/**
 * Reads `123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1`, and what `repositoryUri` and
 * `docker login` are told here: `127.0.0.1:4566/123456789012.dkr.ecr.us-east-1.amazonaws.com/app`,
 * `127.0.0.1:4566/app` (of the registry `otherwise`). undefined: the image lies elsewhere.
 * `endpoint`: this server's, as `http://127.0.0.1:4566`.
 */
export function readEcrImage(
  image: string,
  endpoint: string,
  otherwise: RegistryName,
): EcrImage | undefined {
  const slash = image.indexOf('/');
  if (slash === -1) return undefined;
  const place = image.slice(0, slash);
  const [, host = '', port = ''] = /^([^:]+)(?::(\d{1,5}))?$/.exec(place) ?? [];
  if (registryOfHost(host) === undefined && !isOwn(host, port, endpoint)) return undefined;
  const { path, reference } = readPath(image.slice(slash + 1));
  const {
    name,
    account = otherwise.account,
    region = otherwise.region,
  } = readRepositoryAddress(host, path);
  return { account, region, repositoryName: name, reference };
}

/** Every name of this machine will do where the server listens on it. */
function isOwn(host: string, port: string, endpoint: string): boolean {
  const own = new URL(endpoint);
  if (port !== own.port) return false;
  return host === own.hostname || (isLoopback(host) && isLoopback(own.hostname));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function readPath(text: string): { readonly path: string; readonly reference: string } {
  const at = text.indexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  const colon = name.indexOf(':');
  const path = colon === -1 ? name : name.slice(0, colon);
  if (at !== -1) return { path, reference: text.slice(at + 1) };
  return { path, reference: colon === -1 ? 'latest' : name.slice(colon + 1) };
}
