/** The signed paths below `/_sekisho/`: explanations of refusals, and what is inside of a task or instance. */
import { type Decision, explain, explainDecision } from '@sekisho/policy';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { ServiceError } from '../protocol/service-error.ts';
import type { DemandContext, Service } from '../services/service.ts';
import { json } from './admin.ts';
import { answerAuthorizationDetails, isAuthorizationDetails } from './authorization-details.ts';
import { answerChecklist, isChecklist } from './checklist/checklist-paths.ts';
import type { JournalEntry } from './decision-journal.ts';
import { decisionFinding } from './diagnosis/decision-finding.ts';
import { answerDiagnosis, isDiagnosis } from './diagnosis/diagnosis-paths.ts';
import { decisionFor } from './foreign-decision.ts';
import { answerOidc, isOidc } from './oidc/oidc-paths.ts';
import { authenticateOwn, checkOwn } from './own-request.ts';
import type { GatewayParts } from './parts.ts';
import { answerQuestion, isQuestion } from './questions/questions.ts';

const decisionPath = /^decisions\/([0-9a-zA-Z-]{1,64})$/;
const instancePath = /^instances\/(i-[0-9a-f]{8,17})$/;
const taskPath = /^tasks\/([0-9a-f]{32})$/;
const vpcEndpointPath = /^vpc-endpoints\/(vpce-[0-9a-f]{8,17})$/;

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
  if (isDiagnosis(request, path)) return await orError(answerDiagnosis(request, path, parts));
  if (isChecklist(request, path)) return await orError(answerChecklist(request, path, parts));
  if (isQuestion(request, path)) return await orError(answerQuestion(request, path, parts));
  const vpcEndpoint = vpcEndpointPath.exec(path)?.[1];
  if (request.method === 'GET' && vpcEndpoint !== undefined) {
    return await orError(describeVpcEndpoint(request, vpcEndpoint, parts));
  }
  const decision = decisionPath.exec(path)?.[1];
  const instance = instancePath.exec(path)?.[1];
  const task = taskPath.exec(path)?.[1];
  if (request.method !== 'GET' || (decision ?? instance ?? task) === undefined) return;
  return await orError(answerGet(request, { decision, instance, task }, parts, services));
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
  {
    decision,
    instance,
    task,
  }: Readonly<Record<'decision' | 'instance' | 'task', string | undefined>>,
  parts: GatewayParts,
  services: readonly Service[],
): Promise<HttpResponse> {
  const { caller, context } = await authenticateOwn(request, parts);
  const resource = (kind: string, region = context.region): string =>
    `arn:${context.partition}:sekisho:${region}:${caller.account}:${kind}`;
  if (decision !== undefined) {
    // The entry of another account is not found, whatever the caller may do.
    checkOwn('sekisho:ExplainDecision', resource(`decision/${decision}`), context, parts);
    return explainEntry(await findEntry(decision, caller.account, parts), context);
  }
  if (task !== undefined) {
    // It tells how to have the task role's credentials.
    const description = await describeEndpoint(task, caller.account, services);
    const arn = resource(`task/${task}`, description?.region);
    checkOwn('sekisho:DescribeTaskEndpoint', arn, context, parts);
    return describeTask(description);
  }
  const description = await describeEndpoint(instance ?? '', caller.account, services);
  const arn = resource(`instance/${instance}`, description?.region);
  checkOwn('sekisho:DescribeInstanceEndpoint', arn, context, parts);
  return describeInstance(instance ?? '', description);
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

async function findEntry(
  id: string,
  account: string,
  { journal }: GatewayParts,
): Promise<JournalEntry> {
  const entry = await (id === 'last' ? journal.last(account) : journal.find(id));
  if (entry === undefined || entry.account !== account) {
    throw new ServiceError('NoSuchEntity', `There is no refusal ${id} in this account.`, 404);
  }
  return entry;
}

function explainEntry(entry: JournalEntry, context: DemandContext): HttpResponse {
  return json(200, {
    id: entry.id,
    at: new Date(entry.at).toISOString(),
    principal: entry.principal,
    service: entry.service,
    operation: entry.operation,
    decisions: entry.decisions
      .map((whole) => decisionFor(entry.account, whole))
      .map((decision) => ({
        action: decision.request.action,
        resource: decision.request.resource,
        outcome: decision.outcome,
        policyType: decision.reason?.policyType,
        policy: decision.reason?.policy?.name,
        failure: decision.failure,
        context: Object.fromEntries(decision.request.context),
        explanation: { en: explanation(decision, 'en'), ja: explanation(decision, 'ja') },
        ...(decision.outcome === 'allow' ? {} : refusalOf(decision, context)),
      })),
  });
}

/** What is to be said of it as data, with the fix in the words of each tool. */
function refusalOf(decision: Decision, context: DemandContext): object {
  const { subject, code, text, fixes } = decisionFinding(decision, { subject: 'caller', context });
  return { ...explainDecision(decision), subject, code, text, fixes };
}

/** A decision that failed before the evaluation has no trace: its failure is all there is to say. */
function explanation(decision: Decision, language: 'en' | 'ja'): readonly string[] {
  const { trace } = decision;
  if (trace === undefined) return [decision.failure ?? decision.outcome];
  return explain({ ...decision, trace }, { language });
}

/** Where a VPC endpoint listens, and the variable by which clients find it. */
async function describeVpcEndpoint(
  request: HttpRequest,
  id: string,
  parts: GatewayParts,
): Promise<HttpResponse> {
  const { caller, context } = await authenticateOwn(request, parts);
  const description = await parts.runtime.vpcEndpoints?.describe(caller.account, id);
  const region = regionOf(description) ?? context.region;
  const resource = `arn:${context.partition}:sekisho:${region}:${caller.account}:vpc-endpoint/${id}`;
  checkOwn('sekisho:DescribeVpcEndpoint', resource, context, parts);
  if (description !== undefined) return json(200, description);
  throw new ServiceError(
    'InvalidVpcEndpointId.NotFound',
    `The Vpc Endpoint Id '${id}' does not exist`,
    404,
  );
}

/** What a service tells of it, and the region where it lies: not the one that the caller signs for. */
async function describeEndpoint(
  id: string,
  account: string,
  services: readonly Service[],
): Promise<{ readonly body: object; readonly region: string | undefined } | undefined> {
  for (const service of services) {
    const body = await service.describeEndpoint?.(account, id);
    if (body !== undefined) return { body, region: regionOf(body) };
  }
  return undefined;
}

function regionOf(description: object | undefined): string | undefined {
  if (description === undefined || !('region' in description)) return undefined;
  return typeof description.region === 'string' ? description.region : undefined;
}

function describeTask(description: { readonly body: object } | undefined): HttpResponse {
  if (description !== undefined) return json(200, description.body);
  throw new ServiceError('InvalidParameterException', 'The referenced task was not found.', 404);
}

function describeInstance(
  instance: string,
  description: { readonly body: object } | undefined,
): HttpResponse {
  if (description !== undefined) return json(200, description.body);
  throw new ServiceError(
    'InvalidInstanceID.NotFound',
    `The instance ID '${instance}' does not exist`,
    404,
  );
}
