/** Loads one service's API and compiles its shapes as they are asked for. */
import { loadJson } from './load-json.ts';
import type { MemberRow, ServiceTable, ShapeFacts, ShapeRow } from './service-table.ts';
import type {
  ErrorModel,
  Member,
  OperationModel,
  ServiceModel,
  Shape,
  StructureShape,
  Traits,
} from './shape.ts';

/** Ids of the services that `loadServiceModel` knows. */
export const SERVICE_IDS: readonly string[] = [
  'iam',
  'sts',
  's3',
  'ec2',
  'cloudwatch',
  'kms',
  'secretsmanager',
  'ssm',
  'logs',
  'ecr',
  'ecs',
];

const loading = new Map<string, Promise<ServiceModel>>();

/** The model of a service by our id (`iam`, …). Throws RangeError for one that is not held. */
export function loadServiceModel(id: string): Promise<ServiceModel> {
  if (!SERVICE_IDS.includes(id)) throw new RangeError(`No service ${id} in the catalogue`);
  let model = loading.get(id);
  if (model === undefined) {
    model = loadJson<ServiceTable>(`services/${id}.json`).then((table) => new TableModel(table));
    loading.set(id, model);
  }
  return model;
}

class TableModel implements ServiceModel {
  readonly id: string;
  readonly apiVersion: string;
  readonly xmlNamespace?: string;
  readonly targetPrefix?: string;
  readonly serviceName: string;
  readonly operationNames: readonly string[];
  readonly #table: ServiceTable;
  readonly #positions = new Map<string, number>();
  readonly #operations = new Map<string, OperationModel>();
  readonly #errors = new Map<string, ErrorModel>();
  readonly #shapes = new Map<number, Shape>();

  constructor(table: ServiceTable) {
    this.#table = table;
    this.id = table.id;
    this.apiVersion = table.apiVersion;
    if (table.xmlNamespace !== undefined) this.xmlNamespace = table.xmlNamespace;
    if (table.targetPrefix !== undefined) this.targetPrefix = table.targetPrefix;
    this.serviceName = table.serviceName;
    this.operationNames = table.operations.map(([name]) => name);
    for (const [position, [name]] of table.operations.entries())
      this.#positions.set(name, position);
    // Codes win over shape names where both exist.
    for (const part of [0, 1] as const) {
      for (const row of table.errors) {
        const [name, code, status] = row;
        const fault = status >= 500 ? 'Receiver' : 'Sender';
        this.#errors.set(row[part], { name, code, status, fault });
      }
    }
  }

  readonly operation = (name: string): OperationModel | undefined => {
    const known = this.#operations.get(name);
    if (known !== undefined) return known;
    const row = this.#table.operations[this.#positions.get(name) ?? -1];
    if (row === undefined) return undefined;
    const [, input, output, http] = row;
    const model: OperationModel = {
      name,
      input: this.#structure(input),
      output: this.#structure(output),
      ...(http === undefined ? {} : { http: { method: http[0], uri: http[1], code: http[2] } }),
    };
    this.#operations.set(name, model);
    return model;
  };

  readonly error = (codeOrName: string): ErrorModel | undefined => this.#errors.get(codeOrName);

  /** For `TableMember`: shapes are made when a member is first followed. */
  readonly shapeAt = (index: number): Shape => {
    let shape = this.#shapes.get(index);
    if (shape === undefined) {
      const row = this.#table.shapes[index];
      if (row === undefined) throw new Error(`${this.id}: no shape ${index}`);
      shape = compileShape(row, this.shapeAt);
      this.#shapes.set(index, shape);
    }
    return shape;
  };

  #structure(index: number): StructureShape {
    const shape = this.shapeAt(index);
    if (shape.kind !== 'structure') throw new Error(`${this.id}: ${shape.name} is no structure`);
    return shape;
  }
}

type ShapeAt = (index: number) => Shape;

const NO_TRAITS: Traits = Object.freeze({});

/** A member whose shape is looked up once, when it is first used. */
class TableMember implements Member {
  readonly name: string;
  readonly required: boolean;
  readonly traits: Traits;
  readonly #index: number;
  readonly #shapeAt: ShapeAt;
  #shape: Shape | undefined;

  constructor([name, index, required, traits]: MemberRow, shapeAt: ShapeAt) {
    this.name = name;
    this.required = required === 1;
    this.traits = (traits as Traits | undefined) ?? NO_TRAITS;
    this.#index = index;
    this.#shapeAt = shapeAt;
  }

  get shape(): Shape {
    this.#shape ??= this.#shapeAt(this.#index);
    return this.#shape;
  }
}

class TableStructure implements StructureShape {
  readonly kind = 'structure';
  readonly name: string;
  readonly members: readonly Member[];
  readonly union?: boolean;
  readonly traits: Traits;
  readonly #byName = new Map<string, Member>();

  constructor(name: string, members: readonly Member[], facts: ShapeFacts) {
    this.name = name;
    this.members = members;
    if (facts.union === true) this.union = true;
    this.traits = (facts.traits as Traits | undefined) ?? NO_TRAITS;
    for (const member of members) this.#byName.set(member.name, member);
  }

  readonly member = (name: string): Member | undefined => this.#byName.get(name);
}

/** Rows are written by our own generator: their kinds and facts are those of shape.ts. */
function compileShape(row: ShapeRow, shapeAt: ShapeAt): Shape {
  const [kind, name] = row;
  switch (kind) {
    case 'structure': {
      const members = (row[2] as readonly MemberRow[]).map(
        (part) => new TableMember(part, shapeAt),
      );
      return new TableStructure(name, members, (row[3] as ShapeFacts | undefined) ?? {});
    }
    case 'list':
      return {
        ...(row[3] as object | undefined),
        kind,
        name,
        member: new TableMember(row[2] as MemberRow, shapeAt),
      };
    case 'map':
      return {
        ...(row[4] as object | undefined),
        kind,
        name,
        key: new TableMember(row[2] as MemberRow, shapeAt),
        value: new TableMember(row[3] as MemberRow, shapeAt),
      };
    default:
      return { ...(row[2] as object | undefined), kind, name } as Shape;
  }
}
