/** What is thrown on a request's way, as the error that reaches the wire. */
import { ServiceError } from '../protocol/service-error.ts';
import { StoreConflict } from '../store/store.ts';
import type { GatewayParts } from './parts.ts';

/** A ServiceError as it is; anything else is AWS's 500, and told in our own log. */
export function toServiceError(error: unknown, parts: GatewayParts): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof StoreConflict) {
    return new ServiceError(
      'ConcurrentModification',
      'The request was rejected because multiple requests to change this object were submitted ' +
        'simultaneously. Wait a few minutes and submit your request again.',
      409,
    );
  }
  if (isBrokenOff(error)) return new ServiceError('', 'the body broke off', 400);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  parts.platform.process.warn(`internal failure: ${text}`);
  return new ServiceError(
    'InternalFailure',
    'The request processing has failed because of an unknown error, exception or failure.',
    500,
  );
}

/** The client went away in the middle of its body: nobody reads the answer. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}
