/**
 * What a request of the registry is for, read from its path.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints
 */
import { isDigest } from '../../services/ecr/manifest.ts';
import {
  type RepositoryAddress,
  readRepositoryAddress,
} from '../../services/ecr/registry-address.ts';
import { digestInvalid, nameInvalid, pathUnknown } from './registry-error.ts';

/** A manifest by its tag or by its digest; neither where it is written wrongly. */
export interface Reference {
  readonly text: string;
  readonly imageTag?: string;
  readonly imageDigest?: string;
}

/** A repository, and how the client wrote it in the path. */
export interface RoutedRepository extends RepositoryAddress {
  readonly path: string;
}

export type RegistryRoute =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly repository: RoutedRepository }
  | {
      readonly kind: 'manifest';
      readonly repository: RoutedRepository;
      readonly reference: Reference;
    }
  | { readonly kind: 'blob'; readonly repository: RoutedRepository; readonly digest: string }
  | { readonly kind: 'referrers'; readonly repository: RoutedRepository; readonly digest: string }
  | { readonly kind: 'uploads'; readonly repository: RoutedRepository }
  | { readonly kind: 'upload'; readonly repository: RoutedRepository; readonly id: string };

const nameForm =
  /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,299}$/;

/**
 * `host` is without its port. Throws ServiceError with the registry's code where the path, a name
 * or a digest is none.
 */
export function readRoute(rawPath: string, host: string): RegistryRoute {
  if (rawPath === '/v2' || rawPath === '/v2/') return { kind: 'base' };
  const [, version, ...segments] = rawPath.split('/').map(decodeSegment);
  if (version !== 'v2') throw pathUnknown();
  const nameOf = (parts: readonly string[]): RoutedRepository => repositoryAt(parts, host);
  if (segments.length === 1 && segments[0] === '_catalog') return { kind: 'catalog' };
  const last = segments.at(-1) ?? '';
  const before = segments.at(-2);
  if (before === 'tags' && last === 'list') {
    return { kind: 'tags', repository: nameOf(segments.slice(0, -2)) };
  }
  if (before === 'uploads' && segments.at(-3) === 'blobs') {
    const repository = nameOf(segments.slice(0, -3));
    if (last === '') return { kind: 'uploads', repository };
    return { kind: 'upload', repository, id: last };
  }
  if (before === 'blobs' && last === 'uploads') {
    return { kind: 'uploads', repository: nameOf(segments.slice(0, -2)) };
  }
  const repository = (): RoutedRepository => nameOf(segments.slice(0, -2));
  switch (before) {
    case 'manifests':
      return { kind: 'manifest', repository: repository(), reference: readReference(last) };
    case 'blobs':
      return { kind: 'blob', repository: repository(), digest: digestOf(last) };
    case 'referrers':
      return { kind: 'referrers', repository: repository(), digest: digestOf(last) };
    default:
      throw pathUnknown();
  }
}

/** Decoded once; what decodes to a separator fits no part of a name, no tag and no digest. */
function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw pathUnknown();
  }
}

function repositoryAt(segments: readonly string[], host: string): RoutedRepository {
  const path = segments.join('/');
  // An encoded separator would make two paths of one repository: two readers, two resources.
  if (segments.some((segment) => segment.includes('/'))) throw nameInvalid(path);
  const address = readRepositoryAddress(host, path);
  if (!isRepositoryName(address.name)) throw nameInvalid(address.name);
  return { ...address, path };
}

/** Whether the text is a repository's name. */
export function isRepositoryName(name: string): boolean {
  return name.length >= 2 && name.length <= 256 && nameForm.test(name);
}

function digestOf(text: string): string {
  if (!isDigest(text)) throw digestInvalid(text);
  return text;
}

function readReference(text: string): Reference {
  if (isDigest(text)) return { text, imageDigest: text };
  return tagForm.test(text) ? { text, imageTag: text } : { text };
}
