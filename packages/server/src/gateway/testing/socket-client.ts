/** For tests: a client that signs as root and speaks over real sockets. */
import { type SignedRequest, signInHeader, type TestKey } from './client-signature.ts';
import { converse, type Sending, wireBytes } from './raw-socket.ts';
import { type Answer, signForm, type TestGateway } from './test-gateway.ts';

/** A request that is not signed yet; the Host is added. */
export interface Unsigned {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | string;
}

export class SocketClient {
  readonly host: string;
  readonly #port: number;
  readonly #key: TestKey;

  constructor(gateway: TestGateway, key: TestKey = gateway.root()) {
    this.#port = gateway.server.port;
    this.host = `127.0.0.1:${this.#port}`;
    this.#key = key;
  }

  form(
    service: 'iam' | 'sts' | 'ec2',
    parameters: Readonly<Record<string, string>>,
  ): SignedRequest {
    return signForm(service, parameters, this.#key, Date.now(), this.host);
  }

  sign(service: string, request: Unsigned): SignedRequest {
    const { method, rawPath, rawQuery = '', headers = [], body = '' } = request;
    return signInHeader(
      {
        method,
        rawPath,
        rawQuery,
        headers: [['host', this.host], ...headers],
        body: Buffer.from(body),
      },
      this.#key,
      { service, region: 'us-east-1', now: Date.now() },
    );
  }

  /** Sends one request, signed or raw, and gives its answer. */
  async send(request: SignedRequest | Sending): Promise<Answer> {
    const isSigned = typeof request === 'object' && 'rawPath' in request;
    const { answers } = await converse(this.#port, isSigned ? wireBytes(request) : request);
    const [answer] = answers;
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  call(
    service: 'iam' | 'sts' | 'ec2',
    parameters: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    return this.send(this.form(service, parameters));
  }
}
