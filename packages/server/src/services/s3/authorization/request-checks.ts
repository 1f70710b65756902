/** What S3 looks at before it decides anything: the bucket's region, keys of the client's own. */
import { ServiceError } from '../../../protocol/service-error.ts';
import type { DemandContext, DemandRule } from '../../service.ts';
import type { BucketRecord } from '../entities.ts';
import { headerNotImplemented, invalidRequest } from '../errors.ts';
import { lookUpBucket } from './bucket.ts';

/** Operations that every region answers, for buckets of any. */
const anywhere: ReadonlySet<string> = new Set(['CreateBucket', 'ListBuckets']);

/** The rule, asked only when the request may be answered here at all. */
export function checkedRule(operation: string, rule: DemandRule): DemandRule {
  return (input: object, context) => {
    if (!anywhere.has(operation)) checkRegion(operation, Reflect.get(input, 'Bucket'), context);
    checkCustomerKeys(input, context);
    // The input is of the operation's own type; only these members were looked at.
    return (rule as DemandRule<unknown>)(input, context);
  };
}

/**
 * A bucket is reached in its own region only, so that `aws:RequestedRegion` says where it is. All
 * regions have one endpoint here, which therefore answers as the bucket's region does. AWS's other
 * answer, PermanentRedirect, names an endpoint of AWS: clients of this server must not go there.
 */
function checkRegion(operation: string, name: unknown, context: DemandContext): void {
  const { region } = context.authenticated;
  if (region === undefined || typeof name !== 'string') return;
  const bucket = lookUpBucket(context.runtime.state, name);
  if (bucket === undefined || bucket.region === region) return;
  // us-east-1 tells where a bucket is, wherever that be.
  if (operation === 'GetBucketLocation' && region === 'us-east-1') return;
  throw wrongRegion(bucket, region, context);
}

function wrongRegion(bucket: BucketRecord, region: string, context: DemandContext): ServiceError {
  const [code, text] =
    context.authenticated.authenticationType === 'REST-QUERY-STRING'
      ? ['AuthorizationQueryParametersError', 'Error parsing the X-Amz-Credential parameter']
      : ['AuthorizationHeaderMalformed', 'The authorization header is malformed'];
  return new ServiceError(
    code,
    `${text}; the region '${region}' is wrong; expecting '${bucket.region}'`,
    400,
    [['Region', bucket.region]],
    [['x-amz-bucket-region', bucket.region]],
  );
}

const customerKeyMembers = [
  'SSECustomerAlgorithm',
  'SSECustomerKey',
  'SSECustomerKeyMD5',
  'CopySourceSSECustomerAlgorithm',
  'CopySourceSSECustomerKey',
  'CopySourceSSECustomerKeyMD5',
];

/**
 * SSE-C: a key that came in the clear is to be thrown away, so it is not even looked at.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */
function checkCustomerKeys(input: object, context: DemandContext): void {
  if (customerKeyMembers.every((member) => Reflect.get(input, member) === undefined)) return;
  if (context.http.secure) {
    throw headerNotImplemented('x-amz-server-side-encryption-customer-algorithm');
  }
  // Unverified: the code; the text is the one that clients report.
  throw invalidRequest(
    'Requests specifying Server Side Encryption with Customer provided keys must be made over ' +
      'a secure connection.',
  );
}
