/**
 * The events of a service, in AWS's words, newest first.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
import type { ServiceEventRecord, ServiceRecord } from '../entities/service.ts';
import type { TaskRecord } from '../entities/task.ts';

const eventsMax = 100;
/** The same message is not said again for so long. */
const repetitionMilliseconds = 21_600_000;
const troubleshooting =
  'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

/** What is said after `(service web) `. */
export const said = {
  steady: () => 'has reached a steady state.',
  started: (tasks: readonly TaskRecord[]) => `has started ${tasks.length} tasks: ${listed(tasks)}.`,
  stopped: (tasks: readonly TaskRecord[]) =>
    `has stopped ${tasks.length} running tasks: ${listed(tasks)}.`,
  completed: (deploymentId: string) => `(deployment ${deploymentId}) deployment completed.`,
  failed: (deploymentId: string) =>
    `(deployment ${deploymentId}) deployment failed: tasks failed to start.`,
  rollingBack: (deploymentId: string) => `rolling back to deployment ${deploymentId}.`,
  launchFailed: (error: string) => `failed to launch a task with (error ${error}).`,
  inconsistent: () => `is unable to consistently start tasks successfully. ${troubleshooting}`,
  unplaced: (reason: string) => `was unable to place a task. Reason: ${ended(reason)}`,
  noInstance: (reason: string) =>
    'was unable to place a task because no container instance met all of its requirements. ' +
    `${reason} ${troubleshooting}`,
  stuck: () =>
    'was unable to stop or start tasks during a deployment because of the service deployment ' +
    'configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
} as const;

function listed(tasks: readonly TaskRecord[]): string {
  return tasks.map(({ taskId }) => `(task ${taskId})`).join(' ');
}

function ended(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** The service with the events added, the last one newest. `newId` makes ids of events. */
export function withEvents(
  service: ServiceRecord,
  messages: readonly string[],
  now: number,
  newId: () => string,
): ServiceRecord {
  let events: readonly ServiceEventRecord[] = service.events;
  for (const text of messages) {
    const message = `(service ${service.serviceName}) ${text}`;
    const [newest] = events;
    const isRepeated =
      newest?.message === message && now - newest.createdAt < repetitionMilliseconds;
    if (isRepeated) continue;
    events = [{ id: newId(), createdAt: now, message }, ...events].slice(0, eventsMax);
  }
  return events === service.events ? service : { ...service, events };
}
