/**
 * `iam:PassRole` on the role in an instance profile, and the check that it was really asked.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
import type { Demand, DemandContext, OperationContext } from '../../service.ts';
import { foreignDemand } from '../demand.ts';
import { ec2Error } from '../errors.ts';
import type { NamedRole } from '../instance-profile.ts';

const action = 'iam:PassRole';

/** Nothing when there is no role: the operation then refuses the profile. */
export function passRoleDemand(
  context: DemandContext,
  role: NamedRole | undefined,
  instanceArn: string,
): readonly Demand[] {
  if (role === undefined) return [];
  return [
    foreignDemand(context, action, role.arn, [
      ['iam:PassedToService', 'ec2.amazonaws.com'],
      // Unverified: `instance/*` for instances that do not exist yet.
      ['iam:AssociatedResourceArn', instanceArn],
    ]),
  ];
}

/**
 * The profile may have got another role between the authorization and the operation; the role that
 * is passed must be the one that was asked about. The client's retry then asks anew.
 */
export function requirePassRoleAsked(context: OperationContext, role: NamedRole): void {
  const asked = context.authorized.decisions.some(
    ({ request }) => request.action === action && request.resource === role.arn,
  );
  if (!asked) throw ec2Error('InternalError', 'An internal error has occurred', 500);
}
