/** CreateBucket, DeleteBucket, HeadBucket, ListBuckets and GetBucketLocation. */
import type {
  CreateBucketOutput,
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketLocationOutput,
  GetBucketLocationRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListBucketsOutput,
  ListBucketsRequest,
} from '@sekisho/catalog/types/s3';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';
import { requestedAcl } from '../acl.ts';
import { findBucket, lookUpBucket } from '../authorization/bucket.ts';
import { isBucketName } from '../bucket-name.ts';
import { type BucketRecord, bucketArn, type ObjectOwnership } from '../entities.ts';
import {
  headerNotImplemented,
  invalidArgument,
  invalidBucketName,
  malformedXml,
  operationAborted,
} from '../errors.ts';
import { limits } from '../limits.ts';
import { canonicalUserId } from '../owners.ts';
import { decodeToken, encodeToken } from '../paging.ts';
import { bucketFolder, bucketKey, objectFolder } from '../storage/object-key.ts';
import { removeUploads } from '../storage/remove-uploads.ts';
import { storageOf } from '../storage/s3-storage.ts';
import { checkBucketTags, toTagList } from '../tags.ts';

const firstRegion = 'us-east-1';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export async function createBucket(
  input: CreateBucketRequest,
  context: OperationContext,
): Promise<CreateBucketOutput> {
  const name = input.Bucket;
  if (!isBucketName(name)) throw invalidBucketName(name);
  if (input.BucketNamespace !== undefined && input.BucketNamespace !== 'global') {
    throw headerNotImplemented('x-amz-bucket-namespace');
  }
  const place = chooseRegion(input, context);
  const present = lookUpBucket(context.runtime.state, name);
  if (present === undefined) {
    const bucket = newBucket(input, context, place);
    checkQuota(context);
    const value = bucket as never;
    await context.commit([{ key: bucketKey(name), value, ifRevision: 0 }]);
  } else {
    refuseExisting(present, context);
  }
  return {
    Location: place.region === firstRegion ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
    BucketArn: bucketArn(context.partition, name),
  };
}

/** In us-east-1, creating one's own bucket again succeeds. */
function refuseExisting(present: BucketRecord, context: OperationContext): void {
  if (present.owner !== context.account) {
    throw new ServiceError(
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users ' +
        'of the system. Please select a different name and try again.',
      409,
      [['BucketName', present.name]],
    );
  }
  if (present.region === firstRegion && context.region === firstRegion) return;
  throw new ServiceError(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    409,
    [['BucketName', present.name]],
  );
}

interface Place {
  readonly region: string;
  readonly locationConstraint?: string;
}

/** The constraint must be the endpoint's region; us-east-1 takes any, but not its own name. */
function chooseRegion(input: CreateBucketRequest, { region }: OperationContext): Place {
  const {
    LocationConstraint: constraint,
    Location,
    Bucket,
  } = input.CreateBucketConfiguration ?? {};
  if (Location !== undefined || Bucket !== undefined) {
    throw headerNotImplemented('CreateBucketConfiguration', 'directory buckets');
  }
  if (constraint === undefined || constraint === '') {
    if (region !== firstRegion) throw illegalConstraint('unspecified');
    return { region };
  }
  const named = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (!/^[a-z]{2}(?:-[a-z]+){1,3}-\d$/.test(named) || named === firstRegion) {
    if (region !== firstRegion) throw illegalConstraint(constraint);
    throw new ServiceError(
      'InvalidLocationConstraint',
      'The specified location-constraint is not valid',
      400,
      [['LocationConstraint', constraint]],
    );
  }
  if (region !== firstRegion && named !== region) throw illegalConstraint(constraint);
  return { region: named, locationConstraint: constraint };
}

function illegalConstraint(constraint: string): ServiceError {
  return new ServiceError(
    'IllegalLocationConstraintException',
    `The ${constraint} location constraint is incompatible for the region specific endpoint ` +
      'this request was sent to.',
    400,
  );
}

export function toOwnership(text: string): ObjectOwnership {
  if (
    text === 'BucketOwnerEnforced' ||
    text === 'BucketOwnerPreferred' ||
    text === 'ObjectWriter'
  ) {
    return text;
  }
  throw malformedXml();
}

function newBucket(
  input: CreateBucketRequest,
  context: OperationContext,
  place: Place,
): BucketRecord {
  const { platform } = context.runtime;
  const ownership = toOwnership(input.ObjectOwnership ?? 'BucketOwnerEnforced');
  const acl = requestedAcl(input, context.account, context.account);
  const isPrivate = input.ACL === undefined || input.ACL === 'private';
  if (acl !== undefined && ownership === 'BucketOwnerEnforced' && !isPrivate) {
    throw new ServiceError(
      'InvalidBucketAclWithObjectOwnership',
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      400,
      [['BucketName', input.Bucket]],
    );
  }
  const tags = input.CreateBucketConfiguration?.Tags;
  const tagList = tags === undefined ? [] : toTagList(tags);
  checkBucketTags(tagList);
  return {
    name: input.Bucket,
    id: Buffer.from(platform.random.bytes(10)).toString('hex'),
    owner: context.account,
    ...place,
    createdAt: platform.clock.now(),
    ownership,
    ...(acl === undefined || ownership === 'BucketOwnerEnforced' ? {} : { acl }),
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    ...(tagList.length === 0 ? {} : { tags: tagList }),
    ...(input.ObjectLockEnabledForBucket === true
      ? { objectLock: {}, versioning: 'Enabled' as const }
      : {}),
  };
}

function ownBuckets(context: OperationContext): readonly BucketRecord[] {
  const { state } = context.runtime;
  return state.keys(bucketFolder).flatMap((key) => {
    const bucket = lookUpBucket(state, key.slice(bucketFolder.length));
    return bucket?.owner === context.account ? [bucket] : [];
  });
}

function checkQuota(context: OperationContext): void {
  const { bucketsPerAccountMax } = limits;
  if (context.runtime.state.count(bucketFolder) < bucketsPerAccountMax) return;
  if (ownBuckets(context).length < bucketsPerAccountMax) return;
  throw new ServiceError(
    'TooManyBuckets',
    'You have attempted to create more buckets than allowed',
    400,
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export async function deleteBucket(
  input: DeleteBucketRequest,
  context: OperationContext,
): Promise<object> {
  const bucket = findBucket(context.runtime.state, input);
  const { gate } = storageOf(context.runtime);
  const { state } = context.runtime;
  const done = await gate.close(bucket.id, async () => {
    const [first] = await state.store.list(objectFolder(bucket.id), { limit: 1 });
    if (first !== undefined) throw notEmpty(bucket);
    const key = bucketKey(bucket.name);
    await context.commit([{ key, value: undefined, ifRevision: state.revisionOf(key) }]);
    return true;
  });
  if (done === undefined) throw operationAborted();
  await removeUploads(context.runtime, bucket.id);
  return {};
}

function notEmpty(bucket: BucketRecord): ServiceError {
  const hint =
    bucket.versioning === undefined ? '' : '. You must delete all versions in the bucket.';
  return new ServiceError(
    'BucketNotEmpty',
    `The bucket you tried to delete is not empty${hint}`,
    409,
    [['BucketName', bucket.name]],
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export function headBucket(input: HeadBucketRequest, context: OperationContext): HeadBucketOutput {
  const bucket = findBucket(context.runtime.state, input);
  return {
    BucketArn: bucketArn(context.partition, bucket.name),
    BucketRegion: bucket.region,
    AccessPointAlias: false,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets(
  input: ListBucketsRequest,
  context: OperationContext,
): ListBucketsOutput {
  const { MaxBuckets: max = limits.bucketsPageMax, BucketRegion: region, Prefix: prefix } = input;
  if (max < 1 || max > limits.bucketsPageMax) {
    throw invalidArgument(
      'Argument max-buckets must be an integer between 1 and 10000',
      'max-buckets',
      String(max),
    );
  }
  if (region !== undefined && !/^(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-[a-z-]+-\d$/.test(region)) {
    throw invalidArgument(
      `Argument value ${region} is not a valid AWS Region`,
      'bucket-region',
      region,
    );
  }
  const after = input.ContinuationToken === undefined ? '' : decodeToken(input.ContinuationToken);
  const matching = ownBuckets(context).filter(
    (bucket) =>
      bucket.name > after &&
      (prefix === undefined || bucket.name.startsWith(prefix)) &&
      (region === undefined || bucket.region === region),
  );
  const page = matching.slice(0, max);
  return {
    Buckets: page.map((bucket) => ({
      Name: bucket.name,
      CreationDate: new Date(bucket.createdAt),
      BucketRegion: bucket.region,
      BucketArn: bucketArn(context.partition, bucket.name),
    })),
    Owner: { ID: canonicalUserId(context.account) },
    ...(matching.length > max ? { ContinuationToken: encodeToken(page.at(-1)?.name ?? '') } : {}),
    ...(prefix === undefined ? {} : { Prefix: prefix }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export function getBucketLocation(
  input: GetBucketLocationRequest,
  context: OperationContext,
): GetBucketLocationOutput {
  const { locationConstraint } = findBucket(context.runtime.state, input);
  return locationConstraint === undefined ? {} : { LocationConstraint: locationConstraint };
}
