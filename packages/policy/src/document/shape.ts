/** The shape of a policy text: fields and their JSON types, before any meaning is checked. */
import { operatorParts } from './condition-operator.ts';
import type { JsonNode, JsonObject } from './json.ts';
import { parseJson } from './json.ts';
import type {
  ConditionElement,
  ConditionEntry,
  PolicyVersion,
  Positioned,
  Span,
  StringElement,
} from './policy-document.ts';

/** A document whose fields are known; statements may still lack what they need. */
export interface DocumentShape {
  readonly text: string;
  readonly version: PolicyVersion;
  readonly versionGiven: boolean;
  readonly id?: string;
  readonly statements: readonly StatementShape[];
}

/** A statement with its effect as written and its principals as JSON. */
export interface StatementShape {
  readonly index: number;
  readonly span: Span;
  readonly sid?: Positioned;
  readonly effect?: Positioned;
  readonly principal?: JsonNode;
  readonly notPrincipal?: JsonNode;
  readonly action?: StringElement;
  readonly notAction?: StringElement;
  readonly resource?: StringElement;
  readonly notResource?: StringElement;
  readonly condition?: ConditionElement;
}

/** What can be wrong with the shape. */
export type ShapeProblemCode =
  | 'InvalidJson'
  | 'UnknownField'
  | 'InvalidVersion'
  | 'InvalidId'
  | 'MissingStatement'
  | 'EmptyStatement'
  | 'InvalidStatement'
  | 'InvalidSid'
  | 'MissingEffect'
  | 'InvalidEffect'
  | 'InvalidAction'
  | 'InvalidResource'
  | 'ExclusiveFields'
  | 'InvalidCondition'
  | 'UnknownOperator';

export interface ShapeProblem {
  readonly code: ShapeProblemCode;
  readonly message: string;
  readonly span: Span;
}

/** Reads the shape, absent when the text is no JSON object; problems are in text order. */
export function readShape(text: string): {
  readonly shape?: DocumentShape;
  readonly problems: readonly ShapeProblem[];
} {
  const json = parseJson(text);
  if ('error' in json) return { problems: [{ code: 'InvalidJson', ...json.error }] };
  const reader = new ShapeReader(text);
  const shape = reader.document(json.value);
  return shape === undefined ? { problems: reader.problems } : { shape, problems: reader.problems };
}

const documentFields = new Set(['Version', 'Id', 'Statement']);
const statementFields = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

class ShapeReader {
  readonly problems: ShapeProblem[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document(root: JsonNode): DocumentShape | undefined {
    if (root.kind !== 'object') {
      this.#report('InvalidJson', 'A policy is a JSON object', root.span);
      return undefined;
    }
    this.#checkFields(root, documentFields);
    const version = this.#version(root);
    const id = root.members.get('Id')?.value;
    if (id !== undefined && id.kind !== 'string') {
      this.#report('InvalidId', 'Id must be a string', id.span);
    }
    return {
      text: this.#text,
      version: version ?? '2008-10-17',
      versionGiven: version !== undefined,
      ...(id?.kind === 'string' ? { id: id.value } : {}),
      statements: this.#statements(root),
    };
  }

  #version(root: JsonObject): PolicyVersion | undefined {
    const node = root.members.get('Version')?.value;
    if (node === undefined) return undefined;
    const value = node.kind === 'string' ? node.value : '';
    if (value === '2012-10-17' || value === '2008-10-17') return value;
    this.#report('InvalidVersion', 'Version must be 2012-10-17 or 2008-10-17', node.span);
    return undefined;
  }

  #statements(root: JsonObject): readonly StatementShape[] {
    const node = root.members.get('Statement')?.value;
    if (node === undefined) {
      this.#report('MissingStatement', 'Statement is missing', root.span);
      return [];
    }
    const items = node.kind === 'array' ? node.items : [node];
    if (items.length === 0) this.#report('EmptyStatement', 'Statement is empty', node.span);
    const statements: StatementShape[] = [];
    for (const [index, item] of items.entries()) {
      if (item.kind === 'object') statements.push(this.#statement(item, index));
      else this.#report('InvalidStatement', 'A statement is a JSON object', item.span);
    }
    return statements;
  }

  #statement(node: JsonObject, index: number): StatementShape {
    this.#checkFields(node, statementFields);
    const field = (name: string): JsonNode | undefined => node.members.get(name)?.value;
    const sid = this.#string(field('Sid'), 'InvalidSid', 'Sid must be a string');
    const effect = this.#effect(node);
    const principal = field('Principal');
    const notPrincipal = field('NotPrincipal');
    const strings = {
      action: this.#strings(field('Action'), 'InvalidAction'),
      notAction: this.#strings(field('NotAction'), 'InvalidAction'),
      resource: this.#strings(field('Resource'), 'InvalidResource'),
      notResource: this.#strings(field('NotResource'), 'InvalidResource'),
    };
    const condition = this.#condition(field('Condition'));
    for (const name of ['Action', 'Resource', 'Principal']) {
      const not = node.members.get(`Not${name}`);
      if (not === undefined || !node.members.has(name)) continue;
      this.#report('ExclusiveFields', `${name} and Not${name} exclude each other`, not.keySpan);
    }
    return {
      index,
      span: node.span,
      ...(sid === undefined ? {} : { sid }),
      ...(effect === undefined ? {} : { effect }),
      ...(principal === undefined ? {} : { principal }),
      ...(notPrincipal === undefined ? {} : { notPrincipal }),
      ...(strings.action === undefined ? {} : { action: strings.action }),
      ...(strings.notAction === undefined ? {} : { notAction: strings.notAction }),
      ...(strings.resource === undefined ? {} : { resource: strings.resource }),
      ...(strings.notResource === undefined ? {} : { notResource: strings.notResource }),
      ...(condition === undefined ? {} : { condition }),
    };
  }

  #effect(statement: JsonObject): Positioned | undefined {
    const node = statement.members.get('Effect')?.value;
    if (node === undefined) {
      this.#report('MissingEffect', 'Effect is missing', statement.span);
      return undefined;
    }
    if (node.kind === 'string' && /^(?:allow|deny)$/i.test(node.value)) return node;
    this.#report('InvalidEffect', 'Effect must be Allow or Deny', node.span);
    return undefined;
  }

  #string(
    node: JsonNode | undefined,
    code: ShapeProblemCode,
    message: string,
  ): Positioned | undefined {
    if (node?.kind === 'string') return node;
    if (node !== undefined) this.#report(code, message, node.span);
    return undefined;
  }

  #strings(
    node: JsonNode | undefined,
    code: 'InvalidAction' | 'InvalidResource',
  ): StringElement | undefined {
    if (node === undefined) return undefined;
    const values: Positioned[] = [];
    for (const item of node.kind === 'array' ? node.items : [node]) {
      if (item.kind === 'string') values.push({ value: item.value, span: item.span });
      // AWS accepts null among resources; it names nothing.
      else if (code !== 'InvalidResource' || item.kind !== 'null' || item === node) {
        this.#report(code, 'must be a string or a list of strings', item.span);
      }
    }
    return { span: node.span, values };
  }

  #condition(node: JsonNode | undefined): ConditionElement | undefined {
    if (node === undefined) return undefined;
    const entries: ConditionEntry[] = [];
    if (node.kind !== 'object') {
      this.#report('InvalidCondition', 'Condition must be an object', node.span);
      return { span: node.span, entries };
    }
    for (const [operator, { keySpan, value: keys }] of node.members) {
      if (keys.kind !== 'object') {
        this.#report('InvalidCondition', 'an operator holds an object of keys', keys.span);
        continue;
      }
      if (keys.members.size > 0 && operatorParts(operator) === undefined) {
        this.#report('UnknownOperator', 'unknown condition operator', keySpan);
      }
      for (const [key, member] of keys.members) {
        const span = { start: member.keySpan.start, end: member.value.span.end };
        entries.push({ operator, key, values: this.#conditionValues(member.value), span });
      }
    }
    return { span: node.span, entries };
  }

  #conditionValues(node: JsonNode): readonly Positioned[] {
    const values: Positioned[] = [];
    for (const item of node.kind === 'array' ? node.items : [node]) {
      if (item.kind === 'string') values.push({ value: item.value, span: item.span });
      else if (item.kind === 'boolean') values.push({ value: `${item.value}`, span: item.span });
      else if (item.kind === 'number') values.push({ value: item.text, span: item.span });
      // Unverified: what AWS says to null as a condition value.
      else this.#report('InvalidCondition', 'a condition value is a string', item.span);
    }
    return values;
  }

  #checkFields(node: JsonObject, known: ReadonlySet<string>): void {
    for (const [name, { keySpan }] of node.members) {
      if (!known.has(name)) this.#report('UnknownField', 'unknown field', keySpan);
    }
  }

  #report(code: ShapeProblemCode, message: string, span: Span): void {
    this.problems.push({ code, message, span });
  }
}
