/** What AWS would answer when it refuses: the only kind of error that reaches the wire. */

/** Extra members of a modelled error (S3's `BucketName`, `Key`, …), in wire order. */
export type ErrorDetails = readonly (readonly [name: string, value: string])[];

/** An error with AWS's code, AWS's message, its HTTP status and whose fault it is. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';
  readonly details: ErrorDetails;
  /** Response headers beside those of the protocol (`x-amz-delete-marker`, `x-amz-bucket-region`). */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Members of the modelled error besides its message, where they are more than texts. */
  readonly members: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: string,
    message: string,
    status: number,
    details: ErrorDetails = [],
    headers: readonly (readonly [name: string, value: string])[] = [],
    members?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
    this.fault = status >= 500 ? 'Receiver' : 'Sender';
    this.details = details;
    this.members = members;
    this.headers = headers;
  }
}
