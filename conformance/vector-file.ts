/** Reads a file of decision vectors: what cannot be understood is named, never passed over. */
import type { DecisionVector } from './decision-vector.ts';
import { inFormat } from './vector-form.ts';

/** Says in one sentence what is wrong with a file, and where. */
export class VectorProblem extends Error {
  override readonly name = 'VectorProblem';
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fields = {
  required: ['id', 'principal', 'action', 'resource', 'context', 'policies', 'expect'],
  optional: ['source', 'resourceAccount', 'wildcardOnlyAction', 'orgManagementAccount'],
};
const policyTypes = ['identity', 'resource', 'boundary', 'session', 'scp', 'rcp', 'vpce'];
const expectations: readonly unknown[] = ['allow', 'implicitDeny', 'explicitDeny', 'deny'];

/** Text of the file as it may be printed: one line, no control characters, not endless. */
export function printable(value: unknown, lengthMax = 200): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const short = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return short.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => JSON.stringify(char).slice(1, -1));
}

function checkFields(object: Json, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new VectorProblem(
    `${where}: unknown field ${unknown.map((name) => printable(name)).join(', ')}`,
  );
}

const principalForms: Readonly<Record<string, string | undefined>> = {
  Anonymous: undefined,
  Service: 'service',
  WebIdentity: 'federatedProvider',
};

function checkPrincipal(principal: unknown, where: string): void {
  if (typeof principal === 'string' && /^arn:|\./.test(principal)) return;
  const wanted = 'an ARN, a service host name, or an object whose type is';
  const problem = `${where}: principal must be ${wanted} Anonymous, Service or WebIdentity`;
  if (!isObject(principal)) throw new VectorProblem(problem);
  const { type } = principal;
  if (typeof type !== 'string' || !Object.hasOwn(principalForms, type)) {
    throw new VectorProblem(problem);
  }
  const member = principalForms[type];
  checkFields(principal, ['type', ...(member === undefined ? [] : [member])], where);
  if (member !== undefined && typeof principal[member] !== 'string') {
    throw new VectorProblem(`${where}: a ${type} principal needs ${member}`);
  }
}

function checkContext(context: unknown, where: string): void {
  if (!isObject(context)) throw new VectorProblem(`${where}: context must be an object`);
  const seen = new Map<string, string>();
  for (const [key, value] of Object.entries(context)) {
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
    if (typeof value !== 'string' && !isList) {
      const name = printable(key);
      throw new VectorProblem(
        `${where}: context key ${name} must be a string or a list of strings`,
      );
    }
    const other = seen.get(key.toLowerCase());
    if (other !== undefined) {
      const both = `${printable(other)} and ${printable(key)}`;
      throw new VectorProblem(`${where}: context keys ${both} are the same key`);
    }
    seen.set(key.toLowerCase(), key);
  }
}

/** Policies as deep as the type has them: 0 is a document, 1 a list, 2 levels of lists. */
function checkPolicies(value: unknown, depth: number, where: string): void {
  if (depth === 0) {
    if (!isObject(value)) throw new VectorProblem(`${where} must be a policy document`);
    return;
  }
  if (!Array.isArray(value)) throw new VectorProblem(`${where} must be a list`);
  for (const one of value) checkPolicies(one, depth - 1, `${where}: each member`);
}

function checkPolicyTypes(policies: unknown, where: string): DecisionVector['policies'] {
  if (!isObject(policies)) throw new VectorProblem(`${where}: policies must be an object`);
  checkFields(policies, policyTypes, `${where}: policies`);
  for (const type of policyTypes) {
    const value = policies[type];
    if (value === undefined || value === null) continue;
    const depth = type === 'resource' ? 0 : type === 'scp' || type === 'rcp' ? 2 : 1;
    checkPolicies(value, depth, `${where}: ${type}`);
  }
  const { boundary, vpce, ...others } = policies;
  if (Array.isArray(boundary) && boundary.length > 1) {
    throw new VectorProblem(`${where}: boundary has more than one policy`);
  }
  const absent = { identity: [], resource: null, session: null, scp: null, rcp: null };
  const given = Object.entries(others).filter(([, value]) => value !== null && value !== undefined);
  return {
    ...absent,
    ...Object.fromEntries(given),
    boundary: Array.isArray(boundary) ? boundary : null,
    ...(Array.isArray(vpce) && { vpce }),
  };
}

const nameOf = ({ id }: Json, number: number): string =>
  typeof id === 'string' || typeof id === 'number' ? String(id) : `vector ${number}`;

function readVector(written: unknown, number: number): DecisionVector {
  if (!isObject(written)) throw new VectorProblem(`vector ${number} is not an object`);
  const value = inFormat({ ...written, id: nameOf(written, number) });
  const where = printable(value['id']);
  const missing = fields.required.find((name) => value[name] === undefined);
  if (missing !== undefined) throw new VectorProblem(`${where}: ${missing} is missing`);
  const { id, source = '', principal, action, resource, context, policies, expect } = value;
  const { resourceAccount, wildcardOnlyAction, orgManagementAccount } = value;
  const texts = { id, source, action, resource };
  for (const [name, text] of Object.entries({ ...texts, resourceAccount, orgManagementAccount })) {
    if (text === undefined || text === null) {
      if (!Object.hasOwn(texts, name)) continue;
    } else if (typeof text === 'string') continue;
    throw new VectorProblem(`${where}: ${name} must be a string`);
  }
  if (![undefined, null, true, false].includes(wildcardOnlyAction as null)) {
    throw new VectorProblem(`${where}: wildcardOnlyAction must be true or false`);
  }
  if (!expectations.includes(expect)) {
    throw new VectorProblem(`${where}: expect must be one of ${expectations.join(', ')}`);
  }
  checkPrincipal(principal, where);
  checkContext(context, where);
  const checked = { source, policies: checkPolicyTypes(policies, where) };
  const entries = Object.entries(value).filter(([, one]) => one !== null);
  // Every member has been checked above.
  return { ...Object.fromEntries(entries), ...checked } as unknown as DecisionVector;
}

/** A vector, or why it cannot be one; `remarks` are fields that the format does not know. */
export type ReadVector =
  | { readonly vector: DecisionVector; readonly remarks: readonly string[] }
  | { readonly problem: string; readonly id: string };

function readOne(value: unknown, number: number): ReadVector {
  try {
    const vector = readVector(value, number);
    const known = [...fields.required, ...fields.optional];
    const names = Object.keys(isObject(value) ? value : {});
    return { vector, remarks: names.filter((name) => !known.includes(name)) };
  } catch (error) {
    if (!(error instanceof VectorProblem)) throw error;
    return { problem: error.message, id: isObject(value) ? nameOf(value, number) : '' };
  }
}

/** The list of vectors: the file itself, its member `vectors`, or a vector alone. */
function listIn(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  if (isObject(json)) {
    const { vectors } = json;
    if (Array.isArray(vectors)) return vectors;
    if ('principal' in json && 'expect' in json) return [json];
  }
  throw new VectorProblem('not a JSON array of vectors');
}

/** The vectors of a file, each with its own problem. Throws `VectorProblem` for the file itself. */
export function readVectors(bytes: Uint8Array): readonly ReadVector[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? printable(error.message) : 'unreadable';
    throw new VectorProblem(`not a JSON file: ${reason}`);
  }
  return listIn(json).map((value, index) => readOne(value, index + 1));
}
