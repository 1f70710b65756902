/** PutBucketWebsite and its readers: the document is kept, no website endpoint is served. */
import type {
  GetBucketWebsiteOutput,
  PutBucketWebsiteRequest,
  RedirectAllRequestsTo,
  RoutingRule,
  WebsiteConfiguration,
} from '@sekisho/catalog/types/s3';
import type { OperationContext } from '../../service.ts';
import { type BucketInput, findBucket } from '../authorization/bucket.ts';
import { invalidArgument, invalidRequest, malformedXml, notConfigured } from '../errors.ts';
import { requireIntegrity } from '../integrity.ts';
import { limits } from '../limits.ts';
import { putSetting, readSetting } from '../settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html */
export async function putBucketWebsite(
  input: PutBucketWebsiteRequest,
  context: OperationContext,
): Promise<object> {
  requireIntegrity(context.http);
  const website = input.WebsiteConfiguration ?? {};
  checkWebsite(website);
  await putSetting(input, context, 'website', website);
  return {};
}

function checkWebsite(website: WebsiteConfiguration): void {
  const { RedirectAllRequestsTo: redirect, IndexDocument: index, ErrorDocument: error } = website;
  if (redirect !== undefined) {
    if (Object.values(website).filter((value) => value !== undefined).length > 1) {
      throw invalidArgument(
        'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
        'RedirectAllRequestsTo',
        'not null',
      );
    }
    checkRedirectAll(redirect);
    return;
  }
  if (index === undefined) {
    throw invalidArgument(
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      'IndexDocument',
      'null',
    );
  }
  const suffix = index.Suffix ?? '';
  if (suffix === '' || suffix.includes('/')) {
    throw invalidArgument('The IndexDocument Suffix is not well formed', 'IndexDocument', suffix);
  }
  if (error !== undefined && (error.Key ?? '') === '') throw malformedXml();
  const { RoutingRules: rules } = website;
  if (rules === undefined) return;
  if (rules.length === 0) throw malformedXml();
  // Unverified: the text.
  if (rules.length > limits.routingRulesMax) {
    throw invalidRequest(
      `${rules.length} routing rules provided, the number of routing rules in a website ` +
        `configuration is limited to ${limits.routingRulesMax}.`,
    );
  }
  for (const rule of rules) checkRoutingRule(rule);
}

function checkRedirectAll({ HostName, Protocol }: RedirectAllRequestsTo): void {
  if (HostName === undefined) throw malformedXml();
  checkProtocol(Protocol);
}

function checkRoutingRule({ Redirect: redirect = {}, Condition: condition }: RoutingRule): void {
  if (redirect.ReplaceKeyPrefixWith !== undefined && redirect.ReplaceKeyWith !== undefined) {
    throw invalidRequest('You can only define ReplaceKeyPrefix or ReplaceKey but not both.');
  }
  const { HttpErrorCodeReturnedEquals: code, KeyPrefixEquals: prefix } = condition ?? {};
  if (condition !== undefined && code === undefined && prefix === undefined) {
    throw invalidRequest(
      'Condition cannot be empty. To redirect all requests without a condition, the condition ' +
        "element shouldn't be present.",
    );
  }
  checkProtocol(redirect.Protocol);
}

function checkProtocol(protocol: string | undefined): void {
  if (protocol === undefined || protocol === 'http' || protocol === 'https') return;
  throw invalidRequest(
    'Invalid protocol, protocol can be http or https. If not defined the protocol will be ' +
      'selected automatically.',
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html */
export function getBucketWebsite(
  input: BucketInput,
  context: OperationContext,
): GetBucketWebsiteOutput {
  const bucket = findBucket(context.runtime.state, input);
  const website = readSetting<WebsiteConfiguration>(bucket, 'website');
  if (website !== undefined) return website;
  throw notConfigured(
    'NoSuchWebsiteConfiguration',
    'The specified bucket does not have a website configuration',
    bucket.name,
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketWebsite.html */
export async function deleteBucketWebsite(
  input: BucketInput,
  context: OperationContext,
): Promise<object> {
  await putSetting(input, context, 'website', undefined);
  return {};
}
