/** Writes TypeScript types of every operation's input and output from a service's table. */
import type { MemberRow, ServiceTable, ShapeRow } from '../src/service-table.ts';
import { GENERATED } from './service-model.ts';

const EMPTY = 'Readonly<Record<never, never>>';

/** The `.ts` file with all structures that operations reach, and the table of operations. */
export function writeTypes(table: ServiceTable): string {
  const inputs = reachable(
    table,
    table.operations.map((operation) => operation[1]),
  );
  const outputs = reachable(
    table,
    table.operations.map((operation) => operation[2]),
  );
  const interfaces: string[] = [];
  for (const index of [...new Set([...inputs, ...outputs])].sort((a, b) => a - b)) {
    const text = writeInterface(table, index, inputs.has(index));
    if (text !== undefined) interfaces.push(text);
  }
  const operations = table.operations.map(
    ([name, input, output]) => `  readonly ${name}: {
    readonly input: ${typeOf(table, input)};
    readonly output: ${typeOf(table, output)};
  };`,
  );
  return `/** Inputs and outputs of the ${table.id} API's operations. ${GENERATED} */
${interfaces.join('')}
/** Every operation with its input and output. */
export interface Operations {
${operations.join('\n')}
}
`;
}

/** Structures that the given shapes lead to, themselves included. */
function reachable(table: ServiceTable, roots: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [...roots];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    for (const member of membersOf(table.shapes[index])) open.push(member[1]);
  }
  return found;
}

function membersOf(row: ShapeRow | undefined): readonly MemberRow[] {
  if (row === undefined) return [];
  if (row[0] === 'structure') return row[2] as readonly MemberRow[];
  if (row[0] === 'list') return [row[2] as MemberRow];
  if (row[0] === 'map') return [row[2] as MemberRow, row[3] as MemberRow];
  return [];
}

function writeInterface(table: ServiceTable, index: number, isInput: boolean): string | undefined {
  const row = table.shapes[index];
  if (row === undefined || row[0] !== 'structure' || row[1] === 'Unit') return undefined;
  const lines = membersOf(row).flatMap((member) => {
    const streaming = isStreaming(table.shapes[member[1]]);
    if (streaming && isInput) return [];
    const type = streaming ? 'AsyncIterable<Uint8Array> | Uint8Array' : typeOf(table, member[1]);
    return member[2] === 1
      ? [`  readonly ${member[0]}: ${type};`]
      : [writeOptional(member[0], type)];
  });
  if (lines.length === 0) return `\nexport type ${row[1]} = ${EMPTY};\n`;
  return `\nexport interface ${row[1]} {\n${lines.join('\n')}\n}\n`;
}

/** Broken as the formatter breaks it. */
function writeOptional(name: string, type: string): string {
  const line = `  readonly ${name}?: ${type} | undefined;`;
  if (line.length <= 100) return line;
  return `  readonly ${name}?:\n    | ${type}\n    | undefined;`;
}

function isStreaming(row: ShapeRow | undefined): boolean {
  const facts = row?.[row.length - 1];
  return typeof facts === 'object' && facts !== null && 'streaming' in facts;
}

function typeOf(table: ServiceTable, index: number): string {
  const row = table.shapes[index];
  switch (row?.[0]) {
    case 'structure':
      return row[1] === 'Unit' ? EMPTY : row[1];
    case 'list':
      return `readonly ${bracketed(typeOf(table, (row[2] as MemberRow)[1]))}[]`;
    case 'map':
      return mapOf(typeOf(table, (row[3] as MemberRow)[1]));
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'timestamp':
      return 'Date';
    case 'blob':
      return 'Uint8Array';
    case 'document':
      return 'unknown';
    default:
      return 'number';
  }
}

function bracketed(type: string): string {
  return type.startsWith('readonly ') ? `(${type})` : type;
}

/** Parsers make objects without a prototype, operations may answer either: writers take both. */
function mapOf(value: string): string {
  return `(ReadonlyMap<string, ${value}> | Readonly<Record<string, ${value}>>)`;
}
