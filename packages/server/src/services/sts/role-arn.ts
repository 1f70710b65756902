/** The RoleArn of a request and the role that it names. */
import { parseArn } from '@sekisho/policy';
import type { Owned } from '../../directory/directory.ts';
import type { RoleRecord } from '../../directory/records.ts';
import type { DemandContext } from '../service.ts';
import { validationError } from './errors.ts';

/** The account in a role's ARN. Throws ValidationError for what has not the form of an ARN. */
export function accountOfRoleArn(roleArn: string): string {
  const arn = parseArn(roleArn);
  if (arn === undefined || arn.partition === '' || arn.service === '' || arn.resource === '') {
    throw validationError(`${roleArn} is invalid`);
  }
  return arn.account;
}

/** The role with exactly that ARN, path included; undefined when there is none. */
export function roleOfArn(roleArn: string, context: DemandContext): Owned<RoleRecord> | undefined {
  const account = accountOfRoleArn(roleArn);
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const role = context.runtime.directory.find(account, 'role', name);
  if (role === undefined) return undefined;
  const { partition } = context;
  const actual = `arn:${partition}:iam::${account}:role${role.record.path}${role.record.name}`;
  return actual === roleArn ? role : undefined;
}
