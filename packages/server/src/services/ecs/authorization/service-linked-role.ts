/**
 * ECS's service-linked role: made at the first use, in the caller's name.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html
 */
import { type ForwardedRequest, forward, viaKeys } from '../../forward-access.ts';
import type { Demand, DemandContext, OperationContext } from '../../service.ts';
import { serviceLinkedRoleMissing } from '../errors.ts';

const principal = 'ecs.amazonaws.com';
const roleName = 'AWSServiceRoleForECS';

const creation: ForwardedRequest = {
  service: 'iam',
  operation: 'CreateServiceLinkedRole',
  input: { AWSServiceName: principal },
  via: 'ecs',
};

function isMissing({ runtime, account }: DemandContext): boolean {
  return runtime.directory.find(account, 'role', roleName) === undefined;
}

/** Nothing when the role exists. Its refusal is answered as ECS answers it. */
export function serviceLinkedRoleDemands(context: DemandContext): readonly Demand[] {
  if (!isMissing(context)) return [];
  const { partition, account } = context;
  return [
    {
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:${partition}:iam::${account}:role/aws-service-role/${principal}/${roleName}`,
      context: [['iam:AWSServiceName', principal], ...viaKeys(creation, context)],
      whenDenied: serviceLinkedRoleMissing,
    },
  ];
}

/** To be called in operations whose rule has `serviceLinkedRoleDemands`. */
export async function ensureServiceLinkedRole(context: OperationContext): Promise<void> {
  if (!isMissing(context)) return;
  // Deleted since the demands were made: the client's retry asks for its creation.
  const { decisions } = context.authorized;
  const asked = decisions.some(({ request }) => request.action === 'iam:CreateServiceLinkedRole');
  if (!asked) throw serviceLinkedRoleMissing();
  await forward(creation, context);
}
