/** Hand-kept constraints of a service: what the SDK's schemas leave out of the model. */
import { readFacts } from './output.ts';

/** A shape's length, range, pattern or enum, or a structure's required members. */
export interface ShapeConstraint {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
}

interface ErrorConstraint {
  readonly code?: string;
  readonly httpStatusCode?: number;
}

interface ConstraintFile {
  readonly operations: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly shapes: Readonly<Record<string, ShapeConstraint>>;
  readonly errors: Readonly<Record<string, ErrorConstraint>>;
  /** `Structure.Member` or `list.member` → the name of its shape. */
  readonly members?: Readonly<Record<string, string>>;
  /** Kind of number → `Structure.Member`s of that kind. */
  readonly numbers?: Readonly<Record<string, readonly string[]>>;
}

/** Look-ups in one service's constraint file. */
export class ServiceConstraints {
  readonly #file: ConstraintFile;
  readonly #numberKinds = new Map<string, string>();

  constructor(id: string) {
    const empty: ConstraintFile = { operations: {}, shapes: {}, errors: {} };
    this.#file = (readFacts(`constraints/${id}.json`) as ConstraintFile | undefined) ?? empty;
    for (const [kind, members] of Object.entries(this.#file.numbers ?? {})) {
      for (const member of members) this.#numberKinds.set(member, kind);
    }
  }

  /** The name of the shape of an operation's input member, when it is constrained. */
  inputMember(operation: string, member: string): string | undefined {
    return this.#file.operations[operation]?.[member];
  }

  member(owner: string, member: string): string | undefined {
    return this.#file.members?.[`${owner}.${member}`];
  }

  shape(name: string): ShapeConstraint | undefined {
    return this.#file.shapes[name];
  }

  /** `integer`, `double`, … of a number that no named shape describes. */
  numberKind(owner: string, member: string): string | undefined {
    return this.#numberKinds.get(`${owner}.${member}`);
  }

  error(name: string): ErrorConstraint | undefined {
    return this.#file.errors[name];
  }
}
