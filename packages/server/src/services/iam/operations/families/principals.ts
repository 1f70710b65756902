/** What users, groups and roles differ in, for the families that are written once for all three. */
import type { Owned } from '../../../../directory/directory.ts';
import type { GroupRecord, RoleRecord, UserRecord } from '../../../../directory/records.ts';
import type { OperationContext } from '../../../service.ts';
import { checkRoleIsModifiable, findGroup, findRole, findUser } from '../../find.ts';
import type { QuotaName } from '../../limits.ts';

/** One kind of principal that holds policies. */
export interface PrincipalDescriptor<T extends UserRecord | GroupRecord | RoleRecord> {
  readonly noun: 'user' | 'group' | 'role';
  readonly attachmentQuota: QuotaName;
  /** Throws NoSuchEntity. */
  readonly find: (context: OperationContext, name: string) => Owned<T>;
  /** Throws UnmodifiableEntity. */
  readonly checkIsModifiable: (record: T) => void;
}

export const userPrincipal: PrincipalDescriptor<UserRecord> = {
  noun: 'user',
  attachmentQuota: 'PoliciesPerUser',
  find: findUser,
  checkIsModifiable: () => {},
};

export const groupPrincipal: PrincipalDescriptor<GroupRecord> = {
  noun: 'group',
  attachmentQuota: 'PoliciesPerGroup',
  find: findGroup,
  checkIsModifiable: () => {},
};

export const rolePrincipal: PrincipalDescriptor<RoleRecord> = {
  noun: 'role',
  attachmentQuota: 'PoliciesPerRole',
  find: findRole,
  checkIsModifiable: checkRoleIsModifiable,
};
