/** What AWS would answer when it refuses: the only kind of error that reaches the wire. */

/** Extra members of a modelled error (S3's `BucketName`, `Key`, …), in wire order. */
export type ErrorDetails = readonly (readonly [name: string, value: string])[];

/** An error with AWS's code, AWS's message, its HTTP status and whose fault it is. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';
  readonly details: ErrorDetails;

  constructor(code: string, message: string, status: number, details: ErrorDetails = []) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
    this.fault = status >= 500 ? 'Receiver' : 'Sender';
    this.details = details;
  }
}
