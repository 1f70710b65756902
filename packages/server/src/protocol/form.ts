/** Reads `application/x-www-form-urlencoded` text into an ordered list (WHATWG URL, but strict). */
import type { QueryParameter } from './http.ts';
import { ServiceError } from './service-error.ts';

/** One decoded name and value, in wire order. */
export interface FormParameter {
  readonly name: string;
  readonly value: string;
}

/** AWS reads bodies of up to ten million bytes; we stop long before a list of that many names. */
const parametersMax = 50_000;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The answer to a form that cannot be decoded: status 400 and nothing else, as on AWS. */
function undecodable(): ServiceError {
  return new ServiceError('', 'the form is not well-formed', 400);
}

/** Reads a body. Throws ServiceError 400 without code on a bad `%` triplet or bad UTF-8. */
export function parseForm(body: Uint8Array): FormParameter[] {
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    throw undecodable();
  }
  return parseFormText(text);
}

/** Reads text that is already decoded from bytes. */
export function parseFormText(text: string): FormParameter[] {
  const parameters: FormParameter[] = [];
  let start = 0;
  while (start <= text.length) {
    let end = text.indexOf('&', start);
    if (end < 0) end = text.length;
    if (end > start) {
      if (parameters.length === parametersMax) throw undecodable();
      parameters.push(parsePair(text, start, end));
    }
    start = end + 1;
  }
  return parameters;
}

function parsePair(text: string, start: number, end: number): FormParameter {
  const equals = text.indexOf('=', start);
  if (equals < 0 || equals >= end) return { name: decode(text.slice(start, end)), value: '' };
  return { name: decode(text.slice(start, equals)), value: decode(text.slice(equals + 1, end)) };
}

const escaped = /[%+]/;

function decode(text: string): string {
  if (!escaped.test(text)) return text;
  try {
    return decodeURIComponent(text.includes('+') ? text.replaceAll('+', ' ') : text);
  } catch {
    throw undecodable();
  }
}

/** The query string as a form: `+` is a space there, unlike in the query of REST requests. */
export function formOfQuery(query: readonly QueryParameter[]): FormParameter[] {
  return query.map((parameter) => ({
    name: parameter.rawName.includes('+') ? decode(parameter.rawName) : parameter.name,
    value: parameter.rawValue.includes('+') ? decode(parameter.rawValue) : parameter.value,
  }));
}

/** The first value of a name: of repeated scalars the first on the wire counts. */
export function formValue(form: readonly FormParameter[], name: string): string | undefined {
  for (const parameter of form) if (parameter.name === name) return parameter.value;
  return undefined;
}
