/** Wire shapes of AWS APIs as data: what a Smithy model calls shapes, members and traits. */

/** Any wire shape. */
export type Shape = StructureShape | ListShape | MapShape | ScalarShape;

/** The kinds of scalar. `integer` is signed 32 bit, `long` signed 64 bit; `blob` may be streaming. */
export type ScalarKind =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'timestamp'
  | 'blob'
  | 'document';

/** How a timestamp is written on the wire. */
export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

/** Length, range, pattern and enum of a shape, as the service model states them. */
export interface Constraints {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

/** A shape without parts. */
export interface ScalarShape {
  readonly kind: ScalarKind;
  readonly name: string;
  readonly constraints?: Constraints;
  readonly timestampFormat?: TimestampFormat;
  readonly streaming?: boolean;
  readonly sensitive?: boolean;
  readonly mediaType?: string;
}

/** A list; `member` is its element, whose traits name the element on the wire. */
export interface ListShape {
  readonly kind: 'list';
  readonly name: string;
  readonly member: Member;
  readonly constraints?: Constraints;
  readonly sparse?: boolean;
}

/** A map from strings; `key` and `value` carry the wire names of both. */
export interface MapShape {
  readonly kind: 'map';
  readonly name: string;
  readonly key: Member;
  readonly value: Member;
  readonly constraints?: Constraints;
  readonly sparse?: boolean;
}

/** A structure, union or modelled error; members stand in model order. */
export interface StructureShape {
  readonly kind: 'structure';
  readonly name: string;
  readonly members: readonly Member[];
  readonly member: (name: string) => Member | undefined;
  readonly union?: boolean;
  readonly traits: Traits;
}

/** A named part of a structure, the element of a list, or the key or value of a map. */
export interface Member {
  readonly name: string;
  /** A getter, since shapes may refer to themselves. */
  readonly shape: Shape;
  readonly required: boolean;
  readonly traits: Traits;
}

/** The Smithy traits that bind shapes to the wire. Absent means: the protocol's default. */
export interface Traits {
  readonly xmlName?: string;
  readonly xmlNamespace?: { readonly uri: string; readonly prefix?: string };
  readonly xmlAttribute?: boolean;
  readonly xmlFlattened?: boolean;
  readonly jsonName?: string;
  readonly ec2QueryName?: string;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpQuery?: string;
  readonly httpQueryParams?: boolean;
  readonly httpLabel?: boolean;
  readonly httpPayload?: boolean;
  readonly httpResponseCode?: boolean;
  readonly timestampFormat?: TimestampFormat;
  readonly idempotencyToken?: boolean;
  readonly sensitive?: boolean;
  readonly hostLabel?: boolean;
  readonly eventPayload?: boolean;
  readonly mediaType?: string;
  /** The `awsQueryError` or `error` trait of a modelled error. */
  readonly error?: 'client' | 'server';
  readonly httpError?: number;
  readonly queryErrorCode?: string;
}

/** One operation of a service model. */
export interface OperationModel {
  readonly name: string;
  readonly input: StructureShape;
  readonly output: StructureShape;
  /** The `http` trait: method, URI template and success status. */
  readonly http?: { readonly method: string; readonly uri: string; readonly code: number };
}

/** A modelled error: its code on the wire and its HTTP status. */
export interface ErrorModel {
  readonly name: string;
  readonly code: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';
  /** Its members; absent where nothing but a message is modelled. */
  readonly shape?: StructureShape;
}

/** One service's API. */
export interface ServiceModel {
  /** Our id of the service and the file's name: `iam`, `sts`, `s3`, `ec2`, `cloudwatch`. */
  readonly id: string;
  readonly apiVersion: string;
  readonly xmlNamespace?: string;
  /** The prefix of `x-amz-target` in the AWS JSON protocols. */
  readonly targetPrefix?: string;
  /** The service shape's name: the path of rpc-v2-cbor. */
  readonly serviceName: string;
  readonly operationNames: readonly string[];
  readonly operation: (name: string) => OperationModel | undefined;
  readonly error: (codeOrName: string) => ErrorModel | undefined;
}
