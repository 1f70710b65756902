/**
 * Condition keys of IAM's own actions that come from the input or from the entity acted on.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
import type { Directory } from '../directory/directory.ts';
import { type ContextEntry, present } from './entries.ts';

const attaching = /^iam:(?:Attach|Detach)(?:User|Role|Group)Policy$/;
const settingBoundary = /^iam:(?:CreateUser|CreateRole|Put(?:User|Role)PermissionsBoundary)$/;
/** Actions for which the boundary now attached to the user or role is in the context. */
const underBoundary =
  /^iam:(?:(?:Attach|Detach|Put|Delete)(?:User|Role)Policy|Delete(?:User|Role)PermissionsBoundary)$/;

/** Actions on a service-specific credential that is there. */
const ofServiceCredential = /^iam:(?:Delete|Reset|Update)ServiceSpecificCredential$/;

/** What the demand itself does not carry, but its input and the records tell. */
export function iamKeys(
  action: string,
  input: unknown,
  account: string,
  directory: Directory,
): readonly ContextEntry[] {
  const text = (name: string): string | undefined => stringMember(input, name);
  return present(
    ['iam:PolicyARN', attaching.test(action) ? text('PolicyArn') : undefined],
    ['iam:PermissionsBoundary', boundaryOf(action, text, account, directory)],
    [
      'iam:AWSServiceName',
      action === 'iam:CreateServiceLinkedRole' ? text('AWSServiceName') : undefined,
    ],
    [
      'iam:ServiceSpecificCredentialServiceName',
      ofServiceCredential.test(action)
        ? directory.find(
            account,
            'service-specific-credential',
            text('ServiceSpecificCredentialId') ?? '',
          )?.record.serviceName
        : undefined,
    ],
  );
}

function boundaryOf(
  action: string,
  text: (name: string) => string | undefined,
  account: string,
  directory: Directory,
): string | undefined {
  if (settingBoundary.test(action)) return text('PermissionsBoundary');
  if (!underBoundary.test(action)) return undefined;
  const roleName = text('RoleName');
  if (roleName !== undefined) {
    return directory.find(account, 'role', roleName)?.record.permissionsBoundary;
  }
  return directory.find(account, 'user', text('UserName') ?? '')?.record.permissionsBoundary;
}

function stringMember(input: unknown, name: string): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const value: unknown = Reflect.get(input, name);
  return typeof value === 'string' ? value : undefined;
}
