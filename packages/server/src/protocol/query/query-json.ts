/**
 * Answers of aws-query as JSON, for clients that accept nothing else. AWS does not document it;
 * aws-iam-authenticator, for one, calls GetCallerIdentity so.
 */
import type { StructureShape } from '@sekisho/catalog';
import { writeJsonStructure } from '../json/json-writer.ts';
import type { ServiceError } from '../service-error.ts';

const jsonOnly = /^application\/json *(?:;|$)/i;

/** Unverified: how AWS weighs several types; XML is what it answers where nobody asks. */
export function acceptsJson(accept: string | undefined): boolean {
  return accept !== undefined && !accept.includes(',') && jsonOnly.test(accept);
}

/** Unverified: AWS may write members that are absent as null, and times with an exponent. */
export function queryOutputAsJson(
  operation: string,
  shape: StructureShape | undefined,
  output: unknown,
  requestId: string,
): string {
  const result =
    shape === undefined
      ? ''
      : `"${operation}Result":${writeJsonStructure(shape, output, ({ name }) => name)},`;
  const metadata = JSON.stringify({ RequestId: requestId });
  return `{"${operation}Response":{${result}"ResponseMetadata":${metadata}}}`;
}

/** The same members as in XML; without a message there is none. */
export function queryErrorAsJson(error: ServiceError, requestId: string): string {
  const { code: Code, fault: Type, message } = error;
  const Message = message === '' ? undefined : message;
  return JSON.stringify({ Error: { Code, Message, Type }, RequestId: requestId });
}
