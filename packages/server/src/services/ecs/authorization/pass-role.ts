/**
 * `iam:PassRole` for the roles that tasks and ECS get, and the check that it was really asked.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html
 */
import { canonicalArn } from '../../demands/entity-arn.ts';
import type { Demand, DemandContext, OperationContext } from '../../service.ts';
import { accessDenied } from '../errors.ts';

const action = 'iam:PassRole';

/** The service that a role is passed to. */
export type PassedToService = 'ecs.amazonaws.com' | 'ecs-tasks.amazonaws.com';

/** One demand for each role that is named, by ARN or by name. */
export function passRoles(
  context: DemandContext,
  roles: readonly (string | undefined)[],
  service: PassedToService = 'ecs-tasks.amazonaws.com',
): readonly Demand[] {
  const arns = roles.flatMap((role) => (role ? [canonicalArn(context, 'role', role)] : []));
  return [...new Set(arns)].map((resource) => ({
    action,
    resource,
    context: [['iam:PassedToService', service] as const],
  }));
}

/**
 * Throws unless each role was among the request's demands: a family may have got a new revision
 * between the authorization and the operation. The client's retry then asks anew.
 */
export function requirePassRolesAsked(
  context: OperationContext,
  roles: readonly (string | undefined)[],
): void {
  const asked = new Set(
    context.authorized.decisions
      .filter(({ request }) => request.action === action)
      .map(({ request }) => request.resource),
  );
  for (const role of roles) {
    if (role === undefined || role === '') continue;
    const arn = canonicalArn(context, 'role', role);
    if (!asked.has(arn)) throw accessDenied(`${action} on ${arn} was not asked.`);
  }
}
