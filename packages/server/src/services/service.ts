/** What a service is: its model, its operations as data, and what each request demands. */
import type { ServiceModel } from '@sekisho/catalog';
import type { Combining, ContextValue, Decision, PolicySource } from '@sekisho/policy';
import type { Authenticated } from '../authentication/authenticated.ts';
import type { Caller, Session } from '../authentication/caller.ts';
import type { LocalIssuerKeys } from '../authentication/web-identity/local-issuer-keys.ts';
import type { Directory } from '../directory/directory.ts';
import type { Platform } from '../platform/platform.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import type { ProtocolName } from '../protocol/protocol.ts';
import type { State } from '../store/state.ts';
import type { Change } from '../store/store.ts';
import type { VpcEndpoints } from './vpc-endpoints.ts';

export type { ProtocolName } from '../protocol/protocol.ts';

declare const authorizedBrand: unique symbol;

/** Proof that every demand of a request was allowed: only `gateway/enforce.ts` makes one. */
export interface Authorized {
  readonly [authorizedBrand]: true;
  readonly decisions: readonly Decision[];
}

/** Makes the proof. To be called in `gateway/enforce.ts` only (the style test checks). */
export function proveAuthorized(decisions: readonly Decision[]): Authorized {
  return { decisions } as unknown as Authorized;
}

/** One (action, resource) pair that must be allowed before an operation runs. */
export interface Demand {
  /** `service:Action`. */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** The account that owns the resource; default: the ARN's account field, else the endpoint's. */
  readonly resourceAccount?: string;
  /** Keys of this pair only (`aws:ResourceTag/*`, `iam:PassedToService`, `ec2:InstanceType`, …). */
  readonly context?: readonly (readonly [key: string, value: ContextValue])[];
  /** The resource's own policy, when it has one. */
  readonly resourcePolicy?: PolicySource;
  /** Default `either`. */
  readonly combining?: Combining;
  readonly resourceIsTrustPolicy?: boolean;
  /** What AWS prints after `on resource: `; default the resource; undefined text = no such part. */
  readonly resourceText?: string | null;
  /** Answer this instead of AccessDenied when this pair is refused (S3: 404 or 403 …). */
  readonly whenDenied?: (decision: Decision) => Error;
  /**
   * Its refusal does not refuse the request: the operation finds the decision in
   * `authorized.decisions`, which stand in the order of the demands (S3 DeleteObjects, key by key).
   */
  readonly advisory?: boolean;
  /** A service asks in the caller's name: the request did not come over the caller's network. */
  readonly forwarded?: boolean;
}

/** What authorization rules may look at. */
export interface DemandContext {
  readonly caller: Caller;
  readonly partition: string;
  readonly region: string;
  /** The account that the endpoint serves for this caller ('' when anonymous). */
  readonly account: string;
  readonly http: HttpRequest;
  readonly authenticated: Authenticated;
  readonly runtime: Runtime;
}

/** A hand-written rule: the demands of one operation. May throw ServiceError (NoSuchBucket …). */
export type DemandRule<Input = never> = (
  input: Input,
  context: DemandContext,
) => readonly Demand[] | Promise<readonly Demand[]>;

/** What an operation gets besides its input. It cannot be called without both proofs. */
export interface OperationContext extends DemandContext {
  readonly authorized: Authorized;
  readonly requestId: string;
  /** Wall time of the request in milliseconds. */
  readonly now: number;
  /** Durable and visible when it resolves; StoreConflict makes the gateway run the operation again. */
  readonly commit: (changes: readonly Change[]) => Promise<number>;
  /** The verified body of an operation with a streaming input. Throws at its end if it was forged. */
  readonly payload: Payload;
}

/** A streamed request body whose hash, chunk signatures and checksums are checked as it is read. */
export interface Payload {
  readonly stream: AsyncIterable<Uint8Array>;
  /** Length of the decoded body, when the client told it. */
  readonly length?: number;
  /** Trailing headers (lower-case names), complete after the stream has ended. */
  readonly trailers: ReadonlyMap<string, string>;
}

/** Output of an operation: its modelled output, or a raw response for what no model describes. */
export type OperationResult<Output> = Output | OutputWithStatus<Output> | RawResponse;

/** A response that the operation writes itself. */
export class RawResponse {
  readonly response: HttpResponse;
  constructor(response: HttpResponse) {
    this.response = response;
  }
}

/** A modelled output whose HTTP status is not the model's (206 of a part of an S3 object). */
export class OutputWithStatus<Output> {
  readonly output: Output;
  readonly status: number;
  constructor(output: Output, status: number) {
    this.output = output;
    this.status = status;
  }
}

/** An operation: modelled input → modelled output, or a ServiceError thrown. */
export type Operation<Input = never, Output = unknown> = (
  input: Input,
  context: OperationContext,
) => OperationResult<Output> | Promise<OperationResult<Output>>;

/** A request as cross-origin rules see it. */
export interface OriginRequest {
  readonly http: HttpRequest;
  /** The bucket, when it stood in the Host header. */
  readonly virtualHostBucket: string | undefined;
  readonly state: State;
}

/** Cross-origin resource sharing: never a permission, only what a browser may show to a page. */
export interface CrossOrigin {
  /** The headers of the answer to a preflight (OPTIONS). Throws ServiceError. */
  readonly preflight: (request: OriginRequest) => HttpResponse['headers'];
  /** The headers that an answer gets besides its own. */
  readonly headers: (request: OriginRequest) => HttpResponse['headers'];
}

/** A service as the gateway sees it. */
export interface Service {
  /** Our id, also the catalogue's: `iam`. */
  readonly id: string;
  /** The service name in credential scopes: `iam`, `monitoring`. */
  readonly signingName: string;
  /** The prefix of its IAM actions: `iam`, `cloudwatch`. */
  readonly actionPrefix: string;
  readonly model: ServiceModel;
  readonly protocols: readonly ProtocolName[];
  /** Global services sign for this region whatever the caller's region is. */
  readonly globalRegion?: string;
  /** Operations that AWS serves without a signature. */
  readonly unsigned?: ReadonlySet<string>;
  /** Operations for which no permission is asked (GetCallerIdentity, GetSessionToken). */
  readonly authorization: ReadonlyMap<string, DemandRule>;
  readonly operations: ReadonlyMap<string, Operation>;
  /**
   * How a refused demand is answered where the demand does not say; absent: AccessDenied.
   * `sentence` stands instead of AWS's words where the authorization is not mapped.
   */
  readonly whenDenied?: (
    decision: Decision,
    demand: Demand,
    context: DemandContext,
    sentence?: string,
  ) => Error;
  /** Its refusals tell the authorization id under which they are recorded. */
  readonly tellsAuthorizationId?: boolean;
  /** Operations whose body may be longer, or only shorter, than AWS's usual ten million bytes. */
  readonly bodyBytesMax?: ReadonlyMap<string, number>;
  /** How the model's constraints are reported; absent: the operations check for themselves (S3). */
  readonly validation?: 'iam' | 'sts' | 'json' | 'ecr';
  /** The code under which they are reported, where it is not that of the protocol. */
  readonly validationCode?: string;
  /**
   * The caller of an unsigned operation, proven by what the input carries (a web identity token);
   * undefined for every other operation. Throws ServiceError when the proof fails.
   */
  readonly federate?: (
    operation: string,
    input: unknown,
    context: DemandContext,
  ) => Caller | undefined | Promise<Caller | undefined>;
  /** Where a workload's metadata endpoint listens (EC2): for `sekisho instance exec`. */
  readonly describeEndpoint?: (
    account: string,
    id: string,
  ) => object | undefined | Promise<object | undefined>;
  /** Requests of browsers from other origins, where the service has rules for them (S3). */
  readonly crossOrigin?: CrossOrigin;
  /** Called once when the server starts, before it serves. */
  readonly start?: (runtime: Runtime) => Promise<void> | void;
  /** Called when the server stops. */
  readonly stop?: (runtime: Runtime) => Promise<void> | void;
}

/** Collects a service's rules and operations from plain objects written by hand. */
export function defineService(
  definition: Omit<Service, 'authorization' | 'operations'> & {
    readonly authorization: Readonly<Record<string, DemandRule>>;
    readonly operations: Readonly<Record<string, Operation>>;
  },
): Service {
  return {
    ...definition,
    authorization: new Map(Object.entries(definition.authorization)),
    operations: new Map(Object.entries(definition.operations)),
  };
}

/** Credentials as handed out. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The running server, as services see it. */
export interface Runtime {
  readonly platform: Platform;
  readonly state: State;
  readonly directory: Directory;
  /** Account ids that this server holds; the first is the default. */
  readonly accounts: readonly string[];
  readonly partition: string;
  /** OIDC issuers on loopback addresses that may be asked over plain http. */
  readonly loopbackIssuers: readonly string[];
  /** Keys of issuers that this server stands in for; absent: it stands in for none. */
  readonly localIssuerKeys?: LocalIssuerKeys;
  /** `http://127.0.0.1:4566`, known once the server listens. */
  readonly endpoint: () => string;
  /** VPC endpoints that listen; absent where nothing listens (tests without a gateway). */
  readonly vpcEndpoints?: VpcEndpoints;
  /** Seals a secret or a token for storage, bound to `associated`. */
  readonly sealer: Sealer;
  /** Mints temporary credentials. */
  readonly issueSession: (session: Omit<Session, 'accessKeyId'>) => Credentials;
  /**
   * Assumes a role as an AWS service: the trust policy is really evaluated. Throws ServiceError
   * AccessDenied when it does not trust the service.
   */
  readonly assumeRoleAsService: (request: ServiceAssumeRole) => Credentials;
  /** Another service of this server, for what one asks of another in the caller's name. */
  readonly service?: (id: string) => Service | undefined;
  /** How tasks of ECS run; absent: as states, without programs. */
  readonly tasks?: 'declared' | 'process' | 'docker';
  /** Encodes a refusal for `sts:DecodeAuthorizationMessage`. */
  readonly encodeAuthorizationMessage: (message: string, account: string) => string;
  /** Its opposite; undefined when it was not encoded by this server for this account. */
  readonly decodeAuthorizationMessage: (encoded: string, account: string) => string | undefined;
}

/** What a service says when it assumes a role. */
export interface ServiceAssumeRole {
  /** `ec2.amazonaws.com`. */
  readonly service: string;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly sessionSeconds: number;
  /** Context of the trust decision (`aws:SourceArn`, `aws:SourceAccount`). */
  readonly context: readonly (readonly [key: string, value: string])[];
  /** Keys that the session carries afterwards (`ec2:SourceInstanceArn`, …). */
  readonly contextKeys: readonly (readonly [key: string, value: string])[];
}

/** AES-256-GCM under the data folder's master key. */
export interface Sealer {
  seal(plaintext: string, associated: string): string;
  /** undefined when the text was not sealed by this key for this use. */
  open(sealed: string, associated: string): string | undefined;
}
