/** Why a service has no tasks: its last failed launch, or the last of its tasks that failed. */
import type { ServiceRecord } from '../../services/ecs/entities/service.ts';
import { primaryOf, tasksOfService } from '../../services/ecs/entities/service.ts';
import { lookUpTaskDefinition } from '../../services/ecs/entities/task-definition.ts';
import type { DemandContext } from '../../services/service.ts';
import type { Fix } from '../fixes/template.ts';
import type { GatewayParts } from '../parts.ts';
import type { Finding } from './finding.ts';
import { foundCause } from './recorded.ts';
import { checkTask } from './task-check.ts';
import { aheadOf, diagnoseTask, planOf, type TaskDiagnosis } from './task-diagnosis.ts';
import { settingOfDefinition } from './task-setting.ts';

/** A service's diagnosis: of a launch that made no task, else of its newest failed task. */
export interface ServiceDiagnosis {
  readonly serviceArn: string;
  /** The newest event, in AWS's words. */
  readonly event?: string;
  readonly findings: readonly Finding[];
  /** What the next start would meet besides. */
  readonly ahead: readonly Finding[];
  /** All of it at once. */
  readonly plan: readonly Fix[];
  readonly task?: TaskDiagnosis;
}

/** The diagnosis of one service. */
export async function diagnoseService(
  service: ServiceRecord,
  context: DemandContext,
  parts: GatewayParts,
): Promise<ServiceDiagnosis> {
  const { serviceArn, clusterName, events, failures } = service;
  const event = events[0]?.message;
  const head = { serviceArn, ...(event === undefined ? {} : { event }) };
  if (failures.cause === undefined) {
    const [failed] = tasksOfService(context, service)
      .map(({ record }) => record)
      .filter(({ cause, stopCode }) => cause !== undefined || stopCode !== undefined)
      .sort((one, other) => other.createdAt - one.createdAt);
    if (failed === undefined) return { ...head, findings: [], ahead: [], plan: [] };
    const task = await diagnoseTask(failed, context, parts);
    const { findings, ahead, plan } = task;
    return { ...head, findings, ahead, plan, task };
  }
  const arn = primaryOf(service)?.source.taskDefinitionArn;
  const definition = arn === undefined ? undefined : lookUpTaskDefinition(context, arn)?.record;
  const setting = definition && settingOfDefinition(definition, clusterName, context);
  const task = setting ?? { taskArn: serviceArn, taskId: '' };
  const found = await foundCause(failures.cause, task, setting, context, parts);
  const checks = setting === undefined ? [] : await checkTask(setting, context, parts);
  const ahead = aheadOf([found], checks);
  return {
    ...head,
    findings: [found.finding],
    ahead: ahead.map(({ finding }) => finding),
    plan: planOf([found, ...ahead], context),
  };
}
