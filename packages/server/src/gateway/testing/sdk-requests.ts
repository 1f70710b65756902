/** For tests: one request for every operation of a service, written by the SDK's own client. */
import { AwsJson1_0Protocol, AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { loadServiceModel } from '@sekisho/catalog';
import type { Service } from '../../services/service.ts';
import type { PlainRequest } from './client-signature.ts';
import { type Preferred, sampleStructure } from './sample-input.ts';

/** A service in one of its protocols, as the SDK speaks to it. */
export interface SdkService {
  readonly id: string;
  readonly clientName: string;
  readonly load: () => Promise<object>;
  /** The client's protocol where it is not its own choice. */
  readonly protocol?: unknown;
}

/** An operation's request, unsigned. */
export interface OperationRequest {
  readonly operation: string;
  readonly request: PlainRequest;
}

const cloudWatch = {
  id: 'cloudwatch',
  clientName: 'CloudWatchClient',
  load: () => import('@aws-sdk/client-cloudwatch'),
} as const;

/** By service and protocol. */
export const sdkServices: ReadonlyMap<string, SdkService> = new Map<string, SdkService>([
  ['iam', { id: 'iam', clientName: 'IAMClient', load: () => import('@aws-sdk/client-iam') }],
  ['sts', { id: 'sts', clientName: 'STSClient', load: () => import('@aws-sdk/client-sts') }],
  ['ec2', { id: 'ec2', clientName: 'EC2Client', load: () => import('@aws-sdk/client-ec2') }],
  ['s3', { id: 's3', clientName: 'S3Client', load: () => import('@aws-sdk/client-s3') }],
  ['cloudwatch', cloudWatch],
  ['cloudwatch (aws-query)', { ...cloudWatch, protocol: AwsQueryProtocol }],
  ['cloudwatch (aws-json-1.0)', { ...cloudWatch, protocol: AwsJson1_0Protocol }],
]);

interface SdkHttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string | null | readonly (string | null)[]>;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

interface SdkClient {
  send(command: unknown): Promise<unknown>;
  destroy(): void;
}

class Captured extends Error {
  readonly request: SdkHttpRequest;
  constructor(request: SdkHttpRequest) {
    super('captured');
    this.request = request;
  }
}

/** Requests to a service that speaks JSON, for which no SDK client is needed. */
export async function buildJsonRequests(
  service: Service,
  preferred: Preferred,
  additions: ReadonlyMap<string, object>,
): Promise<readonly OperationRequest[]> {
  const { model, protocols } = service;
  const version = /^aws-json-(1\.[01])$/.exec(protocols[0] ?? '')?.[1];
  if (version === undefined) throw new Error(`${service.id} needs its SDK client in this list`);
  return model.operationNames.map((operation) => {
    const shape = model.operation(operation)?.input;
    const input = shape === undefined ? {} : sampleStructure(shape, preferred);
    const headers = [
      ['host', sdkHost],
      ['content-type', `application/x-amz-json-${version}`],
      ['x-amz-target', `${model.targetPrefix ?? ''}.${operation}`],
    ] as const;
    const text = JSON.stringify({ ...input, ...additions.get(operation) }, jsonValue);
    const body = Buffer.from(text);
    return { operation, request: { method: 'POST', rawPath: '/', rawQuery: '', headers, body } };
  });
}

/** Times are seconds and blobs base64; both have been through their own `toJSON` here. */
function jsonValue(_name: string, value: unknown): unknown {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value)) {
    return Date.parse(value) / 1000;
  }
  if (typeof value !== 'object' || value === null || !('data' in value)) return value;
  const { data } = value;
  return Array.isArray(data) ? Buffer.from(data).toString('base64') : value;
}

/** The host that the requests name. */
export const sdkHost = '127.0.0.1:4566';

/** Every operation of the service. An operation that the SDK cannot write is an error. */
export async function buildRequests(
  service: SdkService,
  preferred: Preferred,
  additions: ReadonlyMap<string, object>,
): Promise<readonly OperationRequest[]> {
  const sdk = await service.load();
  const model = await loadServiceModel(service.id);
  const client = createClient(sdk, service);
  const built: OperationRequest[] = [];
  for (const operation of model.operationNames) {
    const shape = model.operation(operation)?.input;
    if (shape === undefined) throw new Error(`${operation} has no model`);
    const input = { ...sampleStructure(shape, preferred), ...additions.get(operation) };
    const command = create(sdk, `${operation}Command`, input);
    const request = await client.send(command).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Captured) return error.request;
        throw new Error(`the SDK writes no ${operation}: ${String(error)}`);
      },
    );
    if (request !== undefined) built.push({ operation, request: await toPlain(request) });
  }
  client.destroy();
  return built;
}

function createClient(sdk: object, service: SdkService): SdkClient {
  const settings = {
    endpoint: `http://${sdkHost}`,
    region: 'us-east-1',
    maxAttempts: 1,
    forcePathStyle: true,
    disableHostPrefix: true,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' },
    signer: { sign: async (request: unknown) => request },
    requestHandler: {
      handle: async (request: SdkHttpRequest) => {
        throw new Captured(request);
      },
    },
    ...(service.protocol === undefined ? {} : { protocol: service.protocol }),
  };
  return create(sdk, service.clientName, settings) as SdkClient;
}

function create(sdk: object, name: string, argument: object): object {
  const made: unknown = Reflect.get(sdk, name);
  if (typeof made !== 'function') throw new Error(`the SDK has no ${name}`);
  return Reflect.construct(made, [argument]);
}

const dropped = new Set([
  'authorization',
  'content-length',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
]);

async function toPlain(request: SdkHttpRequest): Promise<PlainRequest> {
  const pairs = Object.entries(request.query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(
      (each) => `${encode(name)}=${encode(String(each ?? ''))}`,
    ),
  );
  const headers = Object.entries(request.headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !dropped.has(name) && name !== 'host' && !name.endsWith('user-agent'));
  return {
    method: request.method,
    rawPath: request.path,
    rawQuery: pairs.join('&'),
    headers: [['host', sdkHost], ...headers],
    body: await bytesOf(request.body),
  };
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  throw new Error('the SDK streams this body');
}
