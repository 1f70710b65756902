/** The URL under which a layer can be downloaded for a while, by whoever holds it. */
import type { HttpRequest } from '../../../protocol/http.ts';
import type { Runtime } from '../../service.ts';
import { isDigest } from '../manifest.ts';
import { type ContentRecord, LayerRecords, type Registry } from './layer-records.ts';
import { downloadMilliseconds } from './limits.ts';

/** No bucket's name begins with `_`. */
const pathPrefix = '/_sekisho/ecr/layers/';
const associated = 'ecr/layer-download';
const tokenShape = /^[A-Za-z0-9_-]{1,1024}$/;

interface Grant extends Registry {
  /** Its id. */
  readonly repository: string;
  readonly digest: string;
  readonly expiresAt: number;
}

/** The path; it holds for an hour after `now`, as long as the repository holds the layer. */
export function layerPath(
  runtime: Runtime,
  { account, region }: Registry,
  repository: string,
  digest: string,
  now: number,
): string {
  const expiresAt = now + downloadMilliseconds;
  const grant: Grant = { account, region, repository, digest, expiresAt };
  const sealed = runtime.sealer.seal(JSON.stringify(grant), associated);
  return pathPrefix + Buffer.from(sealed, 'base64').toString('base64url');
}

/** The same as a URL of the host that the client has asked. */
export function layerUrl(path: string, { secure, header }: HttpRequest, runtime: Runtime): string {
  const host = header('host');
  if (host === undefined) return `${runtime.endpoint()}${path}`;
  return `${secure ? 'https' : 'http'}://${host}${path}`;
}

/** AWS's bucket of a region's layers: what policies of S3 endpoints name. */
export function layerBucket(region: string): string {
  return `prod-${region}-starport-layer-bucket`;
}

export function isLayerPath(rawPath: string): boolean {
  return rawPath.startsWith(pathPrefix);
}

/** What a path of ours opens; `expired`, or undefined where it opens nothing. */
export function openLayerPath(
  rawPath: string,
  runtime: Runtime,
  now: number,
): ContentRecord | 'expired' | undefined {
  const token = rawPath.slice(pathPrefix.length);
  if (!tokenShape.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  // One token has one spelling.
  if (bytes.toString('base64url') !== token) return undefined;
  const opened = runtime.sealer.open(bytes.toString('base64'), associated);
  if (opened === undefined) return undefined;
  // What opens under our key for this use was written by layerPath: its shape is Grant.
  const grant = JSON.parse(opened) as Grant;
  if (now >= grant.expiresAt) return 'expired';
  if (!isDigest(grant.digest)) return undefined;
  return new LayerRecords(runtime.state, grant).find(grant.repository, grant.digest);
}
