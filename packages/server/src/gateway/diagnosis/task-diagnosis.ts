/** Why a task did not start, or what its programs were refused: the four principals, and the fix. */
import type { TaskRecord } from '../../services/ecs/entities/task.ts';
import type { DemandContext } from '../../services/service.ts';
import { FixPlan } from '../fixes/plan.ts';
import type { Fix } from '../fixes/template.ts';
import type { GatewayParts } from '../parts.ts';
import { decidedAs } from './attempt.ts';
import type { Finding, Found } from './finding.ts';
import { foundCause, foundOfSessions } from './recorded.ts';
import { checkTask, roleContext, type TaskCheck, tasksService } from './task-check.ts';
import { settingOfTask } from './task-setting.ts';

/** One of the four principals of a task. */
export interface PrincipalRow {
  readonly principal: 'deployer' | 'service' | 'executionRole' | 'taskRole';
  /** The role's ARN or the service's name; absent where the task has no such role. */
  readonly name?: string;
  readonly state: 'ok' | 'lacks' | 'none';
  /** `ecr:BatchGetImage on arn:…`, what it lacks now or was refused. */
  readonly lacks: readonly string[];
}

/** Everything there is to say of one task. */
export interface TaskDiagnosis {
  readonly taskArn: string;
  readonly lastStatus: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly principals: readonly PrincipalRow[];
  /** The cause of its end first, then what its programs were refused. */
  readonly findings: readonly Finding[];
  /** What the next start would meet besides. */
  readonly ahead: readonly Finding[];
  /** All of it at once: each policy is written one time. */
  readonly plan: readonly Fix[];
}

/** The diagnosis from what was recorded, and from the account as it is now. */
export async function diagnoseTask(
  task: TaskRecord,
  context: DemandContext,
  parts: GatewayParts,
): Promise<TaskDiagnosis> {
  const setting = settingOfTask(task, context);
  const checks = setting === undefined ? [] : await checkTask(setting, context, parts);
  const cause = task.cause && (await foundCause(task.cause, task, setting, context, parts));
  const refused = await foundOfSessions(task, setting, context, parts);
  const now = (found: Found): Found => foundNow(found, checks, task.taskId, context, parts);
  const found = distinct([...(cause === undefined ? [] : [cause]), ...refused]).map(now);
  const ahead = aheadOf(found, checks);
  const { stopCode, stoppedReason } = task;
  const findings = found.map(({ finding }) => finding);
  return {
    taskArn: task.taskArn,
    lastStatus: task.lastStatus,
    ...(stopCode === undefined ? {} : { stopCode }),
    ...(stoppedReason === undefined ? {} : { stoppedReason }),
    principals: principalRows(task, [...findings, ...ahead.map(({ finding }) => finding)]),
    findings,
    ahead: ahead.map(({ finding }) => finding),
    plan: planOf([...found, ...ahead], context),
  };
}

/** What is found by the checks alone. */
export function aheadOf(found: readonly Found[], checks: readonly TaskCheck[]): readonly Found[] {
  const known = new Set(found.map(keyOf));
  const all = checks.flatMap(({ finding, decision }): readonly Found[] =>
    finding === undefined ? [] : [{ finding, ...(decision === undefined ? {} : { decision }) }],
  );
  return distinct(all).filter((each) => !known.has(keyOf(each)));
}

/** Each policy once; what is no policy as its finding has it. */
export function planOf(found: readonly Found[], context: DemandContext): readonly Fix[] {
  const left = found.filter(({ finding }) => finding.allowedNow !== true);
  const isPolicy = ({ decision, finding }: Found): boolean =>
    decision?.trace !== undefined && finding.code !== 'outsideVpcEndpoint';
  const plan = new FixPlan(context.runtime.directory);
  for (const each of left) if (isPolicy(each) && each.decision) plan.add(each.decision);
  const others = left.filter((each) => !isPolicy(each)).flatMap(({ finding }) => finding.fixes);
  return [...others, ...plan.fixes];
}

/** With the policies as they are now, where they are known: what was refused may be allowed since. */
function foundNow(
  found: Found,
  checks: readonly TaskCheck[],
  taskId: string,
  context: DemandContext,
  parts: GatewayParts,
): Found {
  const { finding, decision } = found;
  if (decision === undefined) return found;
  const check = checks.find(
    ({ action, resource }) => action === finding.action && resource === finding.resource,
  );
  const { principal } = decision.request;
  const roleArn = principal.type === 'role-session' ? principal.roleArn : undefined;
  const role = roleContext(roleArn, taskId, context);
  const own = role && decidedAs(decision, role.caller, parts);
  const isAllowed = check === undefined ? own?.outcome === 'allow' : check.finding === undefined;
  const latest = check?.decision ?? own ?? decision;
  return { finding: isAllowed ? { ...finding, allowedNow: true } : finding, decision: latest };
}

function keyOf({ finding: { subject, code, action, resource, name } }: Found): string {
  return JSON.stringify(action === undefined ? [subject, code, name] : [action, resource]);
}

/** The first of each kind. */
function distinct(all: readonly Found[]): readonly Found[] {
  const known = new Map<string, Found>();
  for (const found of all) if (!known.has(keyOf(found))) known.set(keyOf(found), found);
  return [...known.values()];
}

function principalRows(
  { executionRoleArn, taskRoleArn }: TaskRecord,
  findings: readonly Finding[],
): readonly PrincipalRow[] {
  const row = (
    principal: PrincipalRow['principal'],
    name: string | undefined,
    isThere: boolean,
  ): PrincipalRow => {
    const lacks = findings
      .filter(({ subject, action, allowedNow }) => {
        return subject === principal && action !== undefined && allowedNow !== true;
      })
      .map(({ action, resource }) => `${action} on ${resource}`);
    const state = lacks.length > 0 ? 'lacks' : isThere ? 'ok' : 'none';
    return { principal, ...(name === undefined ? {} : { name }), state, lacks };
  };
  return [
    // Whoever started the task was allowed to: there is a task.
    row('deployer', undefined, true),
    row('service', tasksService, true),
    row('executionRole', executionRoleArn, executionRoleArn !== undefined),
    row('taskRole', taskRoleArn, taskRoleArn !== undefined),
  ];
}
