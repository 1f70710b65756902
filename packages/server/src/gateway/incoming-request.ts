/** The one parse of a request: node:http's raw headers and target become an HttpRequest. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpBody, HttpRequest, QueryParameter } from '../protocol/http.ts';

/** Headers whose bytes two readers must not read differently (T37). */
const plainHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'content-length',
  'content-type',
  'date',
  'host',
  'transfer-encoding',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
]);
const visible = /^[\t\x20-\x7e]*$/;

/**
 * The request; undefined when another reader might see another target, another body or another
 * sender in it (request smuggling), or a target that is not in origin form.
 */
export function toHttpRequest(
  incoming: IncomingMessage,
  receivedAt: number,
  goOn?: ServerResponse,
): HttpRequest | undefined {
  const headers: (readonly [string, string])[] = [];
  const first = new Map<string, string>();
  const { rawHeaders, url: target = '' } = incoming;
  let encodings = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    // Header names are tokens (ASCII) by llhttp's check, so lower case is safe here.
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    headers.push([name, value]);
    if (!first.has(name)) first.set(name, value);
    if (!plainHeaders.has(name)) continue;
    if (!visible.test(value)) return undefined;
    if (name !== 'transfer-encoding') continue;
    encodings += 1;
    if (value.toLowerCase() !== 'chunked') return undefined;
  }
  const hasLength = first.has('content-length');
  if (encodings > 1 || (encodings === 1 && hasLength) || !target.startsWith('/')) return undefined;
  const question = target.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    target,
    rawPath: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? [] : parseQuery(target.slice(question + 1)),
    headers,
    header: (name) => first.get(name),
    body: new IncomingBody(incoming, encodings === 0 && !hasLength, goOn),
    remoteAddress: incoming.socket.remoteAddress ?? '',
    secure: 'encrypted' in incoming.socket,
    receivedAt,
  };
}

/** A body as it arrives; a client that asked whether to go on is told so when it is first read. */
class IncomingBody implements HttpBody {
  readonly #incoming: IncomingMessage;
  readonly #isEmpty: boolean;
  readonly #goOn: ServerResponse | undefined;

  constructor(incoming: IncomingMessage, isEmpty: boolean, goOn: ServerResponse | undefined) {
    this.#incoming = incoming;
    this.#isEmpty = isEmpty;
    this.#goOn = goOn;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#goOn?.writeContinue();
    return this.#incoming[Symbol.asyncIterator]();
  }

  /** Events cost a third of an iterator. */
  collect(bytesMax: number): Promise<Uint8Array | undefined> {
    if (this.#isEmpty) return Promise.resolve(new Uint8Array());
    this.#goOn?.writeContinue();
    return new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = [];
      let received = 0;
      this.#incoming
        .on('data', (chunk: Uint8Array) => {
          received += chunk.length;
          if (received <= bytesMax) chunks.push(chunk);
          else {
            this.#incoming.pause();
            chunks.length = 0;
            resolve(undefined);
          }
        })
        .on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
        .on('error', reject);
    });
  }
}

/** Splits a query string; a name or value with a broken `%` triplet keeps its raw text. */
export function parseQuery(text: string): readonly QueryParameter[] {
  const parameters: QueryParameter[] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const rawName = equals < 0 ? part : part.slice(0, equals);
    const rawValue = equals < 0 ? '' : part.slice(equals + 1);
    parameters.push({ rawName, rawValue, name: decode(rawName), value: decode(rawValue) });
  }
  return parameters;
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
