/**
 * Requests of browsers from other origins, by the bucket's CORS rules.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
import type { CORSRule } from '@sekisho/catalog/types/s3';
import { ServiceError } from '../../protocol/service-error.ts';
import type { CrossOrigin, OriginRequest } from '../service.ts';
import { lookUpBucket } from './authorization/bucket.ts';
import type { BucketRecord } from './entities.ts';
import { limits } from './limits.ts';
import { readSetting } from './settings.ts';

type Headers = ReturnType<CrossOrigin['headers']>;

/** The bucket that host or path names; undefined when there is none. */
function bucketOf({ http, virtualHostBucket, state }: OriginRequest): BucketRecord | undefined {
  const name = virtualHostBucket ?? http.rawPath.split('/', 2)[1] ?? '';
  return lookUpBucket(state, name);
}

/** One `*` stands for anything. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

function requestedHeaders({ http }: OriginRequest): readonly string[] {
  const header = http.header('access-control-request-headers');
  if (header === undefined) return [];
  return header
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/** The first rule that allows the origin, the method and every header asked for. */
function ruleFor(
  rules: readonly CORSRule[],
  origin: string,
  method: string,
  headers: readonly string[],
): CORSRule | undefined {
  return rules.find(
    (rule) =>
      rule.AllowedMethods.includes(method) &&
      rule.AllowedOrigins.some((pattern) => matches(pattern, origin)) &&
      headers.every((name) =>
        rule.AllowedHeaders?.some((pattern) => matches(pattern.toLowerCase(), name)),
      ),
  );
}

function ruleHeaders(rule: CORSRule, origin: string, asked: readonly string[]): Headers {
  const isAnyone = rule.AllowedOrigins.includes('*');
  const { ExposeHeaders: exposed = [], MaxAgeSeconds: age } = rule;
  return [
    ['Access-Control-Allow-Origin', isAnyone ? '*' : origin],
    ['Access-Control-Allow-Methods', rule.AllowedMethods.join(', ')],
    ...(asked.length === 0 ? [] : [['Access-Control-Allow-Headers', asked.join(', ')] as const]),
    ...(exposed.length === 0
      ? []
      : [['Access-Control-Expose-Headers', exposed.join(', ')] as const]),
    ...(age === undefined ? [] : [['Access-Control-Max-Age', String(age)] as const]),
    ...(isAnyone ? [] : [['Access-Control-Allow-Credentials', 'true'] as const]),
    ['Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'],
  ];
}

function badRequest(message: string): ServiceError {
  return new ServiceError('BadRequest', message, 400);
}

function forbidden(text: string, method: string, resourceType: string): ServiceError {
  return new ServiceError('AccessForbidden', `CORSResponse: ${text}`, 403, [
    ['Method', method],
    ['ResourceType', resourceType],
  ]);
}

function preflight(request: OriginRequest): Headers {
  const { http } = request;
  const origin = http.header('origin');
  if (origin === undefined || origin === '') {
    throw badRequest('Insufficient information. Origin request header needed.');
  }
  const method = http.header('access-control-request-method');
  if (method === undefined || !/^[A-Z]{1,10}$/.test(method)) {
    throw badRequest(`Invalid Access-Control-Request-Method: ${method ?? 'null'}`);
  }
  const bucket = bucketOf(request);
  if (bucket === undefined) throw forbidden('Bucket not found', method, 'BUCKET');
  const rules = readSetting<readonly CORSRule[]>(bucket, 'cors');
  if (rules === undefined) {
    throw forbidden('CORS is not enabled for this bucket.', method, 'BUCKET');
  }
  const asked = requestedHeaders(request);
  const isBounded = asked.length <= limits.preflightHeadersMax;
  const rule = isBounded ? ruleFor(rules, origin, method, asked) : undefined;
  if (rule !== undefined) return ruleHeaders(rule, origin, asked);
  // AWS writes "evalution".
  throw forbidden(
    'This CORS request is not allowed. This is usually because the evalution of Origin, request ' +
      'method / Access-Control-Request-Method or Access-Control-Request-Headers are not ' +
      "whitelisted by the resource's CORS spec.",
    method,
    'OBJECT',
  );
}

function headers(request: OriginRequest): Headers {
  const { http } = request;
  const origin = http.header('origin');
  if (origin === undefined || origin === '') return [];
  const bucket = bucketOf(request);
  const rules = bucket === undefined ? undefined : readSetting<readonly CORSRule[]>(bucket, 'cors');
  const rule = ruleFor(rules ?? [], origin, http.method, []);
  return rule === undefined ? [] : ruleHeaders(rule, origin, []);
}

export const crossOrigin: CrossOrigin = { preflight, headers };
