/** What a refusal means for a workload: who lacks what, and the smallest fix. */
import { type Decision, type ElementTrace, explain, nearestStatements } from '@sekisho/policy';
import type { DemandContext } from '../../services/service.ts';
import { trustPolicy } from '../fixes/place.ts';
import type { FixPlan } from '../fixes/plan.ts';
import { policyFixes } from '../fixes/policy-fixes.ts';
import { renderFix } from '../fixes/render.ts';
import { findNamedWithoutSuffix } from '../fixes/secret-suffix.ts';
import { decisionFor } from '../foreign-decision.ts';
import { decisionText } from './decision-words.ts';
import type { Finding, FindingCode, FindingSubject } from './finding.ts';
import { type NetworkFixes, networkFixes, type PlacedTask } from './network-fixes.ts';

/** Whose refusal it is, and in whose account and region to look around. */
export interface DecisionPlace {
  readonly subject: FindingSubject;
  readonly context: DemandContext;
  /** Where several findings are told together: their fixes do not undo each other. */
  readonly plan?: FixPlan;
  /** For advice on its network. */
  readonly task?: PlacedTask;
  /** Whether another role of the task has what this one lacks. */
  readonly otherRoleMay?: (decision: Decision) => boolean;
}

const networkKeys: ReadonlySet<string> = new Set([
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpcsourceip',
  'aws:sourcevpcarn',
]);

const nowhere: PlacedTask = { cluster: 'CLUSTER', taskDefinition: 'TASK-DEFINITION' };

/** The finding of a denied decision. */
export function decisionFinding(whole: Decision, place: DecisionPlace): Finding {
  const decision = decisionFor(place.context.account, whole);
  const { request, trace } = decision;
  const code = codeOf(decision, place);
  const subject = subjectOf(code, decision, place.subject);
  const name = nameOf(decision);
  const network =
    code === 'outsideVpcEndpoint'
      ? networkFixes(decision, place.task ?? nowhere, place.context)
      : undefined;
  const { directory } = place.context.runtime;
  const missing = code === 'roleMissing' ? missingRoleFixes(decision) : undefined;
  const { fixes, proven } =
    network ?? missing ?? place.plan?.add(decision) ?? policyFixes(decision, directory);
  return {
    subject,
    code,
    ...(name === undefined ? {} : { name }),
    action: request.action,
    resource: request.resource,
    text: decisionText(code, decision, place.subject),
    ...(trace === undefined
      ? {}
      : {
          explanation: {
            en: explain({ ...decision, trace }, { language: 'en' }),
            ja: explain({ ...decision, trace }, { language: 'ja' }),
          },
        }),
    ...(proven === undefined ? {} : { proven }),
    fixes,
  };
}

/** A role that trusts whoever asked for it. */
function missingRoleFixes({ request: { principal, resource } }: Decision): NetworkFixes {
  if (principal.type !== 'service') return { fixes: [] };
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  const Statement = [
    { Effect: 'Allow', Principal: { Service: principal.service }, Action: 'sts:AssumeRole' },
  ];
  const document = { Version: '2012-10-17', Statement };
  const text = {
    en: `Create the role ${name}, or name one that exists.`,
    ja: `ロール ${name} を作成するか、存在するロールを指定します。`,
  };
  return { fixes: [renderFix(text, trustPolicy(name, document, true))] };
}

function nameOf({ request: { principal, action, resource } }: Decision): string | undefined {
  if (action === 'sts:AssumeRole' && principal.type === 'service') return resource;
  if (principal.type === 'role-session') return principal.roleArn;
  return 'arn' in principal ? principal.arn : undefined;
}

function subjectOf(
  code: FindingCode,
  { request }: Decision,
  subject: FindingSubject,
): FindingSubject {
  if (code === 'outsideVpcEndpoint' || code.startsWith('endpointPolicy')) return 'network';
  const { principal, action } = request;
  if (action === 'sts:AssumeRole' && principal.type === 'service') return 'service';
  return action === 'iam:PassRole' && subject === 'caller' ? 'deployer' : subject;
}

function codeOf(decision: Decision, place: DecisionPlace): FindingCode {
  const { request, trace } = decision;
  const refusal = trace?.refusals[0];
  if (refusal === undefined) {
    return request.action === 'sts:AssumeRole' ? 'roleMissing' : 'unreadable';
  }
  const denied = refusal.verdict === 'explicitDeny';
  const service = request.action.slice(0, request.action.indexOf(':'));
  switch (refusal.layer.policyType) {
    case 'role trust policy':
      return denied ? 'explicitDeny' : trustCode(decision);
    case 'resource-based policy':
      if (service === 'kms') return denied ? 'keyPolicyDenies' : 'keyPolicyLacks';
      return denied ? 'resourcePolicyDenies' : 'resourcePolicyLacks';
    case 'VPC endpoint policy':
      return denied ? 'endpointPolicyDenies' : 'endpointPolicyLacks';
    case 'permissions boundary':
      return denied ? 'explicitDeny' : 'boundaryLacks';
    case 'session policy':
      return denied ? 'explicitDeny' : 'sessionPolicyLacks';
    case 'identity-based policy':
      return denied ? 'explicitDeny' : identityCode(decision, place);
    default:
      return 'organizationPolicyLacks';
  }
}

/** What failed in the statements that came nearest, statement by statement. */
function nearest({ trace }: Decision): readonly (readonly ElementTrace[])[] {
  const layer = trace?.refusals[0]?.layer;
  return layer === undefined ? [] : nearestStatements(layer).map(({ failed }) => failed);
}

function onlyConditions(failed: readonly ElementTrace[]): boolean {
  return failed.length > 0 && failed.every(({ element }) => element === 'Condition');
}

function trustCode(decision: Decision): FindingCode {
  return nearest(decision).some(onlyConditions) ? 'trustConditionUnmet' : 'trustMissing';
}

function identityCode(decision: Decision, { otherRoleMay }: DecisionPlace): FindingCode {
  const { request } = decision;
  const near = nearest(decision);
  const unmet = near.find(onlyConditions) ?? [];
  const isNetwork = unmet.some(({ key = '' }) => networkKeys.has(fold(key)));
  switch (request.action) {
    case 'iam:PassRole':
      return unmet.some(({ key = '' }) => fold(key) === 'iam:passedtoservice')
        ? 'passedToServiceMismatch'
        : 'passRoleMissing';
    case 'ecr:GetAuthorizationToken':
      if (isNetwork) return 'networkConditionOnRegistryToken';
      break;
    case 'logs:CreateLogGroup':
      return 'createLogGroupMissing';
    case 'ssm:GetParameters':
      if (near.some(failedOnlyByAction)) return 'getParametersMissing';
      break;
    default:
  }
  if (isNetwork) return 'outsideVpcEndpoint';
  if (findNamedWithoutSuffix(decision) !== undefined) return 'secretSuffixMissing';
  if (otherRoleMay?.(decision) === true) return 'permissionOnOtherRole';
  const isWhole = request.wildcardOnlyAction === true;
  if (isWhole && near.some(failedOnlyByResource)) return 'needsWildcardResource';
  return 'permissionMissing';
}

/** The statement is about Parameter Store: it names another of its actions. */
function failedOnlyByAction(failed: readonly ElementTrace[]): boolean {
  const [only, ...others] = failed;
  if (only?.element !== 'Action' || others.length > 0) return false;
  return only.policyValues.some((value) => fold(value).startsWith('ssm:getparameter'));
}

function failedOnlyByResource([only, ...others]: readonly ElementTrace[]): boolean {
  return only?.element === 'Resource' && others.length === 0;
}

function fold(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
