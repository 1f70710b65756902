/** The canonical request of Signature Version 4, made from the parsed request alone. */
import { hash } from 'node:crypto';
import type { HttpRequest } from '../../protocol/http.ts';
import { encodeRawPath, encodeText, normalizePath, reencodePath } from './uri-encoding.ts';

/** S3 takes the path as it is; all other services normalise it and encode it twice. */
export type PathRule = 'as-is' | 'normalized';

const beyondByte = /[\u0100-\uffff]/;
const blanks = /[ \t\r\n\v\f]+/g;
const untidyBlanks = /[\t\r\n\v\f]|^ | $| {2}/;

/** The canonical URI; undefined when the path has a malformed escape. */
export function canonicalPath(rawPath: string, rule: PathRule): string | undefined {
  if (rule === 'as-is') return rawPath === '' ? '/' : reencodePath(rawPath);
  return encodeRawPath(normalizePath(rawPath));
}

/** The canonical query: every parameter but the one left out, encoded and sorted. */
export function canonicalQuery(query: HttpRequest['query'], leftOut?: string): string {
  if (query.length === 0) return '';
  const pairs: [name: string, value: string][] = [];
  for (const { name, value } of query) {
    if (name !== leftOut) pairs.push([encodeText(name), encodeText(value)]);
  }
  pairs.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The value as signed: no blanks at the ends, runs of blanks as one space. */
export function canonicalValue(value: string): string {
  return untidyBlanks.test(value) ? value.replace(blanks, ' ').trim() : value;
}

/**
 * The canonical headers, each with a final newline; repeated headers joined by commas in their
 * order. undefined when a signed header is missing.
 */
export function canonicalHeaders(
  headers: HttpRequest['headers'],
  signedHeaders: readonly string[],
): string | undefined {
  let canonical = '';
  for (const signed of signedHeaders) {
    let joined: string | undefined;
    for (const header of headers) {
      if (header[0] !== signed) continue;
      const value = canonicalValue(header[1]);
      joined = joined === undefined ? value : `${joined},${value}`;
    }
    if (joined === undefined) return undefined;
    canonical += `${signed}:${joined}\n`;
  }
  return canonical;
}

/** What of a request is signed, and how. */
export interface CanonicalForm {
  readonly pathRule: PathRule;
  /** Lower case, sorted, joined by `;` and as a list. */
  readonly signedHeadersText: string;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  /** The query parameter that holds the signature itself. */
  readonly leftOut?: string;
}

/** The canonical request; undefined when its path is malformed or a signed header is missing. */
export function canonicalRequest(request: HttpRequest, form: CanonicalForm): string | undefined {
  const path = canonicalPath(request.rawPath, form.pathRule);
  const headers = canonicalHeaders(request.headers, form.signedHeaders);
  if (path === undefined || headers === undefined) return undefined;
  const query = canonicalQuery(request.query, form.leftOut);
  const { signedHeadersText, payloadHash } = form;
  return `${request.method}\n${path}\n${query}\n${headers}\n${signedHeadersText}\n${payloadHash}`;
}

/** SHA-256 in hex of text that came over the wire, a character a byte. */
export function hashWireText(text: string): string | undefined {
  if (Buffer.byteLength(text) === text.length) return hash('sha256', text, 'hex');
  // A character beyond a byte cannot have come over the wire; cutting it would merge two texts.
  if (beyondByte.test(text)) return undefined;
  return hash('sha256', Buffer.from(text, 'latin1'), 'hex');
}
