/** Every request of a task's roles decided now: what the next start of the task would meet. */
import type { Decision } from '@sekisho/policy';
import { readValueFrom } from '../../endpoints/tasks/value-from.ts';
import { Inventory } from '../../services/ec2/inventory.ts';
import { readEcrImage } from '../../services/ecr/image-name.ts';
import { findImage, findRepository } from '../../services/ecr/registry-store.ts';
import type { TaskCause } from '../../services/ecs/task-cause.ts';
import { findGroup } from '../../services/logs/log-store.ts';
import { findSecret } from '../../services/secretsmanager/secret-store.ts';
import type { DemandContext } from '../../services/service.ts';
import { readReference } from '../../services/ssm/parameter-name.ts';
import { findParameter, versionOf } from '../../services/ssm/parameter-store.ts';
import { roleOfArn } from '../../services/sts/role-arn.ts';
import type { FixPlan } from '../fixes/plan.ts';
import type { GatewayParts } from '../parts.ts';
import { decidePair } from '../questions/pair.ts';
import { roleSubject, serviceSubject } from '../questions/subject.ts';
import { attempt, roleMay } from './attempt.ts';
import { causeFinding } from './cause-finding.ts';
import { decisionFinding } from './decision-finding.ts';
import type { Finding } from './finding.ts';
import { needsOf, type TaskNeed } from './task-needs.ts';
import type { TaskSetting } from './task-setting.ts';

/** One thing that was looked at. */
export interface TaskCheck {
  readonly principal: 'service' | 'executionRole' | 'taskRole';
  readonly action: string;
  readonly resource: string;
  /** Absent: it would be allowed, and what it asks for is there. */
  readonly finding?: Finding;
  /** What it was decided by, where it was refused. */
  readonly decision?: Decision;
}

export const tasksService = 'ecs-tasks.amazonaws.com';

/** Trust of both roles, then all that the execution role does. */
export async function checkTask(
  setting: TaskSetting,
  context: DemandContext,
  parts: GatewayParts,
  plan?: FixPlan,
): Promise<readonly TaskCheck[]> {
  const { executionRoleArn, taskRoleArn } = setting;
  const trust = [executionRoleArn, taskRoleArn].flatMap((arn) =>
    arn === undefined ? [] : [checkTrust(arn, setting, context, parts, plan)],
  );
  const checks: TaskCheck[] = [...trust];
  if (executionRoleArn === undefined) return checks;
  for (const need of needsOf(setting, context)) {
    checks.push(...(await checkNeed(need, setting, context, parts, plan)));
  }
  return checks;
}

/** Whether ECS may assume the role for the task. */
export function checkTrust(
  roleArn: string,
  { taskArn, taskId }: Pick<TaskSetting, 'taskArn' | 'taskId'>,
  context: DemandContext,
  parts: GatewayParts,
  plan?: FixPlan,
): TaskCheck {
  const action = 'sts:AssumeRole';
  const asked = { principal: 'service', action, resource: roleArn } as const;
  const decision = trustDecision(roleArn, { taskArn, taskId }, context, parts);
  if (decision.outcome === 'allow') return asked;
  return {
    ...asked,
    decision,
    finding: decisionFinding(decision, { subject: 'service', context, ...(plan && { plan }) }),
  };
}

export function trustDecision(
  roleArn: string,
  { taskArn, taskId }: Pick<TaskSetting, 'taskArn' | 'taskId'>,
  context: DemandContext,
  parts: GatewayParts,
  service = tasksService,
): Decision {
  const subject = serviceSubject(service, context);
  const keys =
    service === tasksService
      ? ([
          ['aws:SourceAccount', context.account],
          ['aws:SourceArn', taskArn],
          ['sts:RoleSessionName', taskId],
        ] as const)
      : [];
  const pair = { subject, action: 'sts:AssumeRole', resource: roleArn, context: keys };
  const decision = decidePair(pair, parts);
  if (roleOfArn(roleArn, context) !== undefined) return decision;
  const { request, policies, outcome } = decision;
  return { request, policies, outcome, failure: 'the role does not exist' };
}

async function checkNeed(
  need: TaskNeed,
  setting: TaskSetting,
  context: DemandContext,
  parts: GatewayParts,
  plan: FixPlan | undefined,
): Promise<readonly TaskCheck[]> {
  const role = roleContext(setting.executionRoleArn, setting.taskId, context);
  if (role === undefined) return [];
  const place = { ...role, region: need.region };
  const http = await withNetwork(need, setting, place);
  const decisions = await attempt(need, { ...place, http }, parts);
  const other = roleContext(setting.taskRoleArn, setting.taskId, context);
  const checks = decisions.map((decision): TaskCheck => {
    const { action, resource } = decision.request;
    const asked = { principal: 'executionRole', action, resource } as const;
    if (decision.outcome === 'allow') return asked;
    const finding = decisionFinding(decision, {
      subject: 'executionRole',
      context: place,
      ...(plan && { plan }),
      task: placedTask(setting),
      ...(other && { otherRoleMay: (asked) => roleMay(asked, other.caller, parts) }),
    });
    return { ...asked, decision, finding };
  });
  const absent = absentCause(need, place);
  const [first] = checks;
  if (absent === undefined || first === undefined) return checks;
  const { subnetId } = setting;
  const family = setting.definition.family ?? '';
  const finding = causeFinding(absent, { context: place, family, subnetId, reason: '' });
  const { decision: _, ...about } = first;
  return [...checks, { ...about, finding }];
}

/** For advice on networks. */
export function placedTask({ clusterName, taskDefinitionArn, subnetId }: TaskSetting) {
  const taskDefinition = taskDefinitionArn.slice(taskDefinitionArn.lastIndexOf('/') + 1);
  return { cluster: clusterName, taskDefinition, subnetId };
}

/** A session of the role as ECS makes it for the task; undefined when there is no such role. */
export function roleContext(
  roleArn: string | undefined,
  taskId: string,
  context: DemandContext,
): DemandContext | undefined {
  const role = roleArn === undefined ? undefined : roleOfArn(roleArn, context);
  return role && roleSubject(role, context, taskId).context;
}

/** As if the request came over the task's own network. */
async function withNetwork(
  { through, region }: TaskNeed,
  { subnetId, privateIpv4 }: TaskSetting,
  { http, runtime, account, partition }: DemandContext,
): Promise<DemandContext['http']> {
  const { vpcEndpoints } = runtime;
  if (through === undefined || subnetId === undefined || vpcEndpoints === undefined) return http;
  const inventory = new Inventory(runtime, { partition, region, account }, http.receivedAt);
  const vpcId = inventory.find('subnet', subnetId)?.record.vpcId;
  if (vpcId === undefined) return http;
  const sourceIp = privateIpv4 ?? '';
  const call = { account, region, vpcId, subnetId, service: through, sourceIp };
  const access = await vpcEndpoints.access(call);
  if (access === undefined) return http;
  await access.close();
  return { ...http, privateNetwork: access.network };
}

/** What it asks for and does not exist. Nobody is told what a secret's value is. */
function absentCause(need: TaskNeed, context: DemandContext): TaskCause | undefined {
  const { step, container, subject } = need;
  if (isThere(need, context)) return undefined;
  return { step, kind: 'absent', container, subject };
}

function isThere(need: TaskNeed, context: DemandContext): boolean {
  const { service, operation, subject, input, isMade } = need;
  if (isMade === true) return true;
  if (operation === 'BatchGetImage') return isImageThere(subject, context);
  if (operation === 'CreateLogStream') return findGroup(subject, context) !== undefined;
  if (service === 'ssm') {
    const reference = readReference(subject, context);
    const found = findParameter(reference, context);
    return found !== undefined && versionOf(found.record, reference.selector) !== undefined;
  }
  if (service !== 'secretsmanager') return true;
  const source = readValueFrom(subject, context.region);
  const secretId = source?.kind === 'secret' ? source.secretId : subject;
  const found = findSecret(secretId, context);
  const { VersionStage: stage = 'AWSCURRENT', VersionId: id } = input as {
    readonly VersionStage?: string;
    readonly VersionId?: string;
  };
  return (
    found?.record.versions.some((version) =>
      id === undefined ? version.stages.includes(stage) : version.id === id,
    ) === true
  );
}

function isImageThere(image: string, context: DemandContext): boolean {
  const { account, region, runtime } = context;
  const named = readEcrImage(image, runtime.endpoint(), { account, region });
  // What another account's registry holds is not told here: only the pull can tell.
  if (named === undefined || named.account !== account) return true;
  const found = findRepository(named.repositoryName, named.account, context);
  if (found === undefined) return false;
  const { reference } = named;
  const id = reference.startsWith('sha256:') ? { imageDigest: reference } : { imageTag: reference };
  return findImage(found, id) !== undefined;
}
