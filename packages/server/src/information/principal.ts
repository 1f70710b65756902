/** The caller as the policy language sees it: a principal. */
import type { Principal } from '@sekisho/policy';
import type { Caller } from '../authentication/caller.ts';

/** The principal of a caller. */
export function principalOf(caller: Caller): Principal {
  switch (caller.kind) {
    case 'root':
      return { type: 'root', account: caller.account, arn: caller.arn };
    case 'user':
      return { type: 'user', account: caller.account, arn: caller.arn, id: caller.userId };
    case 'role-session':
      return {
        type: 'role-session',
        account: caller.account,
        arn: caller.arn,
        roleArn: caller.roleArn,
        id: caller.roleId,
        serviceLinked: caller.roleArn.includes(':role/aws-service-role/'),
      };
    case 'federated-user':
      return {
        type: 'federated-user',
        account: caller.account,
        arn: caller.arn,
        issuerArn: caller.issuerArn,
      };
    case 'service':
      return { type: 'service', service: caller.service };
    case 'web-identity':
      return { type: 'web-identity', provider: caller.provider };
    case 'anonymous':
      return { type: 'anonymous' };
  }
}
