/**
 * GetRequestAuthorizationDetails of the service iam-toolbox (preview, API version 2018-05-10): the
 * evaluations behind a refusal, in AWS's own form.
 * https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html
 */
import { createHash } from 'node:crypto';
import {
  authorize,
  type ContextValue,
  type Decision,
  type DecisionTrace,
  type PolicySource,
  type PolicyType,
} from '@sekisho/policy';
import { foldCase } from '../directory/records.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { ServiceError } from '../protocol/service-error.ts';
import { json } from './admin.ts';
import { decisionIdOf } from './authorization-id.ts';
import type { JournalEntry } from './decision-journal.ts';
import { authenticateOwn, checkOwn } from './own-request.ts';
import type { GatewayParts } from './parts.ts';

const detailsPath = /^authorization-details\/([0-9a-z]{1,256})$/;

/** Whether the path is that of the operation. */
export function isAuthorizationDetails({ method }: HttpRequest, path: string): boolean {
  return method === 'GET' && detailsPath.test(path);
}

/**
 * Answers the operation, errors included.
 */
export async function answerAuthorizationDetails(
  request: HttpRequest,
  path: string,
  parts: GatewayParts,
): Promise<HttpResponse> {
  try {
    const signed = await authenticateOwn(request, parts, { bytesMax: 0, signingName: 'iam' });
    checkOwn('iam:GetRequestAuthorizationDetails', '*', signed.context, parts);
    if (request.query.some(({ name }) => name === 'nextToken')) {
      // Every answer is one page, so that no token is ours.
      throw new ServiceError('ValidationException', 'The next token is not valid.', 400);
    }
    const id = detailsPath.exec(path)?.[1] ?? '';
    const entry = await findEntry(id, signed.caller.account, parts);
    return json(200, describe(entry));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const code = error.code === 'AccessDenied' ? 'AccessDeniedException' : error.code;
    const { status, headers } = json(error.status, {});
    const typed: HttpResponse['headers'] = [...headers, ['x-amzn-errortype', code]];
    return { status, headers: typed, body: JSON.stringify({ message: error.message }) };
  }
}

async function findEntry(
  id: string,
  account: string,
  { journal }: GatewayParts,
): Promise<JournalEntry> {
  const decisionId = decisionIdOf(id);
  const entry = decisionId === undefined ? undefined : await journal.find(decisionId);
  if (entry === undefined || entry.account !== account) {
    // Unverified: the text.
    throw new ServiceError(
      'ResourceNotFoundException',
      `Authorization details with id ${id} were not found.`,
      404,
    );
  }
  return entry;
}

function describe({ decisions }: JournalEntry): object {
  const shared = sharedContext(decisions);
  const policies = new Map<string, object>();
  const evaluations = decisions.map((decision) => {
    const trace = decision.trace ?? retraced(decision);
    notePolicies(decision, trace, policies);
    const { action, resource, context } = decision.request;
    const own = [...context].filter(([key]) => !shared.has(key));
    return {
      action,
      resource: resource === '*' ? '' : resource,
      context: Object.fromEntries(own),
      evaluatedEffect: effects[decision.outcome],
      matchedPolicies: decision.outcome === 'implicitDeny' ? [] : matchedPolicies(trace),
    };
  });
  return {
    requestContext: Object.fromEntries(shared),
    evaluations,
    policies: [...policies.values()],
  };
}

const effects: Readonly<Record<Decision['outcome'], string>> = {
  allow: 'ALLOW',
  explicitDeny: 'EXPLICIT_DENY',
  implicitDeny: 'IMPLICIT_DENY',
};

const types: Readonly<Record<PolicyType, string>> = {
  'identity-based policy': 'IDENTITY_BASED_POLICY',
  'permissions boundary': 'PERMISSIONS_BOUNDARY',
  'resource-based policy': 'RESOURCE_BASED_POLICY',
  'role trust policy': 'RESOURCE_BASED_POLICY',
  'resource control policy': 'RESOURCE_CONTROL_POLICY',
  'service control policy': 'SERVICE_CONTROL_POLICY',
  'session policy': 'SESSION_POLICY',
  'VPC endpoint policy': 'VPC_ENDPOINT_POLICY',
};

/** Nothing is traced where a policy could not be read. */
function retraced({ request, policies, failure }: Decision): DecisionTrace | undefined {
  return failure === undefined ? authorize(request, policies).trace : undefined;
}

/** Keys with the same value in every evaluation. */
function sharedContext(decisions: readonly Decision[]): ReadonlyMap<string, ContextValue> {
  const [first, ...others] = decisions.map(({ request }) => new Map(request.context));
  const shared = new Map<string, ContextValue>();
  for (const [key, value] of first ?? []) {
    const same = JSON.stringify(value);
    if (others.every((context) => JSON.stringify(context.get(key)) === same)) {
      shared.set(key, value);
    }
  }
  return shared;
}

/** The ARN of a managed policy; of another an opaque text that is the same each time. */
function uriOf({ arn, name, document }: PolicySource, policyType: PolicyType): string {
  if (arn !== undefined) return arn;
  const told = JSON.stringify([policyType, name, document.text]);
  return `inline-${foldCase(createHash('sha256').update(told).digest('hex')).slice(0, 32)}`;
}

function matchedPolicies(trace: DecisionTrace | undefined): readonly object[] {
  return (trace?.layers ?? []).flatMap(({ policyType, policies }) =>
    policies.flatMap(({ source, statements }) => {
      const matched = statements.filter(({ takesEffect }) => takesEffect);
      if (matched.length === 0) return [];
      return [
        {
          uri: uriOf(source, policyType),
          matchedStatements: matched.map(({ statement: { sid, effect } }) => ({
            ...(sid === undefined ? {} : { sid }),
            evaluatedEffect: effect === 'Deny' ? 'DENY' : 'ALLOW',
          })),
        },
      ];
    }),
  );
}

function notePolicies(
  { request }: Decision,
  trace: DecisionTrace | undefined,
  noted: Map<string, object>,
): void {
  const { principal, resource } = request;
  const own = principal.type === 'role-session' ? principal.roleArn : undefined;
  const principalArn = own ?? ('arn' in principal ? principal.arn : undefined);
  for (const { policyType, policies } of trace?.layers ?? []) {
    const type = types[policyType];
    const arn = type === 'RESOURCE_BASED_POLICY' ? resource : principalArn;
    for (const { source } of policies) {
      const uri = uriOf(source, policyType);
      if (noted.has(`${type} ${uri}`)) continue;
      noted.set(`${type} ${uri}`, {
        type,
        inline: source.arn === undefined,
        uri,
        attachedTo: arn === undefined ? [] : [{ arn }],
      });
    }
  }
}
