/** For tests: an HttpRequest read from the text of a request, a character a byte. */
import type { HttpRequest, QueryParameter } from '../../protocol/http.ts';

/** What a test says about a request; the rest has ordinary values. */
export interface WireParts {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  readonly receivedAt?: number;
}

export function createRequest(parts: WireParts): HttpRequest {
  const target = parts.target ?? '/';
  const at = target.indexOf('?');
  const headers = (parts.headers ?? []).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const { body = '' } = parts;
  return {
    method: parts.method ?? 'GET',
    target,
    rawPath: at === -1 ? target : target.slice(0, at),
    query: at === -1 ? [] : parseQuery(target.slice(at + 1)),
    headers,
    header: (name) => headers.find(([candidate]) => candidate === name)?.[1],
    body: typeof body === 'string' || body instanceof Uint8Array ? pieces(body) : body,
    remoteAddress: '127.0.0.1',
    secure: false,
    receivedAt: parts.receivedAt ?? 0,
  };
}

function parseQuery(text: string): QueryParameter[] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      const rawName = at === -1 ? part : part.slice(0, at);
      const rawValue = at === -1 ? '' : part.slice(at + 1);
      return { rawName, rawValue, name: decode(rawName), value: decode(rawValue) };
    });
}

function decode(raw: string): string {
  const bytes: number[] = [];
  for (let index = 0; index < raw.length; index += 1) {
    const triplet = /^%[0-9A-Fa-f]{2}/.exec(raw.slice(index, index + 3))?.[0];
    if (triplet === undefined) bytes.push(raw.charCodeAt(index));
    else {
      bytes.push(Number.parseInt(triplet.slice(1), 16));
      index += 2;
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

async function* pieces(body: Uint8Array | string): AsyncGenerator<Uint8Array> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (bytes.length > 0) yield bytes;
}

/** Reads `GET /x HTTP/1.1`, headers (with folded lines) and body from text. */
export function parseRequestText(text: string, receivedAt: number): HttpRequest & { text: string } {
  const end = text.search(/\r?\n\r?\n/);
  const head = end === -1 ? text : text.slice(0, end);
  const body = end === -1 ? '' : text.slice(end).replace(/^\r?\n\r?\n/, '');
  const [start = '', ...lines] = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(start) ?? [];
  const headers = lines
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).trim()] as const;
    });
  return { ...createRequest({ method, target, headers, body, receivedAt }), text: body };
}
