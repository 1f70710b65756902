/** Demands of reading, tagging and deleting objects. */
import type { Demand, DemandContext, DemandRule } from '../../service.ts';
import type { BucketRecord, ObjectRecord } from '../entities.ts';
import { accessDenied, malformedXml } from '../errors.ts';
import { limits } from '../limits.ts';
import { decryptDemands } from '../object-keys.ts';
import { toTagList } from '../tags.ts';
import { type BucketInput, checkKey, findBucket } from './bucket.ts';
import {
  type AclInput,
  aclEntries,
  existingTagEntries,
  lockEntries,
  requestTagEntries,
  sent,
} from './condition-keys.ts';
import { onBucket, onObject } from './demand.ts';
import { observeObject } from './snapshot.ts';

/** What every operation on an object carries. */
export interface ObjectInput extends BucketInput {
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly BypassGovernanceRetention?: boolean | undefined;
}

/**
 * Demands of one object action: the `…Version` action instead of the plain one when a version is
 * named. A missing object is told to those who may list the bucket; the rest get 403.
 */
export function objectRule<Input extends ObjectInput>(
  actions: readonly (readonly [plain: string, versioned: string])[],
  options: {
    /** The object's own tags take part. */
    readonly tagged?: boolean;
    /** A missing object answers 403 or 404. */
    readonly revealing?: boolean;
    readonly entries?: (input: Input) => ReturnType<typeof sent>;
    /** The answer tells the object's lock to whoever may read that. */
    readonly locked?: boolean;
    /** Whether the object's KMS key is used. */
    readonly opens?: (input: Input) => boolean;
  } = {},
): DemandRule<Input> {
  return async (input, context) => {
    const bucket = findBucket(context.runtime.state, input);
    checkKey(input.Key);
    const entries = [
      ...sent([['s3:VersionId', input.VersionId]]),
      ...(options.entries?.(input) ?? []),
    ];
    const demands: Demand[] = [];
    let missing = false;
    const more: Demand[] = [];
    if (options.tagged === true || options.revealing === true) {
      const found = await observeObject(context, bucket, input.Key, input.VersionId);
      missing = found === undefined || found.record.deleteMarker === true;
      if (found !== undefined && !missing && options.opens?.(input) === true) {
        const { encryption } = found.record;
        more.push(...(await decryptDemands({ bucket, key: input.Key, encryption }, context)));
      }
      if (found !== undefined && options.locked === true) {
        more.push(...lockDemands(context, bucket, found.record));
      }
      if (options.tagged === true) entries.push(...existingTagEntries(found?.record.tags ?? []));
    }
    for (const [plain, versioned] of actions) {
      const action = input.VersionId === undefined ? plain : versioned;
      demands.push(onObject(context, bucket, action, input.Key, entries));
    }
    if (missing && options.revealing === true) demands.push(listing(context, bucket, input.Key));
    return [...demands, ...more];
  };
}

/** What reveals that a key is missing: `s3:ListBucket`, with the key as the prefix. */
export function listing(context: DemandContext, bucket: BucketRecord, key: string): Demand {
  return {
    ...onBucket(context, bucket, 'ListBucket', [['s3:prefix', key]]),
    whenDenied: () => accessDenied(),
  };
}

/** A refusal leaves the header out, no more. */
function lockDemands(
  context: DemandContext,
  bucket: BucketRecord,
  { key, retention, legalHold }: ObjectRecord,
): Demand[] {
  const actions = [
    ...(retention === undefined ? [] : ['GetObjectRetention']),
    ...(legalHold === undefined ? [] : ['GetObjectLegalHold']),
  ];
  return actions.map((action) => ({ ...onObject(context, bucket, action, key), advisory: true }));
}

/** Reading an object's bytes. */
export const readRule = objectRule([['GetObject', 'GetObjectVersion']], {
  tagged: true,
  revealing: true,
  opens: () => true,
  locked: true,
});

/** Its headers: only the checksum is encrypted. */
export const headRule = objectRule<ObjectInput & { readonly ChecksumMode?: string | undefined }>(
  [['GetObject', 'GetObjectVersion']],
  {
    tagged: true,
    revealing: true,
    opens: ({ ChecksumMode }) => ChecksumMode !== undefined,
    locked: true,
  },
);

export const attributesRule = objectRule(
  [
    ['GetObject', 'GetObjectVersion'],
    ['GetObjectAttributes', 'GetObjectVersionAttributes'],
  ],
  { tagged: true, revealing: true, opens: () => true },
);

interface TaggingInput extends ObjectInput {
  readonly Tagging: {
    readonly TagSet: readonly { readonly Key: string; readonly Value: string }[];
  };
}

export const putTaggingRule = objectRule<TaggingInput>(
  [['PutObjectTagging', 'PutObjectVersionTagging']],
  {
    tagged: true,
    revealing: true,
    entries: (input) => requestTagEntries(toTagList(input.Tagging.TagSet)),
  },
);

export const putAclRule = objectRule<ObjectInput & AclInput>(
  [['PutObjectAcl', 'PutObjectVersionAcl']],
  { tagged: true, revealing: true, entries: aclEntries },
);

/** Deleting needs no ListBucket: a missing key is deleted all the same. */
export const deleteRule: DemandRule<ObjectInput & { readonly IfMatch?: string | undefined }> = (
  input,
  context,
) => {
  const bucket = findBucket(context.runtime.state, input);
  return deletion(context, bucket, input);
};

function deletion(
  context: DemandContext,
  bucket: BucketRecord,
  object: {
    readonly Key: string;
    readonly VersionId?: string | undefined;
    readonly IfMatch?: string | undefined;
    readonly BypassGovernanceRetention?: boolean | undefined;
  },
): Demand[] {
  checkKey(object.Key);
  const action = object.VersionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion';
  const entries = sent([
    ['s3:VersionId', object.VersionId],
    ['s3:if-match', object.IfMatch],
  ]);
  const demands = [onObject(context, bucket, action, object.Key, entries)];
  if (object.BypassGovernanceRetention === true) {
    demands.push(onObject(context, bucket, 'BypassGovernanceRetention', object.Key, entries));
  }
  return demands;
}

/** What DeleteObjects carries for the decision. */
interface BatchInput extends BucketInput {
  readonly Delete: {
    readonly Objects: readonly {
      readonly Key: string;
      readonly VersionId?: string | undefined;
      readonly ETag?: string | undefined;
    }[];
  };
  readonly BypassGovernanceRetention?: boolean | undefined;
}

/** Each key is decided alone: a refusal becomes that key's Error in an answer of 200. */
export const batchDeleteRule: DemandRule<BatchInput> = (input, context) => {
  const bucket = findBucket(context.runtime.state, input);
  const objects = input.Delete.Objects;
  if (objects.length === 0 || objects.length > limits.deleteKeysMax) throw malformedXml();
  return objects.flatMap(({ Key, VersionId, ETag }) =>
    deletion(context, bucket, {
      Key,
      VersionId,
      IfMatch: ETag,
      BypassGovernanceRetention: input.BypassGovernanceRetention,
    }).map((demand) => ({ ...demand, advisory: true })),
  );
};

interface RetentionInput extends ObjectInput {
  readonly Retention?:
    | { readonly Mode?: string | undefined; readonly RetainUntilDate?: Date | undefined }
    | undefined;
}

/** The requested retention counts, not the present one. */
export const putRetentionRule: DemandRule<RetentionInput> = async (input, context) => {
  const bucket = findBucket(context.runtime.state, input);
  checkKey(input.Key);
  // Anew with each attempt: the operation changes the very record that is seen here.
  await observeObject(context, bucket, input.Key, input.VersionId);
  const { Mode, RetainUntilDate } = input.Retention ?? {};
  const entries = lockEntries(
    { ObjectLockMode: Mode, ObjectLockRetainUntilDate: RetainUntilDate },
    context.http.receivedAt,
  );
  const actions = ['PutObjectRetention'];
  if (input.BypassGovernanceRetention === true) actions.push('BypassGovernanceRetention');
  return actions.map((action) => onObject(context, bucket, action, input.Key, entries));
};

export const putLegalHoldRule: DemandRule<
  ObjectInput & { readonly LegalHold?: { readonly Status?: string | undefined } | undefined }
> = async (input, context) => {
  const bucket = findBucket(context.runtime.state, input);
  checkKey(input.Key);
  await observeObject(context, bucket, input.Key, input.VersionId);
  const entries = sent([['s3:object-lock-legal-hold', input.LegalHold?.Status]]);
  return [onObject(context, bucket, 'PutObjectLegalHold', input.Key, entries)];
};
