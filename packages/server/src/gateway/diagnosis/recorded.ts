/** What was recorded of a task: the cause of its end, and what its roles' sessions were refused. */
import type { TaskRecord } from '../../services/ecs/entities/task.ts';
import type { TaskCause } from '../../services/ecs/task-cause.ts';
import type { DemandContext } from '../../services/service.ts';
import type { GatewayParts } from '../parts.ts';
import { roleMay } from './attempt.ts';
import { causeFinding } from './cause-finding.ts';
import { type DecisionPlace, decisionFinding } from './decision-finding.ts';
import type { Finding, FindingSubject, Found } from './finding.ts';
import { checkTrust, placedTask, roleContext } from './task-check.ts';
import type { TaskSetting } from './task-setting.ts';

/** What of a task's record is looked at. */
type RecordedTask = Pick<TaskRecord, 'taskArn' | 'taskId' | 'stoppedReason'>;

/** The finding of a task's recorded cause. */
export async function foundCause(
  cause: TaskCause,
  task: RecordedTask,
  setting: TaskSetting | undefined,
  context: DemandContext,
  parts: GatewayParts,
): Promise<Found> {
  const { roleArn, decisionId, step } = cause;
  if (step === 'role' && roleArn !== undefined) {
    const { finding = trustedNow(roleArn), decision } = checkTrust(roleArn, task, context, parts);
    return { finding, ...(decision === undefined ? {} : { decision }) };
  }
  const entry = decisionId === undefined ? undefined : await parts.journal.find(decisionId);
  const decisions = entry?.account === context.account ? entry.decisions : [];
  const decision = decisions.find(({ outcome }) => outcome !== 'allow');
  if (decision !== undefined) {
    const subject = cause.role ?? 'executionRole';
    const place = placeOf(subject, setting?.taskRoleArn, task, setting, context, parts);
    return { finding: decisionFinding(decision, place), decision };
  }
  const family = setting?.definition.family ?? '';
  const reason = task.stoppedReason ?? '';
  const place = { context, family, subnetId: setting?.subnetId, reason };
  return { finding: causeFinding(cause, place) };
}

function placeOf(
  subject: FindingSubject,
  otherRoleArn: string | undefined,
  { taskId }: RecordedTask,
  setting: TaskSetting | undefined,
  context: DemandContext,
  parts: GatewayParts,
): DecisionPlace {
  const other = roleContext(otherRoleArn, taskId, context);
  return {
    subject,
    context,
    ...(setting && { task: placedTask(setting) }),
    ...(other && { otherRoleMay: (asked) => roleMay(asked, other.caller, parts) }),
  };
}

/** The role could not be assumed then, and could be now. */
function trustedNow(roleArn: string): Finding {
  return {
    subject: 'service',
    code: 'other',
    name: roleArn,
    allowedNow: true,
    text: {
      en: `${roleArn} could not be assumed then.`,
      ja: `${roleArn} は当時引き受けられませんでした。`,
    },
    fixes: [],
  };
}

/** What the sessions of the task's roles were refused: the application's calls among them. */
export async function foundOfSessions(
  task: TaskRecord,
  setting: TaskSetting | undefined,
  context: DemandContext,
  parts: GatewayParts,
): Promise<readonly Found[]> {
  const { executionRoleArn, taskRoleArn, cause } = task;
  const found: Found[] = [];
  for (const entry of await parts.journal.ofSession(context.account, task.taskId)) {
    if (entry.id === cause?.decisionId) continue;
    for (const decision of entry.decisions) {
      const { principal } = decision.request;
      if (decision.outcome === 'allow' || principal.type !== 'role-session') continue;
      const { roleArn } = principal;
      // One role for both: what came after the start is mostly the application's.
      const isTaskRole = roleArn === taskRoleArn;
      if (!isTaskRole && roleArn !== executionRoleArn) continue;
      const subject = isTaskRole ? 'taskRole' : 'executionRole';
      const other = isTaskRole ? executionRoleArn : taskRoleArn;
      const place = placeOf(subject, other, task, setting, context, parts);
      found.push({ finding: decisionFinding(decision, place), decision });
    }
  }
  return found;
}
