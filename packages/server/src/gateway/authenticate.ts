/** Step 3: who sent the request. The body is read whole, except where the operation streams it. */
import type { OperationModel } from '@sekisho/catalog';
import type { Authenticated } from '../authentication/authenticated.ts';
import { errorFamily } from '../authentication/authentication-error.ts';
import {
  readDeclaredChecksum,
  verifyChecksums,
} from '../authentication/payload/checksum/verify-checksums.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { ServiceError } from '../protocol/service-error.ts';
import type { Payload, Service } from '../services/service.ts';
import type { OperationRoute } from './input.ts';
import type { GatewayParts } from './parts.ts';
import { bodyBytesMax, readBody } from './route.ts';

/** The caller, and the body either whole or as a verified stream. */
export interface AuthenticatedRequest {
  readonly authenticated: Authenticated;
  readonly payload: Payload;
  readonly body: Uint8Array | undefined;
}

/** Throws ServiceError with AWS's answer when the request does not prove its sender. */
export async function authenticateRoute(
  request: HttpRequest,
  route: OperationRoute,
  streaming: boolean,
  parts: GatewayParts,
): Promise<AuthenticatedRequest> {
  const { service, operation, protocol } = route;
  const family = errorFamily(protocol.name);
  const isS3 = family === 's3';
  const bytesMax = service.bodyBytesMax?.get(operation.name) ?? bodyBytesMax;
  const read = isS3 ? undefined : (route.body ?? (await readBody(request, bytesMax)));
  const { authenticated, payload } = parts.authenticator.authenticate(request, {
    family,
    signingName: service.signingName,
    operation: operation.name,
    signature:
      service.unsigned?.has(operation.name) === true ? 'ignored' : isS3 ? 'optional' : 'required',
    ...scopeRegion(request, service),
    ...(read === undefined ? {} : { body: read }),
    ...(route.virtualHostBucket === undefined
      ? {}
      : { virtualHostBucket: route.virtualHostBucket }),
  });
  if (!isS3) return { authenticated, payload, body: read };
  if (streaming) return { authenticated, payload, body: undefined };
  // Streaming operations check what the client declared themselves, while they store the body.
  if (!declaresBodyChecksum(operation))
    return { authenticated, payload, body: await collect(payload) };
  const checked = verifyChecksums(payload, readDeclaredChecksum(request)).payload;
  return { authenticated, payload, body: await collect(checked) };
}

/**
 * AWS's own hosts take one region for a global service. Clients sign for the region that they are
 * set to when the endpoint is theirs to choose, so every region is taken then.
 */
function scopeRegion(
  request: HttpRequest,
  { globalRegion, signingName }: Service,
): { readonly region?: string } {
  const host = request.header('host') ?? '';
  const sts = signingName === 'sts' ? stsHost.exec(host) : null;
  if (sts !== null) return { region: sts[1] ?? 'us-east-1' };
  const isAws = /\.amazonaws\.com(?:\.cn)?(?::\d+)?$/.test(host);
  return globalRegion !== undefined && isAws ? { region: globalRegion } : {};
}

/** AWS's global host of STS is that of one region. */
const stsHost = /^sts\.(?:([a-z]{2}(?:-[a-z]+){1,3}-\d)\.)?amazonaws\.com(?:\.cn)?(?::\d+)?$/;

/** Where the model has no such member, `x-amz-checksum-*` is of the object (CompleteMultipartUpload). */
function declaresBodyChecksum({ input }: OperationModel): boolean {
  return input.member('ChecksumAlgorithm')?.traits.httpHeader === 'x-amz-sdk-checksum-algorithm';
}

async function collect(payload: Payload): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of payload.stream) {
    received += chunk.length;
    if (received > bodyBytesMax) {
      throw new ServiceError('MaxMessageLengthExceeded', 'Your request was too large.', 400);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
