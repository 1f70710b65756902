/** The signed paths below `/_sekisho/`: explanations of refusals, and where an instance's IMDS is. */
import { type Decision, explain, explainDecision } from '@sekisho/policy';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { ServiceError } from '../protocol/service-error.ts';
import type { Service } from '../services/service.ts';
import { json } from './admin.ts';
import { answerAuthorizationDetails, isAuthorizationDetails } from './authorization-details.ts';
import type { JournalEntry } from './decision-journal.ts';
import { answerOidc, isOidc } from './oidc/oidc-paths.ts';
import { authenticateOwn, checkOwn } from './own-request.ts';
import type { GatewayParts } from './parts.ts';
import { answerQuestion, isQuestion } from './questions/questions.ts';

const decisionPath = /^decisions\/([0-9a-zA-Z-]{1,64})$/;
const instancePath = /^instances\/(i-[0-9a-f]{8,17})$/;

/** Answers a signed path; undefined when the path is none. Refusals are JSON with AWS's code. */
export async function answerSigned(
  request: HttpRequest,
  path: string,
  parts: GatewayParts,
  services: readonly Service[],
  reset: () => Promise<void>,
): Promise<HttpResponse | undefined> {
  if (request.method === 'POST' && path === 'reset') {
    return await orError(answerReset(request, parts, reset));
  }
  if (isOidc(path)) return await orError(answerOidc(request, path, parts));
  if (isAuthorizationDetails(request, path)) {
    return await answerAuthorizationDetails(request, path, parts);
  }
  if (isQuestion(request, path)) return await orError(answerQuestion(request, path, parts));
  const decision = decisionPath.exec(path)?.[1];
  const instance = instancePath.exec(path)?.[1];
  if (request.method !== 'GET' || (decision === undefined && instance === undefined)) return;
  return await orError(answerGet(request, { decision, instance }, parts, services));
}

/** Everything of every account goes: only principals of the first account may be allowed to. */
async function answerReset(
  request: HttpRequest,
  parts: GatewayParts,
  reset: () => Promise<void>,
): Promise<HttpResponse> {
  const { caller, context } = await authenticateOwn(request, parts);
  const { accounts, partition } = parts.runtime;
  if (caller.account !== accounts[0]) {
    throw new ServiceError('AccessDenied', 'Only the first account may reset the server.', 403);
  }
  const resource = `arn:${partition}:sekisho:${context.region}:${caller.account}:server`;
  checkOwn('sekisho:Reset', resource, context, parts);
  await reset();
  return json(200, { status: 'ok' });
}

async function answerGet(
  request: HttpRequest,
  { decision, instance }: Readonly<Record<'decision' | 'instance', string | undefined>>,
  parts: GatewayParts,
  services: readonly Service[],
): Promise<HttpResponse> {
  const { caller, context } = await authenticateOwn(request, parts);
  const resource = (kind: string): string =>
    `arn:${context.partition}:sekisho:${context.region}:${caller.account}:${kind}`;
  if (decision !== undefined) {
    // The entry of another account is not found, whatever the caller may do.
    checkOwn('sekisho:ExplainDecision', resource(`decision/${decision}`), context, parts);
    return explainEntry(findEntry(decision, caller.account, parts));
  }
  checkOwn('sekisho:DescribeInstanceEndpoint', resource(`instance/${instance}`), context, parts);
  return await describeInstance(instance ?? '', caller.account, services);
}

async function orError(answer: Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const message = error.message === '' ? 'the request is refused' : error.message;
    return json(error.status, { error: error.code || 'RequestRefused', message });
  }
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
      ...(decision.outcome === 'allow' ? {} : explainDecision(decision)),
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
