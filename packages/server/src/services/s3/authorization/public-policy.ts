/** What S3 calls a public bucket policy, for Block Public Access. */
import type { PolicyDocument, Positioned, Statement } from '@sekisho/policy';
import { foldCase } from '../../../directory/records.ts';

/** Keys that make a statement non-public when they are held to fixed values. */
const limitingKeys = new Set([
  'aws:principalorgid',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceowner',
  'aws:sourceaccount',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:dataaccesspointaccount',
]);

const limitingOperators = new Set([
  'stringequals',
  'stringequalsignorecase',
  'stringlike',
  'arnequals',
  'arnlike',
]);

/**
 * A policy is assumed public unless every Allow is held to fixed values (no wildcard, no policy
 * variable) of a principal or of one of S3's list of keys.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function isPublicPolicy(document: PolicyDocument): boolean {
  return document.statements.some(
    (statement) => statement.effect === 'Allow' && !isLimited(statement),
  );
}

function isLimited(statement: Statement): boolean {
  return hasFixedPrincipals(statement) || hasLimitingCondition(statement);
}

function hasFixedPrincipals({ principal }: Statement): boolean {
  if (principal === undefined || principal.any || principal.entries.length === 0) return false;
  return principal.entries.every(({ kind, value }) => kind !== 'Federated' && isFixed(value));
}

function hasLimitingCondition({ condition }: Statement): boolean {
  return (condition?.entries ?? []).some(({ operator, key, values }) => {
    const name = foldCase(operator);
    const folded = foldCase(key);
    if (values.length === 0) return false;
    if (folded === 'aws:sourceip') return name === 'ipaddress' && values.every(isNarrowAddress);
    if (!limitingOperators.has(name)) return false;
    // `AROAID:*` names any session of a role and is public; a fixed user id is not.
    if (folded === 'aws:userid') return values.every(({ value }) => isFixed(value));
    if (folded === 's3:dataaccesspointarn') return values.every(namesAccount);
    return limitingKeys.has(folded) && values.every(({ value }) => isFixed(value));
  });
}

function isFixed(value: string): boolean {
  return value !== '' && !/[*?]|\$\{/.test(value);
}

/** The name of an access point may be a wildcard when its account is fixed. */
function namesAccount({ value }: Positioned): boolean {
  return /^arn:[a-z-]+:s3:[a-z0-9-]*:\d{12}:accesspoint\/[A-Za-z0-9*?.-]+$/.test(value);
}

/** Not wider than /8 (IPv4) or /32 (IPv6). */
function isNarrowAddress({ value }: Positioned): boolean {
  const match = /^([0-9A-Fa-f.:]{2,45})(?:\/(\d{1,3}))?$/.exec(value);
  const address = match?.[1];
  if (address === undefined) return false;
  const bits = match?.[2] === undefined ? 128 : Number(match[2]);
  return address.includes(':') ? bits >= 32 : bits >= 8;
}
