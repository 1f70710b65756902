/** Which service, protocol and operation a request is for, before anything in it is believed. */

import type { FormParameter } from '../protocol/form.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { protocolNamed } from '../protocol/protocols.ts';
import type { Router } from '../protocol/router.ts';
import { needsForm, type Route, readForm } from '../protocol/router.ts';
import { ServiceError } from '../protocol/service-error.ts';
import { bucketOfHost } from '../services/s3/addressing.ts';
import type { Service } from '../services/service.ts';

/** AWS reads ten million bytes of a query request and answers 413 to one more. */
export const bodyBytesMax = 10_000_000;

/** A request with its route, and its body when routing had to read it. */
export interface Routed {
  readonly route: Route<Service>;
  readonly body?: Uint8Array;
  /** The bucket, when it stood in the Host header. */
  readonly virtualHostBucket?: string;
}

/** Reads what routing needs and finds the route. Throws ServiceError for unreadable forms. */
export async function routeRequest(
  request: HttpRequest,
  router: Router<Service>,
  hostNames: readonly string[],
): Promise<Routed> {
  const signingName = scopeService(request);
  if (isUndecodable(request.query)) return { route: undecodableQuery(signingName) };
  const bucket =
    signingName === undefined || signingName === 's3'
      ? bucketOfHost(request.header('host') ?? '', hostNames)
      : undefined;
  const rawPath = bucket === undefined ? request.rawPath : `/${bucket}${request.rawPath}`;
  const facts = {
    method: request.method,
    rawPath,
    query: request.query,
    header: request.header,
    ...(signingName === undefined ? {} : { signingName }),
  };
  if (signingName === 's3' || !needsForm(facts)) {
    const route = router.identify(facts);
    return bucket === undefined ? { route } : { route, virtualHostBucket: bucket };
  }
  const body = await readBody(request, bodyBytesMax);
  const form: readonly FormParameter[] = readForm(body, request.header('content-encoding'));
  return { route: router.identify({ ...facts, form }), body };
}

/** A `%` that begins no triplet, or triplets that are no UTF-8. */
function isUndecodable(query: HttpRequest['query']): boolean {
  for (const { rawName, rawValue } of query) {
    if (!rawName.includes('%') && !rawValue.includes('%')) continue;
    try {
      decodeURIComponent(rawName);
      decodeURIComponent(rawValue);
    } catch {
      return true;
    }
  }
  return false;
}

/** Query services answer with the bare status; S3 has words. */
function undecodableQuery(signingName: string | undefined): Route<Service> {
  const isS3 = signingName === 's3';
  const text = isS3 ? "Couldn't parse the specified URI." : 'the query is not well-formed';
  const error = new ServiceError(isS3 ? 'InvalidURI' : '', text, 400);
  return { kind: 'refused', protocol: protocolNamed(isS3 ? 'rest-xml' : 'aws-query'), error };
}

const credentialInHeader = /Credential=[^/,\s]{1,128}\/\d{8}\/[^/,\s]{1,64}\/([a-z0-9-]{1,64})\//;
const credentialInQuery = /^[^/]{1,128}\/\d{8}\/[^/]{1,64}\/([a-z0-9-]{1,64})\//;

/** The service of the credential scope: only a hint, authentication checks it against the route. */
function scopeService(request: HttpRequest): string | undefined {
  const authorization = request.header('authorization');
  if (authorization !== undefined) return credentialInHeader.exec(authorization)?.[1];
  for (const { name, value } of request.query) {
    if (name === 'X-Amz-Credential') return credentialInQuery.exec(value)?.[1];
    if (name === 'AWSAccessKeyId') return 's3';
  }
  return undefined;
}

/** The whole body, at most `bytesMax`; one more byte is refused with status 413 and no words. */
export async function readBody(request: HttpRequest, bytesMax: number): Promise<Uint8Array> {
  const declared = Number(request.header('content-length') ?? 0);
  if (declared > bytesMax) throw new ServiceError('', 'the body is too large', 413);
  if (request.body.collect !== undefined) {
    const whole = await request.body.collect(bytesMax);
    if (whole === undefined) throw new ServiceError('', 'the body is too large', 413);
    return whole;
  }
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of request.body) {
    received += chunk.length;
    if (received > bytesMax) throw new ServiceError('', 'the body is too large', 413);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
