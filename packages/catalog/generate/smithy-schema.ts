/** The notation of the schemas that the AWS SDK for JavaScript exports (`@smithy/core/schema`). */

/** A schema: a number for simple shapes, a tuple for named ones, a function for a reference. */
export type SchemaRef = number | string | StaticSchema | MemberSchema | (() => SchemaRef);
export type TraitNotation = number | Readonly<Record<string, unknown>>;
type MemberSchema = readonly [schema: SchemaRef, traits: TraitNotation];
export type StaticSchema = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: TraitNotation,
  ...rest: readonly unknown[],
];

/** First element of a named schema. */
export const SCHEMA_KIND = {
  simple: 0,
  list: 1,
  map: 2,
  structure: 3,
  error: -3,
  union: 4,
  operation: 9,
} as const;

/** Numbers from here on are lists (64) and maps (128) of the simple shape in the low six bits. */
export const LIST_MODIFIER = 64;
export const MAP_MODIFIER = 128;

const TRAIT_BITS = [
  'httpLabel',
  'idempotent',
  'idempotencyToken',
  'sensitive',
  'httpPayload',
  'httpResponseCode',
  'httpQueryParams',
] as const;

export function isStatic(schema: SchemaRef): schema is StaticSchema {
  return Array.isArray(schema) && schema.length >= 4;
}

/** Removes references and member wrappers; later (outer) traits win. */
export function unwrap(ref: SchemaRef): {
  readonly schema: number | string | StaticSchema;
  readonly traits: Readonly<Record<string, unknown>>;
} {
  let schema: SchemaRef = ref;
  let traits: Record<string, unknown> = {};
  for (;;) {
    if (typeof schema === 'function') schema = schema();
    else if (Array.isArray(schema) && schema.length === 2) {
      traits = { ...readTraits(schema[1]), ...traits };
      schema = schema[0];
    } else return { schema: schema as number | string | StaticSchema, traits };
  }
}

/** Traits as an object, whichever way they are written. */
export function readTraits(notation: TraitNotation | undefined): Record<string, unknown> {
  if (notation === undefined) return {};
  if (typeof notation !== 'number') return { ...notation };
  const traits: Record<string, unknown> = {};
  for (const [bit, name] of TRAIT_BITS.entries()) {
    if (((notation >> bit) & 1) === 1) traits[name] = 1;
  }
  return traits;
}

/** Our kind of a simple schema number; `number` where the SDK does not tell which. */
export function scalarKind(code: number): { kind: string; timestampFormat?: string } {
  switch (code) {
    case 0:
      return { kind: 'string' };
    case 1:
      return { kind: 'number' };
    case 2:
      return { kind: 'boolean' };
    case 4:
      return { kind: 'timestamp' };
    case 5:
      return { kind: 'timestamp', timestampFormat: 'date-time' };
    case 6:
      return { kind: 'timestamp', timestampFormat: 'http-date' };
    case 7:
      return { kind: 'timestamp', timestampFormat: 'epoch-seconds' };
    case 15:
      return { kind: 'document' };
    case 17:
      return { kind: 'long' };
    case 19:
      return { kind: 'double' };
    case 21:
    case 42:
      return { kind: 'blob' };
    default:
      throw new Error(`Unknown simple schema ${code}`);
  }
}
