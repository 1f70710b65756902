/** `GET /_sekisho/tasks/ID/diagnosis` and `GET /_sekisho/services/CLUSTER/NAME/diagnosis`. */
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import { ServiceError } from '../../protocol/service-error.ts';
import { clustersOf } from '../../services/ecs/entities/cluster.ts';
import { lookUpService } from '../../services/ecs/entities/service.ts';
import { isForgotten, type TaskRecord, tasksOf } from '../../services/ecs/entities/task.ts';
import { serviceNotFound } from '../../services/ecs/errors.ts';
import type { DemandContext } from '../../services/service.ts';
import { json } from '../admin.ts';
import { authenticateOwn, checkOwn } from '../own-request.ts';
import type { GatewayParts } from '../parts.ts';
import { diagnoseService } from './service-diagnosis.ts';
import { diagnoseTask } from './task-diagnosis.ts';

const taskPath = /^tasks\/([0-9a-f]{32})\/diagnosis$/;
const servicePath = /^services\/([A-Za-z0-9_-]{1,255})\/([A-Za-z0-9_-]{1,255})\/diagnosis$/;

/** Whether the path is a diagnosis's. */
export function isDiagnosis({ method }: HttpRequest, path: string): boolean {
  return method === 'GET' && (taskPath.test(path) || servicePath.test(path));
}

/**
 * Needs `sekisho:ExplainTask` on `arn:…:sekisho:REGION:ACCOUNT:task/ID` (or `service/CLUSTER/NAME`).
 * Throws ServiceError 403, and 400 where the account has no such task or service in the region.
 */
export async function answerDiagnosis(
  request: HttpRequest,
  path: string,
  parts: GatewayParts,
): Promise<HttpResponse> {
  const { context } = await authenticateOwn(request, parts);
  const { partition, region, account } = context;
  const own = `arn:${partition}:sekisho:${region}:${account}`;
  const [, taskId] = taskPath.exec(path) ?? [];
  if (taskId !== undefined) {
    // It tells what policies say and what the task's programs asked for.
    checkOwn('sekisho:ExplainTask', `${own}:task/${taskId}`, context, parts);
    return json(200, await diagnoseTask(findTask(taskId, context), context, parts));
  }
  const [, cluster = '', name = ''] = servicePath.exec(path) ?? [];
  checkOwn('sekisho:ExplainTask', `${own}:service/${cluster}/${name}`, context, parts);
  const service = lookUpService(context, cluster, name, context.http.receivedAt);
  if (service === undefined) throw serviceNotFound();
  return json(200, await diagnoseService(service.record, context, parts));
}

/** In whichever cluster it is. */
function findTask(taskId: string, context: DemandContext): TaskRecord {
  for (const { record } of clustersOf(context).all()) {
    const task = tasksOf(context, record.clusterName).find(taskId)?.record;
    if (task !== undefined && !isForgotten(task, context.http.receivedAt)) return task;
  }
  throw new ServiceError('InvalidParameterException', 'The referenced task was not found.', 404);
}
