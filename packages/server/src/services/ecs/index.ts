/** Amazon Elastic Container Service: clusters, task definitions, tasks, services, agents. */
import { loadServiceModel } from '@sekisho/catalog';
import { defineService, type Service } from '../service.ts';
import { withAgentSessions } from './agent-model.ts';
import { authorization } from './authorization.ts';
import { requestBytesMax } from './limits.ts';
import { accountSettingOperations } from './operations/account-settings.ts';
import { agentOperations } from './operations/agents.ts';
import { attributeOperations } from './operations/attributes.ts';
import { capacityProviderOperations } from './operations/capacity-providers.ts';
import { clusterOperations } from './operations/clusters.ts';
import { registrationOperations } from './operations/container-instance-registration.ts';
import { containerInstanceOperations } from './operations/container-instances.ts';
import { describeServiceOperations } from './operations/describe-services.ts';
import { executeCommandOperations } from './operations/execute-command.ts';
import { runTaskOperations } from './operations/run-task.ts';
import { serviceDeploymentOperations } from './operations/service-deployments.ts';
import { serviceOperations } from './operations/services.ts';
import { tagOperations } from './operations/tags.ts';
import { taskDefinitionListOperations } from './operations/task-definition-lists.ts';
import { taskDefinitionOperations } from './operations/task-definitions.ts';
import { taskProtectionOperations } from './operations/task-protection.ts';
import { taskOperations } from './operations/tasks.ts';
import { startScheduler, stopScheduler } from './scheduler/scheduler.ts';
import type { SchedulerSettings } from './scheduler/settings.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html */
export async function createEcsService(
  settings: Partial<SchedulerSettings> = {},
): Promise<Service> {
  const model = withAgentSessions(await loadServiceModel('ecs'));
  return defineService({
    id: 'ecs',
    signingName: 'ecs',
    actionPrefix: 'ecs',
    model,
    bodyBytesMax: new Map(model.operationNames.map((name) => [name, requestBytesMax])),
    // The second one is spoken by the agent's sessions only.
    protocols: ['aws-json-1.1', 'rest-json'],
    validation: 'json',
    authorization,
    start: (runtime) => startScheduler(runtime, settings),
    stop: stopScheduler,
    // Each `operations/<noun>.ts` exports its operations as one object, spread here.
    operations: {
      ...describeServiceOperations,
      ...executeCommandOperations,
      ...runTaskOperations,
      ...serviceDeploymentOperations,
      ...serviceOperations,
      ...taskOperations,
      ...taskProtectionOperations,
      ...accountSettingOperations,
      ...agentOperations,
      ...attributeOperations,
      ...capacityProviderOperations,
      ...clusterOperations,
      ...containerInstanceOperations,
      ...registrationOperations,
      ...tagOperations,
      ...taskDefinitionListOperations,
      ...taskDefinitionOperations,
    },
  });
}
