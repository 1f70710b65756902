/** For tests: a whole server with a registry, and requests to it over a real socket. */
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { signInHeader, type TestKey } from '../../gateway/testing/client-signature.ts';
import {
  account,
  startGateway,
  type TestGateway,
  type TestGatewayOptions,
} from '../../gateway/testing/test-gateway.ts';

export const region = 'us-east-1';
export { account, otherAccount } from '../../gateway/testing/test-gateway.ts';

/** An answer of the registry, its body as text. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The code of the first error of the body; '' when there is none. */
  readonly code: string;
  readonly message: string;
}

/** A request; without a password it carries no credentials. */
export interface RegistryOptions {
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A server that tests talk to. */
export class RegistryWorld {
  readonly gateway: TestGateway;

  private constructor(gateway: TestGateway) {
    this.gateway = gateway;
  }

  static async start(options: TestGatewayOptions = {}): Promise<RegistryWorld> {
    return new RegistryWorld(await startGateway(options));
  }

  /** An operation of ECR's API; throws unless it is answered with 200. */
  async ecr(
    operation: string,
    input: object,
    key: TestKey = this.gateway.root(),
  ): Promise<Record<string, unknown>> {
    const answer = await this.ecrAnswer(operation, input, key);
    if (answer.status !== 200) throw new Error(`${operation}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body) as Record<string, unknown>;
  }

  async ecrAnswer(operation: string, input: object, key: TestKey = this.gateway.root()) {
    const request = {
      method: 'POST',
      rawPath: '/',
      rawQuery: '',
      headers: [
        ['host', new URL(this.gateway.server.endpoint).host],
        ['content-type', 'application/x-amz-json-1.1'],
        ['x-amz-target', `AmazonEC2ContainerRegistry_V20150921.${operation}`],
      ] as const,
      body: Buffer.from(JSON.stringify(input)),
    };
    const signed = signInHeader(request, key, { service: 'ecr', region, now: Date.now() });
    return await this.gateway.send(signed);
  }

  /** The password of GetAuthorizationToken. */
  async password(key: TestKey = this.gateway.root()): Promise<string> {
    const { authorizationData } = await this.ecr('GetAuthorizationToken', {}, key);
    const [{ authorizationToken }] = authorizationData as [{ authorizationToken: string }];
    return Buffer.from(authorizationToken, 'base64').toString('latin1').slice('AWS:'.length);
  }

  /** A user with the statements as its inline policy; its key. */
  async user(name: string, statements: readonly object[], owner = account): Promise<TestKey> {
    const root = this.gateway.root(owner);
    await this.gateway.call('iam', { Action: 'CreateUser', UserName: name }, root);
    await this.putUserPolicy(name, statements, owner);
    const parameters = { Action: 'CreateAccessKey', UserName: name };
    const { body } = await this.gateway.call('iam', parameters, root);
    const text = (element: string) => new RegExp(`<${element}>([^<]*)<`).exec(body)?.[1] ?? '';
    return { id: text('AccessKeyId'), secret: text('SecretAccessKey') };
  }

  async putUserPolicy(name: string, statements: readonly object[], owner = account) {
    if (statements.length === 0) return;
    const parameters = {
      Action: 'PutUserPolicy',
      UserName: name,
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    };
    await this.gateway.call('iam', parameters, this.gateway.root(owner));
  }

  /** Sends a request to the registry as it is, over a socket. */
  async send(
    method: string,
    path: string,
    { password, headers = {}, body }: RegistryOptions = {},
  ): Promise<RegistryAnswer> {
    const { hostname, port } = new URL(this.gateway.server.endpoint);
    const credentials =
      password === undefined
        ? {}
        : { Authorization: `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}` };
    return await new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        { hostname, port, method, path, headers: { ...credentials, ...headers }, agent: false },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('latin1');
            const { headers: received, statusCode = 0 } = incoming;
            const flat = Object.entries(received).map(([name, value]) => [name, String(value)]);
            resolve({
              status: statusCode,
              headers: Object.fromEntries(flat),
              body: text,
              ...errorOf(text),
            });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Pushes a layer: POST, then PUT with all of it; its digest. */
  async pushLayer(repository: string, content: string | Buffer, password: string): Promise<string> {
    const begun = await this.send('POST', `/v2/${repository}/blobs/uploads/`, { password });
    const location = begun.headers['location'] ?? '';
    const digest = sha256(content);
    const done = await this.send('PUT', `${location}?digest=${digest}`, {
      password,
      body: content,
    });
    if (done.status !== 201)
      throw new Error(`${begun.status} ${begun.body} ${done.status} ${done.body}`);
    return digest;
  }

  /** Pushes an image of a configuration and layers under a tag or digest; the manifest's digest. */
  async pushImage(
    repository: string,
    reference: string | undefined,
    layers: readonly string[],
    password: string,
    more: object = {},
  ): Promise<{ readonly digest: string; readonly manifest: string }> {
    const descriptors: object[] = [];
    for (const content of ['{}', ...layers]) {
      const digest = await this.pushLayer(repository, content, password);
      const size = Buffer.byteLength(content);
      const mediaType = `application/vnd.oci.image.${descriptors.length === 0 ? 'config.v1+json' : 'layer.v1.tar'}`;
      descriptors.push({ mediaType, digest, size });
    }
    const [config, ...rest] = descriptors;
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: rest, ...more });
    const digest = sha256(manifest);
    const path = `/v2/${repository}/manifests/${reference ?? digest}`;
    const headers = { 'Content-Type': mediaType };
    const put = await this.send('PUT', path, { password, headers, body: manifest });
    if (put.status !== 201) throw new Error(`${put.status} ${put.body}`);
    return { digest, manifest };
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
  }
}

/** `sha256:<64 hex>`. */
export function sha256(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function errorOf(body: string): { readonly code: string; readonly message: string } {
  if (!body.startsWith('{"errors":')) return { code: '', message: '' };
  const { errors } = JSON.parse(body) as { errors: readonly { code: string; message: string }[] };
  return { code: errors[0]?.code ?? '', message: errors[0]?.message ?? '' };
}
