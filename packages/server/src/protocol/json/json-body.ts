/** Request bodies and errors that the JSON protocols have in common. */
import type { ErrorModel } from '@sekisho/catalog';
import type { ErrorContext } from '../protocol.ts';
import { ServiceError } from '../service-error.ts';
import { type Tree, Unreadable } from '../tree/tree.ts';
import { parseJson } from './json-parser.ts';
import { jsonFields, type MemberName } from './json-writer.ts';

/** The error for a body that cannot be read as the operation's input. */
export function serializationError(message: string): ServiceError {
  return new ServiceError('SerializationException', message, 400);
}

/** Parses a body and reads it; every fault is a SerializationException. */
export function readingJson<Value>(body: Uint8Array, read: (tree: Tree) => Value): Value {
  try {
    return read(parseJson(body));
  } catch (error) {
    if (error instanceof Unreadable) throw serializationError(error.message);
    throw error;
  }
}

/** The modelled error of a thrown one. */
export function errorModel(error: ServiceError, context: ErrorContext): ErrorModel | undefined {
  return context.model?.error(error.code);
}

/** The fields of an error document after its type: message, texts, modelled members. */
export function errorFields(
  error: ServiceError,
  model: ErrorModel | undefined,
  nameOf: MemberName,
): string[] {
  const fields: string[] = [];
  if (error.message !== '') fields.push(`"message":${JSON.stringify(error.message)}`);
  for (const [name, value] of error.details) {
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  }
  if (error.members !== undefined && model?.shape !== undefined) {
    fields.push(
      ...jsonFields(model.shape, error.members, nameOf, ({ traits }) => {
        return traits.httpHeader === undefined;
      }),
    );
  }
  return fields;
}
