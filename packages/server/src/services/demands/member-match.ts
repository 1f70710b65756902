/** Which input member fills a variable of an ARN format: the tiers of the generic rule. */
import type { Member, Shape, StructureShape } from '@sekisho/catalog';

/** A member that can hold names, ids or ARNs. */
export interface Candidate {
  /** In the path notation of `input-path.ts`. */
  readonly path: string;
  readonly name: string;
  readonly nested: boolean;
}

/** String members of an input and of its structures, one level down. */
export function candidatesOf(input: StructureShape): readonly Candidate[] {
  return input.members.flatMap((member) => {
    const own = candidate(member, '', false);
    if (own.length > 0) return own;
    const shape = elementShape(member.shape);
    if (shape.kind !== 'structure') return [];
    return shape.members.flatMap((inner) => candidate(inner, `${member.name}.`, true));
  });
}

function candidate({ name, shape }: Member, prefix: string, nested: boolean): Candidate[] {
  return elementShape(shape).kind === 'string' ? [{ path: prefix + name, name, nested }] : [];
}

function elementShape(shape: Shape): Shape {
  return shape.kind === 'list' ? shape.member.shape : shape;
}

/** What a variable is looked up for. */
export interface Wanted {
  readonly variable: string;
  readonly type: string;
  /** Other resource types of the service: a member that names one of them is never taken. */
  readonly otherTypes: readonly string[];
  /** The action asks for this type alone, so that a bare `Name` or `Id` can only mean it. */
  readonly onlyType: boolean;
}

/** The one member of the first tier that has exactly one; undefined when a tier has several. */
export function findMember(
  wanted: Wanted,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const { variable, type, onlyType } = wanted;
  const variableStem = stem(variable);
  const typeName = fold(type);
  const others = new Set(wanted.otherTypes.map(fold).filter((other) => other !== typeName));
  const usable = candidates.filter(({ name }) => !others.has(stem(name)));
  const own = usable.filter(({ nested }) => !nested);
  const nested = usable.filter((candidate) => candidate.nested);
  const tiers: readonly (readonly [readonly Candidate[], (name: string) => boolean])[] = [
    [own, (name) => singular(fold(name)) === singular(fold(variable))],
    [own, (name) => variableStem !== '' && stem(name) === variableStem],
    [own, (name) => stem(name) === typeName],
    [own, (name) => onlyType && /^(?:names?|ids?|identifiers?)$/.test(fold(name))],
    [nested, (name) => singular(fold(name)) === singular(fold(variable))],
  ];
  for (const [members, matches] of tiers) {
    const found = members.filter(({ name }) => matches(name));
    if (found.length === 1) return found[0];
    if (found.length > 1) return undefined;
  }
  return undefined;
}

/** The member that holds the whole ARN of a resource of that type. */
export function findArnMember(
  type: string,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const arns = candidates.filter(({ name, nested }) => !nested && /arns?$/i.test(name));
  const typed = arns.filter(({ name }) => stem(name) === fold(type));
  const generic = arns.filter(({ name }) => /^(?:resource)?arns?$/i.test(name));
  const found = typed.length > 0 ? typed : generic;
  return found.length === 1 ? found[0] : undefined;
}

/** ASCII lower case without separators: `mount-target` and `MountTarget` are one. */
export function fold(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** Folded, without what only says that it names something; singular. */
export function stem(name: string): string {
  let text = singular(fold(name)).replace(/withpath$/, '');
  text = text.replace(/\d+$/, '');
  return singular(text.replace(/(?:name|identifier|id|arn|url|key)$/, ''));
}

function singular(text: string): string {
  return text.endsWith('s') && !text.endsWith('ss') ? text.slice(0, -1) : text;
}

/** A verb that makes the resource: its id cannot be in the input. */
export function isCreating(operation: string): boolean {
  return /^(?:Create|Register|Import|Allocate|Request|Run|Copy|Purchase|Provision)/.test(operation);
}

export function isIdVariable(variable: string): boolean {
  return /(?:Id|Identifier|Uuid)(?:WithPath)?$/.test(variable);
}

export function isNameMember(name: string): boolean {
  return /names?$/i.test(name);
}
