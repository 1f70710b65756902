/**
 * What S3 refuses in lifecycle rules.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
import type { LifecycleRule, LifecycleRuleFilter, Tag } from '@sekisho/catalog/types/s3';
import { invalidArgument, invalidRequest, malformedXml } from './errors.ts';
import { limits } from './limits.ts';
import { ruleIdTooLong } from './operations/cors.ts';

const transitionClasses: ReadonlySet<string> = new Set([
  'GLACIER',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** Classes for which an object must have been 30 days in S3 Standard. */
const infrequentClasses: ReadonlySet<string> = new Set(['STANDARD_IA', 'ONEZONE_IA']);
const infrequentDaysMin = 30;
const dayMilliseconds = 86_400_000;

/** Throws what AWS answers. */
export function checkLifecycle(rules: readonly LifecycleRule[]): void {
  if (rules.length === 0 || rules.length > limits.lifecycleRulesMax) throw malformedXml();
  const ids = new Set<string>();
  for (const rule of rules) {
    checkRule(rule);
    const { ID: id } = rule;
    if (id === undefined) continue;
    if (ids.has(id)) {
      // Unverified: the text.
      throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID');
    }
    ids.add(id);
  }
}

function checkRule(rule: LifecycleRule): void {
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformedXml();
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw malformedXml();
  if ((rule.ID ?? '').length > limits.ruleIdCharactersMax) throw ruleIdTooLong();
  const tags = rule.Filter === undefined ? [] : filterTags(rule.Filter);
  checkActions(rule, tags.length > 0);
  checkExpiration(rule);
  for (const { Date: date, Days: days, StorageClass: name } of rule.Transitions ?? []) {
    if (name === undefined || !transitionClasses.has(name)) throw malformedXml();
    if ((date === undefined) === (days === undefined)) throw malformedXml();
    checkMidnight(date);
    checkTransitionDays(days ?? infrequentDaysMin, name);
    checkOrder(rule.Expiration?.Days, days);
  }
  for (const { NoncurrentDays: days, StorageClass: name } of rule.NoncurrentVersionTransitions ??
    []) {
    if (name === undefined || !transitionClasses.has(name)) throw malformedXml();
    if (days !== undefined) checkTransitionDays(days, name);
  }
}

/** The filter names one thing, or several below `And`. */
function filterTags(filter: LifecycleRuleFilter): readonly Tag[] {
  const named = Object.values(filter).filter((value) => value !== undefined);
  if (named.length > 1) throw malformedXml();
  const tags = [...(filter.Tag === undefined ? [] : [filter.Tag]), ...(filter.And?.Tags ?? [])];
  if (new Set(tags.map(({ Key }) => Key)).size !== tags.length) {
    throw invalidRequest('Duplicate Tag Keys are not allowed.');
  }
  return tags;
}

function checkActions(rule: LifecycleRule, isTagged: boolean): void {
  const { Expiration, Transitions, AbortIncompleteMultipartUpload: abort } = rule;
  const { NoncurrentVersionExpiration: noncurrent, NoncurrentVersionTransitions } = rule;
  const actions = [Expiration, noncurrent, abort].filter((action) => action !== undefined);
  const moves = (Transitions?.length ?? 0) + (NoncurrentVersionTransitions?.length ?? 0);
  if (actions.length + moves === 0) {
    throw invalidRequest('At least one action needs to be specified in a rule');
  }
  if (isTagged && abort !== undefined) {
    throw invalidRequest('AbortIncompleteMultipartUpload cannot be specified with Tags.');
  }
  if (isTagged && Expiration?.ExpiredObjectDeleteMarker === true) {
    throw invalidRequest('ExpiredObjectDeleteMarker cannot be specified with Tags.');
  }
  if (noncurrent !== undefined && Object.values(noncurrent).every((value) => value === undefined)) {
    throw malformedXml();
  }
  if (abort !== undefined && (abort.DaysAfterInitiation ?? 0) < 1) {
    throw invalidArgument(
      "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
    );
  }
}

function checkExpiration({ Expiration: expiration }: LifecycleRule): void {
  if (expiration === undefined) return;
  const named = Object.values(expiration).filter((value) => value !== undefined);
  if (named.length !== 1) throw malformedXml();
  checkMidnight(expiration.Date);
  if (expiration.Days !== undefined && expiration.Days < 1) {
    throw invalidArgument("'Days' for Expiration action must be a positive integer");
  }
}

function checkMidnight(date: Date | undefined): void {
  if (date === undefined || date.getTime() % dayMilliseconds === 0) return;
  throw invalidArgument("'Date' must be at midnight GMT", 'Date', date.toISOString());
}

function checkTransitionDays(days: number, storageClass: string): void {
  if (days < 0) throw invalidArgument("'Days' for Transition action must be nonnegative");
  if (!infrequentClasses.has(storageClass) || days >= infrequentDaysMin) return;
  throw invalidArgument(
    "'Days' in Transition action must be greater than or equal to 30 for storageClass " +
      `'${storageClass}'`,
  );
}

/** What expires before it moves would never move. */
function checkOrder(expirationDays: number | undefined, days: number | undefined): void {
  if (expirationDays === undefined || days === undefined || expirationDays > days) return;
  // Unverified: AWS also names the rule's filter here.
  throw invalidArgument(
    "'Days' in the Expiration action must be greater than 'Days' in the Transition action",
  );
}
