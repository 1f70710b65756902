/** Image names of container definitions, read as container engines read them. */
import { readEcrImage } from '../../services/ecr/image-name.ts';

/** Where an image lies. */
export type Registry =
  | { readonly kind: 'ecr'; readonly account: string; readonly region: string }
  /** A registry on this machine, spoken to over plain http. */
  | { readonly kind: 'loopback' }
  | { readonly kind: 'elsewhere' };

/** An image's name, taken apart. */
export interface ImageReference {
  /** As written, with the tag that it has or gets: `…/web:latest`. */
  readonly name: string;
  readonly registry: Registry;
  /** `123456789012.dkr.ecr.us-east-1.amazonaws.com`, `docker.io`. */
  readonly host: string;
  readonly repository: string;
  /** A digest where one is given, else a tag. */
  readonly reference: string;
}

const ecrHost =
  /^(\d{12})\.dkr(?:\.ecr|-ecr)\.([a-z0-9-]{1,40})\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/;
const loopbackHost = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/;
const repositoryShape = /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/;
const tagShape = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digestShape = /^sha256:[0-9a-f]{64}$/;

/** Where the image's task runs: what this server's own registry is there. */
export interface TaskPlace {
  /** This server's, as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
}

/**
 * undefined when it is no image name. `repositoryUri` and `docker login` name the registry by this
 * server's address: such an image is one of ECR, whose host name is the registry's own.
 */
export function readImageReference(image: string, place: TaskPlace): ImageReference | undefined {
  const written = readWritten(image);
  if (written?.registry.kind !== 'loopback') return written;
  const own = readEcrImage(image, place.endpoint, place);
  if (own === undefined) return written;
  const { account, region, repositoryName } = own;
  return {
    ...written,
    registry: { kind: 'ecr', account, region },
    host: `${account}.dkr.ecr.${region}.amazonaws.com`,
    repository: repositoryName,
  };
}

function readWritten(image: string): ImageReference | undefined {
  const [first = '', ...others] = image.split('/');
  const hasHost = others.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = hasHost ? first : 'docker.io';
  const path = hasHost ? others.join('/') : image;
  const at = path.indexOf('@');
  const digest = at < 0 ? undefined : path.slice(at + 1);
  const beforeDigest = at < 0 ? path : path.slice(0, at);
  const colon = beforeDigest.indexOf(':');
  const tag = colon < 0 ? 'latest' : beforeDigest.slice(colon + 1);
  const short = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon);
  const repository = hasHost || short.includes('/') ? short : `library/${short}`;
  if (repository.length > 255 || !repositoryShape.test(repository) || !tagShape.test(tag)) {
    return undefined;
  }
  if (digest !== undefined && !digestShape.test(digest)) return undefined;
  return {
    name: digest === undefined ? `${host}/${repository}:${tag}` : `${host}/${repository}@${digest}`,
    registry: registryOf(host),
    host,
    repository,
    reference: digest ?? tag,
  };
}

function registryOf(host: string): Registry {
  const [, account, region] = ecrHost.exec(host) ?? [];
  if (account !== undefined && region !== undefined) return { kind: 'ecr', account, region };
  return { kind: loopbackHost.test(host) ? 'loopback' : 'elsewhere' };
}
