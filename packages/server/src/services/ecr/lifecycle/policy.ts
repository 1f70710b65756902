/**
 * Lifecycle policies: their rules, checked when they are put.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
import { parseJson } from '@sekisho/policy';
import { ServiceError } from '../../../protocol/service-error.ts';
import { invalidParameter } from '../errors.ts';
import { lifecycleRulesMax } from '../limits.ts';

/** One rule; of the tag lists at most one has entries. */
export interface LifecycleRule {
  readonly priority: number;
  readonly tagStatus: 'tagged' | 'untagged' | 'any';
  /** Every prefix must be that of some tag. */
  readonly tagPrefixes: readonly string[];
  /** Every pattern must fit some tag. */
  readonly tagPatterns: readonly string[];
  readonly countType: 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled';
  /** Images, or days. */
  readonly count: number;
}

/** The rules in the order of their priority. Throws InvalidParameterException. */
export function readLifecyclePolicy(text: string): readonly LifecycleRule[] {
  const parsed = parseJson(text);
  const document: unknown = 'error' in parsed ? undefined : JSON.parse(text);
  if (!isRecord(document) || !Array.isArray(document['rules'])) {
    throw invalid('Could not map policyString into LifecyclePolicy.');
  }
  onlyMembers(document, ['rules'], 'policy');
  const list: readonly unknown[] = document['rules'];
  if (list.length === 0 || list.length > lifecycleRulesMax) {
    throw invalid(`A policy has 1 to ${lifecycleRulesMax} rules.`);
  }
  const rules = list.map(readRule).sort((one, other) => one.priority - other.priority);
  checkTogether(rules);
  return rules;
}

/** `constraint` as AWS's validator words it where that is known. Unverified: the others. */
function invalid(constraint: string): ServiceError {
  return invalidParameter(
    'LifecyclePolicyText',
    `Lifecycle policy validation failure: ${constraint}`,
  );
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function onlyMembers(value: JsonRecord, names: readonly string[], where: string): void {
  const other = Object.keys(value).find((name) => !names.includes(name));
  if (other !== undefined) throw invalid(`The ${where} has an unknown member '${other}'.`);
}

function readRule(value: unknown): LifecycleRule {
  if (!isRecord(value)) throw invalid('Could not map policyString into LifecyclePolicy.');
  onlyMembers(value, ['rulePriority', 'description', 'selection', 'action'], 'rule');
  const { rulePriority, description, selection, action } = value;
  if (!isCount(rulePriority)) throw invalid('rulePriority must be an integer of at least 1.');
  if (description !== undefined && typeof description !== 'string') {
    throw invalid('description must be a string.');
  }
  if (!isRecord(selection) || !isRecord(action)) {
    throw invalid('A rule needs a selection and an action.');
  }
  checkAction(action);
  return { priority: rulePriority, ...readSelection(selection) };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function checkAction(action: JsonRecord): void {
  onlyMembers(action, ['type', 'targetStorageClass'], 'action');
  const { type } = action;
  if (type === 'transition') throw notArchived();
  if (type !== 'expire') throw invalid("The action's type must be expire or transition.");
  if ('targetStorageClass' in action) {
    throw invalid('targetStorageClass is for the action transition only.');
  }
}

function notArchived(): ServiceError {
  return new ServiceError(
    'NotImplemented',
    'The archive storage class is not implemented by this server.',
    501,
  );
}

const selectionMembers = [
  'tagStatus',
  'tagPrefixList',
  'tagPatternList',
  'countType',
  'countUnit',
  'countNumber',
  'storageClass',
];

function readSelection(selection: JsonRecord): Omit<LifecycleRule, 'priority'> {
  onlyMembers(selection, selectionMembers, 'selection');
  const { tagStatus, countType, countUnit, countNumber, storageClass } = selection;
  if (tagStatus !== 'tagged' && tagStatus !== 'untagged' && tagStatus !== 'any') {
    throw invalid('tagStatus must be one of tagged, untagged, any.');
  }
  if (storageClass === 'archive') throw notArchived();
  if (storageClass !== undefined && storageClass !== 'standard') {
    throw invalid('storageClass must be standard or archive.');
  }
  const isByCount = countType === 'imageCountMoreThan';
  if (!isByCount && countType !== 'sinceImagePushed' && countType !== 'sinceImagePulled') {
    throw invalid('countType must be imageCountMoreThan, sinceImagePushed or sinceImagePulled.');
  }
  if (!isCount(countNumber)) throw invalid('countNumber must be an integer of at least 1.');
  if (isByCount && countUnit !== undefined) {
    throw invalid('countUnit is not allowed with countType imageCountMoreThan.');
  }
  if (!isByCount && countUnit !== 'days') throw invalid(`countType ${countType} needs days.`);
  const tags = readTagLists(selection, tagStatus);
  return { tagStatus, ...tags, countType, count: countNumber };
}

function readTagLists(
  selection: JsonRecord,
  tagStatus: string,
): Pick<LifecycleRule, 'tagPrefixes' | 'tagPatterns'> {
  const tagPrefixes = texts(selection['tagPrefixList'], 'tagPrefixList');
  const tagPatterns = texts(selection['tagPatternList'], 'tagPatternList');
  if (tagStatus !== 'tagged' && tagPrefixes.length + tagPatterns.length > 0) {
    throw invalid('tagPrefixList and tagPatternList are allowed with tagStatus=TAGGED only.');
  }
  if (tagStatus === 'tagged' && tagPrefixes.length + tagPatterns.length === 0) {
    throw invalid('Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.');
  }
  if (tagPrefixes.length > 0 && tagPatterns.length > 0) {
    throw invalid('tagPrefixList and tagPatternList cannot be specified together.');
  }
  if (tagPatterns.some((pattern) => pattern.split('*').length > 5)) {
    throw invalid('A tag pattern has four wildcards at most.');
  }
  return { tagPrefixes, tagPatterns };
}

function texts(value: unknown, member: string): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(`${member} must be a list of strings.`);
  return value.map((each: unknown) => {
    if (typeof each !== 'string' || each === '') {
      throw invalid(`${member} must be a list of strings.`);
    }
    return each;
  });
}

function checkTogether(rules: readonly LifecycleRule[]): void {
  if (new Set(rules.map(({ priority }) => priority)).size < rules.length) {
    throw invalid('rulePriority must be unique across rules.');
  }
  const ofStatus = (status: string) => rules.filter(({ tagStatus }) => tagStatus === status);
  if (ofStatus('untagged').length > 1) {
    throw invalid('Only one rule can select Untagged images per storage class');
  }
  const [any, second] = ofStatus('any');
  if (second !== undefined || (any !== undefined && any !== rules.at(-1))) {
    throw invalid('Rule for tagStatus=ANY must have the lowest priority per storage class');
  }
}
