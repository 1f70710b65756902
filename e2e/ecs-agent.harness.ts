/** What the agent of a container instance, and Docker beside it, ask with the instance's role. */
import { request } from 'node:http';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  DeregisterContainerInstanceCommand,
  DiscoverPollEndpointCommand,
  ECSClient,
  RegisterContainerInstanceCommand,
  SubmitAttachmentStateChangesCommand,
  SubmitContainerStateChangeCommand,
  SubmitTaskStateChangeCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { fromInstanceMetadata } from '@smithy/credential-provider-imds';
import { signInHeader } from '../packages/server/src/gateway/testing/client-signature.ts';

type Credentials = Awaited<ReturnType<ReturnType<typeof fromInstanceMetadata>>>;
type Call = readonly [action: string, ...asks: (() => Promise<unknown>)[]];

/** Credentials of the instance, as the SDK's own provider gets them from its metadata service. */
export async function instanceCredentials(metadataUrl: string): Promise<Credentials> {
  process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = metadataUrl;
  try {
    return await fromInstanceMetadata()();
  } finally {
    delete process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'];
  }
}

/** By action of article 001's policy, in its order: calls that need it, each telling its answer. */
export function agentCalls(
  endpoint: string,
  credentials: Credentials,
  containerInstance: string,
): ReadonlyMap<string, () => Promise<readonly string[]>> {
  const parts = { settings: { endpoint, region: 'us-east-1', credentials }, containerInstance };
  const calls = [...ecsCalls(parts), ...ecrCalls(parts), ...logsCalls(parts)];
  return new Map(
    calls.map(([action, ...asks]) => [
      action,
      () => Promise.all(asks.map((ask) => ask().then(String, (error: unknown) => String(error)))),
    ]),
  );
}

interface Parts {
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: Credentials;
  };
  readonly containerInstance: string;
}

function ecsCalls({ settings, containerInstance }: Parts): readonly Call[] {
  const ecs = new ECSClient(settings);
  const cluster = 'default';
  const unknown = { cluster, containerInstance: '0'.repeat(32) };
  const containerInstances = [containerInstance];
  const active = { cluster, containerInstances, status: 'ACTIVE' } as const;
  const open = (path: string, clusterName: string, instanceName: string) =>
    openSession(settings, path, [
      [clusterName, cluster],
      [instanceName, containerInstance],
    ]);
  return [
    ['ecs:CreateCluster', () => ecs.send(new CreateClusterCommand({ clusterName: cluster }))],
    [
      'ecs:DeregisterContainerInstance',
      () => ecs.send(new DeregisterContainerInstanceCommand(unknown)),
    ],
    ['ecs:DiscoverPollEndpoint', () => ecs.send(new DiscoverPollEndpointCommand({ cluster }))],
    ['ecs:Poll', () => open('/ws', 'clusterArn', 'containerInstanceArn')],
    [
      'ecs:RegisterContainerInstance',
      () => ecs.send(new RegisterContainerInstanceCommand({ cluster })),
    ],
    ['ecs:StartTelemetrySession', () => open('/ws/telemetry/ws', 'cluster', 'containerInstance')],
    [
      'ecs:UpdateContainerInstancesState',
      () => ecs.send(new UpdateContainerInstancesStateCommand(active)),
    ],
    [
      'ecs:Submit*',
      () => ecs.send(new SubmitTaskStateChangeCommand({ cluster })),
      () => ecs.send(new SubmitContainerStateChangeCommand({ cluster })),
      () => ecs.send(new SubmitAttachmentStateChangesCommand({ cluster, attachments: [] })),
    ],
  ];
}

function ecrCalls({ settings }: Parts): readonly Call[] {
  const ecr = new ECRClient(settings);
  const repositoryName = 'web';
  const layerDigest = `sha256:${'0'.repeat(64)}`;
  const layer = { repositoryName, layerDigest };
  const layers = { repositoryName, layerDigests: [layerDigest] };
  const images = { repositoryName, imageIds: [{ imageTag: 'latest' }] };
  return [
    ['ecr:GetAuthorizationToken', () => ecr.send(new GetAuthorizationTokenCommand({}))],
    [
      'ecr:BatchCheckLayerAvailability',
      () => ecr.send(new BatchCheckLayerAvailabilityCommand(layers)),
    ],
    ['ecr:GetDownloadUrlForLayer', () => ecr.send(new GetDownloadUrlForLayerCommand(layer))],
    ['ecr:BatchGetImage', () => ecr.send(new BatchGetImageCommand(images))],
  ];
}

function logsCalls({ settings }: Parts): readonly Call[] {
  const logs = new CloudWatchLogsClient(settings);
  const stream = { logGroupName: 'web', logStreamName: 'nginx' };
  const logEvents = [{ timestamp: Date.now(), message: 'GET /' }];
  return [
    ['logs:CreateLogStream', () => logs.send(new CreateLogStreamCommand(stream))],
    ['logs:PutLogEvents', () => logs.send(new PutLogEventsCommand({ ...stream, logEvents }))],
  ];
}

/** Asks for a web socket as the agent does; the body of what is answered instead. */
async function openSession(
  { endpoint, region, credentials }: Parts['settings'],
  path: string,
  query: readonly (readonly [string, string])[],
): Promise<string> {
  const { hostname, port, host } = new URL(endpoint);
  const { accessKeyId: id, secretAccessKey: secret, sessionToken: token = '' } = credentials;
  const rawQuery = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const { headers } = signInHeader(
    {
      method: 'GET',
      rawPath: path,
      rawQuery,
      headers: [
        ['host', host],
        ['connection', 'Upgrade'],
        ['upgrade', 'websocket'],
        ['sec-websocket-version', '13'],
        ['sec-websocket-key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
      ],
      body: Buffer.alloc(0),
    },
    { id, secret, token },
    { service: 'ecs', region, now: Date.now() },
  );
  const target = { hostname, port, path: `${path}?${rawQuery}` };
  return await new Promise((resolve, reject) => {
    const sent = request({ ...target, headers: Object.fromEntries(headers) }, async (response) => {
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += String(chunk);
      resolve(body);
    });
    sent.on('error', reject);
    sent.end();
  });
}
