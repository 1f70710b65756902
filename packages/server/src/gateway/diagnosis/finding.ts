/** One thing that is wrong: who lacks what, or what else it is, and what would help. */
import type { Decision } from '@sekisho/policy';
import type { Fix, Text } from '../fixes/template.ts';

/** Who or what it is about: one of a workload's principals, or no question of permission at all. */
export type FindingSubject =
  | 'caller'
  | 'deployer'
  | 'service'
  | 'executionRole'
  | 'taskRole'
  | 'instanceRole'
  | 'network'
  | 'image'
  | 'secret'
  | 'parameter'
  | 'logGroup'
  | 'object'
  | 'role'
  | 'taskDefinition';

/** What is wrong, in one word; the tests and the documentation know the list. */
export type FindingCode =
  | 'permissionMissing'
  | 'permissionOnOtherRole'
  | 'permissionExpired'
  | 'needsWildcardResource'
  | 'passRoleMissing'
  | 'passedToServiceMismatch'
  | 'roleMissing'
  | 'roleOfOtherAccount'
  | 'trustMissing'
  | 'trustConditionUnmet'
  | 'explicitDeny'
  | 'boundaryLacks'
  | 'sessionPolicyLacks'
  | 'organizationPolicyLacks'
  | 'resourcePolicyLacks'
  | 'resourcePolicyDenies'
  | 'keyPolicyLacks'
  | 'keyPolicyDenies'
  | 'endpointPolicyLacks'
  | 'endpointPolicyDenies'
  | 'secretSuffixMissing'
  | 'getParametersMissing'
  | 'createLogGroupMissing'
  | 'networkConditionOnRegistryToken'
  | 'outsideVpcEndpoint'
  | 'unreachable'
  | 'repositoryAbsent'
  | 'imageTagAbsent'
  | 'parameterAbsent'
  | 'secretAbsent'
  | 'secretVersionAbsent'
  | 'jsonKeyAbsent'
  | 'logGroupAbsent'
  | 'objectAbsent'
  | 'configurationInvalid'
  | 'unreadable'
  | 'other';

/** A finding as it is answered. */
export interface Finding {
  readonly subject: FindingSubject;
  readonly code: FindingCode;
  /** The ARN of the principal, or the name of the thing. */
  readonly name?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly text: Text;
  /** The decision in full, where it was one. */
  readonly explanation?: { readonly en: readonly string[]; readonly ja: readonly string[] };
  /** Whether the fixes were tried out: with them the request is allowed. */
  readonly proven?: boolean;
  readonly fixes: readonly Fix[];
  /** What was refused then would be allowed now. */
  readonly allowedNow?: true;
}

/** A finding, and what it was decided by where that was a decision. */
export interface Found {
  readonly finding: Finding;
  readonly decision?: Decision;
}
