/** The lines of a credential report, with AWS's columns and AWS's words for what is not there. */
import type { Directory, Owned } from '../../directory/directory.ts';
import type { AccessKeyRecord, LoginProfileRecord, UserRecord } from '../../directory/records.ts';
import type { OperationContext } from '../service.ts';
import { accountOf } from './account-record.ts';
import { entityArn } from './arn.ts';

const keyColumns = (number: number): readonly string[] =>
  ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
    (column) => `access_key_${number}_${column}`,
  );
const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...keyColumns(1),
  ...keyColumns(2),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
];

const notApplicable = 'N/A';
const withoutKey = ['false', notApplicable, notApplicable, notApplicable, notApplicable];
const withoutCertificates = ['false', notApplicable, 'false', notApplicable];
const dayMilliseconds = 86_400_000;

/** Comma-separated values: names and ARNs of IAM that hold a comma are put in quotes. */
export function credentialReport(context: OperationContext): string {
  const users = context.runtime.directory
    .list(context.account, 'user')
    .map((user) => userLine(user, context));
  return [columns, rootLine(context), ...users].map((line) => line.map(field).join(',')).join('\n');
}

function field(text: string): string {
  return text.includes(',') ? `"${text}"` : text;
}

/** The root user has its access key from the day of the account on; its use is not noted. */
function rootLine(context: OperationContext): readonly string[] {
  const { account, partition } = context;
  const createdAt = time(accountOf(context).createdAt ?? 0);
  const unsupported = 'not_supported';
  return [
    '<root_account>',
    `arn:${partition}:iam::${account}:root`,
    createdAt,
    unsupported,
    'no_information',
    unsupported,
    unsupported,
    'false',
    ...['true', createdAt, notApplicable, notApplicable, notApplicable],
    ...withoutKey,
    ...withoutCertificates,
  ];
}

function userLine(owned: Owned<UserRecord>, context: OperationContext): readonly string[] {
  const { record } = owned;
  const { account, runtime } = context;
  const { directory } = runtime;
  const profile = directory.find(account, 'login-profile', record.id)?.record;
  // An active key stands before an inactive one.
  const keys = directory
    .accessKeysOf(record.id)
    .map((key) => key.record)
    .sort((a, b) => order(a) - order(b) || a.createdAt - b.createdAt);
  return [
    record.name,
    entityArn(context, 'user', record),
    time(record.createdAt),
    ...passwordFields(profile, accountOf(context).passwordPolicy?.ageDaysMax),
    String(directory.mfaDevicesOf(record.id).length > 0),
    ...keyFields(keys[0]),
    ...keyFields(keys[1]),
    ...certificateFields(record.id, directory),
  ];
}

/** Two columns each for two certificates, the older one first. */
function certificateFields(userId: string, directory: Directory): readonly string[] {
  const fields = [...directory.credentialsOf('signing-certificate', userId)]
    .sort((a, b) => a.record.createdAt - b.record.createdAt)
    .flatMap(({ record }) => [String(record.status === 'Active'), time(record.createdAt)]);
  return [...fields, ...withoutCertificates.slice(fields.length)];
}

function order({ status }: AccessKeyRecord): number {
  return status === 'Active' ? 0 : 1;
}

function passwordFields(
  profile: LoginProfileRecord | undefined,
  ageDaysMax: number | undefined,
): readonly string[] {
  if (profile === undefined) return ['false', notApplicable, notApplicable, notApplicable];
  const next =
    ageDaysMax === undefined
      ? notApplicable
      : time(profile.changedAt + ageDaysMax * dayMilliseconds);
  return ['true', 'no_information', time(profile.changedAt), next];
}

function keyFields(key: AccessKeyRecord | undefined): readonly string[] {
  if (key === undefined) return withoutKey;
  const { lastUsed, status, createdAt } = key;
  const used =
    lastUsed === undefined
      ? [notApplicable, notApplicable, notApplicable]
      : [time(lastUsed.at), lastUsed.region, lastUsed.service];
  return [String(status === 'Active'), time(createdAt), ...used];
}

function time(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
