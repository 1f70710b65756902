/** The request that a hostile document is asked, and the policy that allows it but for the document. */
import { type AuthorizationRequest, type PolicySource, parsePolicyDocument } from '@sekisho/policy';
import type { HostileCase } from './documents.ts';

const { document, error } = parsePolicyDocument(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  }),
);
if (document === undefined) throw new Error(error.message);

/** Allows everything, so that a hostile document that is passed over would show. */
export const everything: PolicySource = { document, name: 'everything' };

const account = '111122223333';

export function hostileRequestOf({ action, resource, context }: HostileCase): AuthorizationRequest {
  return {
    principal: {
      type: 'role-session',
      account,
      arn: `arn:aws:sts::${account}:assumed-role/app/run`,
      roleArn: `arn:aws:iam::${account}:role/app`,
      id: 'AROACKCEVSQ6C2EXAMPLE',
    },
    action,
    resource,
    resourceAccount: account,
    context,
  };
}

/** Whether a decision failed for lack of steps: that it is denied has a reason of its own. */
export function isExhausted(failure: string | undefined): boolean {
  return failure === 'the policies need more steps than a decision may take';
}
