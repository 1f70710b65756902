/** Where the members of a REST input or output stand in the HTTP message, sorted out once. */
import type { Member, StructureShape } from '@sekisho/catalog';

/** The members by place. */
export interface HttpBindings {
  readonly labels: readonly Member[];
  readonly query: readonly (readonly [name: string, member: Member])[];
  readonly queryParams: Member | undefined;
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, member: Member])[];
  readonly prefixHeaders: readonly (readonly [prefix: string, member: Member])[];
  readonly responseCode: Member | undefined;
  readonly payload: Member | undefined;
  /** Members without a place of their own: the codec's document. */
  readonly body: ReadonlySet<Member>;
}

const inputs = new WeakMap<StructureShape, HttpBindings>();
const outputs = new WeakMap<StructureShape, HttpBindings>();

/** The bindings of an input. */
export function inputBindings(shape: StructureShape): HttpBindings {
  return bindings(shape, inputs, isInRequestBody);
}

/** The bindings of an output or error: labels and query parameters mean nothing there. */
export function outputBindings(shape: StructureShape): HttpBindings {
  return bindings(shape, outputs, isInResponseBody);
}

function bindings(
  shape: StructureShape,
  known: WeakMap<StructureShape, HttpBindings>,
  isInBody: (member: Member) => boolean,
): HttpBindings {
  let found = known.get(shape);
  if (found === undefined) {
    found = sortMembers(shape, isInBody);
    known.set(shape, found);
  }
  return found;
}

function sortMembers(shape: StructureShape, isInBody: (member: Member) => boolean): HttpBindings {
  const { members } = shape;
  return {
    labels: members.filter(({ traits }) => traits.httpLabel === true),
    query: named(members, (member) => member.traits.httpQuery),
    queryParams: members.find(({ traits }) => traits.httpQueryParams === true),
    headers: named(members, (member) => member.traits.httpHeader?.toLowerCase()),
    prefixHeaders: named(members, (member) => member.traits.httpPrefixHeaders?.toLowerCase()),
    responseCode: members.find(({ traits }) => traits.httpResponseCode === true),
    payload: members.find(({ traits }) => traits.httpPayload === true),
    body: new Set(members.filter(isInBody)),
  };
}

function named(
  members: readonly Member[],
  nameOf: (member: Member) => string | undefined,
): readonly (readonly [string, Member])[] {
  return members.flatMap((member) => {
    const name = nameOf(member);
    return name === undefined ? [] : [[name, member] as const];
  });
}

function isInRequestBody(member: Member): boolean {
  const { traits } = member;
  return (
    traits.httpLabel !== true &&
    traits.httpQuery === undefined &&
    traits.httpQueryParams !== true &&
    isInResponseBody(member)
  );
}

function isInResponseBody({ traits }: Member): boolean {
  return (
    traits.httpHeader === undefined &&
    traits.httpPrefixHeaders === undefined &&
    traits.httpResponseCode !== true &&
    traits.httpPayload !== true
  );
}
