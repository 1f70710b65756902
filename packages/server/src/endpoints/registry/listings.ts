/**
 * What a registry lists: tags, repositories, and the manifests that refer to another one.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#content-discovery
 */
import type { HttpResponse } from '../../protocol/http.ts';
import { manifestBytesMax } from '../../services/ecr/limits.ts';
import { readReferrer } from '../../services/ecr/referrer.ts';
import { RegistryStore } from '../../services/ecr/registry-store.ts';
import {
  queryValue,
  type RegistryCall,
  requireRoutedRepository,
  respond,
} from './registry-call.ts';
import { pageInvalid } from './registry-error.ts';
import type { RoutedRepository } from './registry-route.ts';

/** Unverified: AWS's page where the client names no size. */
const listedDefault = 1000;

const indexMediaType = 'application/vnd.oci.image.index.v1+json';

/** The media type is AWS's own, as its guide shows it. */
export function listTags(routed: RoutedRepository, call: RegistryCall): HttpResponse {
  const { record, store } = requireRoutedRepository(routed, call);
  const page = pageOf(store.tags(record).names(), call);
  const body = `${JSON.stringify({ name: record.name, tags: page.names })}\n`;
  const link = linkTo(`/v2/${routed.path}/tags/list`, page);
  return respond(200, [['Content-Type', 'text/plain; charset=utf-8'], ...link], body);
}

export function listRepositories(call: RegistryCall): HttpResponse {
  const { repositories } = new RegistryStore(call.context, call.registry);
  const page = pageOf(repositories.names(), call);
  const body = `${JSON.stringify({ repositories: page.names })}\n`;
  const type = ['Content-Type', 'application/json; charset=utf-8'] as const;
  return respond(200, [type, ...linkTo('/v2/_catalog', page)], body);
}

/** An index of the manifests whose subject is the digest, which need not exist itself. */
export async function listReferrers(
  routed: RoutedRepository,
  digest: string,
  call: RegistryCall,
): Promise<HttpResponse> {
  const repository = requireRoutedRepository(routed, call);
  const artifactType = queryValue(call, 'artifactType');
  const last = queryValue(call, 'last') ?? '';
  const images = repository.store
    .images(repository.record)
    .all()
    .map(({ record: image }) => image)
    .filter((image) => image.subject === digest && image.digest > last)
    .filter((image) => artifactType === undefined || image.artifactType === artifactType);
  const manifests: object[] = [];
  let bytes = 0;
  let more = '';
  for (const image of images) {
    const { annotations, ...descriptor } = await readReferrer(repository, image);
    const entry =
      annotations.size === 0
        ? descriptor
        : { ...descriptor, annotations: Object.fromEntries(annotations) };
    bytes += JSON.stringify(entry).length;
    // As large as a manifest may be: clients read an index with that limit.
    if (manifests.length > 0 && bytes > manifestBytesMax - indexBytes) break;
    manifests.push(entry);
    more = image.digest;
  }
  const index = { schemaVersion: 2, mediaType: indexMediaType, manifests };
  const headers = [
    ...(artifactType === undefined ? [] : [filteredBy]),
    ...(manifests.length === images.length
      ? []
      : [nextReferrers(routed, digest, more, artifactType)]),
  ];
  return respond(200, [['Content-Type', indexMediaType], ...headers], JSON.stringify(index));
}

/** What stands around the entries. */
const indexBytes = 200;

function nextReferrers(
  { path }: RoutedRepository,
  digest: string,
  last: string,
  artifactType: string | undefined,
): readonly [string, string] {
  const filter =
    artifactType === undefined ? '' : `&artifactType=${encodeURIComponent(artifactType)}`;
  const query = `last=${encodeURIComponent(last)}${filter}`;
  return ['Link', `</v2/${path}/referrers/${digest}?${query}>; rel="next"`];
}

const filteredBy = ['OCI-Filters-Applied', 'artifactType'] as const;

interface ListPage {
  readonly names: readonly string[];
  /** Present when there are more. */
  readonly next?: { readonly last: string; readonly count: number };
}

/** `names` ascend; `last` need not be among them. */
function pageOf(names: readonly string[], call: RegistryCall): ListPage {
  const asked = queryValue(call, 'n');
  if (asked !== undefined && !/^\d{1,9}$/.test(asked)) throw pageInvalid();
  const count = Math.min(Number(asked ?? listedDefault), listedDefault);
  const last = queryValue(call, 'last');
  const rest = last === undefined ? names : names.filter((name) => name > last);
  const page = rest.slice(0, count);
  const final = page.at(-1);
  if (final === undefined || page.length === rest.length) return { names: page };
  return { names: page, next: { last: final, count } };
}

function linkTo(path: string, { next }: ListPage) {
  if (next === undefined) return [];
  const query = `last=${encodeURIComponent(next.last)}&n=${next.count}`;
  return [['Link', `<${path}?${query}>; rel="next"`] as const];
}
