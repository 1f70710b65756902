/** The compact form in which the generator writes a service's API: the file format of `services/`. */

/** `[kind, name, facts?]`, `['list', name, member, facts?]`, `['map', name, key, value, facts?]`,
 * `['structure', name, members, facts?]`. */
export type ShapeRow =
  | readonly [kind: string, name: string, facts?: ShapeFacts]
  | readonly ['list', name: string, member: MemberRow, facts?: ShapeFacts]
  | readonly ['map', name: string, key: MemberRow, value: MemberRow, facts?: ShapeFacts]
  | readonly ['structure', name: string, members: readonly MemberRow[], facts?: ShapeFacts];

/** `shape` is an index in the table's shapes; `required` is 1 or 0. */
export type MemberRow = readonly [
  name: string,
  shape: number,
  required?: number,
  traits?: Readonly<Record<string, unknown>>,
];

/** What only some shapes have: constraints, and the traits of the shape itself. */
export interface ShapeFacts {
  readonly constraints?: Readonly<Record<string, unknown>>;
  readonly timestampFormat?: string;
  readonly streaming?: true;
  readonly sensitive?: true;
  readonly mediaType?: string;
  readonly sparse?: true;
  readonly union?: true;
  readonly traits?: Readonly<Record<string, unknown>>;
}

export type OperationRow = readonly [
  name: string,
  input: number,
  output: number,
  http?: readonly [method: string, uri: string, code: number],
];

export type ErrorRow = readonly [name: string, code: string, status: number];

/** One service's file. */
export interface ServiceTable {
  readonly generated: string;
  readonly id: string;
  readonly apiVersion: string;
  readonly xmlNamespace?: string;
  readonly targetPrefix?: string;
  readonly serviceName: string;
  readonly shapes: readonly ShapeRow[];
  readonly operations: readonly OperationRow[];
  readonly errors: readonly ErrorRow[];
}
