/**
 * How clients address a registry here, by one of three names:
 * - `<account>.dkr.ecr.<region>.<anything>/<name>`: AWS's own host name, or one that ends otherwise;
 * - `127.0.0.1:4566/<account>.dkr.ecr.<region>.amazonaws.com/<name>`: the same name as the first part
 *   of the path, for clients that can resolve no such host. This is what `repositoryUri` says;
 * - `127.0.0.1:4566/<name>`: the registry of the caller's account in the region of its token.
 */
import type { DemandContext } from '../service.ts';
import type { RepositoryRecord } from './entities.ts';

/** A registry: an account in a region. */
export interface RegistryName {
  readonly account: string;
  readonly region: string;
}

const registryHost = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]{1,32})\.[a-z0-9.-]{1,200}$/;

/** The registry that a host name, without its port, stands for; undefined when it is another host. */
export function registryOfHost(host: string): RegistryName | undefined {
  const [, account, region] = registryHost.exec(host) ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}

/** The repository that a name in a registry's path stands for. */
export interface RepositoryAddress extends Partial<RegistryName> {
  readonly name: string;
}

/**
 * Parts a name as it stands in a path or image reference into registry and repository. Account and
 * region are absent where only the caller's token tells them. `host` is without its port.
 */
export function readRepositoryAddress(host: string, path: string): RepositoryAddress {
  const registry = registryOfHost(host);
  if (registry !== undefined) return { ...registry, name: path };
  const slash = path.indexOf('/');
  const inner = slash === -1 ? undefined : registryOfHost(path.slice(0, slash));
  return inner === undefined ? { name: path } : { ...inner, name: path.slice(slash + 1) };
}

/** Scheme, host and port under which the client reached us, and whether AWS's names lead here. */
function reachedAt({ http, runtime }: Pick<DemandContext, 'http' | 'runtime'>): {
  readonly scheme: string;
  readonly host: string;
  readonly isAws: boolean;
} {
  const own = new URL(runtime.endpoint());
  const host = http.header('host') ?? own.host;
  const isAws = /\.amazonaws\.com(?:\.cn)?(?::\d{1,5})?$/.test(host);
  return { scheme: http.secure ? 'https' : 'http', host, isAws };
}

function awsHost({ account, region }: RegistryName): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** `repositoryUri`: what docker and others take to push and pull. */
export function repositoryUri(
  { account, region, name }: Pick<RepositoryRecord, 'account' | 'region' | 'name'>,
  context: Pick<DemandContext, 'http' | 'runtime'>,
): string {
  const { host, isAws } = reachedAt(context);
  const aws = `${awsHost({ account, region })}/${name}`;
  return isAws ? aws : `${host}/${aws}`;
}

/** `proxyEndpoint`: what `docker login` takes. */
export function proxyEndpoint(
  registry: RegistryName,
  context: Pick<DemandContext, 'http' | 'runtime'>,
): string {
  const { scheme, host, isAws } = reachedAt(context);
  return isAws ? `https://${awsHost(registry)}` : `${scheme}://${host}`;
}
