/** For tests: bytes over a real socket, and the responses that come back. */
import { connect, type Socket } from 'node:net';
import type { SignedRequest } from './client-signature.ts';
import { type Answer, codeOf } from './test-gateway.ts';

/** How a conversation ended. */
export interface Conversation {
  readonly answers: readonly Answer[];
  /** The server ended the connection. */
  readonly closed: boolean;
}

/** What is sent: bytes, or a function that writes as it likes. */
export type Sending = Buffer | string | ((socket: Socket) => void);

/**
 * Sends, and reads until `answers` responses are there or the server ends the connection; what
 * takes longer than five seconds is a test's failure.
 */
export function converse(port: number, sending: Sending, answers = 1): Promise<Conversation> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let received = Buffer.alloc(0);
    let sendError = false;
    const end = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ answers: parseResponses(received), closed });
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end; received ${received.toString('latin1').slice(0, 500)}`));
    }, 5000);
    socket.on('connect', () => {
      if (typeof sending === 'function') sending(socket);
      else socket.write(sending);
    });
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (parseResponses(received).length >= answers && !sendError) end(false);
    });
    socket.on('end', () => end(true));
    socket.on('error', () => {
      // A write to a connection that the server has ended: what it said before counts.
      sendError = true;
    });
    socket.on('close', () => end(true));
  });
}

/** The complete responses in the bytes; without a length they end where the next one begins. */
function parseResponses(bytes: Buffer): readonly Answer[] {
  const answers: Answer[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return answers;
    const [start = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const headers = new Map(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers.get('content-length') ?? 0);
    if (rest.length < end + 4 + length) return answers;
    const body = rest.subarray(end + 4, end + 4 + length).toString('latin1');
    answers.push({
      status: Number(start.split(' ')[1]),
      headers,
      body,
      code: codeOf(body, headers),
    });
    rest = rest.subarray(end + 4 + length);
  }
}

/** A signed request as it goes over the wire, with a Content-Length unless told otherwise. */
export function wireBytes(
  { method, rawPath, rawQuery, headers, body }: SignedRequest,
  more: readonly string[] = [`content-length: ${body.length}`],
): Buffer {
  const target = rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`;
  const lines = [...headers.map(([name, value]) => `${name}: ${value}`), ...more];
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
    body,
  ]);
}
