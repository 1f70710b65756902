/** Principals, policies and questions that the tests of this package share. */
import { authorize, type TracedDecision } from './authorize/authorize.ts';
import { parsePolicyDocument } from './document/parse.ts';
import type { AuthorizationRequest, PolicySet, PolicySource, Principal } from './request.ts';

export const account = '111122223333';
export const otherAccount = '444455556666';
export const objectArn = 'arn:aws:s3:::amzn-s3-demo-bucket/key';

export const user: Principal = {
  type: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/alice`,
  id: 'AIDACKCEVSQ6C2EXAMPLE',
};
export const session: Principal = {
  type: 'role-session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/app/run`,
  roleArn: `arn:aws:iam::${account}:role/team/app`,
  id: 'AROACKCEVSQ6C2EXAMPLE',
};
export const root: Principal = { type: 'root', account, arn: `arn:aws:iam::${account}:root` };
export const federatedUser: Principal = {
  type: 'federated-user',
  account,
  arn: `arn:aws:sts::${account}:federated-user/fred`,
  issuerArn: `arn:aws:iam::${account}:user/alice`,
};
export const stranger: Principal = {
  type: 'user',
  account: otherAccount,
  arn: `arn:aws:iam::${otherAccount}:user/bob`,
  id: 'AIDAOTHERACCOUNTEXAMP',
};

type StatementJson = Readonly<Record<string, unknown>>;

/** A policy of version 2012-10-17 with these statements. */
export function policy(...statements: readonly StatementJson[]): PolicySource {
  return policyOf({ Version: '2012-10-17', Statement: statements });
}

/** A policy from its JSON. */
export function policyOf(json: StatementJson, more: Partial<PolicySource> = {}): PolicySource {
  const { document, error } = parsePolicyDocument(JSON.stringify(json));
  if (document === undefined) throw new Error(error.message);
  return { name: 'the policy', document, ...more };
}

/** `s3:GetObject` on everything, with what else the statement shall say. */
export function allow(more: StatementJson = {}): StatementJson {
  return { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more };
}

export function deny(more: StatementJson = {}): StatementJson {
  return { Effect: 'Deny', Action: 's3:GetObject', Resource: '*', ...more };
}

/** Asks for `s3:GetObject` on an object of the account, as the user, unless told otherwise. */
export function ask(
  policies: Partial<PolicySet>,
  request: Partial<AuthorizationRequest> = {},
): TracedDecision {
  return authorize(
    {
      principal: user,
      action: 's3:GetObject',
      resource: objectArn,
      resourceAccount: account,
      context: [],
      ...request,
    },
    { identity: [], ...policies },
  );
}

/** Whether one identity-based statement allows the request. */
export function allows(
  statement: StatementJson,
  request: Partial<AuthorizationRequest> = {},
): boolean {
  return ask({ identity: [policy(statement)] }, request).outcome === 'allow';
}
