/**
 * The two web sockets of the container agent as operations of the model: AWS's model has none of
 * them, yet IAM knows their actions. The agent appends `ws` to what DiscoverPollEndpoint answers.
 * https://github.com/aws/amazon-ecs-agent
 */
import type { Member, OperationModel, ServiceModel, StructureShape } from '@sekisho/catalog';

/** Below the agent's path, which can be no bucket's name. */
export const telemetryPath = '/ws/telemetry/';

/** The model with Poll and StartTelemetrySession: both are authorized, neither is served. */
export function withAgentSessions(model: ServiceModel): ServiceModel {
  const sessions = new Map([
    ['Poll', session('Poll', '/ws', ['clusterArn', 'containerInstanceArn'])],
    [
      'StartTelemetrySession',
      session('StartTelemetrySession', `${telemetryPath}ws`, ['cluster', 'containerInstance']),
    ],
  ]);
  return {
    ...model,
    operationNames: [...model.operationNames, ...sessions.keys()],
    operation: (name) => sessions.get(name) ?? model.operation(name),
  };
}

function session(
  name: string,
  uri: string,
  [cluster, containerInstance]: readonly [string, string],
): OperationModel {
  return {
    name,
    input: structure(`${name}Request`, [
      queryMember('cluster', cluster),
      queryMember('containerInstance', containerInstance),
    ]),
    output: structure(`${name}Response`, []),
    http: { method: 'GET', uri, code: 101 },
  };
}

function queryMember(name: string, httpQuery: string): Member {
  return {
    name,
    shape: { kind: 'string', name: 'String' },
    required: false,
    traits: { httpQuery },
  };
}

function structure(name: string, members: readonly Member[]): StructureShape {
  return {
    kind: 'structure',
    name,
    members,
    member: (wanted) => members.find((each) => each.name === wanted),
    traits: {},
  };
}
