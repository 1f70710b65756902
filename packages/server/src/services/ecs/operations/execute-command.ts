/** ExecuteCommand: checked as on AWS; there is no agent here that could open the session. */
import type { ExecuteCommandRequest } from '@sekisho/catalog/types/ecs';
import type { Operation, OperationContext } from '../../service.ts';
import { findCluster } from '../entities/cluster.ts';
import { lookUpTask } from '../entities/task.ts';
import { ecsError, invalidParameter, taskNotFound } from '../errors.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommand.html */
function executeCommand(input: ExecuteCommandRequest, context: OperationContext): never {
  const { clusterName } = findCluster(context, input.cluster).record;
  const task = lookUpTask(context, clusterName, input.task, context.now)?.record;
  if (task === undefined) throw taskNotFound();
  const { container } = input;
  // Unverified: the texts of these three, and the order of all checks.
  if (!input.interactive)
    throw invalidParameter('Interactive is the only mode supported currently.');
  if (container === undefined && task.containers.length > 1) {
    throw invalidParameter('A container name must be given: the task has more than one container.');
  }
  if (container !== undefined && task.containers.every(({ name }) => name !== container)) {
    throw invalidParameter(`The task has no container named ${container}.`);
  }
  if (!task.enableExecuteCommand || task.lastStatus !== 'RUNNING') {
    throw invalidParameter(
      'The execute command failed because execute command was not enabled when the task was run ' +
        'or the execute command agent isn’t running. Wait and try again or run a new task with ' +
        'execute command enabled and try again.',
    );
  }
  throw ecsError(
    'TargetNotConnectedException',
    'The execute command failed due to an internal error. Try again later.',
  );
}

export const executeCommandOperations: Readonly<Record<string, Operation>> = {
  ExecuteCommand: executeCommand,
};
