/** The instance profile that a request names, with the role in it. */
import type { IamInstanceProfileSpecification } from '@sekisho/catalog/types/ec2';
import type { Directory, Owned } from '../../directory/directory.ts';
import type { InstanceProfileRecord, RoleRecord } from '../../directory/records.ts';
import type { ServiceError } from '../../protocol/service-error.ts';
import type { Place } from './arn.ts';
import { ec2Error, invalidParameterValue } from './errors.ts';

/** What was named and what it is; `profile` is undefined when there is none of that name. */
export interface ProfileReference {
  readonly by: 'name' | 'arn';
  readonly text: string;
  readonly profile?: NamedProfile | undefined;
}

export interface NamedProfile {
  readonly arn: string;
  /** `AIPA…`. */
  readonly id: string;
  readonly role?: NamedRole | undefined;
}

export interface NamedRole {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
}

const profileArnPattern = /^arn:[a-z-]+:iam::\d{12}:instance-profile\/(?:[^/]+\/)*([^/]+)$/;

/** Reads the specification; undefined when it names no profile. Throws when it names it twice. */
export function readProfile(
  specification: IamInstanceProfileSpecification | undefined,
  directory: Directory,
  place: Place,
): ProfileReference | undefined {
  const { Name: name, Arn: arn } = specification ?? {};
  if (name !== undefined && arn !== undefined) {
    throw ec2Error(
      'InvalidParameterCombination',
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  if (arn !== undefined) {
    return { by: 'arn', text: arn, profile: profileWithArn(arn, directory, place) };
  }
  if (name === undefined) return undefined;
  const owned = directory.find(place.account, 'instance-profile', name);
  // Names are unique regardless of case, but a profile is called by its own spelling.
  const profile = owned?.record.name === name ? nameProfile(owned, directory, place) : undefined;
  return { by: 'name', text: name, profile };
}

/** The profile with that ARN, in the caller's own account only. */
export function profileWithArn(
  arn: string,
  directory: Directory,
  place: Place,
): NamedProfile | undefined {
  const name = profileArnPattern.exec(arn)?.[1];
  if (name === undefined) return undefined;
  const owned = directory.find(place.account, 'instance-profile', name);
  if (owned === undefined) return undefined;
  const profile = nameProfile(owned, directory, place);
  return profile.arn === arn ? profile : undefined;
}

function nameProfile(
  owned: Owned<InstanceProfileRecord>,
  directory: Directory,
  place: Place,
): NamedProfile {
  const { record } = owned;
  const arn = iamArn(place, 'instance-profile', record);
  const roleName = record.roleName;
  const role = roleName === undefined ? undefined : directory.find(place.account, 'role', roleName);
  if (role === undefined) return { arn, id: record.id };
  const { name, id } = role.record;
  return { arn, id: record.id, role: { name, id, arn: iamArn(place, 'role', role.record) } };
}

function iamArn(place: Place, kind: string, record: Pick<RoleRecord, 'path' | 'name'>): string {
  return `arn:${place.partition}:iam::${place.account}:${kind}${record.path}${record.name}`;
}

/** The profile and its role. Throws EC2's errors when one of them is missing. */
export function requireProfile(reference: ProfileReference): {
  readonly profile: NamedProfile;
  readonly role: NamedRole;
} {
  const { profile } = reference;
  if (profile === undefined) throw unknownProfile(reference);
  if (profile.role === undefined) {
    throw invalidParameterValue(
      `IAM Instance Profile "${profile.arn}" has no associated IAM Roles`,
    );
  }
  return { profile, role: profile.role };
}

function unknownProfile({ by, text }: ProfileReference): ServiceError {
  const kind = by === 'name' ? 'name' : 'ARN';
  return invalidParameterValue(
    `Value (${text}) for parameter iamInstanceProfile.${by} is invalid. Invalid IAM Instance Profile ${kind}`,
  );
}
