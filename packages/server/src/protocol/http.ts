/** One HTTP request as parsed once from its raw bytes, and the response that answers it. */

/** A query parameter: as written and decoded. */
export interface QueryParameter {
  readonly rawName: string;
  readonly rawValue: string;
  readonly name: string;
  readonly value: string;
}

/** A request's body: a stream, with a quicker way to the whole of it where the listener has one. */
export interface HttpBody extends AsyncIterable<Uint8Array> {
  /** The whole body; undefined when it is longer than that. Instead of the stream, not beside it. */
  readonly collect?: (bytesMax: number) => Promise<Uint8Array | undefined>;
}

/**
 * The private network that a request came over: a VPC endpoint. Set by the endpoint's own listener
 * from its record; nothing that a client sends can make or change it.
 */
export interface PrivateNetwork {
  readonly vpcEndpointId: string;
  readonly vpcId: string;
  /** The account that owns the endpoint. */
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  /** The client's address in the VPC. */
  readonly sourceIp: string;
  /** The service that the endpoint stands for, as its service name ends: `ecr.api`. */
  readonly service: string;
  /** The endpoint's policy, as JSON text. */
  readonly policy: string;
}

/** A parsed request. Everything later (signature, routing, context keys) reads this object. */
export interface HttpRequest {
  readonly method: string;
  /** The request target as sent, for example `/bucket/k%20ey?acl`. */
  readonly target: string;
  /** The target before `?`, still percent-encoded. */
  readonly rawPath: string;
  /** The query, parsed once, in order. A name without `=` has the value ''. */
  readonly query: readonly QueryParameter[];
  /** Lower-case names with values as sent, in order, duplicates kept. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The first value of the header (lower-case name). */
  readonly header: (name: string) => string | undefined;
  /** The body as it arrives (transfer-encoding already removed). May be read once. */
  readonly body: HttpBody;
  readonly remoteAddress: string;
  readonly secure: boolean;
  /** Absent: the request came to the public endpoint. */
  readonly privateNetwork?: PrivateNetwork;
  /** Wall time of arrival in milliseconds. */
  readonly receivedAt: number;
}

/** A response's body as it is read; with a way to read it that costs no memory. */
export interface StreamBody extends AsyncIterable<Uint8Array> {
  /** Instead of the other: every piece lies in the same buffer, until the next one is asked for. */
  readonly reusing?: () => AsyncIterable<Uint8Array>;
}

/** A response. A stream body is for S3 objects; its length stands in the headers if known. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array | StreamBody;
}
