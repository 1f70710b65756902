/** PutBucketCors, GetBucketCors and DeleteBucketCors. */
import type {
  CORSRule,
  GetBucketCorsOutput,
  PutBucketCorsRequest,
} from '@sekisho/catalog/types/s3';
import type { OperationContext } from '../../service.ts';
import { type BucketInput, findBucket } from '../authorization/bucket.ts';
import { invalidArgument, invalidRequest, malformedXml, notConfigured } from '../errors.ts';
import { requireIntegrity } from '../integrity.ts';
import { limits } from '../limits.ts';
import { putSetting, readSetting } from '../settings.ts';

const methods: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);

/** RFC 9110's token: these names are written into headers of answers. */
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html */
export async function putBucketCors(
  input: PutBucketCorsRequest,
  context: OperationContext,
): Promise<object> {
  requireIntegrity(context.http);
  const rules = input.CORSConfiguration?.CORSRules ?? [];
  if (rules.length === 0 || rules.length > limits.corsRulesMax) throw malformedXml();
  for (const rule of rules) checkRule(rule);
  await putSetting(input, context, 'cors', rules);
  return {};
}

function checkRule(rule: CORSRule): void {
  const { AllowedMethods: asked = [], AllowedOrigins: origins = [] } = rule;
  if (asked.length === 0 || origins.length === 0) throw malformedXml();
  for (const method of asked) {
    if (methods.has(method)) continue;
    throw invalidRequest(
      `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
    );
  }
  for (const origin of origins) {
    if (hasManyWildcards(origin)) throw manyWildcards('AllowedOrigin', origin);
  }
  for (const header of rule.AllowedHeaders ?? []) {
    if (hasManyWildcards(header)) throw manyWildcards('AllowedHeader', header);
  }
  for (const header of rule.ExposeHeaders ?? []) {
    // Unverified: the text.
    if (!headerName.test(header)) throw invalidRequest('ExposeHeader is no name of a header.');
    if (!header.includes('*')) continue;
    throw invalidRequest(
      `ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ` +
        'ExposeHeader.',
    );
  }
  if ((rule.ID ?? '').length > limits.ruleIdCharactersMax) throw ruleIdTooLong();
}

function hasManyWildcards(text: string): boolean {
  return text.indexOf('*') !== text.lastIndexOf('*');
}

function manyWildcards(element: string, text: string): Error {
  return invalidRequest(`${element} "${text}" can not have more than one wildcard.`);
}

/** Of lifecycle rules too. */
export function ruleIdTooLong(): Error {
  return invalidArgument('ID length should not exceed allowed limit of 255', 'ID');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html */
export function getBucketCors(input: BucketInput, context: OperationContext): GetBucketCorsOutput {
  const bucket = findBucket(context.runtime.state, input);
  const rules = readSetting<readonly CORSRule[]>(bucket, 'cors');
  if (rules !== undefined) return { CORSRules: rules };
  throw notConfigured(
    'NoSuchCORSConfiguration',
    'The CORS configuration does not exist',
    bucket.name,
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html */
export async function deleteBucketCors(
  input: BucketInput,
  context: OperationContext,
): Promise<object> {
  await putSetting(input, context, 'cors', undefined);
  return {};
}
