/** What STS answers with: credentials and the names of sessions. */
import type { AssumedRoleUser, Credentials } from '@sekisho/catalog/types/sts';
import type { Owned } from '../../directory/directory.ts';
import type { RoleRecord } from '../../directory/records.ts';
import type { Credentials as IssuedCredentials } from '../service.ts';

export function toCredentials(issued: IssuedCredentials): Credentials {
  return {
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    SessionToken: issued.sessionToken,
    Expiration: new Date(issued.expiresAt),
  };
}

/** The session's ARN has no path. */
export function toAssumedRoleUser(
  { account, record }: Owned<RoleRecord>,
  sessionName: string,
  partition: string,
): AssumedRoleUser {
  return {
    AssumedRoleId: `${record.id}:${sessionName}`,
    Arn: `arn:${partition}:sts::${account}:assumed-role/${record.name}/${sessionName}`,
  };
}
