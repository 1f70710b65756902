/** The signed paths below `/_sekisho/`: explanations of refusals, and where an instance's IMDS is. */
import { type Decision, explain } from '@sekisho/policy';
import type { SignedCaller } from '../authentication/caller.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { ServiceError } from '../protocol/service-error.ts';
import type { Demand, DemandContext, Service } from '../services/service.ts';
import { json } from './admin.ts';
import type { JournalEntry } from './decision-journal.ts';
import { enforce } from './enforce.ts';
import type { GatewayParts } from './parts.ts';
import { bodyBytesMax, readBody } from './route.ts';

/** The service name in credential scopes of these requests, and the prefix of their actions. */
export const ownSigningName = 'sekisho';

const decisionPath = /^decisions\/([0-9a-zA-Z-]{1,64})$/;
const instancePath = /^instances\/(i-[0-9a-f]{8,17})$/;

/** Answers a signed path; undefined when the path is none. Refusals are JSON with AWS's code. */
export async function answerSigned(
  request: HttpRequest,
  path: string,
  parts: GatewayParts,
  services: readonly Service[],
): Promise<HttpResponse | undefined> {
  const decision = decisionPath.exec(path)?.[1];
  const instance = instancePath.exec(path)?.[1];
  if (request.method !== 'GET' || (decision === undefined && instance === undefined)) return;
  try {
    const { caller, context } = await authenticateOwn(request, parts);
    const resource = (kind: string): string =>
      `arn:${context.partition}:sekisho:${context.region}:${caller.account}:${kind}`;
    if (decision !== undefined) {
      // The entry of another account is not found, whatever the caller may do.
      check('sekisho:ExplainDecision', resource(`decision/${decision}`), context, parts);
      return explainEntry(findEntry(decision, caller.account, parts));
    }
    check('sekisho:DescribeInstanceEndpoint', resource(`instance/${instance}`), context, parts);
    return await describeInstance(instance ?? '', caller.account, services);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return json(error.status, { error: error.code, message: error.message });
  }
}

async function authenticateOwn(
  request: HttpRequest,
  parts: GatewayParts,
): Promise<{ readonly caller: SignedCaller; readonly context: DemandContext }> {
  const body = await readBody(request, bodyBytesMax);
  const { authenticated } = parts.authenticator.authenticate(request, {
    family: 'query',
    signingName: ownSigningName,
    signature: 'required',
    body,
  });
  const { caller } = authenticated;
  if (!('account' in caller)) throw new ServiceError('AccessDenied', 'Access Denied', 403);
  const context: DemandContext = {
    caller,
    authenticated,
    account: caller.account,
    partition: parts.runtime.partition,
    region: authenticated.region ?? parts.configuration.region,
    http: request,
    runtime: parts.runtime,
  };
  return { caller, context };
}

function check(
  action: string,
  resource: string,
  context: DemandContext,
  parts: GatewayParts,
): void {
  const demands: readonly Demand[] = [{ action, resource, resourceAccount: context.account }];
  const now = context.http.receivedAt;
  const { refused } = enforce(demands, { context, library: parts.library, input: {}, now });
  if (refused !== undefined) throw refused.error;
}

function findEntry(id: string, account: string, parts: GatewayParts): JournalEntry {
  const entry = id === 'last' ? parts.journal.last(account) : parts.journal.find(id);
  if (entry === undefined || entry.account !== account) {
    throw new ServiceError('NoSuchEntity', `There is no refusal ${id} in this account.`, 404);
  }
  return entry;
}

function explainEntry(entry: JournalEntry): HttpResponse {
  const { caller } = entry;
  return json(200, {
    id: entry.id,
    at: new Date(entry.at).toISOString(),
    principal: 'arn' in caller ? caller.arn : caller.kind,
    service: entry.service,
    operation: entry.operation,
    decisions: entry.decisions.map((decision) => ({
      action: decision.request.action,
      resource: decision.request.resource,
      outcome: decision.outcome,
      policyType: decision.reason?.policyType,
      policy: decision.reason?.policy?.name,
      failure: decision.failure,
      context: Object.fromEntries(decision.request.context),
      explanation: { en: explanation(decision, 'en'), ja: explanation(decision, 'ja') },
    })),
  });
}

/** A decision that failed before the evaluation has no trace: its failure is all there is to say. */
function explanation(decision: Decision, language: 'en' | 'ja'): readonly string[] {
  const { trace } = decision;
  if (trace === undefined) return [decision.failure ?? decision.outcome];
  return explain({ ...decision, trace }, { language });
}

async function describeInstance(
  instance: string,
  account: string,
  services: readonly Service[],
): Promise<HttpResponse> {
  for (const service of services) {
    const description = await service.describeEndpoint?.(account, instance);
    if (description !== undefined) return json(200, description);
  }
  throw new ServiceError(
    'InvalidInstanceID.NotFound',
    `The instance ID '${instance}' does not exist`,
    404,
  );
}
