/** The body of a question: strict JSON, every member known, every text of bounded length. */
import { type JsonNode, parseJson } from '@sekisho/policy';
import type { ContextEntry } from '../../information/entries.ts';
import { ServiceError } from '../../protocol/service-error.ts';

/** Bytes of a question's body. */
export const questionBytesMax = 65_536;

const textLengthMax = 2048;
const contextKeysMax = 100;

/** The members that were given. */
export interface QuestionBody {
  readonly texts: ReadonlyMap<string, string>;
  readonly context: readonly ContextEntry[];
}

/** What is wrong with a question: status 400. */
export function badQuestion(message: string): ServiceError {
  return new ServiceError('InvalidQuestion', message, 400);
}

/** Reads the body; `members` are the texts it may have, beside `context`. Throws ServiceError. */
export function readQuestion(body: Uint8Array, members: readonly string[]): QuestionBody {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw badQuestion('The body is not UTF-8.');
  }
  const result = parseJson(text, { depthMax: 4 });
  if ('error' in result) throw badQuestion(`The body is not JSON: ${result.error.message}.`);
  if (result.value.kind !== 'object') throw badQuestion('The body must be a JSON object.');
  const texts = new Map<string, string>();
  let context: readonly ContextEntry[] = [];
  for (const [name, { value }] of result.value.members) {
    if (name === 'context') context = readContext(value);
    else if (!members.includes(name)) {
      throw badQuestion(
        `There is no member ${JSON.stringify(name)}; known: ${members.join(', ')}.`,
      );
    } else texts.set(name, readText(name, value));
  }
  return { texts, context };
}

/** The member, which must be there. */
export function needed({ texts }: QuestionBody, name: string): string {
  const text = texts.get(name);
  if (text === undefined) throw badQuestion(`The member "${name}" is missing.`);
  return text;
}

function readText(name: string, node: JsonNode): string {
  if (node.kind !== 'string' || node.value === '' || node.value.length > textLengthMax) {
    throw badQuestion(`"${name}" must be a text of 1 to ${textLengthMax} characters.`);
  }
  return node.value;
}

function readContext(node: JsonNode): readonly ContextEntry[] {
  if (node.kind !== 'object' || node.members.size > contextKeysMax) {
    throw badQuestion(`"context" must be an object of at most ${contextKeysMax} condition keys.`);
  }
  return [...node.members].map(([key, { value }]): ContextEntry => {
    if (!/^[A-Za-z0-9.-]+[:/][^\p{C}]{1,512}$/u.test(key)) {
      throw badQuestion(`${JSON.stringify(key)} is not a condition key like aws:SourceIp.`);
    }
    if (value.kind === 'array') return [key, value.items.map((item) => readValue(key, item))];
    return [key, readValue(key, value)];
  });
}

function readValue(key: string, node: JsonNode): string {
  if (node.kind === 'string' && node.value.length <= textLengthMax) return node.value;
  if (node.kind === 'boolean') return String(node.value);
  if (node.kind === 'number') return node.text;
  throw badQuestion(`The value of ${key} must be a text, a number, a boolean, or a list of them.`);
}
