/** Layers by HTTP: whether one is there, and the redirect to where it is downloaded. */
import type { HttpResponse } from '../../protocol/http.ts';
import { findLayer } from '../../services/ecr/layers/layer-store.ts';
import { layerPath } from '../../services/ecr/layers/layer-url.ts';
import { type RegistryCall, requireRoutedRepository, respond } from './registry-call.ts';
import { blobUnknown } from './registry-error.ts';
import type { RoutedRepository } from './registry-route.ts';

/** HEAD tells the length; GET redirects to a URL that holds for a while. */
export function readBlob(
  routed: RoutedRepository,
  digest: string,
  call: RegistryCall,
): HttpResponse {
  const { context } = call;
  const { record } = requireRoutedRepository(routed, call);
  const layer = findLayer(context.runtime, record, record.id, digest);
  if (layer === undefined) throw blobUnknown();
  const ofLayer = [['Docker-Content-Digest', digest]] as const;
  if (context.http.method === 'HEAD') {
    return respond(200, [
      ...ofLayer,
      ['Content-Length', String(layer.sizeBytes)],
      ['Content-Type', 'application/octet-stream'],
      ['Accept-Ranges', 'bytes'],
    ]);
  }
  const location = layerPath(context.runtime, record, record.id, digest, context.now);
  return respond(307, [...ofLayer, ['Location', location]]);
}
