/** S3's answers to bodies that are not what the request declared. */
import { ServiceError } from '../../protocol/service-error.ts';

/** The length differs from the declared one, or the body ends too early. */
export function incompleteBody(): ServiceError {
  return new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    400,
  );
}

/** The body's SHA-256 is not `x-amz-content-sha256`. */
export function contentMismatch(declared: string, computed: string): ServiceError {
  return new ServiceError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    400,
    [
      ['ClientComputedContentSHA256', declared],
      ['S3ComputedContentSHA256', computed],
    ],
  );
}

/** A chunk or a trailer is not signed by the caller. */
export function chunkSignatureMismatch(): ServiceError {
  return new ServiceError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your ' +
      'key and signing method.',
    403,
  );
}

/** The framing of chunks or trailers cannot be read. */
export function malformedTrailer(): ServiceError {
  return new ServiceError(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our ' +
      'published schema.',
    400,
  );
}

/** An aws-chunked body without the length that it decodes to, or with an unreadable one. */
export function missingContentLength(): ServiceError {
  return new ServiceError(
    'MissingContentLength',
    'You must provide the Content-Length HTTP header.',
    411,
  );
}

/** `x-amz-content-sha256` is absent. */
export function missingContentSha256(): ServiceError {
  const name = 'x-amz-content-sha256';
  return new ServiceError(
    'InvalidRequest',
    `Missing required header for this request: ${name}`,
    400,
  );
}

/** `x-amz-content-sha256` names no mode that we know. */
export function unknownPayloadMode(value: string): ServiceError {
  const modes =
    'UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, ' +
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
  // Unverified: AWS's text, which also lists the ECDSA modes.
  return new ServiceError(
    'InvalidArgument',
    `x-amz-content-sha256 must be ${modes} or a valid sha256 value.`,
    400,
    [
      ['ArgumentName', 'x-amz-content-sha256'],
      ['ArgumentValue', value],
    ],
  );
}
