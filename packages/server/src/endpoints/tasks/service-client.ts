/** Signed requests to AWS services on behalf of one role: over this server's own wire. */
import { signRequest } from '../../authentication/signature/sign-request.ts';
import type { LoopbackResponse } from '../../platform/platform.ts';
import type { Runtime } from '../../services/service.ts';
import type { AwsService } from './aws-service.ts';
import type { RoleSession } from './role-session.ts';
import type { Routes } from './routes.ts';

/** An answer that is an error, as the service gave it. */
export class ServiceFailure extends Error {
  readonly service: AwsService;
  readonly operation: string;
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  /** The refusal in the decision journal, where it is one. */
  readonly decisionId: string | undefined;

  constructor(
    service: AwsService,
    operation: string,
    answer: {
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly requestId: string;
      readonly decisionId?: string | undefined;
    },
  ) {
    super(answer.message);
    this.name = 'ServiceFailure';
    this.service = service;
    this.operation = operation;
    this.status = answer.status;
    this.code = answer.code;
    this.requestId = answer.requestId;
    this.decisionId = answer.decisionId;
  }
}

/** Nobody answered at the address that the network has for a service. */
export class Unreachable extends Error {
  readonly url: string;
  readonly method: string;
  constructor(method: string, url: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'Unreachable';
    this.method = method;
    this.url = url;
  }
}

/** This server's own: under which id a refusal is explained. */
export const decisionIdHeader = 'x-sekisho-decision-id';

const requestMilliseconds = 10_000;
const answerBytesMax = 4 * 1024 * 1024;

/** Speaks to services in the name of one role session. */
export class ServiceClient {
  readonly #runtime: Runtime;
  readonly #role: RoleSession;
  readonly #routes: Routes;

  constructor(runtime: Runtime, role: RoleSession, routes: Routes) {
    this.#runtime = runtime;
    this.#role = role;
    this.#routes = routes;
  }

  /** The output as parsed JSON. Rejects with ServiceFailure, Unreachable. */
  async call(
    service: AwsService,
    operation: string,
    input: object,
    region: string,
  ): Promise<ReadonlyMap<string, unknown>> {
    const host = `${service.hostStart}.${region}.amazonaws.com`;
    const answer = await this.#send({
      method: 'POST',
      host,
      rawPath: '/',
      url: () => this.#routes.urlOf(service.endpointService, operation),
      headers: [
        ['content-type', 'application/x-amz-json-1.1'],
        ['x-amz-target', `${service.targetPrefix}.${operation}`],
      ],
      body: JSON.stringify(input),
      region,
      service: service.signingName,
    });
    const members = readObject(await collect(answer.body));
    if (answer.status === 200) return members;
    const type = text(members.get('__type'));
    throw new ServiceFailure(service, operation, {
      status: answer.status,
      code: type.slice(type.lastIndexOf('#') + 1),
      message: text(members.get('message') ?? members.get('Message')),
      requestId: answer.headers.get('x-amzn-requestid') ?? '',
      decisionId: answer.headers.get(decisionIdHeader),
    });
  }

  /** An object of S3: status and whole body. Rejects with Unreachable. */
  async getObject(
    bucket: string,
    key: string,
    region: string,
  ): Promise<{
    readonly status: number;
    readonly body: string;
    readonly decisionId: string | undefined;
  }> {
    const path = [bucket, ...key.split('/')].map(encodeSegment).join('/');
    const url = await this.#urlOfBucket(region);
    const answer = await this.#send({
      method: 'GET',
      host: new URL(url).host,
      rawPath: `/${path}`,
      url: () => Promise.resolve(url),
      headers: [['x-amz-content-sha256', emptySha256]],
      body: '',
      region,
      service: 's3',
    });
    return {
      status: answer.status,
      body: (await collect(answer.body)).toString('utf8'),
      decisionId: answer.headers.get(decisionIdHeader),
    };
  }

  async #urlOfBucket(region: string): Promise<string> {
    try {
      return await this.#routes.urlOf('s3');
    } catch (error) {
      throw new Unreachable('GET', `https://s3.${region}.amazonaws.com/`, error);
    }
  }

  async #send(request: {
    readonly method: string;
    readonly host: string;
    readonly rawPath: string;
    readonly url: () => Promise<string>;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
    readonly region: string;
    readonly service: string;
  }): Promise<LoopbackResponse> {
    const { method, host, rawPath, url, body } = request;
    const { clock, network } = this.#runtime.platform;
    const credentials = this.#role.credentials();
    const signed = signRequest({
      ...request,
      now: clock.now(),
      credentials: {
        id: credentials.accessKeyId,
        secret: credentials.secretAccessKey,
        token: credentials.sessionToken,
      },
    });
    try {
      return await network.loopback({
        method,
        url: `${await url()}${rawPath}`,
        headers: [['host', host], ...signed],
        body,
        milliseconds: requestMilliseconds,
      });
    } catch (error) {
      throw new Unreachable(method, `https://${host}/`, error);
    }
  }
}

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The whole body, at most a few MiB: answers of services are not larger. */
export async function collect(
  body: AsyncIterable<Uint8Array>,
  bytesMax = answerBytesMax,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of body) {
    received += chunk.length;
    if (received > bytesMax) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The members of a JSON object; none when it is something else. */
export function readObject(json: Uint8Array | string): ReadonlyMap<string, unknown> {
  try {
    return members(JSON.parse(typeof json === 'string' ? json : Buffer.from(json).toString()));
  } catch {
    return new Map();
  }
}

export function members(value: unknown): ReadonlyMap<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Map(isObject ? Object.entries(value) : []);
}

/** A member that must be text; '' when it is not. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
