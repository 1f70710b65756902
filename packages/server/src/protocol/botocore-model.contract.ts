/** Turns the models of botocore's protocol cases into ours: the shapes of the contract suite. */
import type {
  ErrorModel,
  Member,
  OperationModel,
  ScalarKind,
  ServiceModel,
  Shape,
  StructureShape,
  TimestampFormat,
  Traits,
} from '@sekisho/catalog';

/** A shape of a botocore model. */
export interface BotocoreShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, BotocoreMember>>;
  readonly member?: BotocoreMember;
  readonly key?: BotocoreMember;
  readonly value?: BotocoreMember;
  readonly required?: readonly string[];
  readonly locationName?: string;
  readonly xmlNamespace?: string | { readonly uri: string; readonly prefix?: string };
  readonly payload?: string;
  readonly timestampFormat?: string;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly exception?: boolean;
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number };
}

/** A member of such a shape. */
export interface BotocoreMember {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: string | { readonly uri: string; readonly prefix?: string };
  readonly jsonvalue?: boolean;
  readonly idempotencyToken?: boolean;
}

/** One case, of either direction. */
export interface BotocoreCase {
  readonly id: string;
  readonly given: {
    readonly name: string;
    readonly http: {
      readonly method: string;
      readonly requestUri: string;
      readonly responseCode?: number;
    };
    readonly input?: BotocoreMember;
    readonly output?: { readonly shape: string; readonly resultWrapper?: string };
    readonly errors?: readonly { readonly shape: string }[];
  };
  readonly params?: unknown;
  readonly serialized?: {
    readonly uri: string;
    readonly method?: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly result?: unknown;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly response?: {
    readonly status_code: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
}

/** Cases that share a model. */
export interface BotocoreSuite {
  readonly description: string;
  readonly metadata: {
    readonly apiVersion: string;
    readonly targetPrefix?: string;
    readonly protocol: string;
    readonly jsonVersion?: string;
  };
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
  readonly cases: readonly BotocoreCase[];
}

const timestampFormats: Readonly<Record<string, TimestampFormat>> = {
  iso8601: 'date-time',
  rfc822: 'http-date',
  unixTimestamp: 'epoch-seconds',
};

const unit: StructureShape = {
  kind: 'structure',
  name: 'Unit',
  members: [],
  member: () => undefined,
  traits: {},
};

/** The shapes of one suite. */
class Shapes {
  private readonly suite: BotocoreSuite;
  private readonly made = new Map<string, Shape>();

  constructor(suite: BotocoreSuite) {
    this.suite = suite;
  }

  structure(
    reference: { readonly shape: string; readonly locationName?: string } | undefined,
  ): StructureShape {
    if (reference === undefined) return unit;
    const shape = this.shape(reference.shape);
    if (shape.kind !== 'structure') throw new Error(`${reference.shape} is no structure`);
    return shape;
  }

  shape(name: string): Shape {
    let shape = this.made.get(name);
    if (shape === undefined) {
      shape = this.make(name);
      this.made.set(name, shape);
    }
    return shape;
  }

  facts(name: string): BotocoreShape {
    const facts = this.suite.shapes[name];
    if (facts === undefined) throw new Error(`no shape ${name}`);
    return facts;
  }

  private make(name: string): Shape {
    const facts = this.facts(name);
    const { member, key, value } = facts;
    if (facts.document === true) return { kind: 'document', name };
    if (facts.type === 'structure') return this.makeStructure(name, facts);
    if (facts.type === 'list' && member !== undefined) {
      return { kind: 'list', name, member: this.member('member', member), sparse: true };
    }
    if (facts.type === 'map' && key !== undefined && value !== undefined) {
      return {
        kind: 'map',
        name,
        key: this.member('key', key),
        value: this.member('value', value),
        sparse: name.toLowerCase().includes('sparse'),
      };
    }
    const timestampFormat = timestampFormats[facts.timestampFormat ?? ''];
    const kind = facts.type as ScalarKind;
    return timestampFormat === undefined ? { kind, name } : { kind, name, timestampFormat };
  }

  private makeStructure(name: string, facts: BotocoreShape): StructureShape {
    const members = Object.entries(facts.members ?? {}).map(([memberName, reference]) =>
      this.member(memberName, reference, facts),
    );
    const traits: Traits = {
      ...(facts.locationName === undefined ? {} : { xmlName: facts.locationName }),
      ...namespaceTrait(facts.xmlNamespace),
    };
    return {
      kind: 'structure',
      name,
      members,
      member: (wanted) => members.find((each) => each.name === wanted),
      traits,
      ...(facts.union === true ? { union: true } : {}),
    };
  }

  private member(name: string, reference: BotocoreMember, owner?: BotocoreShape): Member {
    const shapeOf = () => this.shape(reference.shape);
    return {
      name,
      get shape() {
        return shapeOf();
      },
      required: owner?.required?.includes(name) ?? false,
      traits: memberTraits(name, reference, owner, this.facts(reference.shape)),
    };
  }
}

function namespaceTrait(namespace: BotocoreShape['xmlNamespace']): Traits {
  if (namespace === undefined) return {};
  return { xmlNamespace: typeof namespace === 'string' ? { uri: namespace } : namespace };
}

function memberTraits(
  name: string,
  reference: BotocoreMember,
  owner: BotocoreShape | undefined,
  target: BotocoreShape,
): Traits {
  const { location } = reference;
  // The generator of these cases names every payload after its member, where the model does not.
  const isOwnName = owner?.payload === name && reference.locationName === name;
  const locationName = isOwnName ? undefined : reference.locationName;
  return {
    ...locationTraits(location, locationName ?? name, target),
    ...(location === undefined && locationName !== undefined
      ? { xmlName: locationName, jsonName: locationName }
      : {}),
    ...(reference.queryName === undefined ? {} : { ec2QueryName: reference.queryName }),
    ...(reference.flattened === true ? { xmlFlattened: true } : {}),
    ...(reference.xmlAttribute === true ? { xmlAttribute: true } : {}),
    ...namespaceTrait(reference.xmlNamespace),
    ...(reference.jsonvalue === true ? { mediaType: 'application/json' } : {}),
    ...(reference.idempotencyToken === true ? { idempotencyToken: true } : {}),
    ...(owner?.payload === name ? { httpPayload: true } : {}),
  };
}

function locationTraits(location: string | undefined, name: string, target: BotocoreShape): Traits {
  if (location === 'uri') return { httpLabel: true };
  if (location === 'header') return { httpHeader: name };
  if (location === 'headers') return { httpPrefixHeaders: name };
  if (location === 'statusCode') return { httpResponseCode: true };
  if (location !== 'querystring') return {};
  return target.type === 'map' ? { httpQueryParams: true } : { httpQuery: name };
}

/** The model of one case: a service with one operation. */
export function modelOf(
  suite: BotocoreSuite,
  each: BotocoreCase,
): { readonly model: ServiceModel; readonly operation: OperationModel } {
  const shapes = new Shapes(suite);
  const { name, http, input, output } = each.given;
  const inputShape = shapes.structure(input);
  const named =
    input?.locationName !== undefined && inputShape.traits.xmlName === undefined
      ? { ...inputShape, traits: { ...inputShape.traits, xmlName: input.locationName } }
      : inputShape;
  const operation: OperationModel = {
    name,
    input: named,
    output: shapes.structure(output),
    http: { method: http.method, uri: http.requestUri, code: http.responseCode ?? 200 },
  };
  const errors = (each.given.errors ?? []).map(({ shape }) => errorOf(shapes, shape));
  const target = suite.metadata.targetPrefix ?? 'Service';
  const model: ServiceModel = {
    id: 'case',
    apiVersion: suite.metadata.apiVersion,
    targetPrefix: target,
    serviceName: target,
    operationNames: [name],
    operation: (wanted) => (wanted === name ? operation : undefined),
    error: (wanted) => errors.find((error) => error.code === wanted || error.name === wanted),
  };
  return { model, operation };
}

function errorOf(shapes: Shapes, name: string): ErrorModel {
  const { error } = shapes.facts(name);
  return {
    name,
    code: error?.code ?? name,
    status: error?.httpStatusCode ?? 400,
    fault: 'Sender',
    shape: shapes.structure({ shape: name }),
  };
}

/** A value of botocore's JSON as our typed value. */
export function typed(shape: Shape, value: unknown, mediaType?: string): unknown {
  if (value === null || value === undefined) return value;
  if (mediaType === 'application/json') {
    return typeof value === 'string' ? value : JSON.stringify(value);
  }
  switch (shape.kind) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => {
          const member = shape.member(name);
          return [
            name,
            member === undefined ? each : typed(member.shape, each, member.traits.mediaType),
          ];
        }),
      );
    case 'list':
      return (value as unknown[]).map((each) =>
        typed(shape.member.shape, each, shape.member.traits.mediaType),
      );
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, typed(shape.value.shape, each)]),
      );
    case 'timestamp':
      return new Date(Number(value) * 1000);
    case 'blob':
      return new Uint8Array(Buffer.from(String(value), 'utf8'));
    case 'float':
    case 'double':
      return Number(value);
    default:
      return value;
  }
}
