/** A place in a YAML file, read strictly: what has another form is an error that names the place. */
import { parseDocument } from 'yaml';
import { fromPlain, isArray, isObject, type Value } from './expression/value.ts';
import { WorkflowError } from './workflow-error.ts';

const aliasesMax = 100;

/** A value and the path to it. */
export class YamlNode {
  readonly value: Value;
  readonly place: string;

  constructor(value: Value, place: string) {
    this.value = value;
    this.place = place;
  }

  error(message: string): WorkflowError {
    return new WorkflowError(this.place, message);
  }

  get isAbsent(): boolean {
    return this.value === null;
  }

  /** A member; absent ones are null. */
  at(name: string): YamlNode {
    const place = this.place === '' ? name : `${this.place}.${name}`;
    return new YamlNode(isObject(this.value) ? (this.value.get(name) ?? null) : null, place);
  }

  /** The members of a mapping, in order; none when it is absent. Throws WorkflowError. */
  members(): readonly (readonly [name: string, node: YamlNode])[] {
    if (this.value === null) return [];
    if (!isObject(this.value)) throw this.error('must be a mapping');
    return [...this.value.keys()].map((name) => [name, this.at(name)] as const);
  }

  /** The items of a sequence. Throws WorkflowError. */
  items(): readonly YamlNode[] {
    if (this.value === null) return [];
    if (!isArray(this.value)) throw this.error('must be a sequence');
    return this.value.map((item, index) => new YamlNode(item, `${this.place}[${index}]`));
  }

  /** A text, also of a number or boolean; undefined when it is absent. Throws WorkflowError. */
  text(): string | undefined {
    if (this.value === null) return undefined;
    if (typeof this.value === 'object') throw this.error('must be a text');
    return String(this.value);
  }

  requiredText(): string {
    const text = this.text();
    if (text === undefined) throw this.error('is missing');
    return text;
  }

  /** Texts by name: `env`, `with`. Throws WorkflowError. */
  texts(): ReadonlyMap<string, string> {
    return new Map(this.members().map(([name, node]) => [name, node.text() ?? '']));
  }

  /** Throws WorkflowError for a member that is not known, with the reason where there is one. */
  allow(known: readonly string[], refused: ReadonlyMap<string, string> = new Map()): void {
    for (const [name, node] of this.members()) {
      const reason = refused.get(name);
      if (reason !== undefined) throw node.error(reason);
      if (!known.includes(name)) throw this.error(`Unexpected value '${name}'`);
    }
  }
}

/** Reads a YAML text. Throws WorkflowError with the line of the first mistake. */
export function readYaml(text: string, name: string): YamlNode {
  const document = parseDocument(text, { uniqueKeys: true, version: '1.2' });
  const [error] = document.errors;
  if (error !== undefined) throw new WorkflowError(name, error.message);
  let plain: unknown;
  try {
    plain = document.toJS({ mapAsMap: true, maxAliasCount: aliasesMax });
  } catch (failure) {
    throw new WorkflowError(name, failure instanceof Error ? failure.message : String(failure));
  }
  const root = new YamlNode(fromPlain(plain), '');
  if (!isObject(root.value)) throw new WorkflowError(name, 'must be a mapping');
  return root;
}
